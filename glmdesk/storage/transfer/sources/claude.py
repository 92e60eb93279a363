"""The data export of Claude: conversations in the order of their messages, or as trees."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from glmdesk.domain.tool import ToolCall
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


def read(path: Path, names: Sequence[str | None]) -> Iterator[Incoming | Loss]:
    """Yield the conversations in files of an export; None is the file itself."""
    for item in packed.items_in(path, names):
        if isinstance(item, Loss):
            yield item
        else:
            where, raw = item
            yield _conversation(fields(packed.plain(raw)), where)


def _conversation(said: Mapping[str, Any], where: str) -> Incoming | Loss:
    messages = [fields(message) for message in items(said.get("chat_messages"))]
    key = words(said.get("uuid")) or "\n".join(words(message.get("uuid")) for message in messages)
    thread = Thread("claude", key, words(said.get("name")))
    thread.created, thread.updated = moment(said.get("created_at")), moment(said.get("updated_at"))
    thread.is_pinned = said.get("is_starred") is True
    is_tree = any("parent_message_uuid" in message for message in messages)
    placed: dict[str, str | None] = {}
    for message in messages:
        above = placed.get(words(message.get("parent_message_uuid"))) if is_tree else thread.last
        placed[words(message.get("uuid"))] = _add(thread, message, above)
    thread.leaf = placed.get(words(said.get("current_leaf_message_uuid")))
    return thread.finished(thread.title or where)


def _add(thread: Thread, said: Mapping[str, Any], parent: str | None) -> str | None:
    """Add a message; return its key, or that of its parent where it says nothing."""
    role = ROLES.get(words(said.get("sender")))
    pieces = [fields(piece) for piece in items(said.get("content"))]
    texts = [words(piece.get("text")) for piece in pieces if piece.get("type") == "text"]
    text = "\n\n".join(filter(None, texts)) or words(said.get("text"))
    text = "\n\n".join(filter(None, (text, *_files(said))))
    thoughts = (words(piece.get("thinking")) for piece in pieces if piece.get("type") == "thinking")
    calls = tuple(_call(piece) for piece in pieces if piece.get("type") == "tool_use")
    if role not in ("user", "assistant") or not (text or calls):
        return parent
    key, at = words(said.get("uuid")), moment(said.get("created_at"))
    reasoning = "\n\n".join(filter(None, thoughts))
    return thread.add(key, role, text, parent=parent, at=at, reasoning=reasoning, tool_calls=calls)


def _call(piece: Mapping[str, Any]) -> ToolCall:
    try:
        arguments = json.dumps(piece.get("input"), ensure_ascii=False)
    except RecursionError:
        arguments = ""
    return ToolCall(words(piece.get("id")), words(piece.get("name")), arguments)


def _files(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was attached: what is in it where the export says that, else its name."""
    for file in map(fields, items(said.get("attachments"))):
        name, content = words(file.get("file_name")), words(file.get("extracted_content"))
        label = _("[File: {name}]").format(name=name)
        yield f"{label}\n\n{fenced(content)}" if content else label
    for file in map(fields, items(said.get("files"))):
        yield _("[File: {name}]").format(name=words(file.get("file_name")))
