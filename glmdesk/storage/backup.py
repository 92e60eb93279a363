"""Copies of a database that are known to be good before they are relied on.

Source: https://www.sqlite.org/backup.html
"""

from pathlib import Path

import apsw

from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.i18n import N_
from glmdesk.storage.files import beside
from glmdesk.storage.sql import pragma, scalar, select


def verified_copy(source: apsw.Connection, target: Path) -> None:
    """Write a copy of the database as one file, checked and counted before it gets its name.

    Raises:
        apsw.CorruptError: The source itself is damaged.
        LocalDataError: The copy does not hold what the source holds.
    """
    unverified = beside(target, ".part")
    unverified.unlink(missing_ok=True)
    try:
        # First, because that begins what a snapshot holds; copying does not.
        census = _census(source)
        _copy(source, unverified)
        if census != _verified_census(unverified):
            if not _is_sound(source):
                raise apsw.CorruptError("the database to be copied is damaged")
            raise LocalDataError(_unlike(target))
        unverified.replace(target)
    finally:
        unverified.unlink(missing_ok=True)


def _copy(source: apsw.Connection, target: Path) -> None:
    copy = apsw.Connection(str(target))
    try:
        pragma(copy, "journal_mode", "memory")  # what cannot be finished is removed, not rolled back
        with copy.backup("main", source, "main") as backup:
            backup.step(-1)
        pragma(copy, "journal_mode", "delete")  # so that the copy is this one file and nothing beside it
    finally:
        copy.close()


def _verified_census(path: Path) -> dict[str, int] | None:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return _census(connection) if _is_sound(connection) else None
    finally:
        connection.close()


def _is_sound(connection: apsw.Connection) -> bool:
    return bool(scalar(connection, "PRAGMA integrity_check") == "ok")


def _census(connection: apsw.Connection) -> dict[str, int]:
    """Return the number of rows of every table."""
    # A virtual table is kept in others, and counting what seems to be in it may not be possible.
    found = select(
        connection, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'virtual'"
    )
    tables = [name for (name,) in found]
    return {name: scalar(connection, f'SELECT count(*) FROM "{name}"') for name in tables}  # noqa: S608


def _unlike(target: Path) -> Problem:
    return Problem(
        "backup-failed",
        N_("The copy {path} does not hold what the database holds."),
        N_("Nothing was changed. Check the disk and start again."),
        details={"path": str(target)},
    )
