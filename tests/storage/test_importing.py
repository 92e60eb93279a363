"""Histories of other programs and our own: what is read, what is passed over, and that it is added once."""

import json
import shutil
import zipfile
from collections.abc import AsyncGenerator
from contextlib import aclosing, closing
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from glmdesk.domain.conversation import Conversation, MessageTree
from glmdesk.domain.errors import LocalDataError
from glmdesk.domain.listing import Listing
from glmdesk.domain.message import Message
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.search.query import parse_query
from glmdesk.storage.search.search import Search
from glmdesk.storage.sql import execute
from glmdesk.storage.transfer.importing import Importer
from glmdesk.storage.transfer.jsonl import export_jsonl
from tests.storage.examples import conversation, exchange, is_sound, question
from tests.storage.histories import (
    CHATBOX,
    CHATGPT,
    CHERRY,
    CLAUDE,
    MARKDOWN,
    leave_room_for,
    many,
    pygpt,
    written,
    zipped,
)
from tests.storage.test_transfer import store_examples

pytestmark = pytest.mark.anyio

MODEL = "glm-4-flash-250414"


@pytest.fixture
def importer(database: Database) -> Importer:
    return Importer(database, MODEL)


async def text_of(pieces: AsyncGenerator[str, None]) -> str:
    async with aclosing(pieces):
        return "".join([piece async for piece in pieces])


async def listed(database: Database) -> dict[str, Conversation]:
    store = Conversations(database)
    pages = (await store.page(limit=100), await store.page(Listing(is_archive=True), limit=100))
    return {one.title: one for page in pages for one in page}


async def branch(database: Database, of: Conversation) -> list[tuple[str, str]]:
    """Return what is shown of a conversation: roles and texts."""
    tree = MessageTree(await Conversations(database).messages(of.id))
    return [(message.role, message.text) for message in tree.path(of.leaf_id)]


async def everything(database: Database, of: Conversation) -> list[Message]:
    return list(await Conversations(database).messages(of.id))


class TestChatGPT:
    async def test_a_tree_becomes_messages_and_an_answer_in_pieces_one(
        self, importer: Importer, database: Database, tmp_path: Path
    ) -> None:
        imported = await importer.run(zipped(tmp_path / "export.zip", conversations=CHATGPT))
        (of,) = (await listed(database)).values()

        assert (of.title, of.model, of.pinned, of.archived) == ("Trip plan", MODEL, True, True)
        assert of.created_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
        assert await branch(database, of) == [
            ("user", "去云南七天"),
            ("assistant", "Another answer"),
            ("user", "[Image]\n\nWhat is it?"),
            ("assistant", "A lake"),
        ]
        (other,) = [one for one in await everything(database, of) if one.reasoning]
        assert other.text == "```python\n1 + 1\n```\n\n```\n2\n```\n\nDay 1."
        assert (other.reasoning, other.model) == ("想一想", "gpt-4o")
        assert [(loss.where, loss.why) for loss in imported.tally.losses] == [
            ("Empty", "It has no messages."),
            ("conversation 3", "It has no messages."),
        ]

    @pytest.mark.parametrize("is_unpacked", [False, True])
    async def test_several_files_of_one_export_are_read(
        self, importer: Importer, database: Database, tmp_path: Path, *, is_unpacked: bool
    ) -> None:
        second = [{**CHATGPT[0], "conversation_id": "chat-9", "title": "Second"}]
        files = {"conversations-000": CHATGPT, "conversations-001": second, "users": []}
        path = zipped(tmp_path / "export.zip", **files)
        if is_unpacked:
            shutil.unpack_archive(path, tmp_path)
            path = tmp_path / "export"
        tally = await importer.preview(path)

        assert (tally.program, tally.new_conversations) == ("ChatGPT", 2)

    async def test_a_file_that_is_cut_off_is_told_and_the_others_are_read(
        self, importer: Importer, database: Database, tmp_path: Path
    ) -> None:
        path = zipped(tmp_path / "export.zip", **{"conversations-001": CHATGPT})
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("export/conversations-000.json", '[{"mapping": {')
            archive.writestr("export/conversations-002.json", "[" * 100_000)
        imported = await importer.run(path)

        assert set(await listed(database)) == {"Trip plan"}
        assert [loss.where for loss in imported.tally.losses] == [
            "export/conversations-000.json",
            "Empty",
            "conversation 3",
            "export/conversations-002.json",
        ]
        assert "truncated" in imported.tally.losses[0].why

    async def test_a_branch_of_any_length_is_read(
        self, importer: Importer, database: Database, tmp_path: Path
    ) -> None:
        nodes = {
            str(number): {
                "parent": str(number - 1) if number else None,
                "message": {
                    "id": str(number),
                    "author": {"role": "user" if number % 2 else "assistant"},
                    "content": {"content_type": "text", "parts": [f"text {number}"]},
                },
            }
            for number in range(5_000)
        }
        said = {"title": "Long", "id": "1", "mapping": nodes, "current_node": "4999"}
        await importer.run(written(tmp_path / "conversations.json", [said]))
        (of,) = (await listed(database)).values()

        assert len(await branch(database, of)) == 5_000


