"""Opening a database in whatever state it is found: new, older, newer, damaged, read-only, in use."""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import apsw

from glmdesk.domain.errors import DatabaseDamaged, LocalDataError, Problem
from glmdesk.i18n import N_
from glmdesk.storage.exchange import finish_exchange
from glmdesk.storage.faults import folder_unusable, in_use, translated
from glmdesk.storage.files import is_there, quiet_uri
from glmdesk.storage.header import PAGE_SIZE
from glmdesk.storage.migrations import Step, migrate, read_as_present, require_readable, version
from glmdesk.storage.presence import Presence
from glmdesk.storage.reading import defend, opened_at
from glmdesk.storage.recovery import recover_answers
from glmdesk.storage.repair import is_suspect, repair
from glmdesk.storage.sql import execute, pragma

logger = logging.getLogger(__name__)

# Bytes that the log keeps after a burst (an import) has been written back.
_LOG_LIMIT_BYTES = 16 * 1024 * 1024
# It is written back when it is as long as that: so seldom that hardly any write has to wait for it.
_LOG_PAGES = _LOG_LIMIT_BYTES // PAGE_SIZE

# With these the stored history can still be shown; with any other there is nothing to show.
_READABLE_CODES = frozenset({"read-only", "disk-full", "storage-failed", "database-newer"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a database is, the schema it is to have, and who tells network file systems from local ones."""

    path: Path
    steps: Sequence[Step]
    network_filesystem: Callable[[Path], str | None]


@dataclass(frozen=True, slots=True)
class Opened:
    """An open database. `refusal` says why nothing can be written; `presence` is None then.

    `is_exclusive` means that no other connection can read it.
    """

    connection: apsw.Connection
    notices: tuple[Problem, ...]
    presence: Presence | None = None
    refusal: LocalDataError | None = None
    is_exclusive: bool = False

    def close(self) -> None:
        """Close the file and let the next process repair or migrate it."""
        self.connection.close()
        if self.presence:
            self.presence.leave()


def open_database(place: Place) -> Opened:
    """Open a database for writing if that is possible, else for reading.

    Raises:
        LocalDataError: It can be opened in no way.
    """
    try:
        with translated(place.path):
            return _open_for_writing(place)
    except LocalDataError as refusal:
        if refusal.problem.code not in _READABLE_CODES:
            raise
        if not is_there(place.path):
            raise _nothing_there(place.path, refusal) from refusal
        return _open_for_reading(place, refusal)


def _open_for_writing(place: Place) -> Opened:
    place.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    presence = Presence(place.path)
    try:
        network = place.network_filesystem(place.path.parent)
        notices: list[Problem] = []
        if network:
            notices.append(_network_notice(place.path, network))
        connection, repaired = _open_sound(place, presence, exclusive=network is not None)
        notices += repaired
    except BaseException:
        presence.leave()
        raise
    presence.open_gate()
    return Opened(connection, tuple(notices), presence, is_exclusive=network is not None)


def _open_sound(
    place: Place, presence: Presence, *, exclusive: bool
) -> tuple[apsw.Connection, tuple[Problem, ...]]:
    """Open the database, repairing it first where it is damaged; return what is to be said about that too."""
    if not presence.is_alone():
        if exclusive:
            raise LocalDataError(in_use(place.path))
        return _connect(place, presence, exclusive=False), ()
    finish_exchange(place.path)
    if not is_suspect(place.path):
        try:
            return _connect(place, presence, exclusive=exclusive), ()
        except DatabaseDamaged:
            logger.info("%s is damaged", place.path)
    repaired = repair(place.path, place.steps)
    return _connect(place, presence, exclusive=exclusive), (repaired.notice,)


def _connect(place: Place, presence: Presence, *, exclusive: bool) -> apsw.Connection:
    with translated(place.path):
        _make_private(place.path)
        connection = apsw.Connection(str(place.path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            defend(connection)
            require_readable(connection, place.path, place.steps)
            _configure_for_writing(connection, exclusive=exclusive)
            _bring_up_to_date(connection, place, presence)
            pragma(connection, "foreign_keys", "on")
            recover_answers(connection, presence.is_alive)
        except BaseException:
            connection.close()
            raise
    return connection


def _bring_up_to_date(connection: apsw.Connection, place: Place, presence: Presence) -> None:
    if version(connection) == len(place.steps):
        return
    if not presence.is_alone():
        raise LocalDataError(in_use(place.path))
    if copy := migrate(connection, place.path, place.steps):
        logger.info("schema migrated to version %d, copy kept: %s", len(place.steps), copy)


def _make_private(path: Path) -> None:
    """Make a new file readable by its owner only; SQLite gives the log the same mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _configure_for_writing(connection: apsw.Connection, *, exclusive: bool) -> None:
    """Set how to write. `exclusive` is for network file systems: no shared memory, no second process."""
    pragma(connection, "page_size", PAGE_SIZE)  # takes effect in a new file
    if exclusive:
        pragma(connection, "locking_mode", "exclusive")
        pragma(connection, "journal_mode", "delete")
        execute(connection, "BEGIN EXCLUSIVE; COMMIT")  # the lock is taken now and kept
    else:
        pragma(connection, "journal_mode", "wal")
        pragma(connection, "journal_size_limit", _LOG_LIMIT_BYTES)
        pragma(connection, "wal_autocheckpoint", _LOG_PAGES)
    pragma(connection, "synchronous", "full")
    pragma(connection, "secure_delete", "fast")


def _open_for_reading(place: Place, refusal: LocalDataError) -> Opened:
    """Open what cannot be written. Raises `refusal` where it cannot be read either."""
    # Another process may be writing; where its shared memory cannot be had, there is none.
    for uri in (f"{place.path.as_uri()}?mode=ro", quiet_uri(place.path)):
        try:
            connection = _connect_for_reading(uri, place.steps)
        except apsw.Error as error:
            logger.info("%s cannot be read: %s", uri, error)
        else:
            return Opened(connection, (refusal.problem,), refusal=refusal)
    raise refusal


def _connect_for_reading(uri: str, steps: Sequence[Step]) -> apsw.Connection:
    connection = opened_at(uri)
    try:
        read_as_present(connection, steps)
    except BaseException:
        connection.close()
        raise
    return connection


def _nothing_there(path: Path, refusal: LocalDataError) -> LocalDataError:
    """Return what is to be said where there is nothing to read and nothing can be made."""
    cause = refusal.__cause__
    if isinstance(cause, OSError) and refusal.problem.code != "disk-full":
        return LocalDataError(folder_unusable(path.parent, cause.strerror or str(cause)))
    return refusal


def _network_notice(path: Path, kind: str) -> Problem:
    return Problem(
        "network-filesystem",
        N_("{folder} is on a network file system ({kind})."),
        N_("Only one glmdesk can use it at a time; a folder on this computer is safer and faster."),
        details={"folder": str(path.parent), "kind": kind},
    )
