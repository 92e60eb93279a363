"""Conversations as files for others: read piece by piece from the database and written as they are read."""
