"""Everything kept on disk: the database of conversations, the settings, exports. The only user of SQLite."""
