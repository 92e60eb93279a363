"""Which program a file comes from, by what is in it and not by its name."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

import apsw

from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.i18n import N_
from glmdesk.storage.reading import opened_quietly
from glmdesk.storage.transfer import jsonl_reader
from glmdesk.storage.transfer.incoming import Incoming, Loss, fields
from glmdesk.storage.transfer.sources import (
    chatbox,
    chatgpt,
    cherry,
    claude,
    markdown_files,
    packed,
    pygpt,
)

_Read = Callable[[Path, Sequence[str | None]], Iterator[Incoming | Loss]]

_LISTS: Final = "conversations"
_CHERRY: Final = "data.json"
_SQLITE: Final = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Source:
    """A history of another program.

    Attributes:
        program: What the program is called.
        path: The file or folder.
        names: The files in it that are read, if it is a zip file or a folder.
    """

    program: str
    path: Path
    names: tuple[str | None, ...]
    _read: _Read

    def conversations(self) -> Iterator[Incoming | Loss]:
        """Read it. Raises LocalDataError where nothing of it can be read."""
        return self._read(self.path, self.names)


def recognised(path: Path) -> Source:
    """Return what a file or a folder is. Raises LocalDataError for what is none that can be imported."""
    try:
        found = _recognised(path)
    except OSError as error:
        raise LocalDataError(packed.unreadable(path, error.strerror or str(error))) from error
    if found is None:
        raise LocalDataError(_unknown(path))
    return found


def _recognised(path: Path) -> Source | None:
    if packed.is_zip(path):
        return _in_names(path)
    return _in_folder(path) if path.is_dir() else _by_beginning(path)


def _by_beginning(path: Path) -> Source | None:
    with path.open("rb") as file:
        beginning = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if beginning.startswith(_SQLITE):
        return Source("PyGPT", path, (), pygpt.read) if _has_contexts(path) else None
    if jsonl_reader.is_header(beginning.partition(b"\n")[0]):
        return Source("glmdesk", path, (), jsonl_reader.read)
    is_text = path.suffix.lower() in markdown_files.SUFFIXES
    return _first(lambda: _by_json(path, beginning[:1]), lambda: _as_text(path) if is_text else None)


def _by_json(path: Path, beginning: bytes) -> Source | None:
    match beginning:
        case b"{":
            return _by_members(path)
        case b"[":
            return _by_items(path, (None,))
        case _:
            return None


def _in_folder(path: Path) -> Source | None:
    def text() -> Source | None:
        has_text = any(file.suffix.lower() in markdown_files.SUFFIXES for file in path.rglob("*"))
        return _as_text(path) if has_text else None

    # Notes may lie beside any JSON, which need be no history.
    return _first(lambda: _in_names(path), text)


def _as_text(path: Path) -> Source:
    return Source("Markdown", path, (), markdown_files.read)


def _in_names(path: Path) -> Source | None:
    jsons = [name for name in packed.names(path) if name.endswith(".json")]
    lists = sorted(name for name in jsons if PurePosixPath(name).name.startswith(_LISTS))
    states = [name for name in jsons if PurePosixPath(name).name == _CHERRY]
    return _first(
        lambda: _by_items(path, tuple(lists)), *(partial(_by_members, path, state) for state in states)
    )


def _first(*looks: Callable[[], Source | None]) -> Source | None:
    """Return what is found first. Raises LocalDataError where nothing is found, and something not read."""
    refusal: LocalDataError | None = None
    for look in looks:
        try:
            if found := look():
                return found
        except LocalDataError as error:
            refusal = refusal or error
    if refusal:
        raise refusal
    return None


def _by_items(path: Path, names: tuple[str | None, ...]) -> Source | None:
    return _first(*(partial(_by_items_in, path, names, name) for name in names))


def _by_items_in(path: Path, names: tuple[str | None, ...], name: str | None) -> Source | None:
    for raw in packed.listed(path, name):
        members = fields(packed.plain(raw))
        if "mapping" in members:
            return Source("ChatGPT", path, names, chatgpt.read)
        if "chat_messages" in members:
            return Source("Claude", path, names, claude.read)
    return None


def _by_members(path: Path, name: str | None = None) -> Source | None:
    members = packed.members(path, name)
    if "indexedDB" in members:
        return Source("Cherry Studio", path, (name,), cherry.read)
    if name is None and not members.keys().isdisjoint(("chat-sessions-list", "chat-sessions")):
        return Source("Chatbox", path, (), chatbox.read)
    return None


def _has_contexts(path: Path) -> bool:
    try:
        with closing(opened_quietly(path)) as connection:
            return pygpt.tables(connection).issuperset(pygpt.TABLES)
    except (apsw.Error, UnicodeDecodeError):
        return False


def _unknown(path: Path) -> Problem:
    return Problem(
        "import-unknown",
        N_("“{path}” is no history that glmdesk can read."),
        N_(
            "It reads its own JSONL, the exports of ChatGPT, Claude and Chatbox, backups of Cherry Studio, "
            "the database of PyGPT, and Markdown."
        ),
        details={"path": str(path)},
    )
