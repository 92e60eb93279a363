"""Copies of the history from each day and each week, and the way back to one of them.

Each is a database of its own, checked and counted before it gets its name; the files that go with them are
kept once for all. No key is in any of them.
"""

import asyncio
import logging
import os
import re
import stat
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import apsw

from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.i18n import N_
from glmdesk.storage.attachments import FOLDER, Attachments, attachments_of, held, held_by
from glmdesk.storage.backup import verified_copy
from glmdesk.storage.database import Database
from glmdesk.storage.exchange import put_in_place
from glmdesk.storage.faults import in_use, translated
from glmdesk.storage.files import beside
from glmdesk.storage.migrations import STEPS, require_readable
from glmdesk.storage.presence import Presence
from glmdesk.storage.reading import opened_at
from glmdesk.storage.sql import scalar, snapshot

logger = logging.getLogger(__name__)

DAY: Final = timedelta(days=1)
"""So old the last backup may become."""

_DAYS: Final = 7
_WEEKS: Final = 4
_NAME: Final = re.compile(r"glmdesk-(\d{8})-(\d{6})\.db")
_STAMP: Final = "%Y%m%d-%H%M%S"


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy; `at` is when it was made, in UTC."""

    path: Path
    at: datetime
    size_bytes: int


class Backups:
    """The backups of a database in a folder. Everything here takes as long as the disk does."""

    def __init__(self, database: Path, folder: Path) -> None:
        self.folder = folder
        self._attachments = Attachments(folder / FOLDER)
        self._database = database

    def existing(self) -> list[Backup]:
        """Return the backups that are there, the newest first. Raises LocalDataError."""
        try:
            return sorted(self._found(), key=lambda backup: backup.at, reverse=True)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from error

    def is_due(self, now: datetime) -> bool:
        """Whether the last one is older than a day."""
        # One of a clock that went ahead would let all others wait, or be made every hour.
        return not any(now - DAY < backup.at <= now for backup in self.existing())

    def make(self, now: datetime, connection: apsw.Connection | None = None) -> Backup:
        """Copy the database as it is at this moment, beside whoever writes to it; return the copy.

        It is read through `connection`, else through one of its own. What is too old then is removed, as far
        as it can be. Raises LocalDataError where there is no good copy.
        """
        target = self.folder / f"glmdesk-{now.astimezone(UTC):{_STAMP}}.db"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with translated(self._database):
                if connection is None:
                    with closing(opened_at(f"{self._database.absolute().as_uri()}?mode=ro")) as own:
                        self._copy(own, target)
                else:
                    self._copy(connection, target)
            target.chmod(0o600)
            made = Backup(target, now.astimezone(UTC).replace(microsecond=0), target.stat().st_size)
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from error
        except LocalDataError as error:
            raise self._failed(error.problem.headline) from error
        self._thin(now)
        return made

    def _copy(self, connection: apsw.Connection, target: Path) -> None:
        # Of one moment: it is counted what has been copied, whoever writes meanwhile.
        with snapshot(connection):
            self._copy_attachments(held(connection))
            with _named(target):
                verified_copy(connection, target)

    def _copy_attachments(self, digests: set[str]) -> None:
        attachments_of(self._database).copy_to(self._attachments, digests)

    def _thin(self, now: datetime) -> None:
        """Remove what is too old; what cannot be removed stays, and the backup is good all the same."""
        try:
            for path in (*self._halves(now), *self._outdated(now)):
                _remove(path)
            digests = set[str]().union(*(held_by(backup.path) for backup in self.existing()))
            self._attachments.keep_only(digests, now)
        except (OSError, LocalDataError) as error:
            logger.info("something too old is left in %s: %s", self.folder, error)

    def _outdated(self, now: datetime) -> Iterator[Path]:
        """Yield what may go. Those of a clock that went ahead take no place of those before now."""
        found = self.existing()
        ahead = [backup for backup in found if backup.at > now]
        for backup in (*outdated(ahead), *outdated(found[len(ahead) :])):
            yield backup.path

    def _halves(self, now: datetime) -> Iterator[Path]:
        """Yield what was begun by a program that has ended; another one may be at work on a new one."""
        for path in self.folder.glob("glmdesk-*.db.part"):
            if (found := _looked_at(path)) and found.st_mtime < (now - DAY).timestamp():
                yield path

    def _found(self) -> Iterator[Backup]:
        for path in self.folder.iterdir():
            at, found = _moment_in(path.name), _looked_at(path)
            if at is not None and found is not None:
                yield Backup(path, at, found.st_size)

    def _failed(self, reason: str) -> LocalDataError:
        return LocalDataError(
            Problem(
                "backup-failed",
                N_("The history could not be backed up to {folder}: {reason}."),
                N_("It is tried again in an hour. Choose another folder in the settings."),
                details={"folder": str(self.folder), "reason": reason.rstrip(".。")},
            )
        )


async def is_wanted(database: Database, backups: Backups, now: datetime) -> bool:
    """Return whether a backup is due, and there is something to lose. Raises LocalDataError.

    One of an empty history would put off the first one of what is written that day.
    """
    return await asyncio.to_thread(backups.is_due, now) and await database.read(_holds_something)


def _holds_something(connection: apsw.Connection) -> bool:
    statement = (
        "SELECT EXISTS (SELECT 1 FROM conversations) OR EXISTS (SELECT 1 FROM drafts)"
        " OR EXISTS (SELECT 1 FROM presets)"
    )
    return bool(scalar(connection, statement))


async def back_up(database: Database, backups: Backups, now: datetime) -> Backup:
    """Make a backup of a database that is open here.

    Where nobody else is let in, on a network file system, it is read through its own connection, and who
    writes waits. Raises LocalDataError where there is no good copy.
    """
    if database.is_exclusive:
        return await database.maintain(partial(backups.make, now))
    return await asyncio.to_thread(backups.make, now)


def outdated(backups: Sequence[Backup]) -> list[Backup]:
    """Return what may go of backups that begin with the newest.

    The newest of each of the last seven days that have one is kept, and of each of the last four weeks.
    """
    days: dict[object, Backup] = {}
    weeks: dict[object, Backup] = {}
    for backup in backups:
        local = backup.at.astimezone()
        days.setdefault(local.date(), backup)
        weeks.setdefault(local.isocalendar()[:2], backup)
    kept = [*list(days.values())[:_DAYS], *list(weeks.values())[:_WEEKS]]
    return [backup for backup in backups if backup not in kept]


def restore(database: Path, backup: Path) -> Path:
    """Let a copy of a backup take the place of the database; return where the old one is now.

    Nobody may have it open. Raises LocalDataError, and then nothing is changed.
    """
    presence = Presence(database)
    try:
        if not presence.is_alone():
            raise LocalDataError(in_use(database))
        new = beside(database, ".restoring")
        uri = f"{backup.absolute().as_uri()}?immutable=1"
        with translated(backup), closing(opened_at(uri)) as connection:
            require_readable(connection, backup, STEPS)
            attachments_of(backup).copy_to(attachments_of(database), held(connection))
            verified_copy(connection, new)
        new.chmod(0o600)
        return put_in_place(database, new, "replaced")
    finally:
        presence.leave()


@contextmanager
def _named(target: Path) -> Generator[None]:
    """Let errors of the disk name what is written. What cannot be read is the database."""
    try:
        yield
    except (apsw.CantOpenError, apsw.IOError, apsw.PermissionsError, apsw.ReadOnlyError, OSError):
        with translated(target):
            raise


def _moment_in(name: str) -> datetime | None:
    """Return when a backup was made; None for a file of another name."""
    named = _NAME.fullmatch(name)
    if named is None:
        return None
    try:
        at = datetime.fromisoformat(f"{named[1]}T{named[2]}").replace(tzinfo=UTC)
        at.astimezone()
    except (ValueError, OverflowError, OSError):  # no date, or none that there is here
        return None
    return at


def _looked_at(path: Path) -> os.stat_result | None:
    """Return what is known of a file; None for what is none, or has gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        logger.info("%s cannot be removed: %s", path, error)
