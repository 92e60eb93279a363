"""One turn of a conversation: what is sent, what comes back, and what is kept of it."""
