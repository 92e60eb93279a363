"""What a server says of one of its tools, and whether that is still what the user has seen."""

import difflib
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from glmdesk.domain.unseen import unmasked

LONGEST_NAME: Final = 64
"""Characters, of a name that a model can call."""

_LONGEST_DESCRIPTION: Final = 8_000
"""Characters that a model is told. A tool that needs more is told in each question, at its user's expense."""

_HASH: Final = 6


@dataclass(frozen=True, slots=True)
class Definition:
    """A tool as its server describes it.

    Attributes:
        name: What the server calls it.
        parameters: The JSON Schema of its arguments, the same bytes for the same schema.
        only_reads: Whether the server says that it changes nothing.
    """

    name: str
    title: str
    description: str
    parameters: str
    only_reads: bool = False

    @classmethod
    def of(
        cls,
        name: str,
        *,
        title: str,
        description: str,
        schema: Mapping[str, object],
        only_reads: bool,
    ) -> "Definition":
        """Return the definition with these parts of what a server says."""
        whole: dict[str, object] = {"type": "object", "properties": {}, **schema}
        parameters = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return cls(name, title or name, description.strip(), parameters, only_reads)

    @property
    def told(self) -> str:
        """What a model is told of it."""
        return self.description[:_LONGEST_DESCRIPTION] or self.title

    @property
    def digest(self) -> str:
        """A SHA-256 of all of it."""
        parts = (self.name, self.title, self.description, self.parameters, str(self.only_reads))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @property
    def shown(self) -> str:
        """All of it in lines, to be read and compared; nothing in it is hidden."""
        schema = json.dumps(json.loads(self.parameters), indent=2, ensure_ascii=False)
        reads = "readOnlyHint: true" if self.only_reads else "readOnlyHint: false"
        head = self.name if self.title == self.name else f"{self.title} ({self.name})"
        return unmasked(f"{head}\n{reads}\n\n{self.description}\n\n{schema}")


class Standing(StrEnum):
    """How what a server says now stands to what the user has seen."""

    SEEN = "seen"
    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


def standing(seen: Definition | None, now: Definition | None) -> Standing:
    """Return how a definition stands to the one that was seen; one of both there is."""
    if now is None:
        return Standing.GONE
    if seen is None:
        return Standing.NEW
    return Standing.SEEN if seen.digest == now.digest else Standing.CHANGED


def difference(seen: Definition, now: Definition) -> str:
    """Return what has changed, line by line."""
    lines = difflib.unified_diff(seen.shown.splitlines(), now.shown.splitlines(), lineterm="", n=2)
    return "\n".join([*lines][2:])


def callable_names(server: str, server_id: str, names: Iterable[str]) -> dict[str, str]:
    """Return by what a model calls the tools of a server: letters it may have, short enough, each its own."""
    found: dict[str, str] = {}
    for name in names:
        # What names its server already, as many do, is not made longer.
        whole = name if name.startswith(f"{server}_") else f"{server}_{name}"
        plain = _plain(whole)
        is_whole = len(plain) <= LONGEST_NAME and plain == whole
        if not is_whole or plain in found.values():
            mark = hashlib.sha256(f"{server_id}\0{name}".encode()).hexdigest()[:_HASH]
            plain = f"{plain[: LONGEST_NAME - _HASH - 1].rstrip('_')}_{mark}"
        found[name] = plain
    return found


def _plain(text: str) -> str:
    return re.sub(r"_{2,}", "_", re.sub(r"[^A-Za-z0-9_-]+", "_", text)).strip("_") or "tool"
