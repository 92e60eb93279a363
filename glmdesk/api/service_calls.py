"""Joins the pieces of what the service had done by servers of tools.

How these entries are streamed is not documented: whole or in pieces, said once or again when more is known,
in the places where the calls of functions are.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from glmdesk.api.wire import WireMcp, WireToolCall, text_of
from glmdesk.domain.connector import ServiceCall

_LISTS: Final = "mcp_list_tools"
_SHORTEST_HIDDEN: Final = 6
"""Characters. What is shorter is no secret, and may be a part of any word."""


@dataclass(slots=True)
class _Entry:
    """What has come of one entry."""

    index: int | None = None
    ids: dict[str, str] = field(default_factory=dict[str, str])
    kind: str = ""
    server: str = ""
    name: str = ""
    arguments: str = ""
    output: str = ""
    error: str = ""


class ServiceCallCollector:
    """Keeps the entries in the order in which they began.

    A piece with ids belongs to the last entry of its kind that has one of them and contradicts none. A piece
    without goes on with the entry of its index, or else with the last one, unless it says what it is.
    """

    def __init__(self, hidden: Iterable[str] = ()) -> None:
        """`hidden` are texts that are not told, though a server may repeat them: what it was given."""
        self._hidden = [text for text in hidden if len(text) >= _SHORTEST_HIDDEN]
        self._entries: list[_Entry] = []

    def add(self, pieces: Iterable[WireToolCall]) -> bool:
        """Take the pieces of one record that are the service's own; return whether there were any."""
        own = [piece for piece in pieces if piece.is_service_call]
        for piece in own:
            self._take(piece, piece.mcp or WireMcp())
        return bool(own)

    @property
    def calls(self) -> tuple[ServiceCall, ...]:
        """What has come so far."""
        return tuple(
            ServiceCall(
                entry.ids.get("call") or entry.ids.get("entry") or f"service_{number}",
                entry.server,
                entry.name or ("" if entry.kind == _LISTS else entry.kind),
                *map(self._told, (entry.arguments, entry.output, entry.error)),
            )
            for number, entry in enumerate(self._entries)
        )

    def _told(self, text: str) -> str:
        for hidden in self._hidden:
            text = text.replace(hidden, "…")
        return text

    def _take(self, piece: WireToolCall, said: WireMcp) -> None:
        entry = self._entry_of(piece, said)
        entry.kind = entry.kind or said.type or ""
        entry.server = said.server_label or entry.server
        entry.name = said.name or entry.name
        arguments = text_of(said.arguments)
        # What is complete is not gone on with: it is said again.
        entry.arguments = (
            arguments if arguments and _is_json(entry.arguments) else entry.arguments + arguments
        )
        entry.output = _joined(entry.output, text_of(said.tools) or text_of(said.output))
        entry.error = _joined(entry.error, text_of(said.error))

    def _entry_of(self, piece: WireToolCall, said: WireMcp) -> _Entry:
        """Return the entry that a piece goes on with, or a new one."""
        ids = {key: value for key, value in (("call", piece.id), ("entry", said.id)) if value}
        # An index below zero is none (GLM-4.5-Flash).
        index = None if piece.index is None or piece.index < 0 else piece.index
        found = self._found(ids, index, said.type, is_named=bool(said.name or said.type))
        if found is None:
            found = _Entry(index=index)
            self._entries.append(found)
        found.ids |= ids
        return found

    def _found(
        self, ids: Mapping[str, str], index: int | None, kind: str | None, *, is_named: bool
    ) -> _Entry | None:
        of_kind = [entry for entry in self._entries if not (kind and entry.kind) or kind == entry.kind]
        if ids:
            same = [entry for entry in of_kind if ids.items() & entry.ids.items()]
            agreeing = [one for one in same if all(one.ids.get(key, ids[key]) == ids[key] for key in ids)]
            return agreeing[-1] if agreeing else None
        if index is not None:
            return next((entry for entry in reversed(of_kind) if entry.index == index), None)
        return None if is_named or not of_kind else of_kind[-1]


def _joined(before: str, more: str) -> str:
    """Return a text that goes on, or that is said again with more of it."""
    return more if more.startswith(before) else before + more


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
