"""A backup of Cherry Studio: topics below assistants, messages as blocks, models beside each other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

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
    usage_of,
    words,
)
from glmdesk.storage.transfer.sources import packed

_FileOf = Callable[[Mapping[str, Any]], Content | None]

_STATE: Final = "persist:cherry-studio"


class _Topic(NamedTuple):
    """What is said of a topic beside its messages."""

    title: str
    system: str
    folder: str
    is_pinned: bool


def read(path: Path, names: Sequence[str | None]) -> Iterator[Incoming | Loss]:
    """Yield the topics of a backup."""
    files = {PurePosixPath(one).name: one for one in packed.all_names(path)}
    for name in names:
        members = packed.members(path, name)
        known = _topics(fields(packed.plain(members.get("localStorage", b"null"))))
        database = packed.plain(members.get("indexedDB", b"null"))
        blocks: dict[str, Mapping[str, Any]] = {
            words(block.get("id")): block
            for block in map(fields, items(fields(database).get("message_blocks")))
        }
        for topic in _stored_topics(database):
            about = known.get(words(topic.get("id")), _Topic("", "", "", False))
            yield _conversation(topic, about, blocks, partial(_file, path, files))


def _stored_topics(database: object) -> Iterator[Mapping[str, Any]]:
    # The first version of backups has a list of keys and values.
    for entry in map(fields, items(database)):
        if words(entry.get("key")).startswith("topic:"):
            yield fields(entry.get("value"))
    yield from map(fields, items(fields(database).get("topics")))


def _topics(storage: Mapping[str, Any]) -> dict[str, _Topic]:
    """Return what the state says of the topics, by their ids. It is JSON in JSON in JSON."""
    state = fields(packed.plain(words(storage.get(_STATE)) or "null"))
    assistants = fields(packed.plain(words(state.get("assistants")) or "null"))
    found: dict[str, _Topic] = {}
    everyone: list[object] = [assistants.get("defaultAssistant"), *items(assistants.get("assistants"))]
    for assistant in map(fields, everyone):
        for topic in map(fields, items(assistant.get("topics"))):
            found[words(topic.get("id"))] = _Topic(
                words(topic.get("name")),
                words(assistant.get("prompt")),
                words(assistant.get("name")),
                topic.get("pinned") is True,
            )
    return found


def _conversation(
    topic: Mapping[str, Any],
    about: _Topic,
    blocks: Mapping[str, Mapping[str, Any]],
    file_of: _FileOf,
) -> Incoming | Loss:
    topic_id = words(topic.get("id"))
    thread = Thread("cherry", topic_id, about.title)
    thread.system, thread.folder, thread.is_pinned = about.system, about.folder, about.is_pinned
    placed: dict[str, str] = {}
    shown: str | None = None
    for message in map(fields, items(topic.get("messages"))):
        # Answers of several models to one question are variants; what follows goes on from the one shown.
        asked = placed.get(words(message.get("askId")))
        key = _add(thread, message, asked or shown, blocks, file_of)
        if key is None:
            continue
        placed[words(message.get("id"))] = key
        if asked is None or thread.role(shown) == "user" or message.get("foldSelected") is True:
            shown = key
    thread.leaf = shown
    return thread.finished(about.title or topic_id)


def _add(
    thread: Thread,
    said: Mapping[str, Any],
    parent: str | None,
    blocks: Mapping[str, Mapping[str, Any]],
    file_of: _FileOf,
) -> str | None:
    role = ROLES.get(words(said.get("role")))
    parts = [blocks[key] for key in map(words, items(said.get("blocks"))) if key in blocks]
    found = [file_of(part) if role == "user" else None for part in parts]
    texts = (_block(part) for part, file in zip(parts, found, strict=True) if file is None)
    text = "\n\n".join(filter(None, texts)) or words(said.get("content"))
    files = [file for file in found if file is not None]
    if role not in ("user", "assistant") or not (text or files):
        return None
    key, at = words(said.get("id")), moment(said.get("createdAt"))
    thoughts = [words(part.get("content")) for part in parts if part.get("type") == "thinking"]
    reasoning = "\n\n".join(filter(None, thoughts)) or words(said.get("reasoning_content"))
    model = words(said.get("modelId")) or words(fields(said.get("model")).get("id")) or None
    counts = fields(said.get("usage"))
    usage = usage_of(counts.get("prompt_tokens"), counts.get("completion_tokens"))
    return thread.add(
        key, role, text, parent=parent, at=at, files=files, reasoning=reasoning, model=model, usage=usage
    )


def _file(path: Path, files: Mapping[str, str], block: Mapping[str, Any]) -> Content | None:
    """Return the file of a block, if the backup has it."""
    about = fields(block.get("file"))
    kept = words(about.get("name")) or words(about.get("id")) + words(about.get("ext"))
    there = files.get(kept) if kept else None
    return packed.file_in(path, there, words(about.get("origin_name")) or kept) if there else None


def _block(block: Mapping[str, Any]) -> str:
    content = words(block.get("content"))
    match block.get("type"):
        case "main_text" | "translation" | "unknown":
            return content
        case "code":
            return fenced(content, words(block.get("language"))) if content else ""
        case "image":
            return _("[Image]")
        case "file":
            name = words(fields(block.get("file")).get("origin_name"))
            return _("[File: {name}]").format(name=name)
        case "tool":
            name = words(block.get("toolName"))
            return fenced(f"{name}\n{content}".strip()) if name or content else ""
        case _:
            return ""
