"""Files that are read part by part: asked about, combined, stopped, continued, and paid for exactly."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from glmdesk.api.limiter import Gates
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import Action
from glmdesk.domain.message import Message, Parts, State
from glmdesk.domain.money import Money
from glmdesk.domain.options import Options
from glmdesk.domain.tokens import NOTHING
from glmdesk.domain.usage import Usage
from glmdesk.storage.ledger import By, Ledger
from tests.storage.test_ledger import EVER
from tests.support.request_log import Exchange
from tests.support.script import Answer, Refuse
from tests.support.script import Usage as UsageSent
from tests.ui.controllers.behind import PAUSED, Behind, behind
from tests.ui.controllers.test_outbox import offline
from tests.ui.waiting import until

AIRX: Final = "glm-4-airx"
"""Its window is small: 8,192 tokens."""
FREE: Final = "glm-4-flash-250414"
HEAD: Final = "order,city,amount\n"
ROWS: Final = 1200
TABLE: Final = HEAD + "".join(f"O{number:05},上海,{number}\n" for number in range(1, ROWS + 1))
QUESTION: Final = "Which orders are over 100?"
OF_ALL: Final = "Answer it now as if you had read all of it at once"
OF_SEVERAL: Final = "Make one text of these answers"


def part(number: int) -> str:
    """Return what is said in the question about one part."""
    return f"This is part {number} of "


def asked(exchange: Exchange) -> str:
    text = exchange.body["messages"][-1]["content"]
    assert isinstance(text, str)
    return text


def numbers(exchanges: list[Exchange]) -> Iterator[int]:
    """Yield which parts were asked about, in the order in which they were."""
    for exchange in exchanges:
        if found := re.search(r"This is part (\d+) of", asked(exchange)):
            yield int(found[1])


def table(desk: Behind, text: str = TABLE) -> Attachment:
    return desk.files.add("orders.csv", text.encode())


async def ask(desk: Behind, *, reader: str = AIRX, text: str = QUESTION) -> Message:
    desk.chat.choose_model(AIRX)
    desk.chat.ask(Draft(text, (table(desk),), reader))
    await desk.answered()
    return desk.last


def parts_of(message: Message) -> Parts:
    assert message.parts is not None
    return message.parts


async def test_every_row_is_read_once_below_its_head_and_in_order(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("Some."))
        desk.service.script(Answer("All of them."), when=OF_ALL)
        answer = await ask(desk)
        *parts, last = desk.service.chats
        parts.sort(key=lambda exchange: next(numbers([exchange])))
        count = parts_of(answer).count

        assert (answer.text, answer.state, answer.problem) == ("All of them.", State.COMPLETE, None)
        assert count == len(parts) > 3
        assert list(numbers(parts)) == list(range(1, count + 1))
        rows = [row for one in parts for row in re.findall(r"^O\d+,.*\n", asked(one), re.MULTILINE)]
        assert HEAD + "".join(rows) == TABLE
        assert all(asked(one).count(HEAD) == 1 and QUESTION in asked(one) for one in parts)
        assert asked(last).count("Some.") == count
        assert "rows 1–" in asked(last)
        assert HEAD not in asked(last), "it reads what was said of the parts"
        assert desk.service.forbidden == []


async def test_all_that_is_asked_is_paid_for_exactly_and_by_its_model(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("Some.", usage=UsageSent(4321, 7, cached_tokens=321)))
        other = await ask(desk, reader="glm-4-plus")
        own = await ask(desk)
        ledger = {one.name: one for one in await Ledger(desk.database).sums(By.MODEL, EVER)}
        count = len(desk.service.chats)

        asked = parts_of(other).count + 1
        assert other.usage == Usage(4321 * asked, 7 * asked, 321 * asked, exchanges=asked)
        costs = [cost.amount for cost in (other.cost, own.cost) if cost]
        assert sum(costs) == sum(cost.amount for sums in ledger.values() for cost in sums.costs)
        assert costs[1] == (4321 + 7) * Decimal("0.00001") * (parts_of(own).count + 1)
        assert ledger["glm-4-plus"].answers == parts_of(other).count
        assert ledger[AIRX].answers == 1 + parts_of(own).count + 1
        assert sum(one.tokens_in for one in ledger.values()) == 4321 * count
        assert sum(one.tokens_out for one in ledger.values()) == 7 * count
        stored = [message for message in await desk.stored() if message.role == "assistant"]
        assert stored == [other, own]


async def test_what_fits_is_asked_at_once(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("Few."))
        desk.chat.choose_model(AIRX)
        desk.chat.ask(Draft(QUESTION, (table(desk, TABLE[:300]),), AIRX))
        await desk.answered()

        assert desk.last.text == "Few."
        assert desk.last.parts is None
        assert HEAD in asked(desk.service.chats[0])


async def test_a_part_that_fails_is_named_and_asked_for_again(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("Some."))
        desk.service.script(Refuse("1301"), when=part(2))
        first = await ask(desk)
        assert first.state is State.COMPLETE
        assert parts_of(first).missing == (2,)
        assert first.problem is not None
        assert first.problem.action is Action.ASK_MISSING
        assert first.problem.headline.startswith("Parts that are not in this answer: 2 of ")
        assert "Not read were parts 2." in asked(desk.service.chats[-1])
        before = len(desk.service.chats)
        desk.chat.ask_missing(1)
        await desk.answered()

        assert list(numbers(desk.service.chats[before:])) == [2]
        assert len(desk.service.chats) == before + 2
        assert (desk.last.state, desk.last.problem) == (State.COMPLETE, None)
        assert desk.messages[1].variants == 2, "the first answer is still there"
        total = sum((one.amount for one in await Ledger(desk.database).total(EVER)), Decimal())
        assert first.cost is not None
        assert desk.last.cost is not None
        assert total == first.cost.amount + desk.last.cost.amount


@pytest.mark.parametrize("reply", [Refuse("1261"), Answer("O00001, O00002, O", finish="length")])
async def test_a_part_that_has_no_room_is_asked_about_in_halves(
    tmp_path: Path, catalog: Catalog, reply: Answer | Refuse
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("Some."))
        desk.service.script(reply, when=part(2))
        answer = await ask(desk)
        of_second = [asked(one) for one in desk.service.chats if part(2) in asked(one)]
        rows = [re.findall(r"^O\d+,", text, re.MULTILINE) for text in of_second]

        assert len(of_second) == 3
        assert rows[0] == rows[1] + rows[2], "one half after the other"
        assert all(HEAD in text for text in of_second)
        assert parts_of(answer).answers[1].text == "Some.\n\nSome."
        assert answer.problem is None
        costs = sum((one.amount for one in await Ledger(desk.database).total(EVER)), Decimal())
        assert answer.cost == Money(costs, "CNY")


async def test_answers_that_are_too_long_together_are_combined_first(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("A long story about orders. " * 250))
        desk.service.script(*[Answer("In short.")] * 2, when=OF_SEVERAL)
        desk.service.script(Answer("The end."), when=OF_ALL)
        answer = await ask(desk)
        count = parts_of(answer).count
        together = [one for one in parts_of(answer).answers if not one.is_of_one]

        assert answer.text == "The end."
        assert together
        assert [one.text for one in together] == ["In short."] * len(together)
        assert [one.first for one in together] == sorted(one.first for one in together)
        assert f"### Parts 1 to {together[0].last}\n\nIn short." in asked(desk.service.chats[-1])
        assert len(desk.service.chats) == count + len(together) + 1
        assert desk.service.forbidden == []


async def test_stop_ends_all_and_keeps_what_came_and_continue_asks_for_the_rest(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("Some."))
        desk.service.script(PAUSED, when=part(3))
        desk.chat.choose_model(AIRX)
        desk.chat.ask(Draft(QUESTION, (table(desk),), AIRX))
        await until(
            lambda: (
                len(desk.messages) == 2
                and desk.last.parts is not None
                and desk.last.parts.count > 0
                and desk.last.parts.missing == (3,)
            ),
            desk.answers.advanced,
            desk.messages.changed,
        )
        assert "Reading part 3 of " in desk.messages[1].status
        desk.chat.stop()
        await desk.answered()
        stopped = desk.last
        (_question, stored) = await desk.stored()
        assert (stopped.state, stopped.text) == (State.STOPPED, "")
        assert parts_of(stopped).missing == (3,)
        assert stored == stopped
        assert parts_of(stopped).answers[2].text.strip() == "One, two,", "it is kept, and not taken for all"
        before = len(desk.service.chats)
        desk.chat.go_on(1)
        await desk.answered()

        assert (desk.last.text, desk.last.state) == ("Some.", State.COMPLETE)
        assert list(numbers(desk.service.chats[before:])) == [3]
        assert desk.last.problem is None


async def test_what_every_part_would_meet_ends_it_and_the_rest_can_be_asked(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("Some."))
        desk.service.script(Refuse("1113"), when=part(4))
        answer = await ask(desk)

        assert answer.state is State.INTERRUPTED
        assert answer.problem is not None
        assert answer.problem.code == "1113"
        assert OF_ALL not in asked(desk.service.chats[-1])
        before = len(desk.service.chats)
        read = {one.first for one in parts_of(answer).answers if one.is_whole}
        desk.chat.go_on(1)
        await desk.answered()
        assert desk.last.state is State.COMPLETE
        assert not read & set(numbers(desk.service.chats[before:])), "nothing is paid for twice"


async def test_where_nothing_is_answered_the_question_is_not(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Refuse("1301"))
        answer = await ask(desk)

        assert answer.state is State.FAILED
        assert answer.problem is not None
        assert answer.problem.code == "1301"


async def test_retry_reads_it_again_and_what_follows_is_told_of_it(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("Some."))
        answer = await ask(desk)
        count = parts_of(answer).count
        desk.chat.retry(1)
        await desk.answered()
        assert sorted(numbers(desk.service.chats[count + 1 :])) == list(range(1, count + 1))
        assert parts_of(desk.last).count == count
        await desk.ask("And in short?")

        first, second, third = desk.service.chats[-1].body["messages"]
        assert first["content"] == (
            "orders.csv: (too long to be shown here; it was read part by part for the answer)\n\n" + QUESTION
        )
        assert (second["content"], third["content"]) == ("Some.", "And in short?")


async def test_another_model_that_has_room_reads_all_at_once(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("Some."))
        await ask(desk)
        before = len(desk.service.chats)
        desk.chat.retry(1, FREE)
        await desk.answered()

        (whole,) = desk.service.chats[before:]
        assert asked(whole).count("\nO0") == ROWS
        assert desk.last.parts is None
        desk.chat.choose_model(FREE)
        await desk.ask("And in short?")
        assert desk.service.chats[-1].body["messages"][0]["content"].count("\nO0") == ROWS


async def test_json_is_made_of_all_parts_and_checked(tmp_path: Path, catalog: Catalog) -> None:
    schema = '{"type": "array", "items": {"type": "string"}}'
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("O00101"))
        desk.service.script(Answer('["O00101"]'), when=OF_ALL)
        desk.chat.choose_options("", Options(json_schema=schema))
        answer = await ask(desk)
        *parts, last = (exchange.body for exchange in desk.service.chats)

        assert answer.is_good_json
        assert all(schema in body["messages"][-1]["content"] for body in parts)
        assert not any("response_format" in body for body in parts)
        assert last["response_format"] == {"type": "json_object"}


async def test_a_chinese_question_is_asked_in_chinese(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("有一些。"))
        answer = await ask(desk, text="哪些订单超过一百？")

        *parts, last = desk.service.chats
        assert any("这是第 2 部分" in asked(one) for one in parts)
        assert any("数据第 1–" in asked(one) for one in parts)
        assert "现在请像一次读完了全文那样作答" in asked(last)
        assert answer.text == "有一些。"


async def test_what_is_shown_as_code_is_what_is_asked_last(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("Some."))
        answer = await ask(desk)
        request = await desk.chat.request_of(answer)
        first = await desk.chat.request_of(desk.messages[0].message)

        assert request.messages[-1].text == asked(desk.service.chats[-1])
        assert first.messages[-1].text in map(asked, desk.service.chats)
        assert part(1) in first.messages[-1].text


async def test_what_the_next_question_takes_is_without_the_files_and_the_parts(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("Some."))
        await ask(desk)
        sending = await desk.window.sending(desk.chat.conversation, desk.chat.path)

        assert 0 < sending.estimate(NOTHING).used < 200


async def test_what_is_asked_offline_is_read_when_the_service_is_there(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with offline(tmp_path, catalog) as it:
        desk = it.desk
        desk.service.always(Answer("Some."))
        waiting = await ask(desk)
        assert waiting.state is State.WAITING
        await it.go(is_online=True)
        await desk.turns.send_waiting(waiting.id, waiting.conversation_id)

        assert (desk.last.state, desk.last.text) == (State.COMPLETE, "Some.")
        assert sorted(numbers(desk.service.chats)) == list(range(1, parts_of(desk.last).count + 1))


async def test_no_more_parts_are_in_flight_than_the_account_may_have_and_they_stay_in_order(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog, gates=Gates(lambda _host, _model: 1)) as desk:
        desk.service.always(Answer("Some."))
        desk.service.limit(AIRX, 1)
        answer = await ask(desk)

        assert answer.state is State.COMPLETE
        assert list(numbers(desk.service.chats)) == list(range(1, parts_of(answer).count + 1))
        assert all(exchange.code == "" for exchange in desk.service.chats), "none was refused for that"


async def test_a_step_of_combining_that_fails_leaves_no_gap_and_is_gone_on_with(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("A long story about orders. " * 250))
        desk.service.script(Refuse("1301"), when=OF_SEVERAL)
        answer = await ask(desk)
        assert answer.state is State.INTERRUPTED
        assert answer.text == ""
        assert OF_ALL not in "".join(map(asked, desk.service.chats))
        before = len(desk.service.chats)
        desk.service.script(*[Answer("In short.")] * 2, when=OF_SEVERAL)
        desk.service.script(Answer("The end."), when=OF_ALL)
        desk.chat.go_on(1)
        await desk.answered()

        assert (desk.last.text, desk.last.state) == ("The end.", State.COMPLETE)
        assert list(numbers(desk.service.chats[before:])) == [], "every part was read before"


async def test_a_part_that_is_withdrawn_keeps_none_of_its_text(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.always(Answer("Some."))
        desk.service.script(Answer("Nothing for you.", finish="sensitive"), when=part(2))
        answer = await ask(desk)

        assert parts_of(answer).answers[1].state is State.WITHHELD
        assert parts_of(answer).answers[1].text == ""
        assert answer.problem is not None
        assert answer.problem.code == "parts-missing"
        assert "Nothing for you" not in (tmp_path / "glmdesk.db").read_bytes().decode(errors="ignore")


async def test_each_part_that_comes_is_shown_at_once_whatever_part_is_waited_for(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        shown: list[tuple[int, ...]] = []
        desk.answers.advanced.connect(lambda message: shown.append(parts_of(message).missing))
        desk.service.always(Answer("Some."))
        desk.service.script(PAUSED, when=part(1))
        desk.chat.choose_model(AIRX)
        desk.chat.ask(Draft(QUESTION, (table(desk),), AIRX))
        await until(lambda: shown[-1:] == [(1,)], desk.answers.advanced)

        assert sorted(map(len, shown), reverse=True) == list(range(len(shown), 0, -1)), "one after the other"
        assert desk.messages[1].status == f"Reading part 1 of {len(shown)}…"
        desk.chat.stop()
        await desk.answered()
