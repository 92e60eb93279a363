"""The files that go with messages, each known by what is in it, in a folder beside the database.

A content is written whole or not at all, is kept once however many messages have it, and never changes. What
no message and no draft has any more is swept away, but for what has just come: that is for a message which is
not stored yet.
"""

import asyncio
import errno
import logging
import os
from collections.abc import Collection, Generator, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import IO, BinaryIO, Final

import apsw

from glmdesk.domain.attachment import DIGEST, Attachment
from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.domain.ids import new_id
from glmdesk.i18n import N_
from glmdesk.storage.atomic import sync_folder
from glmdesk.storage.database import Database
from glmdesk.storage.faults import translated
from glmdesk.storage.files import siblings
from glmdesk.storage.plain import attachments_in, read
from glmdesk.storage.reading import opened_quietly
from glmdesk.storage.sql import select

logger = logging.getLogger(__name__)

MOST_BYTES: Final = 100 << 20
"""A larger file is no attachment: it fits into no question."""

FOLDER: Final = "attachments"
"""What the folder is called in that of the database, and in that of the backups."""

_GRACE: Final = timedelta(hours=1)
"""What came later than that is not swept."""

_AT_ONCE: Final = 1 << 20
_PART: Final = ".part"

_HELD: Final = """
    SELECT attachments FROM messages WHERE attachments IS NOT NULL
    UNION ALL SELECT attachments FROM drafts WHERE attachments IS NOT NULL
"""


def attachments_of(database: Path) -> "Attachments":
    """Return the contents that go with a database."""
    return Attachments(database.parent / FOLDER)


