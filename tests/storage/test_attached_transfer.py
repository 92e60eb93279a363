"""Files of messages go out with a history and come in with one."""

import base64
import json
import zipfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.message import Message
from glmdesk.storage.attachments import MOST_BYTES, Attachments, attachments_of
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.transfer.importing import Imported, Importer
from glmdesk.storage.transfer.jsonl import export_jsonl
from tests.storage.examples import MODEL, conversation, question

pytestmark = pytest.mark.anyio

LARGE = bytes(range(256)) * 500


@pytest.fixture
def attachments(path: Path) -> Attachments:
    return attachments_of(path)


async def text_of(pieces: AsyncGenerator[str, None]) -> str:
    async with aclosing(pieces):
        return "".join([piece async for piece in pieces])


async def store(database: Database, *attached: Attachment) -> None:
    """Store two conversations that these files go with."""
    for _ in range(2):
        of = conversation()
        await Conversations(database).create(of, replace(question(of), attachments=attached))


async def imported_into(folder: Path, history: Path) -> tuple[Imported, list[Message], str]:
    """Import into an empty history; return what was told, its messages, and an export of it."""
    async with Database(folder / "glmdesk.db") as database:
        imported = await Importer(database, MODEL).run(history)
        store_ = Conversations(database)
        messages = [message for one in await store_.page() for message in await store_.messages(one.id)]
        return imported, messages, await text_of(export_jsonl(database))


async def test_our_own_comes_back_to_the_byte_with_its_files(
    database: Database, attachments: Attachments, tmp_path: Path
) -> None:
    large, empty = attachments.keep("大.bin", [LARGE]), attachments.keep("empty.txt", [])
    await store(database, large, empty)
    exported = await text_of(export_jsonl(database))
    lines = [json.loads(line) for line in exported.splitlines()]
    assert [line["type"] for line in lines] == [
        "header",
        *("conversation", "file", "file", "file", "file", "message"),
        *("conversation", "message"),
    ], "each content once, before the first message that has it"
    assert max(map(len, exported.splitlines())) < 70_000
    assert b"".join(base64.b64decode(line["data"]) for line in lines[2:5]) == LARGE
    path = tmp_path / "history.jsonl"
    path.write_text(exported, encoding="utf-8", newline="")
    imported, messages, again = await imported_into(tmp_path / "other", path)

    assert imported.tally.losses == []
    assert messages[0].attachments == (large, empty)
    kept = attachments_of(tmp_path / "other" / "glmdesk.db")
    assert (kept.content(large), kept.content(empty)) == (LARGE, b"")
    assert again == exported


async def test_a_preview_keeps_nothing(database: Database, attachments: Attachments, tmp_path: Path) -> None:
    await store(database, attachments.keep("a.txt", [b"a"]))
    path = tmp_path / "history.jsonl"
    path.write_text(await text_of(export_jsonl(database)), encoding="utf-8", newline="")
    async with Database(tmp_path / "other" / "glmdesk.db") as other:
        await Importer(other, MODEL).preview(path)

    assert not (tmp_path / "other" / "attachments").exists()


async def test_a_content_that_is_lost_stays_lost_and_the_message_is_there(
    database: Database, attachments: Attachments, tmp_path: Path
) -> None:
    lost = attachments.keep("a.txt", [b"a"])
    await store(database, lost)
    attachments.remove(lost.digest)
    exported = await text_of(export_jsonl(database))
    assert '"type":"file"' not in exported
    path = tmp_path / "history.jsonl"
    path.write_text(exported, encoding="utf-8", newline="")
    _imported, messages, again = await imported_into(tmp_path / "other", path)

    assert messages[0].attachments == (lost,)
    assert again == exported


@pytest.mark.parametrize("data", ["Yg==", "???", None, 7])
async def test_a_content_that_is_not_what_it_is_said_to_be_is_told(
    database: Database, attachments: Attachments, tmp_path: Path, data: object
) -> None:
    kept = attachments.keep("a.txt", [b"a"])
    await store(database, kept)
    lines = [json.loads(line) for line in (await text_of(export_jsonl(database))).splitlines()]
    changed = [{**line, "data": data} if line["type"] == "file" else line for line in lines]
    path = tmp_path / "history.jsonl"
    path.write_text("\n".join(map(json.dumps, changed)) + "\n", encoding="utf-8")
    imported, messages, _again = await imported_into(tmp_path / "other", path)

    assert [(loss.where, loss.why) for loss in imported.tally.losses] == [("a.txt", "It is damaged.")]
    assert messages[0].attachments == (kept,)
    assert not attachments_of(tmp_path / "other" / "glmdesk.db").has(kept.digest)


