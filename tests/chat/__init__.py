"""What is sent, what comes back and what is kept of it: with the real client, service and database."""
