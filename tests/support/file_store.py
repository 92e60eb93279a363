"""`/files`: uploads as multipart, lists, content of batch files. Source: the file API pages."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final, TypeVar

from tests.support.errors import Refusal, refusal_for
from tests.support.replies import now_s

DOCUMENTS: Final = frozenset(
    {
        ".pdf",
        ".docx",
        ".doc",
        ".xls",
        ".xlsx",
        ".txt",
        ".png",
        ".jpg",
        ".jpeg",
        ".csv",
    }
)
# Per purpose, the file name suffixes it takes; empty takes all.
PURPOSES: Final[Mapping[str, frozenset[str]]] = {
    "batch": frozenset({".jsonl"}),
    "code-interpreter": DOCUMENTS,
    "agent": DOCUMENTS,
    "voice-clone-input": frozenset(),
    "file-extract": frozenset(),
    "fine-tune": frozenset(),
    "retrieval": frozenset(),
}
T = TypeVar("T")

FIRST_ID: Final = 1_900_000_000_000_000_001
DISPOSITION: Final = re.compile(rb'\b(name|filename)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An uploaded or produced file."""

    id: str
    filename: str
    purpose: str
    content: bytes
    created_at: int

    def object(self) -> dict[str, object]:
        """Return the file as the API shows it."""
        return {
            "id": self.id,
            "object": "file",
            "bytes": len(self.content),
            "created_at": self.created_at,
            "filename": self.filename,
            "purpose": self.purpose,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body."""

    name: str
    filename: str
    content: bytes


def multipart(content_type: str, body: bytes) -> list[Part]:
    """Return the parts of a `multipart/form-data` body; none when it is no such body."""
    found = re.search(r'boundary="?([^";]+)"?', content_type)
    if found is None:
        return []
    # The line break before a boundary belongs to it.
    sections = (b"\r\n" + body).split(b"\r\n--" + found[1].encode())
    return [_part(section) for section in sections[1:-1]]


def _part(section: bytes) -> Part:
    head, _, content = section.partition(b"\r\n\r\n")
    names = {key.decode(): value.decode() for key, value in DISPOSITION.findall(head)}
    return Part(names.get("name", ""), names.get("filename", ""), content)


@dataclass(slots=True)
class FileStore:
    """The files of the account."""

    files: dict[str, StoredFile] = field(default_factory=dict[str, StoredFile])
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(FIRST_ID))

    def new_id(self) -> str:
        """Return an id nothing else has; batches draw from it too."""
        return str(next(self._ids))

    def add(self, filename: str, purpose: str, content: bytes) -> StoredFile:
        """Store a file."""
        stored = StoredFile(self.new_id(), filename, purpose, content, now_s())
        self.files[stored.id] = stored
        return stored

    def upload(self, content_type: str, body: bytes) -> StoredFile | Refusal:
        """Store the file of an upload request."""
        parts = {part.name: part for part in multipart(content_type, body)}
        for name in ("purpose", "file"):
            if name not in parts:
                return refusal_for("1213", name)
        purpose, file = parts["purpose"].content.decode(), parts["file"]
        if purpose not in PURPOSES:
            return refusal_for("1214", "purpose")
        suffixes = PURPOSES[purpose]
        if suffixes and PurePath(file.filename).suffix.lower() not in suffixes:
            return refusal_for("1214", "file")
        return self.add(file.filename, purpose, file.content)

    def listed(self, query: Mapping[str, str]) -> dict[str, object] | Refusal:
        """Return one page of the files of a purpose, newest first."""
        if not query.get("purpose"):
            return refusal_for("1213", "purpose")
        files = [file for file in reversed(self.files.values()) if file.purpose == query["purpose"]]
        page, has_more = paged([(file.id, file) for file in files], query)
        return {"object": "list", "data": [file.object() for file in page], "has_more": has_more}

    def delete(self, file_id: str) -> dict[str, object] | Refusal:
        """Delete a file."""
        if self.files.pop(file_id, None) is None:
            return refusal_for("1214", "file_id")
        return {"id": file_id, "object": "file", "deleted": True}

    def content(self, file_id: str) -> bytes | Refusal:
        """Return the bytes of a file; only batch files give theirs back."""
        file = self.files.get(file_id)
        if file is None or file.purpose not in ("batch", "batch_output"):
            return refusal_for("1214", "file_id")
        return file.content


def paged(items: list[tuple[str, T]], query: Mapping[str, str]) -> tuple[list[T], bool]:
    """Return the page after `after`, of `limit` items, and whether more follow."""
    ids = [item_id for item_id, _ in items]
    start = ids.index(query["after"]) + 1 if query.get("after") in ids else 0
    limit = int(query.get("limit") or 20)
    return [item for _, item in items[start : start + limit]], len(items) > start + limit
