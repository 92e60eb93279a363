"""JSON in a file, in a zip file or in a folder."""

import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.i18n import N_
from glmdesk.storage.attachments import MOST_BYTES, pieces_of
from glmdesk.storage.transfer.incoming import Content

_T = TypeVar("_T")

_MOST: Final = 4 << 30
"""Bytes of JSON. What unpacks to more is no history."""


def is_zip(path: Path) -> bool:
    """Whether a file is a zip file."""
    return path.is_file() and zipfile.is_zipfile(path)


def names(path: Path) -> list[str]:
    """Return the names of the files in a zip file, or right in a folder."""
    if path.is_dir():
        return [file.name for file in path.iterdir()]
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def all_names(path: Path) -> list[str]:
    """Return the names of all files in a zip file or a folder, with those of the folders they are in.

    There are none in any other file.
    """
    if path.is_dir():
        return [file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()]
    return names(path) if is_zip(path) else []


def content(path: Path, name: str | None = None) -> bytes:
    """Return the bytes of a file, or of the one of that name in it, if it is a zip file or a folder.

    Raises LocalDataError.
    """
    try:
        if name is None:
            return path.read_bytes()
        if path.is_dir():
            return (path / name).read_bytes()
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(name).file_size > _MOST:
                raise LocalDataError(unreadable(path, "it is too large"))
            return archive.read(name)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise LocalDataError(unreadable(path, str(error))) from error


def file_in(path: Path, name: str, called: str) -> Content | None:
    """Return a file of a zip file or a folder as one that goes with a message; None where it is too large.

    Raises LocalDataError.
    """
    import hashlib  # noqa: PLC0415 - four megabytes, for who imports

    digest, size = hashlib.sha256(), 0
    for piece in _pieces(path, name):
        digest.update(piece)
        size += len(piece)
        if size > MOST_BYTES:
            return None
    return Content(Attachment(digest.hexdigest(), called, size), partial(_pieces, path, name))


def _pieces(path: Path, name: str) -> Iterator[bytes]:
    try:
        if path.is_dir():
            with (path / name).open("rb") as file:
                yield from pieces_of(file, path / name)
        else:
            with zipfile.ZipFile(path) as archive, archive.open(name) as member:
                yield from pieces_of(member, path)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error) as error:
        raise LocalDataError(unreadable(path, str(error))) from error


def listed(path: Path, name: str | None = None) -> list[msgspec.Raw]:
    """Return the items of a list, each still as JSON. Raises LocalDataError where there is no list."""
    return _decoded(path, content(path, name), list[msgspec.Raw])


def members(path: Path, name: str | None = None) -> dict[str, msgspec.Raw]:
    """Return the members of an object, each still as JSON. Raises LocalDataError where there is no object."""
    return _decoded(path, content(path, name), dict[str, msgspec.Raw])


def _decoded(path: Path, data: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise LocalDataError(unreadable(path, str(error))) from error


def plain(raw: msgspec.Raw | bytes | str) -> object:
    """Return what a piece of JSON says; None where it says nothing."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def unreadable(path: Path, reason: str) -> Problem:
    """Return what is said of a file that cannot be read."""
    return Problem(
        "import-unreadable",
        N_("“{path}” cannot be read: {reason}."),
        N_("Export it again from the program it comes from, and try that file."),
        details={"path": str(path), "reason": reason.rstrip(".")},
    )
