"""Opening databases that are only read: those set aside, backups, and what others have written."""

from pathlib import Path

import apsw

from glmdesk.storage.files import quiet_uri
from glmdesk.storage.sql import pragma

# Milliseconds. Another process writes for some milliseconds at a time; an export or a search never locks.
_BUSY_TIMEOUT_MS = 5000


def opened_quietly(path: Path) -> apsw.Connection:
    """Open a database that nobody else has open; nothing of it is changed. Raises apsw.Error."""
    return opened_at(quiet_uri(path))


def opened_at(uri: str) -> apsw.Connection:
    """Open a database for reading under a URI, whatever is in it. Raises apsw.Error."""
    connection = apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    try:
        defend(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def defend(connection: apsw.Connection) -> None:
    """Let what is in a database do no harm, and wait for who writes to it."""
    connection.set_busy_timeout(_BUSY_TIMEOUT_MS)
    # Double quotes are for names only; a damaged or hostile schema runs and overflows nothing.
    connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
    connection.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    pragma(connection, "trusted_schema", "off")
    pragma(connection, "cell_size_check", "on")
    pragma(connection, "temp_store", "memory")  # no text of a message in temporary files
