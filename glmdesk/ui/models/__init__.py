"""Lists that views show."""
