"""JSON mode between the window and the service: asked for, mended once, stored and never a false success."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.draft import Draft
from glmdesk.domain.message import State, Structured
from glmdesk.domain.options import Options
from tests.support.fault import Fault
from tests.support.script import Answer, Usage
from tests.ui.controllers.behind import Behind, behind
from tests.ui.waiting import until

SCHEMA = '{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}'
GOOD, BAD = '{"n": 1}', '{"n": "one"}'


def want_json(desk: Behind, schema: str = SCHEMA, *, system: str = "") -> None:
    desk.chat.choose_options(system, Options(json_schema=schema))


async def test_the_schema_is_told_after_the_users_own_words_and_json_mode_is_on(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        want_json(desk, system="Be brief.")
        desk.service.script(Answer(GOOD), Answer(GOOD))
        await desk.ask("How many?")
        await desk.ask("And now?")
        first, second = (chat.body for chat in desk.service.chats)

        assert first["response_format"] == {"type": "json_object"}
        system = first["messages"][0]
        assert system["content"].startswith("Be brief.\n\n")
        assert "JSON" in system["content"]
        assert system["content"].endswith(SCHEMA)
        assert second["messages"][0] == system, "byte-identical, so that the prefix is cached"
        assert desk.last.is_good_json
        assert desk.last.structured == Structured(SCHEMA)


async def test_an_answer_that_does_not_fit_is_mended_by_one_more_request_in_the_same_message(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        want_json(desk)
        desk.service.script(Answer(BAD, usage=Usage(10, 5)), Answer(GOOD, usage=Usage(30, 4)))
        said: list[str] = []
        desk.answers.progressed.connect(lambda _id, words: said.append(words))
        await desk.ask("How many?")

        assert (desk.shown[-1], desk.last.is_good_json) == (GOOD, True)
        assert desk.last.structured == Structured(SCHEMA, attempt=BAD)
        assert desk.last.usage is not None
        assert desk.last.usage.total_tokens == 49, "both are counted"
        assert "Repairing the JSON…" in said
        assert len(desk.service.chats) == 2
        repair = desk.service.chats[1].body["messages"]
        assert [message["role"] for message in repair] == ["system", "user", "assistant", "user"]
        assert 'n: "one" is not of the type integer' in repair[-1]["content"]
        assert [message.text for message in await desk.stored()] == ["How many?", GOOD]
        assert (await desk.stored())[-1] == desk.last, "with what came first"


async def test_both_rounds_are_paid_for_and_entered(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        want_json(desk)
        desk.chat.choose_model("glm-4-plus")
        desk.service.script(Answer(BAD, usage=Usage(1_000, 0)), Answer(GOOD, usage=Usage(2_000, 0)))
        await desk.ask("How many?")
        price = catalog.at(desk.connection.host).get("glm-4-plus")

        assert price is not None
        assert desk.last.cost is not None
        assert desk.last.cost.amount > Decimal(0)
        assert desk.last.usage is not None
        assert desk.last.cost == catalog.at(desk.connection.host).cost("glm-4-plus", desk.last.usage)


async def test_what_stays_wrong_says_so_and_leads_to_another_try(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        want_json(desk)
        desk.service.script(Answer(BAD), Answer(BAD), Answer(GOOD))
        await desk.ask("How many?")
        wrong = desk.last

        assert (wrong.state, wrong.is_good_json) == (State.COMPLETE, False)
        assert wrong.problem is not None
        assert 'n: "one" is not of the type integer' in wrong.problem.words
        assert (await desk.stored())[-1] == wrong
        desk.chat.retry(1)
        await desk.answered()
        assert desk.last.is_good_json


async def test_stopping_while_it_is_mended_leaves_the_first_with_its_faults(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        want_json(desk)
        desk.service.script(Answer(BAD), Answer(GOOD, faults=(Fault.SLOW_FIRST_BYTE,)))
        said: list[str] = []
        desk.answers.progressed.connect(lambda _id, words: said.append(words))
        desk.chat.ask(Draft("How many?"))
        await until(lambda: "Repairing the JSON…" in said, desk.answers.progressed)
        desk.chat.stop()
        await desk.answered()

        assert (desk.last.text, desk.last.is_good_json) == (BAD, False)
        assert desk.last.problem is not None
        assert (await desk.stored())[-1] == desk.last


async def test_a_truncated_answer_is_continued_as_a_text_and_checked_when_it_is_whole(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        want_json(desk)
        desk.service.script(Answer(GOOD[:5], finish="length"), Answer(GOOD[5:]))
        await desk.ask("How many?")
        assert (desk.last.state, desk.last.is_good_json) == (State.CUT_SHORT, False)
        assert len(desk.service.chats) == 1, "half an answer is not mended but continued"
        desk.chat.go_on(1)
        await desk.answered()
        rest = desk.service.chats[1].body

        assert (desk.last.text, desk.last.is_good_json) == (GOOD, True)
        assert "response_format" not in rest, "the rest of it is no JSON by itself"
        assert rest["messages"][0] == desk.service.chats[0].body["messages"][0]


async def test_prose_is_asked_for_as_before(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("One."))
        await desk.ask("How many?")

        assert "response_format" not in desk.service.chats[0].body
        assert (desk.last.structured, desk.last.problem) == (None, None)
        assert replace(desk.last) == (await desk.stored())[-1]
