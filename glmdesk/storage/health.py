"""How a database file is, found out without changing anything: for reports."""

import errno
import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import apsw

from glmdesk.domain.errors import Problem
from glmdesk.storage.faults import folder_unusable, read_only, translated
from glmdesk.storage.files import beside, is_there, quiet_uri
from glmdesk.storage.filesystem import network_filesystem
from glmdesk.storage.migrations import STEPS, require_readable, version
from glmdesk.storage.reading import opened_at
from glmdesk.storage.sql import scalar

SCHEMA = len(STEPS)
"""The version of the schema that this program writes."""


@dataclass(frozen=True, slots=True)
class Health:
    """What was found.

    `network` is the kind of network file system it lies on, None on a local disk; `problem` says why it
    cannot be written, None if it can.
    """

    size_bytes: int
    schema: int
    conversations: int
    messages: int
    network: str | None
    problem: Problem | None


def look_at(path: Path) -> Health:
    """Check an existing database; takes seconds for a large one.

    Raises:
        LocalDataError: It is damaged, another program's, of a newer version, or not readable.
    """
    with translated(path), closing(_open(path)) as connection:
        if scalar(connection, "PRAGMA quick_check(1)") != "ok":
            raise apsw.CorruptError("quick_check found damage")
        require_readable(connection, path, STEPS)
        return Health(
            size_bytes=path.stat().st_size,
            schema=version(connection),
            conversations=_count(connection, "conversations WHERE deleted_at IS NULL"),
            messages=_count(connection, "messages"),
            network=network_filesystem(path.parent),
            problem=None if _is_writable(path) else read_only(path),
        )


def folder_problem(folder: Path) -> Problem | None:
    """Return why nothing could be stored in a folder, be it there or not; None if something could."""
    nearest = next(place for place in (folder, *folder.parents) if is_there(place))
    if not nearest.is_dir():
        return folder_unusable(folder, os.strerror(errno.ENOTDIR))
    if not os.access(nearest, os.W_OK | os.X_OK):
        return folder_unusable(folder, os.strerror(errno.EACCES))
    return None


def sqlite_version() -> str:
    """Return the version of the SQLite in use."""
    return apsw.sqlite_lib_version()


def _open(path: Path) -> apsw.Connection:
    # Where another process has it open, what it wrote last is in its log.
    uri = f"{path.as_uri()}?mode=ro" if beside(path, "-shm").exists() else quiet_uri(path)
    return opened_at(uri)


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _count(connection: apsw.Connection, rows: str) -> int:
    count: int = scalar(connection, f"SELECT count(*) FROM {rows}")  # noqa: S608 - our own names
    return count
