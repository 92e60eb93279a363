"""Exports and backups of other programs, as small as they can be and still have everything that is read."""

import json
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw

from glmdesk.storage.sql import execute, scalar


def _node(key: str, parent: str | None, role: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
    message = {
        "id": f"m-{key}",
        "author": {"role": role},
        "create_time": 1700000000.5,
        "content": content,
        "metadata": {"model_slug": "gpt-4o"} if role == "assistant" else {},
        **more,
    }
    return {"id": key, "parent": parent, "children": [], "message": message}


def _text(*parts: Any) -> dict[str, Any]:
    return {"content_type": "text", "parts": list(parts)}


HIDDEN = {"is_visually_hidden_from_conversation": True}

THOUGHTS = {"content_type": "thoughts", "thoughts": [{"content": "想一想"}]}
CODE = {"content_type": "code", "language": "python", "text": "1 + 1"}
OUTPUT = {"content_type": "execution_output", "text": "2"}
PICTURE = {"content_type": "image_asset_pointer", "asset_pointer": "file://x"}
SEEN = {"content_type": "multimodal_text", "parts": [PICTURE, "What is it?"]}

CHATGPT: list[Any] = [
    {
        "title": "Trip plan",
        "conversation_id": "chat-1",
        "create_time": 1700000000,
        "update_time": 1700000900.25,
        "is_archived": True,
        "is_starred": True,
        "current_node": "i",
        "mapping": {
            "root": {"id": "root", "parent": None, "children": ["s"], "message": None},
            "s": _node("s", "root", "system", _text("")),
            "h": _node("h", "s", "user", _text("About me"), metadata=HIDDEN),
            "a": _node("a", "h", "user", _text("去云南七天")),
            "b": _node("b", "a", "assistant", THOUGHTS),
            "c": _node("c", "b", "assistant", CODE),
            "d": _node("d", "c", "tool", OUTPUT),
            "e": _node("e", "d", "assistant", _text("Day 1\ue200cite\ue202turn0search0\ue201.")),
            "f": _node("f", "a", "assistant", _text("Another answer")),
            "g": _node("g", "f", "user", SEEN),
            "i": _node("i", "g", "assistant", _text("A lake")),
        },
    },
    {"title": "Empty", "id": "chat-2", "mapping": {}},
    "nonsense",
]

CLAUDE: list[Any] = [
    {
        "uuid": "c-1",
        "name": "Contract",
        "created_at": "2025-03-01T10:00:00.000000Z",
        "updated_at": "2025-03-01T10:05:00.000000Z",
        "chat_messages": [
            {
                "uuid": "1",
                "sender": "human",
                "text": "",
                "content": [{"type": "text", "text": "Summarise"}],
                "created_at": "2025-03-01T10:00:00Z",
                "attachments": [{"file_name": "a.txt", "extracted_content": "Clause 1"}],
                "files": [{"file_name": "photo.png"}],
            },
            {
                "uuid": "2",
                "sender": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "Hm."},
                    {"type": "tool_use", "id": "t", "name": "search", "input": {"q": "法律"}},
                    {"type": "text", "text": "It says 1."},
                ],
                "created_at": "2025-03-01T10:05:00Z",
            },
        ],
    },
    {
        "uuid": "c-2",
        "name": "Tree",
        "created_at": "2025-03-02T10:00:00Z",
        "chat_messages": [
            {"uuid": "1", "sender": "human", "text": "Q", "parent_message_uuid": "0"},
            {"uuid": "2", "sender": "assistant", "text": "A", "parent_message_uuid": "1"},
            {"uuid": "3", "sender": "assistant", "text": "B", "parent_message_uuid": "1"},
        ],
        "current_leaf_message_uuid": "2",
    },
]

CHATBOX: dict[str, Any] = {
    "__exported_at": "2025-05-01T00:00:00Z",
    "settings": {"apiKey": "sk-must-not-be-read"},
    "chat-sessions-list": [{"id": "s1", "name": "会话", "starred": True}],
    "session:s1": {
        "id": "s1",
        "name": "会话",
        "messages": [
            {"id": "0", "role": "system", "contentParts": [{"type": "text", "text": "Be brief."}]},
            {
                "id": "1", "role": "user", "timestamp": 1714521600000,
                "contentParts": [{"type": "text", "text": "Hi"}],
            },
            {
                "id": "2",
                "role": "assistant",
                "model": "glm-4-plus",
                "timestamp": 1714521601000,
                "contentParts": [
                    {"type": "reasoning", "text": "Greeting"},
                    {"type": "text", "text": "Hello"},
                    {"type": "image", "storageKey": "x"},
                ],
            },
        ],
        "messageForksHash": {"1": {"position": 1, "lists": [
            {"id": "f", "messages": [{"id": "3", "role": "assistant", "content": "Hey"}]},
            {"id": "g", "messages": []},
        ]}},
        "threads": [
            {"id": "t", "name": "Older", "messages": [{"id": "9", "role": "user", "content": "Before"}]},
        ],
    },
    "session:s2": {"id": "s2", "name": "Nothing", "messages": []},
}  # fmt: skip


