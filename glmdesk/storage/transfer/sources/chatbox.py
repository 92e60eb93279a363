"""The data export of Chatbox: sessions, their older threads, and forks beside what is shown."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from glmdesk.i18n import _
from glmdesk.markup import fenced
from glmdesk.storage.transfer.incoming import (
    ROLES,
    Incoming,
    Loss,
    Thread,
    fields,
    items,
    moment,
    words,
)
from glmdesk.storage.transfer.sources import packed

_SESSION: Final = "session:"


def read(path: Path, _names: Sequence[str | None]) -> Iterator[Incoming | Loss]:
    """Yield the sessions of an export, each with those that were put aside in it."""
    members = packed.members(path)
    # Older versions keep all of them in one list.
    listed = [fields(one) for one in items(packed.plain(members.get("chat-sessions", b"null")))]
    summaries = items(packed.plain(members.get("chat-sessions-list", b"null")))
    starred = {words(one.get("id")) for one in map(fields, summaries) if one.get("starred") is True}
    apart = (fields(packed.plain(raw)) for name, raw in members.items() if name.startswith(_SESSION))
    for session in (*listed, *apart):
        yield from _session(session, is_pinned=session.get("starred") is True or session.get("id") in starred)


def _session(session: Mapping[str, Any], *, is_pinned: bool) -> Iterator[Incoming | Loss]:
    key, title = words(session.get("id")), words(session.get("name"))
    yield _conversation(session, key, title, is_pinned=is_pinned)
    for aside in map(fields, items(session.get("threads"))):
        name = words(aside.get("name")) or title
        older = _conversation(aside, f"{key}/{words(aside.get('id'))}", name, is_pinned=False)
        if isinstance(older, Incoming):
            yield older


def _conversation(said: Mapping[str, Any], key: str, title: str, *, is_pinned: bool) -> Incoming | Loss:
    messages = [fields(message) for message in items(said.get("messages"))]
    if not key:
        key = "\n".join(words(message.get("id")) for message in messages)
    thread = Thread("chatbox", key, title)
    thread.is_pinned = is_pinned
    thread.created = moment(said.get("createdAt"))
    placed: dict[str, str | None] = {}
    _add_all(thread, messages, None, placed)
    thread.leaf = thread.last
    for above, fork in fields(said.get("messageForksHash")).items():
        for other in items(fields(fork).get("lists")):
            beside = [fields(message) for message in items(fields(other).get("messages"))]
            _add_all(thread, beside, placed.get(above), placed)
    return thread.finished(title or key)


def _add_all(
    thread: Thread,
    messages: Sequence[Mapping[str, Any]],
    parent: str | None,
    placed: dict[str, str | None],
) -> None:
    for message in messages:
        parent = placed[words(message.get("id"))] = _add(thread, message, parent)


def _add(thread: Thread, said: Mapping[str, Any], parent: str | None) -> str | None:
    """Add a message; return its key, or that of its parent where it says nothing."""
    role = ROLES.get(words(said.get("role")))
    parts = [fields(part) for part in items(said.get("contentParts"))]
    text = "\n\n".join(filter(None, map(_part, parts))) or words(said.get("content"))
    if role == "system" and parent is None:
        thread.system = text
        return None
    if role not in ("user", "assistant") or not text:
        return parent
    key, at = words(said.get("id")), moment(said.get("timestamp"))
    thoughts = [words(part.get("text")) for part in parts if part.get("type") == "reasoning"]
    reasoning = "\n\n".join(filter(None, thoughts)) or words(said.get("reasoningContent"))
    model = words(said.get("model")) or None
    return thread.add(key, role, text, parent=parent, at=at, reasoning=reasoning, model=model)


def _part(part: Mapping[str, Any]) -> str:
    match part.get("type"):
        case "text":
            return words(part.get("text"))
        case "image":
            return _("[Image]")
        case "tool-call":
            result = part.get("result")
            return fenced(
                f"{words(part.get('toolName'))}\n{result if isinstance(result, str) else ''}".strip()
            )
        case _:
            return ""