async def test_claude(importer: Importer, database: Database, tmp_path: Path) -> None:
    imported = await importer.run(zipped(tmp_path / "export.zip", conversations=CLAUDE, users=[]))
    found = await listed(database)

    assert imported.tally.program == "Claude"
    assert await branch(database, found["Contract"]) == [
        ("user", "Summarise\n\n[File: a.txt]\n\n```\nClause 1\n```\n\n[File: photo.png]"),
        ("assistant", "It says 1."),
    ]
    last = (await everything(database, found["Contract"]))[-1]
    assert last.reasoning == "Hm."
    assert [(call.name, call.arguments) for call in last.tool_calls] == [("search", '{"q": "法律"}')]
    assert await branch(database, found["Tree"]) == [("user", "Q"), ("assistant", "A")]
    assert len(await everything(database, found["Tree"])) == 3


async def test_chatbox(importer: Importer, database: Database, tmp_path: Path) -> None:
    imported = await importer.run(written(tmp_path / "chatbox.json", CHATBOX))
    found = await listed(database)
    of = found["会话"]

    assert imported.tally.program == "Chatbox"
    assert (of.system, of.pinned) == ("Be brief.", True)
    assert await branch(database, of) == [("user", "Hi"), ("assistant", "Hello\n\n[Image]")]
    answers = [one for one in await everything(database, of) if one.role == "assistant"]
    assert [(one.text, one.reasoning, one.model) for one in answers] == [
        ("Hello\n\n[Image]", "Greeting", "glm-4-plus"),
        ("Hey", "", None),
    ]
    assert await branch(database, found["Older"]) == [("user", "Before")]
    assert [loss.where for loss in imported.tally.losses] == ["Nothing"]
    assert "sk-must-not-be-read" not in await text_of(export_jsonl(database))


@pytest.mark.parametrize("is_packed", [True, False])
async def test_cherry_studio(importer: Importer, database: Database, tmp_path: Path, is_packed: bool) -> None:
    path = tmp_path / "cherry"
    imported = await importer.run(zipped(path, data=CHERRY) if is_packed else written(path, CHERRY))
    of = (await listed(database))["话题"]

    assert imported.tally.program == "Cherry Studio"
    assert (of.system, of.folder, of.pinned) == ("Translate.", "翻译", True)
    assert await branch(database, of) == [("user", "hello"), ("assistant", "您好"), ("user", "Next")]
    first = (await everything(database, of))[1]
    assert (first.text, first.reasoning, first.model) == ("你好", "…", "glm-4-air")
    assert first.usage is not None
    assert first.usage.total_tokens == 8
    assert "sk-no" not in await text_of(export_jsonl(database))


async def test_pygpt(importer: Importer, database: Database, tmp_path: Path) -> None:
    imported = await importer.run(pygpt(tmp_path / "db.sqlite"))
    of = (await listed(database))["Code"]

    assert imported.tally.program == "PyGPT"
    assert (of.folder, of.pinned, of.updated_at.timestamp()) == ("Work", True, 1700000100)
    assert await branch(database, of) == [("user", "写代码"), ("assistant", "print(1)")]
    assert [loss.where for loss in imported.tally.losses] == ["2"]


