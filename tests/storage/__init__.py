"""The storage against real SQLite files, real processes, full disks and damaged pages."""
