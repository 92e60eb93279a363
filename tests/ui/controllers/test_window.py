"""Long conversations with a model of a small window: what is left out, summed up, remembered and learned."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.draft import Draft
from glmdesk.domain.message import State
from glmdesk.domain.money import Money
from glmdesk.domain.options import Options
from glmdesk.domain.request import WebSearch
from glmdesk.domain.tokens import UNLEARNED
from glmdesk.domain.tool import Risk
from glmdesk.storage.estimates import Estimates
from glmdesk.storage.ledger import By, Ledger
from tests.storage.test_ledger import EVER
from tests.support.image_samples import png
from tests.support.request_log import Exchange
from tests.support.script import Answer, Refuse, ToolCall, Usage
from tests.support.tokens import prompt_tokens
from tests.ui.controllers.behind import Behind, behind
from tests.ui.waiting import idle, until

AIRX: Final = "glm-4-airx"
PLUS: Final = "glm-4-plus"
FREE: Final = "glm-4-flash-250414"
WINDOW: Final = 8192
WORDS: Final = "The harbour was quiet when the ferry came in, and only two people were waiting there. " * 36
SUMMING: Final = "Sum up the conversation"
SUMMARY: Final = "The user asks about a harbour; 渡轮 came in."


def said(exchange: Exchange) -> list[str]:
    """Return what stands in the messages of a request."""
    return [message["content"] for message in exchange.body["messages"]]


async def talk(desk: Behind, turns: int, *, first: int = 0) -> None:
    for number in range(first, first + turns):
        desk.service.script(Answer(f"Answer {number}. {WORDS}"), when=f"Question {number}.")
        await desk.ask(f"Question {number}. {WORDS}")


def trims(desk: Behind, **options: Any) -> None:
    desk.chat.choose_model(AIRX)
    desk.chat.choose_options("Be brief.", Options(**options))


async def test_what_no_longer_fits_is_left_out_and_the_answer_has_room(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        trims(desk)
        await talk(desk, 8)

        assert [message.state for message in await desk.stored()] == [State.COMPLETE] * 16
        assert desk.errors == []
        for exchange in desk.service.chats:
            read = prompt_tokens(exchange.body)
            assert read < WINDOW
            assert exchange.body.get("max_tokens", 4096) + read <= WINDOW
            assert said(exchange)[0] == "Be brief."
        last = said(desk.service.chats[-1])
        assert not any("Question 0." in text for text in last)
        assert last[-1].startswith("Question 7.")


async def test_where_reading_begins_is_marked_stored_and_stays_for_some_turns(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        trims(desk)
        await talk(desk, 6)
        cut = next(row for row in range(len(desk.messages)) if desk.messages[row].message.cut)
        begun = said(desk.service.chats[-1])
        await talk(desk, 1, first=6)

        assert said(desk.service.chats[-1])[: len(begun)] == begun
        assert begun[1].startswith(desk.messages[cut + 1].message.text[:12])
        assert [message.cut for message in await desk.stored() if message.cut] == [
            desk.messages[cut].message.cut
        ]
        conversation_id = desk.chat.conversation.id
        desk.chat.show_new()
        await desk.opened(conversation_id)
        assert desk.messages[cut].message.cut is not None


async def test_a_model_with_a_larger_window_reads_all_of_it(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        trims(desk)
        await talk(desk, 6)
        desk.chat.choose_model(PLUS)

        assert not any(desk.messages[row].message.cut for row in range(len(desk.messages)))
        await talk(desk, 1, first=6)
        assert said(desk.service.chats[-1])[1].startswith("Question 0.")
        desk.chat.choose_model(AIRX)
        assert any(desk.messages[row].message.cut for row in range(len(desk.messages)))


async def test_a_free_model_sums_up_what_no_longer_fits(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        trims(desk, trimming="summary")
        desk.service.script(Answer(SUMMARY), when=SUMMING)
        statuses: list[str] = []
        desk.answers.progressed.connect(lambda _id, status: statuses.append(status))
        await talk(desk, 6)
        asked = [exchange for exchange in desk.service.chats if exchange.body["model"] == FREE]
        cut = next(message.cut for message in await desk.stored() if message.cut)

        assert len(asked) == 1
        assert "User: Question 0." in said(asked[0])[0]
        assert "Assistant: Answer 0." in said(asked[0])[0]
        assert statuses.count("Summing up what was said before…") == 1
        assert (cut.summary, cut.cost) == (SUMMARY, Money(Decimal(0), "CNY"))
        assert cut.usage is not None
        assert SUMMARY in said(desk.service.chats[-1])[1]
        assert said(desk.service.chats[-1])[0] == "Be brief."
        sums = {one.name: one.answers for one in await Ledger(desk.database).sums(By.MODEL, EVER)}
        assert sums == {AIRX: 6, FREE: 1}
        before = said(desk.service.chats[-1])
        await talk(desk, 1, first=6)
        assert said(desk.service.chats[-1])[: len(before)] == before


async def test_a_second_summary_is_made_of_the_first_and_what_came_since(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        trims(desk, trimming="summary")
        desk.service.script(Answer("First summary."), Answer("Second summary."), when=SUMMING)
        await talk(desk, 10)
        first, second = [exchange for exchange in desk.service.chats if exchange.body["model"] == FREE][:2]

        assert "First summary." in said(second)[0]
        assert "Question 0." not in said(second)[0]
        assert "First summary." not in said(first)[0]
        assert "Second summary." in said(desk.service.chats[-1])[1]


async def test_without_a_summary_the_question_is_asked_all_the_same(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        trims(desk, trimming="summary")
        desk.service.script(Refuse("1301"), when=SUMMING)
        await talk(desk, 5)

        assert desk.last.state is State.COMPLETE
        assert [exchange.body["model"] for exchange in desk.service.chats].count(FREE) == 1
        assert not any(message.cut for message in await desk.stored()), "it may be summed up next time"


async def test_stopping_while_it_is_summed_up_asks_nothing_more(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        trims(desk, trimming="summary")
        await talk(desk, 4)
        desk.service.script(Answer(SUMMARY, pause_after=1), when=SUMMING)
        begun: list[str] = []
        desk.answers.progressed.connect(lambda _id, status: begun.append(status))
        desk.chat.ask(Draft(f"Question 4. {WORDS}"))
        await until(lambda: "Summing up what was said before…" in begun, desk.answers.progressed)
        desk.chat.stop()
        await desk.answered()

        assert desk.last.state is State.STOPPED
        assert (await desk.stored())[-1].state is State.STOPPED
        assert [exchange.body["model"] for exchange in desk.service.chats].count(AIRX) == 4


async def test_what_the_service_refuses_as_too_long_is_asked_once_more_with_less(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        trims(desk)
        await talk(desk, 2)
        desk.service.script(Refuse("1261"), Answer("It fits."), when="Again?")
        await desk.ask("Again?")
        refused, asked = desk.service.chats[-2:]

        assert (desk.last.text, desk.last.state) == ("It fits.", State.COMPLETE)
        assert len(said(asked)) < len(said(refused))
        assert said(asked)[-1] == "Again?"
        assert (await desk.stored())[-1] == desk.last
        assert desk.errors == []


async def test_it_is_asked_once_more_only(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        trims(desk)
        await talk(desk, 3)
        desk.service.script(Refuse("1261"), Refuse("1261"), when="Again?")
        await desk.ask("Again?")

        assert len(desk.service.chats) == 5
        assert desk.last.state is State.FAILED
        assert desk.last.problem is not None
        assert desk.last.problem.code == "1261"


async def test_a_question_alone_that_is_too_long_is_refused_with_words(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        trims(desk)
        await desk.ask(WORDS * 20)

        assert len(desk.service.chats) == 1
        assert desk.last.problem is not None
        assert desk.last.problem.code == "1261"


@pytest.mark.parametrize(("text", "requests"), [("", 4), ("Some of it", 3)])
async def test_a_window_that_ended_before_the_first_word_is_tried_with_less(
    tmp_path: Path, catalog: Catalog, text: str, requests: int
) -> None:
    async with behind(tmp_path, catalog) as desk:
        trims(desk)
        await talk(desk, 2)
        desk.service.script(
            Answer(text, finish="model_context_window_exceeded"), Answer("It fits."), when="Again?"
        )
        await desk.ask("Again?")

        assert len(desk.service.chats) == requests
        assert desk.last.text == (text or "It fits.")


async def test_estimates_come_nearer_with_each_answer_and_are_there_in_the_next_run(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.chat.choose_model(PLUS)
        await talk(desk, 10)
        await idle(lambda: desk.tasks.is_running(f"estimate:{PLUS}"))
        counted = prompt_tokens(desk.service.chats[-1].body)
        sending = await desk.window.sending(desk.chat.conversation, desk.chat.path[:-1])
        learned = (await Estimates(desk.database).all())[PLUS]

        assert sending.before.tokens(0).total == pytest.approx(counted, rel=0.05)
        assert learned.answers == 20
        assert set(await Estimates(desk.database).all()) == {PLUS}
    async with behind(tmp_path, catalog) as again:
        again.chat.choose_model(PLUS)
        sending = await again.window.sending(again.chat.conversation, ())
        assert sending.estimator == learned


async def test_what_is_found_on_the_web_teaches_nothing_about_prompts(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.chat.choose_options("", Options(searches_web=True))
        desk.service.script(Answer("Found.", usage=Usage(5000, 2)))
        await desk.ask(WORDS)
        sending = await desk.window.sending(desk.chat.conversation, ())

        assert sending.estimator == UNLEARNED


async def test_what_images_take_teaches_nothing_about_texts(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.chat.choose_model("glm-5.3-flash")
        desk.service.script(Answer("Red.", usage=Usage(700, 2)))
        await desk.ask(WORDS, desk.files.add("photo.png", png()))
        sending = await desk.window.sending(desk.chat.conversation, ())

        assert sending.estimator == UNLEARNED


async def test_each_request_begins_with_the_bytes_of_the_one_before(tmp_path: Path, catalog: Catalog) -> None:
    """A date from a tool, a web search and other parameters come late, as the service caches beginnings."""
    async with behind(tmp_path, catalog) as desk:
        clock = desk.kit.add("current_time", Risk.READS, says="2026-01-31 12:00")
        desk.chat.choose_model(PLUS)
        way = Options(tools=("current_time",))
        desk.chat.choose_options("Be brief.", way)
        desk.service.script(Answer("One."), when="First")
        await desk.ask(f"First. {WORDS}")
        call = ToolCall("current_time", "{}", "call-1")
        desk.service.script(Answer("", tool_calls=(call,)), Answer("Noon."), when="What time")
        await desk.ask("What time is it?")
        clock.says = replace(clock.says, text="2026-02-01 08:00")
        desk.chat.choose_options("Be brief.", replace(way, searches_web=True, web_search=WebSearch(count=5)))
        desk.service.script(Answer("Found."), when="Search")
        await desk.ask("Search for it.")
        desk.chat.choose_options("Be brief.", replace(way, temperature=0.2, max_tokens=100))
        desk.service.script(Answer("Two."), when="Once more")
        await desk.ask("Once more.")
        requests = desk.service.chats

        assert len(requests) == 5
        tools = [msgspec.json.encode(exchange.body["tools"][:1]) for exchange in requests]
        assert len(set(tools)) == 1
        for before, after in pairwise(requests):
            head = before.raw[: before.raw.index(b'],"tools":')]
            assert b'"messages":[{"role":"system","content":"Be brief."},{"role":"user"' in head
            assert after.raw.startswith(head)


async def test_what_the_cache_has_saved_is_stored_with_the_answer_and_in_the_ledger(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.chat.choose_model(PLUS)
        await talk(desk, 2)
        usage = desk.last.usage
        assert usage is not None
        assert usage.cached_tokens >= 512
        saved = Money(usage.cached_tokens * Decimal("2.5") / 1_000_000, "CNY")
        (month,) = await Ledger(desk.database).sums(By.MONTH, EVER)

        assert desk.last.saved == saved
        assert (await desk.stored())[-1].saved == saved
        assert (month.tokens_cached, month.saved) == (usage.cached_tokens, [saved])


async def test_a_long_answer_is_gone_on_with_behind_a_cut(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        trims(desk)
        await talk(desk, 5)
        desk.service.script(Answer("One, two", finish="length"), Answer(", three."), when="")
        await desk.ask("Count.")
        assert desk.last.state is State.CUT_SHORT
        desk.chat.go_on(len(desk.messages) - 1)
        await desk.answered()

        assert (desk.last.text, desk.last.state) == ("One, two, three.", State.COMPLETE)
        assert not any("Question 0." in text for text in said(desk.service.chats[-1]))