async def test_a_text_of_pygpt_that_is_none_is_told_and_the_rest_is_imported(
    importer: Importer, database: Database, tmp_path: Path
) -> None:
    path = pygpt(tmp_path / "db.sqlite")
    with closing(apsw.Connection(str(path))) as connection:
        execute(
            connection,
            """
            INSERT INTO ctx_item VALUES (0, 1, CAST(x'e9' AS TEXT), 'lost', 0, 0, '', 0, 0);
            INSERT INTO ctx_item VALUES (2, 1, 'And then?', CAST(x'e9' AS TEXT), 0, 0, '', 0, 0);
            INSERT INTO ctx_item VALUES (3, 1, 'Last', NULL, 0, 0, '', 1 << 62, 1);
            INSERT INTO ctx_meta VALUES (3, 'w', CAST(x'e9' AS TEXT), 1, 1, 0, 0, 0);
            INSERT INTO ctx_group VALUES (2, CAST(x'e9' AS TEXT));
            """,
        )
    imported = await importer.run(path)
    of = (await listed(database))["Code"]

    assert [text for _role, text in await branch(database, of)] == ["写代码", "print(1)", "Last"]
    assert [loss.where for loss in imported.tally.losses] == [
        "Code, row 1",
        "Code, row 3",
        "2",
        "ctx_meta, row 3",
    ]


async def test_what_only_looks_like_a_table_of_pygpt_is_not_run(importer: Importer, tmp_path: Path) -> None:
    path = pygpt(tmp_path / "db.sqlite")
    with closing(apsw.Connection(str(path))) as connection:
        # What a view says may take for ever to find out.
        execute(connection, "DROP TABLE ctx_item; CREATE VIEW ctx_item AS SELECT 1 AS id, 1 AS meta_id")
    with pytest.raises(LocalDataError) as refused:
        await importer.preview(path)

    assert refused.value.problem.code == "import-unknown"


async def test_notes_beside_json_are_notes(importer: Importer, tmp_path: Path) -> None:
    # A folder with any data.json in it was taken for Cherry Studio, and one with broken JSON for nothing.
    (tmp_path / "a.md").write_text("{curly} note", encoding="utf-8")
    (tmp_path / "b.md").write_text("[1]: note", encoding="utf-8")
    for name in ("data.json", "conversations.json"):
        for content in ('{"measured": 1}', "[", "[1]"):
            (tmp_path / name).write_text(content, encoding="utf-8")
            tally = await importer.preview(tmp_path)
            assert (tally.program, tally.new_conversations) == ("Markdown", 2)
    for name in ("a.md", "b.md"):
        assert (await importer.preview(tmp_path / name)).program == "Markdown"


async def test_what_cherry_studio_calls_its_history_is_one_only_with_one_in_it(
    importer: Importer, tmp_path: Path
) -> None:
    with pytest.raises(LocalDataError) as refused:
        await importer.preview(zipped(tmp_path / "a.zip", data={"measured": 1}))

    assert refused.value.problem.code == "import-unknown"


async def test_a_mark_of_byte_order_changes_nothing(
    database: Database, conversations: Conversations, importer: Importer, tmp_path: Path
) -> None:
    # Our own was told to be of a newer version.
    await exchange(conversations, conversation("mine"))
    ours = await text_of(export_jsonl(database))
    for name, text in (("a.jsonl", ours), ("b.jsonl", f"\n\n{ours}"), ("c.json", json.dumps(CHATGPT))):
        (tmp_path / name).write_text(text, encoding="utf-8-sig")
        tally = await importer.preview(tmp_path / name)
        assert tally.conversations == 1
    assert (await importer.preview(tmp_path / "a.jsonl")).losses == []


async def test_what_would_fill_the_memory_is_refused_before_it_is_unpacked(
    importer: Importer, tmp_path: Path
) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conversations.json", "[]")
        # It is only said to be as large; nothing is read of it.
        archive.filelist[0].file_size = (1 << 30) + 1
    with pytest.raises(LocalDataError) as refused:
        await importer.preview(path)

    assert refused.value.problem.code == "import-too-large"
    assert "it has 1,024 MB of JSON" in refused.value.problem.headline


