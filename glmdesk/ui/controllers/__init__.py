"""What happens when something is asked for. They own no widget."""
