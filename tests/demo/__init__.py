"""The simulated service, asked through the real client."""