async def test_a_damaged_picture_takes_no_message_with_it(
    importer: Importer, database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "export.zip"
    attached = {"metadata": {"attachments": [{"id": "file-a1", "name": "photo.png"}]}}
    said = {"author": {"role": "user"}, "content": {"content_type": "text", "parts": ["Look"]}, **attached}
    with zipfile.ZipFile(path, "w") as archive:
        chat = {"title": "Photo", "id": "1", "mapping": {"a": {"message": said}}}
        archive.writestr("conversations.json", json.dumps([chat]))
        archive.writestr("file-a1-photo.png", "unpacked as it is")
    path.write_bytes(path.read_bytes().replace(b"unpacked as it is", b"something else in"))
    await importer.run(path)

    assert await branch(database, (await listed(database))["Photo"]) == [
        ("user", "Look\n\n[File: photo.png]")
    ]


async def test_a_folder_of_markdown(importer: Importer, database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    (folder / "工作").mkdir(parents=True)
    (folder / "工作" / "a.md").write_text(MARKDOWN, encoding="utf-8")
    (folder / "plain note.md").write_text("\ufeffJust a note.\n", encoding="utf-8")
    (folder / "empty.md").write_text("\n", encoding="utf-8")
    (folder / "latin.md").write_bytes(b"\xe9")
    (folder / ".obsidian").mkdir()
    (folder / ".obsidian" / "x.md").write_text("hidden", encoding="utf-8")
    imported = await importer.run(folder)
    found = await listed(database)

    assert set(found) == {"Notes on *lists*", "plain note"}
    of = found["Notes on *lists*"]
    assert of.folder == "工作"
    assert await branch(database, of) == [
        ("user", "How do I sort?"),
        ("assistant", "Like this:\n\n```python\n## You\nsorted(x)\n```"),
        ("user", "And backwards?"),
        ("assistant", "`reversed`"),
    ]
    assert [one.model for one in await everything(database, of)] == [None, "GLM-4-Plus", None, "Assistant"]
    assert await branch(database, found["plain note"]) == [("user", "Just a note.")]
    assert [loss.where for loss in imported.tally.losses] == ["empty.md", "latin.md"]


async def test_our_own_comes_back_to_the_byte(
    database: Database, conversations: Conversations, tmp_path: Path
) -> None:
    await store_examples(conversations)
    await conversations.arrange([one.id for one in (await conversations.page())], folder="文件夹")
    written_once = await text_of(export_jsonl(database))
    path = tmp_path / "history.jsonl"
    path.write_text(written_once, encoding="utf-8", newline="")
    async with Database(tmp_path / "other.db") as other:
        imported = await Importer(other, MODEL).run(path)

        assert imported.tally.losses == []
        assert await text_of(export_jsonl(other)) == written_once


@pytest.mark.parametrize("name", ["chatgpt", "claude", "chatbox", "cherry", "pygpt", "markdown"])
async def test_importing_twice_adds_nothing(
    importer: Importer, database: Database, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "history"
    match name:
        case "pygpt":
            pygpt(path)
        case "markdown":
            path = tmp_path / "a.md"
            path.write_text(MARKDOWN, encoding="utf-8")
        case _:
            written(path, {"chatgpt": CHATGPT, "claude": CLAUDE, "chatbox": CHATBOX, "cherry": CHERRY}[name])
    first = await importer.preview(path)
    assert first.new_conversations == first.conversations > 0
    await importer.run(path)
    before = await text_of(export_jsonl(database))
    second = await importer.preview(path)
    again = await importer.run(path)

    assert second.is_empty
    assert (second.conversations, second.messages) == (first.conversations, first.messages)
    assert again.conversation_ids == again.message_ids == []
    assert await text_of(export_jsonl(database)) == before


async def test_what_was_said_since_is_added_below_what_is_there(
    importer: Importer, database: Database, tmp_path: Path
) -> None:
    short = [{**CLAUDE[0], "chat_messages": CLAUDE[0]["chat_messages"][:1]}]
    path = written(tmp_path / "conversations.json", short)
    await importer.run(path)
    written(path, CLAUDE[:1])
    tally = await importer.preview(path)
    assert (tally.new_conversations, tally.grown_conversations, tally.new_messages) == (0, 1, 1)
    imported = await importer.run(path)
    (of,) = (await listed(database)).values()
    assert [role for role, _text in await branch(database, of)] == ["user", "assistant"]
    await importer.take_back(imported)

    assert len(await everything(database, of)) == 1


async def test_an_import_is_taken_back_as_one(
    importer: Importer, database: Database, conversations: Conversations, tmp_path: Path
) -> None:
    await exchange(conversations, conversation("mine"))
    path = written(tmp_path / "chatbox.json", CHATBOX)
    imported = await importer.run(path)
    await importer.take_back(imported)
    assert set(await listed(database)) == {"mine"}
    await importer.run(path)

    assert set(await listed(database)) == {"mine", "会话", "Older"}, "what was deleted is wanted again"


async def test_what_is_imported_is_found(importer: Importer, database: Database, tmp_path: Path) -> None:
    await importer.run(written(tmp_path / "conversations.json", CHATGPT))
    search = Search(database)
    assert [hit.text for hit in await search.messages(parse_query("云南"), 9)] == ["去云南七天"]
    while await search.index_some():
        pass

    assert [hit.text for hit in await search.messages(parse_query("云南"), 9)] == ["去云南七天"]


async def test_lines_that_cannot_be_read_are_told_and_the_rest_is_imported(
    importer: Importer, database: Database, tmp_path: Path
) -> None:
    store = Conversations(database)
    of = conversation("kept")
    asked = question(of)
    await store.create(of, asked)
    lines = (await text_of(export_jsonl(database))).splitlines()
    stray = json.dumps({**json.loads(lines[2]), "id": "other", "parent": "nobody"})
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([lines[0], stray, lines[1], lines[2], stray, "{", '{"type":"later"}', "[]"]))
    async with Database(tmp_path / "other.db") as other:
        imported = await Importer(other, MODEL).run(path)
        (found,) = (await listed(other)).values()

        assert [loss.where for loss in imported.tally.losses] == ["line 2", "line 5", "line 6", "line 8"]
        assert await branch(other, found) == [("user", "你好")]


@pytest.mark.parametrize(
    "more",
    [
        {"usage": {"prompt_tokens": 10**30, "completion_tokens": 1}},
        {"usage": {"prompt_tokens": 1e30, "completion_tokens": 1}},
        {"usage": {"prompt_tokens": -1, "completion_tokens": 1}},
        {"usage": {"prompt_tokens": 2**63 - 1, "completion_tokens": 2**63 - 1}},
        {"timing": {"first_token_s": 10**400, "total_s": 1}},
        {"cost_cny": "1e999999"},
        {"cost_cny": "1e-999999"},
        {"saved": "1"},
        {"cut": {"window": 10**30}},
        {"attachments": [{"sha256": "0" * 64, "name": "a", "size": 10**400}]},
    ],
)
async def test_numbers_that_can_be_none_are_left_out(
    database: Database, conversations: Conversations, tmp_path: Path, more: dict[str, object]
) -> None:
    await exchange(conversations, conversation("mine"))
    lines = (await text_of(export_jsonl(database))).splitlines()
    path = tmp_path / "a.jsonl"
    path.write_text(
        "\n".join([*lines[:2], *(json.dumps({**json.loads(line), **more}) for line in lines[2:])])
    )
    async with Database(tmp_path / "other.db") as other:
        imported = await Importer(other, MODEL).run(path)

        assert imported.tally.losses == []
        assert await text_of(export_jsonl(other)) == await text_of(export_jsonl(database))


async def test_of_a_cut_only_numbers_that_can_be_none_are_left_out(
    database: Database, conversations: Conversations, tmp_path: Path
) -> None:
    await exchange(conversations, conversation("mine"))
    lines = (await text_of(export_jsonl(database))).splitlines()
    usage = {"prompt_tokens": 1, "completion_tokens": 10**30, "cached_tokens": 0, "reasoning_tokens": 0}
    cut = {"window": 8192, "summary": "Before.", "model": "m"}
    more = {"cut": {**cut, "usage": usage, "cost": {"amount": "1e999999", "currency": "CNY"}}}
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([*lines[:-1], json.dumps({**json.loads(lines[-1]), **more})]))
    async with Database(tmp_path / "other.db") as other:
        await Importer(other, MODEL).run(path)
        last = json.loads((await text_of(export_jsonl(other))).splitlines()[-1])

        assert last["cut"] == cut


async def test_a_line_of_brackets_or_with_a_strange_parent_is_told(
    database: Database, conversations: Conversations, tmp_path: Path
) -> None:
    await exchange(conversations, conversation("mine"))
    lines = (await text_of(export_jsonl(database))).splitlines()
    strange = json.dumps({**json.loads(lines[2]), "id": "other", "parent": ["nobody"]})
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([*lines, "[" * 100_000, strange]))
    async with Database(tmp_path / "other.db") as other:
        imported = await Importer(other, MODEL).run(path)

        assert [loss.where for loss in imported.tally.losses] == ["line 5", "line 6"]


