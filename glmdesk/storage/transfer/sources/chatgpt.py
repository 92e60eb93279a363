"""The data export of ChatGPT: conversations as trees, an answer in several nodes of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from glmdesk.domain.message import Role
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

# What marks a source, between characters for private use.
_MARKS: Final = re.compile(r"\s?\ue200[^\ue201]*\ue201")


def read(path: Path, names: Sequence[str | None]) -> Iterator[Incoming | Loss]:
    """Yield the conversations in files of an export; None is the file itself."""
    for name in names:
        for number, raw in enumerate(packed.listed(path, name), start=1):
            where = _("conversation {number}").format(number=number)
            yield _conversation(fields(packed.plain(raw)), where)


def _conversation(said: Mapping[str, Any], where: str) -> Incoming | Loss:
    nodes = fields(said.get("mapping"))
    key = words(said.get("conversation_id")) or words(said.get("id")) or "\n".join(nodes)
    thread = Thread("chatgpt", key, words(said.get("title")))
    thread.created, thread.updated = moment(said.get("create_time")), moment(said.get("update_time"))
    thread.is_archived, thread.is_pinned = said.get("is_archived") is True, said.get("is_starred") is True
    children: dict[str, list[str]] = {}
    roots: list[str] = []
    for node, value in nodes.items():
        above = words(fields(value).get("parent"))
        children.setdefault(above, []).append(node) if above in nodes else roots.append(node)
    placed: dict[str, str | None] = {}
    waiting: list[tuple[str, str | None, bool]] = [(node, None, False) for node in reversed(roots)]
    while waiting:
        node, parent, is_alone = waiting.pop()
        placed[node] = _add(thread, fields(fields(nodes[node]).get("message")), parent, goes_on=is_alone)
        below = children.get(node, [])
        waiting += [(child, placed[node], len(below) == 1) for child in reversed(below)]
    thread.leaf = placed.get(words(said.get("current_node")))
    return thread.finished(thread.title or where)


def _add(thread: Thread, said: Mapping[str, Any], parent: str | None, *, goes_on: bool) -> str | None:
    """Add what a node says; return the key of the message that it is in, or that of its parent."""
    role = ROLES.get(words(fields(said.get("author")).get("role")))
    told = _told(fields(said.get("content")))
    about = fields(said.get("metadata"))
    is_hidden = about.get("is_visually_hidden_from_conversation") is True
    if role in (None, "system") or is_hidden or told == _NOTHING:
        return parent
    model = words(about.get("model_slug")) or None
    if role != "user" and goes_on and parent is not None and thread.role(parent) == "assistant":
        thread.extend(parent, told.text, reasoning=told.reasoning, model=model)
        return parent
    at = moment(said.get("create_time"))
    speaker: Role = "user" if role == "user" else "assistant"
    return thread.add(
        words(said.get("id")),
        speaker,
        told.text,
        parent=parent,
        at=at,
        reasoning=told.reasoning,
        model=model,
    )


class _Told(NamedTuple):
    text: str = ""
    reasoning: str = ""


_NOTHING: Final = _Told()


def _told(content: Mapping[str, Any]) -> _Told:
    match content.get("content_type"):
        case "text" | "multimodal_text":
            parts = filter(None, map(_part, items(content.get("parts"))))
            return _Told(_MARKS.sub("", "\n\n".join(parts)).strip())
        case "code" if words(content.get("text")):
            language = words(content.get("language")).replace("unknown", "")
            return _Told(fenced(words(content.get("text")), language))
        case "execution_output" if words(content.get("text")):
            return _Told(fenced(words(content.get("text"))))
        case "tether_quote":
            return _Told(words(content.get("text")))
        case "thoughts":
            thoughts = (words(fields(one).get("content")) for one in items(content.get("thoughts")))
            return _Told(reasoning="\n\n".join(filter(None, thoughts)))
        case _:
            return _NOTHING


def _part(part: object) -> str:
    if isinstance(part, str):
        return part
    match fields(part).get("content_type"):
        case "audio_transcription":
            return words(fields(part).get("text"))
        case "image_asset_pointer":
            return _("[Image]")
        case _:
            return ""