class Attachments:
    """Contents in a folder. Everything here takes as long as the disk does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, pieces: Iterable[bytes]) -> Attachment:
        """Keep a content that comes in pieces.

        Raises LocalDataError where it cannot be kept, or is too large, and whatever the pieces raise.
        """
        import hashlib  # noqa: PLC0415 - four megabytes, for who has a file

        digest, size = hashlib.sha256(), 0
        with translated(self._folder), self._part() as (part, file):
            for piece in pieces:
                digest.update(piece)
                size += file.write(piece)
                if size > MOST_BYTES:
                    raise LocalDataError(_too_large(name))
            file.flush()
            os.fsync(file.fileno())
            file.close()
            part.replace(self._path(digest.hexdigest()))
            sync_folder(self._folder)
        return Attachment(digest.hexdigest(), PurePath(name).name or name, size)

    def content(self, attachment: Attachment) -> bytes:
        """Return what is in a file. Raises LocalDataError where that is not there, or not what it was."""
        try:
            content = self._path(attachment.digest).read_bytes()
        except OSError as error:
            raise LocalDataError(_lost(attachment)) from error
        if Attachment.of(attachment.name, content).digest != attachment.digest:
            raise LocalDataError(_lost(attachment))
        return content

    def has(self, digest: str) -> bool:
        """Whether a content is there."""
        return self._path(digest).is_file()

    def pieces(self, digest: str, size: int = _AT_ONCE) -> Iterator[bytes]:
        """Yield a content in pieces of so many bytes, the last may be shorter; nothing where it is not there.

        Raises LocalDataError.
        """
        path = self._path(digest)
        if self.has(digest):
            with translated(path), path.open("rb") as file:
                yield from pieces_of(file, path, size)

    def copy_to(self, other: "Attachments", digests: Collection[str]) -> None:
        """Let another folder have these contents too, as far as they are here and not there.

        Raises LocalDataError.
        """
        for digest in digests:
            if other.has(digest):
                other.renew(digest)
            elif self.has(digest):
                other.keep(digest, self.pieces(digest))

    def renew(self, digest: str) -> None:
        """Let a content be one that has just come. Raises LocalDataError."""
        with translated(self._folder):
            os.utime(self._path(digest))

    def keep_only(self, digests: Collection[str], now: datetime) -> None:
        """Remove what is not among these, but for what has just come. Raises OSError."""
        moment = (now - _GRACE).timestamp()
        for path in self._files():
            # What was begun gets its name meanwhile.
            with suppress(FileNotFoundError):
                if path.name not in digests and path.stat().st_mtime < moment:
                    path.unlink()

    def remove(self, digest: str) -> None:
        """Remove a content. Raises OSError."""
        self._path(digest).unlink(missing_ok=True)

    def _files(self) -> Iterator[Path]:
        """Yield the contents, and what was begun and not finished."""
        for path in self._folder.glob("*"):
            if DIGEST.fullmatch(path.name) or path.suffix == _PART:
                yield path

    @contextmanager
    def _part(self) -> Generator[tuple[Path, BinaryIO]]:
        """Give a new file that is removed where it gets no name in the block."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._folder / f"{new_id()}{_PART}"
        with open(part, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            try:
                yield part, file
            finally:
                file.close()
                part.unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        assert DIGEST.fullmatch(digest), "nothing else is ever a path"
        return self._folder / digest


def held(connection: apsw.Connection) -> set[str]:
    """Return the digests of all files that messages and drafts of a database have, deleted ones too."""
    texts = {text for (text,) in select(connection, _HELD)}
    return {attachment.digest for text in texts for attachment in attachments_in(read(text))}


def held_by(path: Path) -> set[str]:
    """Return those of a database that nobody has open; nothing where it is damaged or knows none."""
    try:
        with closing(opened_quietly(path)) as connection:
            return held(connection)
    except apsw.Error as error:
        logger.info("no attachments are known of %s: %s", path, error)
        return set()


async def sweep(database: Database, now: datetime) -> None:
    """Remove the contents that nothing has any more, in this database and in those that were set aside.

    Raises LocalDataError.
    """
    digests = await database.read(held)
    await asyncio.to_thread(_sweep, database.path, digests, now)


def _sweep(path: Path, digests: set[str], now: datetime) -> None:
    with translated(path.parent):
        attachments_of(path).keep_only(digests.union(*map(held_by, siblings(path))), now)


def content_of(path: Path) -> bytes:
    """Return what is in a file that is to be kept. Raises LocalDataError where it is none or too large."""
    try:
        if path.is_dir():
            raise LocalDataError(_folder(path))
        if path.exists() and not path.is_file():
            raise LocalDataError(unreadable(str(path), os.strerror(errno.EINVAL)))
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise LocalDataError(unreadable(str(path), error.strerror or str(error))) from error
    if len(content) > MOST_BYTES:
        raise LocalDataError(_too_large(path.name))
    return content


def pieces_of(file: IO[bytes], path: Path, size: int = _AT_ONCE) -> Iterator[bytes]:
    """Yield what is in a file that was opened from `path`. Raises LocalDataError."""
    try:
        while piece := file.read(size):
            yield piece
    except OSError as error:
        raise LocalDataError(unreadable(str(path), error.strerror or str(error))) from error


def unreadable(name: str, reason: str) -> Problem:
    """Return what is said of a file that cannot be read."""
    return Problem(
        "file-unreadable",
        N_("“{name}” cannot be read: {reason}."),
        N_("Check the name of the file."),
        details={"name": name, "reason": reason},
    )


def _folder(path: Path) -> Problem:
    return Problem(
        "file-is-folder",
        N_("“{name}” is a folder."),
        N_("Attach the files in it."),
        details={"name": str(path)},
    )


def _too_large(name: str) -> Problem:
    return Problem(
        "file-too-large",
        N_("“{name}” is larger than {most} MB."),
        N_("Attach the part of it that the question is about."),
        details={"name": name, "most": str(MOST_BYTES >> 20)},
    )


def _lost(attachment: Attachment) -> Problem:
    return Problem(
        "attachment-lost",
        N_("The file “{name}” is not there any more, or is damaged."),
        N_("Attach it again. The words of the message are kept."),
        details={"name": attachment.name},
    )