async def test_a_message_is_never_put_into_two_conversations(
    importer: Importer, database: Database, tmp_path: Path
) -> None:
    store = Conversations(database)
    of = conversation("mine")
    await store.create(of, question(of))
    lines = (await text_of(export_jsonl(database))).splitlines()
    hostile = [
        lines[0],
        lines[1].replace(of.id, "x"),
        lines[2].replace(f'"conversation":"{of.id}"', '"conversation":"x"'),
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(hostile))
    imported = await importer.run(path)

    assert [loss.why for loss in imported.tally.losses] == ["It has a message of another conversation."]
    assert set(await listed(database)) == {"mine"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"%PDF-1.7", "import-unknown"),
        ("a.json", b"[1, 2]", "import-unknown"),
        ("a.json", b'{"a": 1}', "import-unknown"),
        ("a.json", b'[{"mapping": {', "import-unreadable"),
        ("a.json", b"[" * 100_000, "import-unreadable"),
        ("a.json", b'{"a":' * 100_000, "import-unreadable"),
        ("a.zip", b"PK\x03\x04", "import-unknown"),
        ("a.db", b"SQLite format 3\0", "import-unknown"),
        ("a.jsonl", b'{"type":"header","format":"glmdesk-conversations","version":2}', "import-newer"),
        ("nothing.json", None, "import-unreadable"),
    ],
)
async def test_what_is_no_history_is_refused_in_words(
    importer: Importer, tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LocalDataError) as refused:
        await importer.preview(path)

    assert refused.value.problem.code == code
    assert str(path) in refused.value.problem.headline