def _cherry() -> dict[str, Any]:
    topics = [{"id": "topic-1", "name": "话题", "pinned": True}]
    assistants = {"defaultAssistant": {"topics": []}, "assistants": [
        {"id": "a", "name": "翻译", "prompt": "Translate.", "topics": topics},
    ]}  # fmt: skip
    state = {"assistants": json.dumps(assistants), "llm": json.dumps({"providers": [{"apiKey": "sk-no"}]})}
    messages = [
        {"id": "1", "role": "user", "blocks": ["b1"], "createdAt": "2025-06-01T08:00:00.000Z"},
        {
            "id": "2", "role": "assistant", "askId": "1", "blocks": ["b2", "b3"], "modelId": "glm-4-air",
            "usage": {"prompt_tokens": 3, "completion_tokens": 5},
        },
        {"id": "3", "role": "assistant", "askId": "1", "content": "您好", "foldSelected": True},
        {"id": "4", "role": "user", "content": "Next"},
    ]  # fmt: skip
    blocks = [
        {"id": "b1", "messageId": "1", "type": "main_text", "content": "hello"},
        {"id": "b2", "messageId": "2", "type": "thinking", "content": "…"},
        {"id": "b3", "messageId": "2", "type": "main_text", "content": "你好"},
    ]
    return {
        "version": 5,
        "localStorage": {"persist:cherry-studio": json.dumps(state)},
        "indexedDB": {"topics": [{"id": "topic-1", "messages": messages}], "message_blocks": blocks},
    }


CHERRY = _cherry()

MARKDOWN = """\
# Notes on *lists*

*2026-01-31 12:00*

## You

How do I sort?

## GLM-4-Plus

Like this:

```python
## You
sorted(x)
```

**User:** And backwards?

**Assistant:**
`reversed`
"""


def zipped(path: Path, **files: object) -> Path:
    """Write a zip file with some JSON in it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in files.items():
            archive.writestr(f"export/{name}.json", json.dumps(value, ensure_ascii=False))
    return path


def written(path: Path, value: object) -> Path:
    """Write some JSON."""
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def pygpt(path: Path) -> Path:
    """Write a database of PyGPT."""
    with closing(apsw.Connection(str(path))) as connection:
        execute(
            connection,
            """
            CREATE TABLE ctx_group (id INTEGER PRIMARY KEY, name TEXT);
            CREATE TABLE ctx_meta (
                id INTEGER PRIMARY KEY, uuid TEXT, name TEXT, created_ts INTEGER, updated_ts INTEGER,
                is_archived INTEGER, is_important INTEGER, group_id INTEGER
            );
            CREATE TABLE ctx_item (
                id INTEGER PRIMARY KEY, meta_id INTEGER, input TEXT, output TEXT, input_ts INTEGER,
                output_ts INTEGER, model TEXT, input_tokens INTEGER, output_tokens INTEGER
            );
            INSERT INTO ctx_group VALUES (1, 'Work');
            INSERT INTO ctx_meta VALUES (1, 'u', 'Code', 1700000000, 1700000100, 0, 1, 1);
            INSERT INTO ctx_meta VALUES (2, 'v', '', 1, 1, 0, 0, 0);
            INSERT INTO ctx_item VALUES (1, 1, '写代码', 'print(1)', 1700000000, 1700000001, 'gpt-4o', 7, 3);
            """,
        )
    return path


def many(path: Path, count: int, text: str) -> Path:
    """Write an export of Claude with so many conversations, each with a text."""
    said = {"uuid": "1", "sender": "human", "text": text}
    return written(
        path,
        [{"uuid": f"n-{number}", "name": str(number), "chat_messages": [said]} for number in range(count)],
    )


def leave_room_for(connection: apsw.Connection, size_bytes: int) -> None:
    """Let a database take so much more, and then find the disk full."""
    pages = scalar(connection, "PRAGMA page_count") + size_bytes // scalar(connection, "PRAGMA page_size")
    execute(connection, f"PRAGMA max_page_count = {pages}")