async def test_a_digest_that_is_a_path_leads_nowhere(database: Database, tmp_path: Path) -> None:
    await store(database)
    lines = [json.loads(line) for line in (await text_of(export_jsonl(database))).splitlines()]
    evil = "../../evil"
    lines[2]["attachments"] = [{"sha256": evil, "name": "../../x", "size": 1}]
    lines.insert(2, {"type": "file", "sha256": evil, "data": "eA=="})
    path = tmp_path / "history.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    imported, messages, _again = await imported_into(tmp_path / "other", path)

    assert messages[0].attachments == ()
    assert [loss.where for loss in imported.tally.losses] == ["line 3"]


def chatgpt(*attached: dict[str, str], pointer: str = "") -> list[object]:
    parts = ["What is it?", {"content_type": "image_asset_pointer", "asset_pointer": pointer}]
    message = {
        "id": "m",
        "author": {"role": "user"},
        "content": {"content_type": "multimodal_text", "parts": parts[: 2 if pointer else 1]},
        "metadata": {"attachments": list(attached)},
    }
    return [{"title": "Files", "id": "1", "mapping": {"a": {"parent": None, "message": message}}}]


@pytest.mark.parametrize("is_unpacked", [False, True])
async def test_files_of_chatgpt(tmp_path: Path, *, is_unpacked: bool) -> None:
    said = chatgpt(
        {"id": "file-A1", "name": "报告.pdf"},
        {"id": "file-gone", "name": "gone.txt"},
        pointer="sediment://file_00b2",
    )
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", json.dumps(said))
        archive.writestr("file-A1-report.pdf", b"%PDF")
        archive.writestr("user-1/file_00b2-sanitized.png", b"\x89PNG")
    if is_unpacked:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "unpacked")
        path = tmp_path / "unpacked"
    _imported, (message,), _again = await imported_into(tmp_path / "other", path)

    assert message.text == "What is it?\n\n[File: gone.txt]"
    assert sorted(attachment.name for attachment in message.attachments) == [
        "file_00b2-sanitized.png",
        "报告.pdf",
    ]
    kept = attachments_of(tmp_path / "other" / "glmdesk.db")
    assert {kept.content(attachment) for attachment in message.attachments} == {b"%PDF", b"\x89PNG"}


async def test_a_file_that_is_too_large_is_named_and_the_rest_is_imported(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", json.dumps(chatgpt({"id": "file-A1", "name": "huge.bin"})))
        archive.writestr("file-A1.bin", bytes(MOST_BYTES + 1))
    _imported, (message,), _again = await imported_into(tmp_path / "other", path)

    assert (message.text, message.attachments) == ("What is it?\n\n[File: huge.bin]", ())


async def test_files_of_cherry_studio(tmp_path: Path) -> None:
    about = {"id": "f1", "name": "f1.md", "origin_name": "笔记.md", "ext": ".md"}
    blocks = [
        {"id": "b1", "type": "main_text", "content": "Read this"},
        {"id": "b2", "type": "file", "file": about},
        {"id": "b3", "type": "image", "file": {"id": "f2", "ext": ".png"}},
    ]
    asked = {"id": "m", "role": "user", "blocks": ["b1", "b2", "b3"]}
    database = {"topics": [{"id": "t", "messages": [asked]}], "message_blocks": blocks}
    with zipfile.ZipFile(tmp_path / "backup.zip", "w") as archive:
        archive.writestr("data.json", json.dumps({"indexedDB": database, "localStorage": {}}))
        archive.writestr("Data/Files/f1.md", "# 笔记")
    _imported, (message,), _again = await imported_into(tmp_path / "other", tmp_path / "backup.zip")

    assert message.text == "Read this\n\n[Image]"
    (attachment,) = message.attachments
    assert attachment.name == "笔记.md"
    assert attachments_of(tmp_path / "other" / "glmdesk.db").content(attachment) == "# 笔记".encode()
