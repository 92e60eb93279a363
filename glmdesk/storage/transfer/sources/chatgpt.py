"""The data export of ChatGPT: conversations as trees, an answer in several nodes of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

from glmdesk.domain.message import Role
from glmdesk.i18n import _
from glmdesk.markup import fenced
from glmdesk.storage.transfer.incoming import (
    ROLES,
    Content,
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

_ID: Final = re.compile(r"file[-_][A-Za-z0-9]+")


def read(path: Path, names: Sequence[str | None]) -> Iterator[Incoming | Loss]:
    """Yield the conversations in files of an export; None is the file itself."""
    files = _Files(path)
    for item in packed.items_in(path, names):
        if isinstance(item, Loss):
            yield item
        else:
            where, raw = item
            yield _conversation(fields(packed.plain(raw)), where, files)


class _Files:
    """The files beside the conversations, which begin with the ids that messages know them by."""

    def __init__(self, path: Path) -> None:
        self._path = path
        names = ((_ID.match(PurePosixPath(name).name), name) for name in packed.all_names(path))
        self._names = {found[0]: name for found, name in names if found}

    def called(self, file_id: str, name: str) -> Content | None:
        """Return a file; None where it is not there."""
        there = self._names.get(file_id)
        return packed.file_in(self._path, there, name or PurePosixPath(there).name) if there else None


def _conversation(said: Mapping[str, Any], where: str, files: _Files) -> Incoming | Loss:
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
        message = fields(fields(nodes[node]).get("message"))
        placed[node] = _add(thread, message, parent, files, goes_on=is_alone)
        below = children.get(node, [])
        waiting += [(child, placed[node], len(below) == 1) for child in reversed(below)]
    thread.leaf = placed.get(words(said.get("current_node")))
    return thread.finished(thread.title or where)


def _add(
    thread: Thread, said: Mapping[str, Any], parent: str | None, files: _Files, *, goes_on: bool
) -> str | None:
    """Add what a node says; return the key of the message that it is in, or that of its parent."""
    role = ROLES.get(words(fields(said.get("author")).get("role")))
    about = fields(said.get("metadata"))
    attached = _attached(said, files) if role == "user" else {}
    told = _told(fields(said.get("content")), attached)
    lost = [name for file_id, name in _named(said).items() if not attached.get(file_id)]
    text = "\n\n".join(filter(None, (told.text, *(_("[File: {name}]").format(name=name) for name in lost))))
    files_there = [file for file in attached.values() if file]
    is_hidden = about.get("is_visually_hidden_from_conversation") is True
    if role in (None, "system") or is_hidden or not (text or told.reasoning or files_there):
        return parent
    model = words(about.get("model_slug")) or None
    if role != "user" and goes_on and parent is not None and thread.role(parent) == "assistant":
        thread.extend(parent, text, reasoning=told.reasoning, model=model)
        return parent
    at = moment(said.get("create_time"))
    speaker: Role = "user" if role == "user" else "assistant"
    return thread.add(
        words(said.get("id")),
        speaker,
        text,
        parent=parent,
        at=at,
        files=files_there,
        reasoning=told.reasoning,
        model=model,
    )


def _attached(said: Mapping[str, Any], files: _Files) -> dict[str, Content | None]:
    """Return the files that go with a question by their ids; None for one that is not there."""
    named = _named(said)
    parts = items(fields(said.get("content")).get("parts"))
    pictures = [file_id for part in parts if (file_id := _picture(part))]
    return {file_id: files.called(file_id, named.get(file_id, "")) for file_id in (*pictures, *named)}


class _Told(NamedTuple):
    text: str = ""
    reasoning: str = ""


_NOTHING: Final = _Told()


def _named(said: Mapping[str, Any]) -> dict[str, str]:
    listed = [fields(one) for one in items(fields(said.get("metadata")).get("attachments"))]
    return {words(one.get("id")): words(one.get("name")) for one in listed}


def _told(content: Mapping[str, Any], attached: Mapping[str, Content | None]) -> _Told:
    match content.get("content_type"):
        case "text" | "multimodal_text":
            parts = filter(None, (_part(part, attached) for part in items(content.get("parts"))))
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


def _part(part: object, attached: Mapping[str, Content | None]) -> str:
    if isinstance(part, str):
        return part
    match fields(part).get("content_type"):
        case "audio_transcription":
            return words(fields(part).get("text"))
        case "image_asset_pointer":
            return "" if attached.get(_picture(part)) else _("[Image]")
        case _:
            return ""


def _picture(part: object) -> str:
    """Return the id of an image; empty for what is none."""
    found = _ID.search(words(fields(part).get("asset_pointer")))
    return found[0] if found else ""
