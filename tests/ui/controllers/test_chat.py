"""The conversation on the screen: asking, stopping, branching, switching, with everything stored."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import apsw
import pytest

from glmdesk.api.limiter import Gates
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import KeyProblem, LocalDataError
from glmdesk.domain.message import State
from glmdesk.domain.money import Money
from glmdesk.domain.options import PLAIN, Options
from glmdesk.domain.request import WebSearch
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.ui.models.conversation_list import Role
from tests.chat.examples import MODEL
from tests.storage.examples import LATER_STEPS
from tests.support.fault import Fault
from tests.support.script import Answer, Refuse, SearchResult
from tests.ui.controllers.behind import PAUSED, Behind, behind
from tests.ui.models.test_message_list import AnnouncedMessages
from tests.ui.waiting import idle, until


async def test_a_question_and_its_answer_are_shown_listed_and_stored(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("您好！"))
        await desk.ask("你好\n第二行")

        assert desk.shown == ["你好\n第二行", "您好！"]
        assert desk.last.state is State.COMPLETE
        assert desk.last.cost == Money(Decimal(0), "CNY")
        conversation = desk.chat.conversation
        assert (conversation.title, desk.chat.is_stored) == ("你好", True)
        assert [row.title for row in desk.rows.conversations] == ["你好"]
        assert [message.text for message in await desk.stored()] == desk.shown
        assert await desk.stored() == [desk.messages[row].message for row in (0, 1)]
        assert desk.chat.last_usage == desk.last.usage is not None


async def test_question_and_empty_answer_are_on_the_disk_before_the_network_is_asked(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("", faults=(Fault.SLOW_FIRST_BYTE,)))
        desk.chat.ask(Draft("你好"))
        exchange = await desk.service.arrived()
        stored = [(message.role, message.text, message.state) for message in await desk.stored()]
        desk.service.release(exchange)

    assert stored == [("user", "你好", State.COMPLETE), ("assistant", "", State.STREAMING)]


async def test_the_answer_is_shown_as_it_is_written(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(PAUSED)
        answering: list[bool] = []
        desk.chat.answering_changed.connect(answering.append)
        desk.chat.ask(Draft("Count."))
        await desk.written("One, two, ")
        assert desk.is_answering
        assert desk.is_marked(desk.chat.conversation.id, Role.IS_RUNNING)
        desk.service.release(desk.service.chats[0])
        await desk.answered()

        assert desk.shown[-1] == "One, two, three."
        assert answering == [True, False]
        assert not desk.is_marked(desk.chat.conversation.id, Role.IS_RUNNING)


async def test_stopping_keeps_what_arrived_and_hangs_up(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(PAUSED)
        desk.chat.ask(Draft("Count."))
        await desk.written("One, two, ")
        desk.chat.stop()
        await desk.answered()

        assert (desk.last.text, desk.last.state) == ("One, two, ", State.STOPPED)
        assert (await desk.stored())[-1] == desk.last
        await desk.service.hung_up(desk.service.chats[0])
        assert desk.errors == []


async def test_stopping_before_the_question_is_stored_asks_nothing_more(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        with busy_disk(desk.database):
            desk.chat.ask(Draft("Count."))
            await asyncio.sleep(0)
            desk.chat.stop()
        await desk.answered()

        assert [message.state for message in await desk.stored()] == [State.COMPLETE, State.STOPPED]
        assert desk.shown == ["Count.", ""]
        desk.service.script(Answer("ok"))
        await desk.ask("Again.")
        assert desk.last.text == "ok"


@contextmanager
def busy_disk(database: Database) -> Iterator[None]:
    """Let nothing be read or written inside."""
    is_free = threading.Event()

    def occupy(_connection: apsw.Connection) -> None:
        is_free.wait(5)

    occupied = database.start_write(occupy)
    try:
        yield
    finally:
        assert not occupied.done()
        is_free.set()


async def test_the_next_question_goes_with_what_was_said(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"), Answer("2"))
        await desk.ask("一")
        await desk.ask("二")

        sent = [(m["role"], m["content"]) for m in desk.service.chats[1].body["messages"]]
        assert sent == [("user", "一"), ("assistant", "1"), ("user", "二")]
        assert desk.service.chats[1].body["model"] == MODEL
        assert desk.shown == ["一", "1", "二", "2"]
        assert len(await desk.store.page()) == 1


async def test_a_question_brings_back_its_conversation_that_another_window_deleted(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"), Answer("2"))
        await desk.ask("一")
        long_ago = datetime.now(UTC) - timedelta(days=1)
        await desk.store.delete([desk.chat.conversation.id], long_ago)
        await desk.ask("二")
        await desk.conversations.purge()

        assert [message.text for message in await desk.stored()] == desk.shown == ["一", "1", "二", "2"]
        assert [one.id for one in await desk.store.page()] == [desk.chat.conversation.id]
        assert len(desk.rows.conversations) == 1


async def test_two_questions_in_one_breath_lose_no_text(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        answering: list[bool] = []
        desk.chat.answering_changed.connect(answering.append)
        desk.service.script(Answer("1"))
        desk.chat.ask(Draft("一"))
        # From now on the composer sends nothing: it knows that an answer is on its way.
        assert answering == [True]
        desk.chat.ask(Draft("二"))
        await desk.answered()

        assert desk.shown == ["一", "1"]
        assert [message.text for message in await desk.stored()] == ["一", "1"]


async def test_a_question_in_the_moment_an_answer_ends_is_asked(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"), Answer("2"))
        loop = asyncio.get_running_loop()

        def ask_next(is_answering: bool) -> None:
            if not is_answering and len(desk.shown) == 2:
                loop.call_soon(desk.chat.ask, Draft("二"))

        desk.chat.answering_changed.connect(ask_next)
        desk.chat.ask(Draft("一"))
        await desk.written("2")
        await desk.answered()

        assert desk.shown == ["一", "1", "二", "2"]


async def test_a_retry_is_a_variant_beside_the_old_answer(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("first"), Answer("second"))
        await desk.ask("你好")
        desk.chat.retry(1)
        await desk.answered()

        assert desk.shown == ["你好", "second"]
        assert (desk.messages[1].variant, desk.messages[1].variants) == (2, 2)
        assert desk.service.chats[0].body["messages"] == desk.service.chats[1].body["messages"]
        desk.chat.choose_variant(1, -1)
        assert desk.shown == ["你好", "first"]
        desk.chat.choose_variant(1, -1)
        assert desk.shown == ["你好", "first"]
        await idle(lambda: desk.tasks.is_running(f"leaf:{desk.chat.conversation.id}"))
        stored = await desk.store.get(desk.chat.conversation.id)
        assert stored is not None
        assert stored.leaf_id == desk.last.id


async def test_looking_at_a_variant_does_not_move_the_conversation_in_the_list(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("first"), Answer("second"))
        await desk.ask("你好")
        desk.chat.retry(1)
        await desk.answered()
        first = desk.chat.conversation.id
        desk.chat.show_new()
        desk.service.script(Answer("other"))
        await desk.ask("another")
        await desk.opened(first)
        desk.chat.choose_variant(1, -1)

        assert [desk.rows.index(row).data() for row in (1, 2)] == ["another", "你好"]


async def test_an_edited_question_is_a_variant_with_its_own_answer(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"), Answer("2"), Answer("3"))
        await desk.ask("一")
        await desk.ask("二")
        desk.chat.edit(0, Draft("三"))
        await desk.answered()
        assert desk.shown == ["三", "3"]
        assert [m["content"] for m in desk.service.chats[2].body["messages"]] == ["三"]
        desk.chat.choose_variant(0, -1)

        assert desk.shown == ["一", "1", "二", "2"]


async def test_an_answer_is_continued_where_it_broke_off(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("One, two, ", finish="length"), Answer("three."))
        await desk.ask("Count.")
        cut = desk.last
        desk.chat.go_on(1)
        await desk.answered()

        assert desk.shown == ["Count.", "One, two, three."]
        assert (cut.state, desk.last.state) == (State.CUT_SHORT, State.COMPLETE)
        assert cut.usage is not None
        assert desk.last.usage is not None
        assert desk.last.usage.prompt_tokens > cut.usage.prompt_tokens
        assert (await desk.stored())[-1] == desk.last
        assert [m["role"] for m in desk.service.chats[1].body["messages"]] == ["user", "assistant", "user"]


async def test_the_rest_of_an_answer_keeps_its_sources_and_looks_for_no_others(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        found = SearchResult(title="A page", link="https://example.org/a", refer="ref_1")
        desk.service.script(Answer("Tea [ref_1] is", web_search=(found,), finish="length"), Answer(" hot."))
        desk.chat.choose_options("", Options(searches_web=True))
        await desk.ask("What is tea?")
        sources = desk.last.citations
        desk.chat.go_on(1)
        await desk.answered()

        assert desk.last.text == "Tea [ref_1] is hot."
        assert sources
        assert desk.last.citations == sources
        assert ["tools" in exchange.body for exchange in desk.service.chats] == [True, False]


async def test_an_error_is_a_part_of_the_answer(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Refuse("1113"))
        await desk.ask("你好")

        assert desk.last.state is State.FAILED
        assert desk.last.problem is not None
        assert desk.last.problem.code == "1113"
        assert (await desk.stored())[-1] == desk.last
        desk.service.script(Answer("ok"))
        desk.chat.retry(1)
        await desk.answered()
        assert desk.shown == ["你好", "ok"]


async def test_without_a_key_the_answer_says_so(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.keys.key = None
        await desk.ask("你好")

        assert desk.last.problem is not None
        assert desk.last.problem.code == "no-key"
        assert [type(error) for _name, error in desk.errors] == [KeyProblem]
        assert desk.service.requests == []


async def test_a_stored_conversation_is_opened(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"))
        await desk.ask("一")
        first = desk.chat.conversation.id
        desk.chat.show_new()
        assert desk.shown == []
        assert not desk.chat.is_stored
        await desk.opened(first)

        assert desk.shown == ["一", "1"]
        assert desk.chat.is_stored


async def test_an_unknown_conversation_is_not_opened(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        before = desk.chat.conversation
        desk.chat.open("nothing")
        await idle(lambda: desk.tasks.is_running("open"))

        assert desk.chat.conversation == before


async def two_conversations(desk: Behind) -> tuple[str, str]:
    """Make two conversations and return their ids; the second one is shown."""
    desk.service.script(Answer("1"), Answer("2"))
    await desk.ask("一")
    first = desk.chat.conversation.id
    desk.chat.show_new()
    await desk.ask("二")
    return first, desk.chat.conversation.id


async def test_a_new_chat_is_not_replaced_by_what_was_being_opened(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        first, second = await two_conversations(desk)
        with busy_disk(desk.database):
            desk.chat.open(first)
            await asyncio.sleep(0)
            desk.chat.show_new()
        await idle(lambda: desk.tasks.is_running("open"))
        assert not desk.chat.is_stored
        await desk.opened(second)
        with busy_disk(desk.database):
            desk.chat.open(first)
            await asyncio.sleep(0)
            desk.chat.open(second)
        await idle(lambda: desk.tasks.is_running("open"))
        assert desk.chat.conversation.id == second


async def test_of_two_conversations_opened_at_once_the_last_one_is_shown(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        first, second = await two_conversations(desk)
        desk.chat.show_new()
        desk.chat.open(first)
        desk.chat.open(second)
        await idle(lambda: desk.tasks.is_running("open"))

        assert desk.shown == ["二", "2"]


async def test_an_answer_goes_on_in_the_background_and_waits_to_be_read(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(PAUSED)
        desk.chat.ask(Draft("Count."))
        await desk.written("One, two, ")
        first = desk.chat.conversation.id
        desk.chat.show_new()
        assert desk.is_marked(first, Role.IS_RUNNING)
        assert not desk.is_marked(first, Role.IS_UNREAD)
        desk.service.release(desk.service.chats[0])
        await idle(lambda: desk.answers.is_answering(first))

        assert not desk.is_marked(first, Role.IS_RUNNING)
        assert desk.is_marked(first, Role.IS_UNREAD)
        assert desk.shown == []
        await desk.opened(first)
        assert desk.shown == ["Count.", "One, two, three."]
        assert not desk.is_marked(first, Role.IS_UNREAD)


async def test_a_running_answer_is_shown_as_far_as_it_is_when_one_comes_back(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(PAUSED)
        desk.chat.ask(Draft("Count."))
        await desk.written("One, two, ")
        first = desk.chat.conversation.id
        desk.chat.show_new()
        answering: list[bool] = []
        desk.chat.answering_changed.connect(answering.append)
        await desk.opened(first)
        assert answering == [True]
        assert desk.shown == ["Count.", "One, two, "]
        desk.service.release(desk.service.chats[0])
        await desk.answered()

        assert desk.shown == ["Count.", "One, two, three."]
        assert answering == [True, False]


async def test_text_that_waits_for_its_frame_is_not_shown_twice(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(PAUSED)
        # A frame that never ends by itself.
        desk.answers._frame.setInterval(1_000_000)
        desk.chat.ask(Draft("Count."))
        await desk.written("One, ")
        first = desk.chat.conversation.id
        await desk.service.paused(desk.service.chats[0])
        while len(next(iter(desk.answers._live.values())).message.text) < len("One, two, "):
            await asyncio.sleep(0.001)
        desk.chat.show_new()
        mirror = AnnouncedMessages(desk.messages)
        shown: list[str] = []
        for signal in (desk.messages.grew, desk.messages.reset, desk.messages.changed):
            signal.connect(lambda *_values: shown.append(desk.shown[-1] if desk.shown else ""))
        await desk.opened(first)
        desk.service.release(desk.service.chats[0])
        await desk.answered()

        mirror.check()
        assert all("One, two, three.".startswith(text) for text in shown)
        assert shown[-1] == "One, two, three."


async def test_switching_while_a_turn_is_being_stored_does_not_mix_conversations(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        first, second = await two_conversations(desk)
        desk.service.script(Answer("3"), Answer("4"))
        with busy_disk(desk.database):
            desk.chat.ask(Draft("三"))
            await asyncio.sleep(0)
            desk.chat.open(first)
            await asyncio.sleep(0)
        await until(lambda: desk.chat.conversation.id == first, desk.chat.conversation_changed)
        await idle(lambda: desk.answers.is_answering(second))

        assert desk.shown == ["一", "1"]
        assert [message.text for message in await desk.stored(first)] == ["一", "1"]
        assert [message.text for message in await desk.stored(second)] == ["二", "2", "三", "3"]
        await desk.ask("四")
        assert desk.shown == ["一", "1", "四", "4"]
        await desk.opened(second)
        assert desk.shown == ["二", "2", "三", "3"]


async def test_a_new_chat_stays_empty_while_the_question_of_another_one_is_stored(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"))
        with busy_disk(desk.database):
            desk.chat.ask(Draft("一"))
            asked_in = desk.chat.conversation.id
            await asyncio.sleep(0)
            desk.chat.show_new()
        await idle(lambda: desk.answers.is_answering(asked_in))

        assert desk.shown == []
        assert not desk.chat.is_stored
        assert [message.text for message in await desk.stored(asked_in)] == ["一", "1"]


async def test_switching_away_and_back_while_a_turn_is_being_stored_shows_it(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        first, second = await two_conversations(desk)
        desk.service.script(Answer("3"), Answer("4"))
        with busy_disk(desk.database):
            desk.chat.ask(Draft("三"))
            await asyncio.sleep(0)
            desk.chat.show_new()
            desk.chat.open(second)
            await asyncio.sleep(0)
        await until(lambda: desk.chat.conversation.id == second, desk.chat.conversation_changed)
        await desk.answered()
        assert desk.shown == ["二", "2", "三", "3"]
        await desk.ask("四")

        assert desk.shown == ["二", "2", "三", "3", "四", "4"]
        assert first != second


async def test_answers_are_written_side_by_side(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(PAUSED, PAUSED)
        desk.chat.ask(Draft("First."))
        await desk.written("One, two, ")
        first = desk.chat.conversation.id
        desk.chat.show_new()
        desk.chat.ask(Draft("Second."))
        await desk.written("One, two, ")
        second = desk.chat.conversation.id
        desk.chat.stop()
        await desk.answered()
        assert desk.answers.is_answering(first)
        desk.service.release(desk.service.chats[0])
        await idle(lambda: desk.answers.is_answering(first))

        assert (await desk.stored(first))[-1].state is State.COMPLETE
        assert (await desk.stored(second))[-1].state is State.STOPPED


async def test_variants_stay_as_they_are_while_an_answer_is_written(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("first"), PAUSED)
        await desk.ask("Count.")
        desk.chat.retry(1)
        await desk.written("One, two, ")
        desk.chat.choose_variant(1, -1)
        desk.chat.retry(1)
        desk.chat.edit(0, Draft("other"))

        assert desk.shown == ["Count.", "One, two, "]


async def test_another_model_answers_from_then_on_and_is_remembered(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"), Answer("2"))
        desk.chat.choose_model("glm-4-air-250414")
        await desk.ask("一")
        desk.chat.choose_model("glm-4-plus")
        await idle(lambda: desk.tasks.is_running(f"model:{desk.chat.conversation.id}"))
        await desk.ask("二")

        assert [chat.body["model"] for chat in desk.service.chats] == ["glm-4-air-250414", "glm-4-plus"]
        assert [desk.messages[row].message.model for row in (1, 3)] == ["glm-4-air-250414", "glm-4-plus"]
        assert desk.last.cost
        stored = await desk.store.get(desk.chat.conversation.id)
        assert stored is not None
        assert stored.model == "glm-4-plus"


async def test_a_model_chosen_while_a_question_is_stored_answers_the_next_one(
    tmp_path: Path, catalog: Catalog
) -> None:
    # The question went to a model that its answer did not name, and the choice was forgotten.
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"), Answer("2"))
        with busy_disk(desk.database):
            desk.chat.ask(Draft("一"))
            await asyncio.sleep(0)
            desk.chat.choose_model("glm-4-plus")
        await desk.answered()
        assert desk.last.model == desk.service.chats[0].body["model"] == MODEL
        assert desk.chat.conversation.model == "glm-4-plus"
        stored = await desk.store.get(desk.chat.conversation.id)
        assert stored is not None
        assert stored.model == "glm-4-plus"
        await desk.ask("二")

        assert desk.last.model == desk.service.chats[1].body["model"] == "glm-4-plus"


async def test_stopping_where_nothing_is_written_stops_nothing(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"), Answer("2"))
        desk.chat.stop()
        await desk.ask("一")
        desk.chat.stop()
        await desk.ask("二")

        assert [desk.messages[row].message.state for row in (1, 3)] == [State.COMPLETE, State.COMPLETE]


async def test_a_continued_answer_is_asked_of_its_own_model(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(
            Answer("One-two-", chunk_size=4, faults=(Fault.NO_FINISH_NO_DONE,)), Answer("three.")
        )
        await desk.ask("Count.")
        desk.chat.choose_model("glm-4-plus")
        desk.chat.go_on(1)
        await desk.answered()

        assert [chat.body["model"] for chat in desk.service.chats] == [MODEL, MODEL]


async def test_a_new_conversation_takes_the_model_of_the_settings_again(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.chat.choose_model("glm-4-plus")
        desk.chat.show_new()

        assert desk.chat.conversation.model == MODEL
        assert await desk.store.page() == ()


async def test_a_long_question_makes_a_short_title(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"))
        await desk.ask("字" * 500)

        assert len(desk.chat.conversation.title) == 60
        assert desk.chat.conversation.title.endswith("…")


async def test_a_question_that_cannot_be_stored_is_given_back(tmp_path: Path, catalog: Catalog) -> None:
    async with Database(tmp_path / "glmdesk.db", steps=LATER_STEPS):
        pass
    async with behind(tmp_path, catalog) as desk:
        refused: list[tuple[str, Draft]] = []
        answering: list[bool] = []
        desk.chat.question_refused.connect(lambda *values: refused.append(values))
        desk.chat.answering_changed.connect(answering.append)
        desk.chat.ask(Draft("A long and precious text"))
        await desk.answered()

        assert refused == [("", Draft("A long and precious text"))]
        assert answering == [True, False]
        assert desk.shown == []
        assert not desk.chat.is_stored
        assert [isinstance(error, LocalDataError) for _name, error in desk.errors] == [True]
        assert desk.service.requests == []


async def test_the_end_of_the_program_stores_a_running_answer(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(PAUSED)
        desk.chat.ask(Draft("Count."))
        await desk.written("One, two, ")
        conversation_id = desk.chat.conversation.id
    async with Database(tmp_path / "glmdesk.db") as database:
        *_, stored = await Conversations(database).messages(conversation_id)

    assert (stored.text, stored.state) == ("One, two, ", State.INTERRUPTED)
    assert stored.problem is not None
    assert stored.problem.code == "program-ended"


async def test_what_is_thought_is_told_before_the_first_word(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("ok", reasoning="Let me think about this."))
        told: list[str] = []
        desk.answers.progressed.connect(lambda _id, status: told.append(status))
        await desk.ask("你好")

        assert told == ["Thinking…"]
        assert desk.messages[1].status == ""
        assert desk.last.reasoning == "Let me think about this."
        assert desk.last.timing is not None
        assert desk.last.timing.thought_s is not None
        assert 0 <= desk.last.timing.thought_s <= desk.last.timing.total_s


async def test_another_attempt_is_told(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Refuse("1305"), Answer("ok"))
        told: list[str] = []
        desk.answers.progressed.connect(lambda _id, status: told.append(status))
        await desk.ask("你好")

        assert len(told) == 1
        assert "attempt 2" in told[0]
        assert desk.last.text == "ok"


async def test_what_an_answer_waits_for_is_said_again_to_who_comes_back(
    tmp_path: Path, catalog: Catalog
) -> None:
    gates = Gates(lambda _host, _model: 1, pace=0.0)
    async with behind(tmp_path, catalog, gates=gates) as desk:
        desk.service.script(PAUSED, Answer("ok"))
        desk.chat.ask(Draft("first"))
        await desk.written("One, two, ")
        desk.chat.show_new()
        desk.chat.ask(Draft("second"))
        await until(lambda: len(desk.messages) == 2 and desk.messages[1].status, desk.messages.changed)
        waiting, words = desk.chat.conversation.id, desk.messages[1].status
        desk.chat.show_new()
        await desk.opened(waiting)

        assert words.startswith("Number 1 in the queue")
        assert desk.messages[1].status == words
        desk.service.release(desk.service.chats[0])
        await desk.answered()
        assert desk.last.text == "ok"


@pytest.mark.parametrize("row", [0, 1])
async def test_a_retry_of_an_earlier_answer_starts_a_branch_there(
    tmp_path: Path, catalog: Catalog, row: int
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"), Answer("2"), Answer("new"))
        await desk.ask("一")
        await desk.ask("二")
        desk.chat.retry(2 * row + 1)
        await desk.answered()

        assert desk.shown == [*["一", "1", "二", "2"][: 2 * row + 1], "new"]
        desk.chat.choose_variant(2 * row + 1, -1)
        assert desk.shown == ["一", "1", "二", "2"]


async def test_another_model_answers_once_more_and_the_conversation_keeps_its_own(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("first"), Answer("second"), Answer("third"))
        await desk.ask("你好")
        desk.chat.retry(1, "glm-4-plus")
        await desk.answered()

        assert [chat.body["model"] for chat in desk.service.chats] == [MODEL, "glm-4-plus"]
        assert (desk.last.text, desk.last.model) == ("second", "glm-4-plus")
        assert desk.last.cost
        assert (desk.messages[1].variant, desk.messages[1].variants) == (2, 2)
        stored = await desk.store.get(desk.chat.conversation.id)
        assert stored is not None
        assert stored.model == desk.chat.conversation.model == MODEL
        await desk.ask("还有")
        assert desk.last.model == MODEL


async def test_a_branch_is_a_conversation_of_its_own(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"), Answer("other 1"), Answer("2"), Answer("3"))
        await desk.ask("一")
        desk.chat.retry(1)
        await desk.answered()
        await desk.ask("二")
        original, before = desk.chat.conversation, await desk.stored()
        desk.chat.branch(1)
        await until(lambda: desk.chat.conversation.id != original.id, desk.chat.conversation_changed)

        assert desk.chat.conversation.title == "一 (branch)"
        assert desk.shown == ["一", "other 1"]
        assert (desk.messages[1].variant, desk.messages[1].variants) == (1, 1)
        assert [desk.rows.index(row).data() for row in (1, 2)] == ["一 (branch)", "一"]
        assert await desk.stored() == [desk.messages[row].message for row in (0, 1)]
        await desk.ask("三")
        sent = [message["content"] for message in desk.service.chats[-1].body["messages"]]
        assert sent == ["一", "other 1", "三"]
        assert await desk.stored(original.id) == before
        desk.chat.branch(0)
        await until(lambda: len(desk.shown) == 1, desk.chat.conversation_changed)
        assert desk.chat.conversation.title == "一 (branch)"


async def deleted(desk: Behind, row: int) -> str:
    """Delete a message and wait until it is told; return its id."""
    told: list[tuple[str, int]] = []

    def hear(message_id: str, count: int) -> None:
        told.append((message_id, count))

    desk.chat.message_deleted.connect(hear)
    message_id = desk.messages[row].message.id
    desk.chat.delete(row)
    await until(lambda: told, desk.chat.message_deleted)
    desk.chat.message_deleted.disconnect(hear)
    assert told[0][0] == message_id
    return message_id


async def test_a_message_is_deleted_with_what_follows_and_brought_back(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"), Answer("2"))
        await desk.ask("一")
        await desk.ask("二")
        before = await desk.stored()
        message_id = await deleted(desk, 2)
        assert desk.shown == ["一", "1"]
        assert [message.text for message in await desk.stored()] == ["一", "1"]
        desk.chat.restore(message_id)
        await until(lambda: len(desk.shown) == 4, desk.messages.appended, desk.messages.reset)

        assert await desk.stored() == before
        assert desk.shown == ["一", "1", "二", "2"]
        stored = await desk.store.get(desk.chat.conversation.id)
        assert stored is not None
        assert stored.leaf_id == desk.last.id


async def test_the_variant_before_is_shown_in_place_of_one_that_is_deleted(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("first"), Answer("second"), Answer("third"))
        await desk.ask("你好")
        for _variant in range(2):
            desk.chat.retry(1)
            await desk.answered()
        desk.chat.choose_variant(1, -1)
        message_id = await deleted(desk, 1)
        assert desk.shown == ["你好", "first"]
        assert (desk.messages[1].variant, desk.messages[1].variants) == (1, 2)
        desk.chat.restore(message_id)
        await until(lambda: desk.shown == ["你好", "second"], desk.messages.reset)

        assert (desk.messages[1].variant, desk.messages[1].variants) == (2, 3)


async def test_a_deleted_first_question_leaves_an_empty_conversation(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"), Answer("2"))
        await desk.ask("一")
        await deleted(desk, 0)
        assert desk.shown == []
        assert desk.chat.is_stored
        await desk.ask("二")

        assert desk.shown == ["二", "2"]
        assert len(await desk.store.page()) == 1


async def test_an_answer_being_written_is_stopped_before_it_is_deleted(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(PAUSED)
        desk.chat.ask(Draft("Count."))
        await desk.written("One, two, ")
        message_id = await deleted(desk, 0)
        assert not desk.is_answering
        assert desk.shown == []
        await desk.service.hung_up(desk.service.chats[0])
        desk.chat.restore(message_id)
        await until(lambda: desk.shown, desk.messages.reset, desk.messages.appended)

        assert desk.shown == ["Count.", "One, two, "]
        assert desk.last.state is State.STOPPED


async def test_what_is_brought_back_while_an_answer_is_written_waits_beside_it(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("first"), PAUSED)
        await desk.ask("你好")
        message_id = await deleted(desk, 0)
        desk.chat.ask(Draft("Count."))
        await desk.written("One, two, ")
        desk.chat.restore(message_id)
        await until(lambda: desk.messages[0].variants == 2, desk.messages.reset)
        assert desk.shown == ["Count.", "One, two, "]
        desk.service.release(desk.service.chats[1])
        await desk.answered()
        assert desk.shown == ["Count.", "One, two, three."]
        desk.chat.choose_variant(0, -1)

        assert desk.shown == ["你好", "first"]


async def test_what_is_brought_back_elsewhere_is_opened(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"))
        await desk.ask("一")
        message_id = await deleted(desk, 1)
        desk.chat.show_new()
        desk.chat.restore(message_id)
        await until(lambda: desk.shown == ["一", "1"], desk.messages.reset, desk.messages.appended)


async def test_a_message_that_cannot_be_deleted_stays(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"))
        await desk.ask("一")
        conversation_id = desk.chat.conversation.id
    async with Database(tmp_path / "glmdesk.db", steps=LATER_STEPS):
        pass
    async with behind(tmp_path, catalog) as desk:
        await desk.opened(conversation_id)
        desk.chat.delete(0)
        await idle(lambda: not desk.errors)

        assert desk.shown == ["一", "1"]


async def test_two_messages_of_one_branch_are_deleted_in_one_breath(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"))
        await desk.ask("一")
        with busy_disk(desk.database):
            desk.chat.delete(0)
            desk.chat.delete(1)
            await asyncio.sleep(0)
        await until(lambda: not desk.shown, desk.messages.reset)
        await idle(lambda: any(map(desk.tasks.is_running, tasks_of_deletion(desk))))

        assert await desk.stored() == []


def tasks_of_deletion(desk: Behind) -> list[str]:
    return [f"delete:{message_id}" for message_id in desk.chat._deleted]


async def test_a_conversation_asks_as_was_chosen(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("Yes."), Answer("No."))
        chosen = Options(
            temperature=0.2, max_tokens=50, stop="。", searches_web=True, web_search=WebSearch(count=3)
        )
        desk.chat.choose_options("Be brief.", chosen)
        await desk.ask("Is it?")
        desk.chat.choose_options("Be brief.", PLAIN)
        await desk.ask("Is it?")
        first, second = desk.service.chats

        assert first.body["messages"][0] == {"role": "system", "content": "Be brief."}
        assert (first.body["temperature"], first.body["max_tokens"], first.body["stop"]) == (0.2, 50, ["。"])
        assert first.body["tools"][0]["web_search"]["count"] == 3
        assert not {"temperature", "max_tokens", "stop", "tools"} & second.body.keys()
        stored = await desk.store.get(desk.chat.conversation.id)
        assert stored is not None
        assert (stored.system, stored.options) == ("Be brief.", PLAIN)


async def test_what_is_chosen_while_the_first_question_is_stored_is_stored_too(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("Yes."))
        with busy_disk(desk.database):
            desk.chat.ask(Draft("Is it?"))
            await asyncio.sleep(0)
            desk.chat.choose_options("Be brief.", Options(stop="。"))
        await desk.answered()
        stored = await desk.store.get(desk.chat.conversation.id)

        assert stored is not None
        assert (stored.system, stored.options) == ("Be brief.", Options(stop="。"))
