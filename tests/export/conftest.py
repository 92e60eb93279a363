"""A database to export from."""

from tests.storage.conftest import conversations, database, path

__all__ = ["conversations", "database", "path"]