async def test_an_import_that_fails_is_taken_back(
    importer: Importer, database: Database, conversations: Conversations, tmp_path: Path
) -> None:
    # Two of three pieces were stored, listed nowhere until the next start, and there was no way back.
    await exchange(conversations, conversation("mine"))
    path = many(tmp_path / "conversations.json", 120, "text " * 4_000)
    await database.maintain(lambda connection: leave_room_for(connection, 2_200_000))
    seen: list[int] = []
    with pytest.raises(LocalDataError) as failed:
        await importer.run(path, lambda conversations, _messages: seen.append(conversations))

    assert seen == [50, 100]
    assert set(await listed(database)) == {"mine"}
    assert failed.value.problem.code == "disk-full"
    assert failed.value.problem.headline == "The disk is full. Nothing was imported."
    await database.maintain(lambda connection: leave_room_for(connection, 1 << 30))
    await importer.run(path)
    assert len(await Conversations(database).page(limit=200)) == 121


async def test_an_import_that_was_cut_off_is_completed_by_the_next(
    importer: Importer, database: Database, path: Path, tmp_path: Path
) -> None:
    made = [{**CLAUDE[0], "uuid": str(number), "name": str(number)} for number in range(120)]
    file = written(tmp_path / "conversations.json", made)
    seen: list[int] = []

    def stop(conversations: int, _messages: int) -> None:
        seen.append(conversations)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await importer.run(file, stop)
    assert seen == [50]
    assert len(await listed(database)) == 50
    imported = await importer.run(file)

    assert imported.tally.new_conversations == 70
    assert len(await Conversations(database).page(limit=200)) == 120
    assert is_sound(path)


async def test_taking_an_import_back_leaves_a_conversation_as_it_was(
    importer: Importer, database: Database, tmp_path: Path
) -> None:
    short = [{**CLAUDE[0], "chat_messages": CLAUDE[0]["chat_messages"][:1]}]
    path = written(tmp_path / "conversations.json", short)
    await importer.run(path)
    before = await text_of(export_jsonl(database))
    written(path, CLAUDE[:1])
    await importer.take_back(await importer.run(path))
    assert await text_of(export_jsonl(database)) == before

    again = await importer.preview(path)
    assert (again.new_conversations, again.grown_conversations, again.new_messages) == (0, 1, 1)
    await importer.run(path)
    (of,) = (await listed(database)).values()
    assert [role for role, _text in await branch(database, of)] == ["user", "assistant"]


async def test_what_was_deleted_is_offered_again(
    importer: Importer, database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path / "conversations.json", CLAUDE)
    first = await importer.preview(path)
    await importer.take_back(await importer.run(path))
    again = await importer.preview(path)
    assert (again.new_conversations, again.new_messages) == (first.new_conversations, first.new_messages)
    imported = await importer.run(path)
    assert len(await listed(database)) == first.new_conversations
    await importer.take_back(imported)

    assert await listed(database) == {}


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-10:00", "9999-12-31T23:59:59Z", "1e300"]
)
async def test_a_time_that_cannot_be_is_told_and_the_list_can_be_read(
    importer: Importer, database: Database, conversations: Conversations, tmp_path: Path, moment: str
) -> None:
    await exchange(conversations, conversation("kept"))
    lines = [json.loads(line) for line in (await text_of(export_jsonl(database))).splitlines()]
    broken = [
        {**line, "id": f"x{line['id']}", "created_at": moment} if "id" in line else line for line in lines
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, broken)), encoding="utf-8")
    imported = await importer.run(path)

    assert len(imported.tally.losses) == 3
    assert list(await listed(database)) == ["kept"]
