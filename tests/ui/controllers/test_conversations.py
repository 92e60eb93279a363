"""The list of conversations stays true to the database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.conversation import Conversation
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import DatabaseNewer
from glmdesk.domain.message import State
from glmdesk.storage.database import Database
from glmdesk.ui.controllers.conversations import UNDO_S
from glmdesk.ui.models.conversation_list import Role
from tests.chat.examples import MODEL
from tests.storage.examples import LATER_STEPS
from tests.support.script import Answer
from tests.ui.controllers.behind import PAUSED, Behind, behind
from tests.ui.waiting import idle, until


async def fill(desk: Behind, count: int) -> list[Conversation]:
    """Store conversations, the latest first."""
    now = datetime.now(UTC)
    made: list[Conversation] = []
    for number in range(count):
        moment = now - timedelta(hours=number)
        made.append(Conversation(f"id-{number}", f"Title {number}", moment, moment, MODEL))
        await desk.store.create(made[-1])
    return made


def titles(desk: Behind) -> list[str]:
    rows = map(desk.rows.conversation, range(desk.rows.rowCount()))
    return [row.title for row in rows if row is not None]


async def test_the_list_is_what_is_stored(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        await fill(desk, 3)
        await desk.conversations.load()

        assert titles(desk) == ["Title 0", "Title 1", "Title 2"]


async def test_older_ones_come_when_the_end_is_reached(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        await fill(desk, 230)
        await desk.conversations.load()
        assert len(desk.rows.conversations) == 100
        while desk.rows.canFetchMore(desk.rows.index(-1)):
            before = desk.rows.rowCount()
            desk.rows.fetchMore(desk.rows.index(-1))
            await until(lambda before=before: desk.rows.rowCount() > before, desk.rows.rowsInserted)  # type: ignore[misc]

        assert titles(desk) == [f"Title {number}" for number in range(230)]


async def test_older_ones_come_also_when_all_that_were_listed_are_deleted(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        made = await fill(desk, 103)
        await desk.conversations.load()
        for conversation in made[:100]:
            await desk.store.delete([conversation.id], datetime.now(UTC))
            desk.rows.remove(conversation.id)
        desk.rows.fetchMore(desk.rows.index(-1))
        await idle(lambda: desk.tasks.is_running("conversations:more"))

        assert titles(desk) == ["Title 100", "Title 101", "Title 102"]


async def test_a_new_title_is_shown_stored_and_told(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        await fill(desk, 2)
        await desk.conversations.load()
        told: list[tuple[str, str]] = []
        desk.conversations.renamed.connect(lambda *values: told.append(values))
        row = desk.rows.row_of("id-1")
        assert row is not None
        desk.rows.setData(desk.rows.index(row), "New")
        await idle(lambda: desk.tasks.is_running("rename:id-1"))

        assert titles(desk) == ["Title 0", "New"]
        assert told == [("id-1", "New")]
        stored = await desk.store.get("id-1")
        assert stored is not None
        assert stored.title == "New"


async def test_a_deleted_conversation_can_be_brought_back(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        await fill(desk, 3)
        await desk.conversations.load()
        told: list[tuple[str, ...]] = []
        desk.conversations.deleted.connect(lambda *values: told.append(values))
        desk.conversations.restored.connect(lambda *values: told.append(values))
        desk.conversations.delete(["id-1"])
        await until(lambda: told, desk.conversations.deleted)
        assert titles(desk) == ["Title 0", "Title 2"]
        desk.conversations.restore("id-1")
        await until(lambda: len(told) > 1, desk.conversations.restored)

        assert titles(desk) == ["Title 0", "Title 1", "Title 2"]
        assert told == [("id-1", "Title 1"), ("id-1",)]


async def test_what_cannot_be_stored_is_not_shown(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        await fill(desk, 2)
    async with Database(tmp_path / "glmdesk.db", steps=LATER_STEPS):
        pass
    async with behind(tmp_path, catalog) as desk:
        await desk.conversations.load()
        told: list[tuple[str, ...]] = []
        desk.conversations.deleted.connect(lambda *values: told.append(values))
        desk.conversations.renamed.connect(lambda *values: told.append(values))
        desk.conversations.rename("id-0", "New")
        desk.conversations.delete(["id-1"])
        await idle(lambda: len(desk.errors) < 2)

        assert titles(desk) == ["Title 0", "Title 1"]
        assert told == []
        assert {type(error) for _name, error in desk.errors} == {DatabaseNewer}


async def test_a_conversation_that_is_renamed_stays_where_it_is(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        await fill(desk, 3)
        await desk.conversations.load()
        desk.conversations.rename("id-2", "New")
        await idle(lambda: desk.tasks.is_running("rename:id-2"))

        assert titles(desk) == ["Title 0", "Title 1", "New"]


async def test_what_is_long_deleted_is_removed_for_good_and_nothing_else(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        await fill(desk, 3)
        now = datetime.now(UTC)
        await desk.store.delete(["id-0"], now - timedelta(seconds=3 * UNDO_S))
        await desk.store.delete(["id-1"], now)
        await desk.conversations.purge()
        await desk.store.restore(["id-0"])
        await desk.store.restore(["id-1"])
        await desk.conversations.load()

        assert titles(desk) == ["Title 1", "Title 2"]


async def test_a_conversation_that_is_deleted_while_it_is_answered_keeps_what_arrived(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(PAUSED)
        desk.chat.ask(Draft("Count."))
        await desk.written("One, two, ")
        conversation_id = desk.chat.conversation.id
        desk.answers.stop(conversation_id)
        desk.conversations.delete([conversation_id])
        await until(lambda: desk.rows.rowCount() == 0, desk.rows.rowsRemoved)
        desk.chat.show_new()
        await idle(lambda: desk.answers.is_answering(conversation_id))
        assert desk.rows.rowCount() == 0
        await desk.service.hung_up(desk.service.chats[0])
        desk.conversations.restore(conversation_id)
        await until(lambda: desk.rows.conversations, desk.rows.rowsInserted)
        await desk.opened(conversation_id)

        assert desk.shown == ["Count.", "One, two, "]
        assert desk.last.state is State.STOPPED


async def test_a_deleted_conversation_does_not_come_back_with_its_answer(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"))
        await desk.ask("一")
        conversation_id = desk.chat.conversation.id
        desk.service.script(Answer("2"))
        desk.chat.ask(Draft("二"))
        desk.answers.stop(conversation_id)
        desk.conversations.delete([conversation_id])
        await idle(lambda: desk.answers.is_answering(conversation_id))
        await idle(lambda: desk.tasks.is_running(f"delete:{conversation_id}"))

        assert desk.rows.rowCount() == 0
        assert len(desk.service.chats) == 1


async def test_headings_move_on_at_midnight(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        await fill(desk, 1)
        await desk.conversations.load()
        desk.rows.regroup((datetime.now().astimezone() + timedelta(days=1)).date())
        assert desk.rows.index(0).data() == "Yesterday"
        timer = desk.conversations._midnight
        assert 0 < timer.interval() <= 60 * 60 * 1000, "it does not run while the computer sleeps"
        timer.timeout.emit()

        assert desk.rows.index(0).data() == "Today"
        assert timer.isActive()


async def test_a_title_changed_elsewhere_reaches_the_shown_conversation(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"), Answer("2"))
        await desk.ask("一")
        desk.conversations.renamed.connect(desk.chat.renamed)
        desk.conversations.rename(desk.chat.conversation.id, "New")
        await until(lambda: desk.chat.conversation.title == "New", desk.chat.conversation_changed)
        await desk.ask("二")

        assert titles(desk) == ["New"]
        assert not desk.is_marked(desk.chat.conversation.id, Role.IS_UNREAD)
