"""JSON in a file, in a zip file or in a folder."""

import lzma
import zipfile
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.i18n import N_, _
from glmdesk.storage.attachments import MOST_BYTES, pieces_of
from glmdesk.storage.transfer.incoming import Content, Loss

_T = TypeVar("_T")

_MOST: Final = 1 << 30
"""Bytes of JSON, which are in memory at once. The history of years has some hundred millions."""

_DAMAGED: Final = (
    OSError, EOFError, KeyError, RuntimeError, NotImplementedError,
    zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip
"""What is raised where a file cannot be unpacked: it is damaged, encrypted, or packed in some other way."""


def is_zip(path: Path) -> bool:
    """Whether a file is a zip file."""
    return path.is_file() and zipfile.is_zipfile(path)


def names(path: Path) -> list[str]:
    """Return the names of the files in a zip file, or right in a folder. Raises LocalDataError, OSError."""
    if path.is_dir():
        return [file.name for file in path.iterdir()]
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except _DAMAGED as error:
        raise LocalDataError(unreadable(path, str(error))) from error


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
        if name is None or path.is_dir():
            file = path / name if name else path
            _require_size(file, file.stat().st_size)
            return file.read_bytes()
        with zipfile.ZipFile(path) as archive:
            # It is unpacked no further than that, whatever there is.
            _require_size(path / name, archive.getinfo(name).file_size)
            return archive.read(name)
    except _DAMAGED as error:
        raise LocalDataError(unreadable(path, str(error))) from error


def _require_size(path: Path, size_bytes: int) -> None:
    if size_bytes > _MOST:
        raise LocalDataError(_too_large(path, size_bytes))


def file_in(path: Path, name: str, called: str) -> Content | None:
    """Return a file of a zip file or a folder as one that goes with a message.

    None where it is too large, or cannot be read.
    """
    import hashlib  # noqa: PLC0415 - four megabytes, for who imports

    digest, size = hashlib.sha256(), 0
    try:
        for piece in _pieces(path, name):
            digest.update(piece)
            size += len(piece)
            if size > MOST_BYTES:
                return None
    except LocalDataError:
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
    except _DAMAGED as error:
        raise LocalDataError(unreadable(path, str(error))) from error


def listed(path: Path, name: str | None = None) -> list[msgspec.Raw]:
    """Return the items of a list, each still as JSON. Raises LocalDataError where there is no list."""
    return _decoded(path, content(path, name), list[msgspec.Raw])


def items_in(path: Path, names: Sequence[str | None]) -> Iterator[tuple[str, msgspec.Raw] | Loss]:
    """Yield the items of the lists in several files, each with words for where it stands.

    A file that cannot be read is a loss, unless it is the only one. Raises LocalDataError.
    """
    for name in names:
        try:
            found = listed(path, name)
        except LocalDataError as error:
            if len(names) == 1:
                raise
            yield Loss(name or path.name, error.problem.headline)
            continue
        for number, raw in enumerate(found, start=1):
            yield _("conversation {number}").format(number=number), raw


def members(path: Path, name: str | None = None) -> dict[str, msgspec.Raw]:
    """Return the members of an object, each still as JSON. Raises LocalDataError where there is no object."""
    return _decoded(path, content(path, name), dict[str, msgspec.Raw])


def _decoded(path: Path, data: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(data.removeprefix(BOM_UTF8), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
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


def _too_large(path: Path, size_bytes: int) -> Problem:
    return Problem(
        "import-too-large",
        N_("“{path}” is too large to be read: it has {size} MB of JSON."),
        N_("A history has no more than {most} MB. Export it again, or in several files."),
        details={"path": str(path), "size": f"{size_bytes >> 20:,}", "most": f"{_MOST >> 20:,}"},
    )
