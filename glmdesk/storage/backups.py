"""Copies of the history from each day and each week, and the way back to one of them.

Each is a database of its own, checked and counted before it gets its name; the files that go with them are
kept once for all. No key is in any of them.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import apsw

from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.i18n import N_
from glmdesk.storage.attachments import FOLDER, Attachments, attachments_of, held, held_by
from glmdesk.storage.backup import verified_copy
from glmdesk.storage.exchange import put_in_place
from glmdesk.storage.faults import in_use, translated
from glmdesk.storage.files import beside
from glmdesk.storage.migrations import STEPS, require_readable
from glmdesk.storage.presence import Presence
from glmdesk.storage.sql import snapshot

DAY: Final = timedelta(days=1)
"""So old the last backup may become."""

_DAYS: Final = 7
_WEEKS: Final = 4
_NAME: Final = re.compile(r"glmdesk-(\d{8}-\d{6})\.db")
_STAMP: Final = "%Y%m%d-%H%M%S"
_BUSY_TIMEOUT_MS: Final = 5000


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
        newest = next(iter(self.existing()), None)
        return newest is None or not now - DAY < newest.at <= now

    def make(self, now: datetime) -> Backup:
        """Copy the database as it is at this moment, beside whoever writes to it; return the copy.

        What is too old then is removed. Raises LocalDataError where there is no good copy.
        """
        target = self.folder / f"glmdesk-{now.astimezone(UTC):{_STAMP}}.db"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._remove_halves(now)
            with translated(target):
                flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
                uri = f"{self._database.absolute().as_uri()}?mode=ro"
                with closing(apsw.Connection(uri, flags=flags)) as connection:
                    connection.set_busy_timeout(_BUSY_TIMEOUT_MS)
                    # Of one moment: it is counted what has been copied, whoever writes meanwhile.
                    with snapshot(connection):
                        self._copy_attachments(held(connection))
                        verified_copy(connection, target)
            target.chmod(0o600)
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from error
        except LocalDataError as error:
            raise self._failed(error.problem.headline) from error
        self._remove_outdated(now)
        return Backup(target, now.astimezone(UTC).replace(microsecond=0), target.stat().st_size)

    def _copy_attachments(self, digests: set[str]) -> None:
        attachments_of(self._database).copy_to(self._attachments, digests)

    def _remove_outdated(self, now: datetime) -> None:
        for backup in outdated(self.existing()):
            backup.path.unlink(missing_ok=True)
        digests = set[str]().union(*(held_by(backup.path) for backup in self.existing()))
        self._attachments.keep_only(digests, now)

    def _remove_halves(self, now: datetime) -> None:
        """Remove what was begun by a program that has ended; another one may be at work on a new one."""
        for path in self.folder.glob("glmdesk-*.db.part"):
            if path.stat().st_mtime < (now - DAY).timestamp():
                path.unlink(missing_ok=True)

    def _found(self) -> Iterator[Backup]:
        for path in self.folder.iterdir():
            if named := _NAME.fullmatch(path.name):
                at = datetime.strptime(named[1], _STAMP).replace(tzinfo=UTC)
                yield Backup(path, at, path.stat().st_size)

    def _failed(self, reason: str) -> LocalDataError:
        return LocalDataError(
            Problem(
                "backup-failed",
                N_("The history could not be backed up to {folder}: {reason}."),
                N_("It is tried again in an hour. Choose another folder in the settings."),
                details={"folder": str(self.folder), "reason": reason.rstrip(".。")},
            )
        )


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
        with translated(backup):
            flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
            uri = f"{backup.absolute().as_uri()}?immutable=1"
            with closing(apsw.Connection(uri, flags=flags)) as connection:
                require_readable(connection, backup, STEPS)
                attachments_of(backup).copy_to(attachments_of(database), held(connection))
                verified_copy(connection, new)
        new.chmod(0o600)
        return put_in_place(database, new, "replaced")
    finally:
        presence.leave()
