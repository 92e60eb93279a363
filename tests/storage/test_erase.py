"""What is erased cannot be read from any file again, and what is not stays as it is."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from glmdesk.domain.draft import Draft
from glmdesk.domain.message import State
from glmdesk.storage.backups import Backups
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.drafts import Drafts
from glmdesk.storage.erase import Erasure, holders
from glmdesk.storage.journal import AnswerWriter
from glmdesk.storage.repair import mark_suspect
from glmdesk.storage.search.query import parse_query
from glmdesk.storage.search.search import Search
from glmdesk.storage.sql import execute, select, snapshot
from tests.storage.examples import answer, content_of, conversation, exchange, is_sound, look, question

pytestmark = pytest.mark.anyio

SECRET = "zweihundertsiebzehnprozent"


def everything(path: Path) -> bytes:
    return b"".join(content_of(file) for file in path.parent.iterdir() if file.name.startswith(path.name))


async def fill(database: Database) -> tuple[str, str]:
    """Store a conversation with a secret in every place, and another one; return their ids."""
    store = Conversations(database)
    secret, other = conversation(f"Title {SECRET}"), conversation("Other")
    asked = question(secret, f"Text {SECRET} shared 秘密")
    streamed = answer(asked)
    await store.create(secret, asked, streamed)
    writer = AnswerWriter(database, streamed.id)
    writer.write(text=f"{SECRET} streamed")
    await writer.finish(replace(streamed, text=f"{SECRET} streamed", state=State.COMPLETE))
    await store.create(other, question(other, "Text shared by both"))
    await Drafts(database).put(
        {secret.id: Draft(f"draft {SECRET}"), other.id: Draft("draft"), streamed.id: Draft(f"edit {SECRET}")}
    )
    return secret.id, other.id


async def test_nothing_is_left_in_the_files(path: Path) -> None:
    async with Database(path) as database:
        secret, other = await fill(database)
        assert SECRET.encode() in everything(path)
        await Erasure(database).erase([secret])

        assert SECRET.encode() not in everything(path)
        assert await Conversations(database).get(secret) is None
        assert await Conversations(database).get(other) is not None
        assert await Drafts(database).all() == {other: Draft("draft")}
        assert is_sound(path)
    assert SECRET.encode() not in everything(path)


async def test_the_index_forgets_words_that_no_other_text_has(path: Path) -> None:
    async with Database(path) as database:
        secret, _other = await fill(database)
        await Erasure(database).erase([secret])
        search = Search(database)

        assert {word for (word,) in look(path, "SELECT word FROM search_words")} >= {"shared", "both"}
        assert not [word for (word,) in look(path, "SELECT word FROM search_words") if word in SECRET]
        assert await search.messages(parse_query(SECRET[3:9]), 9) == []
        assert len(await search.messages(parse_query("hare"), 9)) == 1
        assert await search.messages(parse_query("秘密"), 9) == []


async def test_an_erasure_that_was_cut_off_is_finished_at_the_next_start(path: Path) -> None:
    async with Database(path) as database:
        secret, _other = await fill(database)

        def remove(connection: apsw.Connection) -> None:
            execute(connection, "INSERT INTO unfinished VALUES ('erase')")
            execute(connection, "DELETE FROM conversations WHERE id = ?", (secret,))

        await database.write(remove)
    async with Database(path) as database:
        await Erasure(database).finish()

        assert look(path, "SELECT count(*) FROM unfinished") == [(0,)]
        assert f"Text {SECRET}".encode() not in everything(path)


async def test_files_that_still_hold_it_are_named(path: Path, tmp_path: Path) -> None:
    backups = Backups(path, tmp_path / "backups")
    async with Database(path) as database:
        await exchange(Conversations(database), conversation("before"))
        backups.make(datetime(2026, 1, 1, tzinfo=UTC))
        secret, _other = await fill(database)
        made = backups.make(datetime(2026, 1, 2, tzinfo=UTC))
        aside = path.with_name("glmdesk.db.replaced-20260101")
        aside.write_bytes(content_of(made.path))
        broken = path.with_name("glmdesk.db.damaged-20260101")
        broken.write_bytes(b"garbage")
        await Erasure(database).erase([secret])

        assert holders(path, [backups.folder], [secret]) == sorted([made.path, aside, broken])


async def test_while_somebody_reads_it_is_not_said_to_be_done(path: Path) -> None:
    async with Database(path) as database:
        secret, _other = await fill(database)
        with closing(apsw.Connection(str(path))) as reader, snapshot(reader):
            list(select(reader, "SELECT * FROM messages"))
            assert not await Erasure(database).erase([secret])
        assert SECRET.encode() in everything(path), "it is in the log"
        assert await Erasure(database).finish()

        assert SECRET.encode() not in everything(path)
        assert await Erasure(database).finish(), "nothing is left to do"


async def test_words_of_what_was_deleted_or_renamed_before_go_too(path: Path) -> None:
    async with Database(path) as database:
        secret, other = await fill(database)
        store = Conversations(database)
        await store.update(secret, title="Renamed")
        await store.delete([secret], datetime.now(UTC))
        await store.purge(datetime.now(UTC) + timedelta(seconds=1))
        assert SECRET in {word for (word,) in look(path, "SELECT word FROM search_words")}
        await Erasure(database).erase([other])

        assert look(path, "SELECT word FROM search_words") == []
        assert SECRET.encode() not in everything(path)


async def test_backups_in_a_folder_that_was_used_before_are_named_too(path: Path, tmp_path: Path) -> None:
    before, now = Backups(path, tmp_path / "before"), Backups(path, path.parent)
    async with Database(path) as database:
        secret, _other = await fill(database)
        made = [backups.make(datetime(2026, 1, 2, tzinfo=UTC)) for backups in (before, now)]
        half = before.folder / "glmdesk-20260101-000000.db.part"
        half.write_bytes(content_of(made[0].path)[:4096])
        await Erasure(database).erase([secret])
        loop = tmp_path / "loop"
        loop.symlink_to(loop)
        held = holders(path, [now.folder, before.folder, tmp_path / "nothing", loop], [secret])

    found = [half, loop, *(backup.path for backup in made)]
    assert held == sorted(found), "the history holds nothing more, and what cannot be looked into may"


async def test_what_remembers_that_damage_was_met_holds_nothing(path: Path) -> None:
    async with Database(path) as database:
        secret, _other = await fill(database)
        mark_suspect(path)
        await Erasure(database).erase([secret])

        assert holders(path, [], [secret]) == []
