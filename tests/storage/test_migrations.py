"""From one version of the schema to the next, and what happens to a database from the future."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import apsw
import pytest

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.errors import DatabaseNewer, LocalDataError
from glmdesk.domain.message import Message, State
from glmdesk.domain.money import Money
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.migrations import STEPS
from glmdesk.storage.rows import to_microseconds
from glmdesk.storage.sql import execute
from tests.storage.examples import (
    LATER_STEPS,
    NOON,
    content_of,
    conversation,
    exchange,
    is_sound,
    look,
    question,
)

pytestmark = pytest.mark.anyio


def copies(path: Path) -> list[Path]:
    return sorted(path.parent.glob("glmdesk.v*"))


async def store_question(database: Database, of: Conversation, *, cost: str | None = None) -> Message:
    """Store a conversation with a question in the columns that every version has."""
    asked = question(of)
    begin = """
        INSERT INTO conversations (id, title, created_at, updated_at, model) VALUES (?, ?, ?, ?, ?)
    """
    moment = to_microseconds(of.created_at)
    first = (of.id, of.title, moment, to_microseconds(of.updated_at), of.model)
    insert = """
        INSERT INTO messages (id, conversation_seq, role, created_at, text, state, cost_cny)
        VALUES (?, (SELECT seq FROM conversations), ?, ?, ?, ?, ?)
    """
    values = (asked.id, asked.role, to_microseconds(asked.created_at), asked.text, asked.state.value, cost)
    await database.write(lambda connection: execute(connection, begin, first))
    await database.write(lambda connection: execute(connection, insert, values))
    return asked


async def test_a_new_database_needs_no_copy(path: Path) -> None:
    async with Database(path, steps=LATER_STEPS):
        pass

    assert look(path, "PRAGMA user_version") == [(len(LATER_STEPS),)]
    assert copies(path) == []


async def test_an_older_database_is_migrated_and_kept_as_a_verified_copy(path: Path) -> None:
    of = conversation()
    async with Database(path) as database:
        await exchange(Conversations(database), of)

    async with Database(path, steps=LATER_STEPS) as database:
        assert database.notices == ()
        assert len(await Conversations(database).messages(of.id)) == 2

    assert look(path, "PRAGMA user_version") == [(len(LATER_STEPS),)]
    assert look(path, "SELECT note FROM messages") == [(None,), (None,)]
    (copy,) = copies(path)
    assert look(copy, "PRAGMA user_version") == [(len(STEPS),)]
    assert look(copy, "SELECT count(*) FROM messages") == [(2,)]
    assert is_sound(copy)
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "glmdesk.db",
        "glmdesk.db-lock",
        copy.name,
    ]


async def test_messages_of_the_first_version_can_be_deleted_and_brought_back(path: Path) -> None:
    of = conversation()
    async with Database(path, steps=STEPS[:1]) as database:
        asked = await store_question(database, of)

    async with Database(path) as database:
        store = Conversations(database)
        assert await store.delete_message(asked.id, NOON, leaf_id=None) == 1
        assert await store.messages(of.id) == ()
        await store.restore_message(asked.id, leaf_id=asked.id)
        assert await store.messages(of.id) == (asked,)


async def test_what_an_answer_of_the_second_version_cost_is_still_known(path: Path) -> None:
    of = conversation()
    async with Database(path, steps=STEPS[:2]) as database:
        asked = await store_question(database, of, cost="0.0029")

    async with Database(path) as database:
        (found,) = await Conversations(database).messages(of.id)
    assert found == replace(asked, cost=Money(Decimal("0.0029"), "CNY"))


async def test_a_step_that_fails_leaves_the_database_as_it_was(path: Path) -> None:
    of = conversation()
    async with Database(path) as database:
        await exchange(Conversations(database), of)

    def fail(connection: apsw.Connection) -> None:
        execute(connection, "ALTER TABLE messages ADD COLUMN half TEXT; DELETE FROM messages")
        raise KeyError("half done")

    with pytest.raises(KeyError):
        await Database(path, steps=(*STEPS, fail)).open()

    assert look(path, "PRAGMA user_version") == [(len(STEPS),)]
    async with Database(path) as database:
        assert len(await Conversations(database).messages(of.id)) == 2


async def test_a_step_that_tears_references_is_undone(path: Path) -> None:
    async with Database(path) as database:
        await exchange(Conversations(database), conversation())

    def tear(connection: apsw.Connection) -> None:
        execute(connection, "DELETE FROM conversations")

    with pytest.raises(apsw.ConstraintError):
        await Database(path, steps=(*STEPS, tear)).open()

    assert look(path, "SELECT count(*) FROM conversations") == [(1,)]


async def test_a_newer_database_is_read_but_never_written(path: Path) -> None:
    of = conversation()
    async with Database(path, steps=LATER_STEPS) as database:
        await exchange(Conversations(database), of)
    before = content_of(path)

    async with Database(path) as database:
        conversations = Conversations(database)
        assert [notice.code for notice in database.notices] == ["database-newer"]
        assert [one.id for one in await conversations.page()] == [of.id]
        # Nobody here can finish the answer that was cut off.
        assert [message.state for message in await conversations.messages(of.id)] == [
            State.COMPLETE,
            State.FAILED,
        ]
        for _ in range(2):
            with pytest.raises(DatabaseNewer):
                await conversations.update(of.id, title="changed")

    assert content_of(path) == before


async def test_a_newer_database_of_another_shape_is_refused_in_words(path: Path) -> None:
    def reshape(connection: apsw.Connection) -> None:
        execute(connection, "ALTER TABLE messages RENAME COLUMN text TO body")

    async with Database(path, steps=(*STEPS, reshape)):
        pass

    with pytest.raises(DatabaseNewer) as refused:
        await Database(path).open()
    assert "newer version" in str(refused.value)


async def test_another_programs_database_is_left_alone(path: Path) -> None:
    with apsw.Connection(str(path)) as connection:
        execute(connection, "CREATE TABLE things (name TEXT)")
    connection.close()
    before = content_of(path)

    with pytest.raises(LocalDataError) as refused:
        await Database(path).open()

    assert refused.value.problem.code == "database-foreign"
    assert content_of(path) == before
