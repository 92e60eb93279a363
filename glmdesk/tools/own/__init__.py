"""Functions in the user's own folder as tools: read, never imported; run in a process each, once reviewed."""
