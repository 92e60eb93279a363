"""Conversations out of the database and into files, piece by piece: memory does not grow with their size."""
