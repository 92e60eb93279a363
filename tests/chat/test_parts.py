"""What is asked of which model when files are read part by part."""

from dataclasses import replace
from decimal import Decimal

import pytest

from glmdesk.chat.parts import MOST_PARTS, Asked, Plan, frontier
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.message import PartAnswer, Parts, Place, State
from glmdesk.domain.model import Model, Price
from glmdesk.domain.money import Money
from glmdesk.domain.options import PLAIN, Options
from glmdesk.domain.tokens import estimate_tokens
from glmdesk.domain.usage import Usage

TABLE = Attachment("a" * 64, "orders.csv", 9)
NOTES = Attachment("b" * 64, "notes.txt", 9)
IMAGE = Attachment("c" * 64, "photo.png", 9)
ROWS = "order,amount\n" + "".join(f"O{number:05},{number}\n" for number in range(2000))
PRICE = Price("CNY", Decimal(10), Decimal(10))
SMALL = Model("small", "Small", context_window=8192, max_output=4096, prices=(PRICE,))
NOTHING = Price("CNY", Decimal(0), Decimal(0))
FREE = Model("free", "Free", context_window=131_072, max_output=16_384, prices=(NOTHING,))


def asked(text: str = ROWS, question: str = "Which?", options: Options = PLAIN) -> Asked:
    return Asked(question, [(TABLE, text), (IMAGE, None)], "Be brief.", options)


def plan(options: Options = PLAIN) -> Plan:
    made = asked(options=options).plan(SMALL, SMALL)
    assert made is not None
    return made


def answered(number: int, text: str = "Some.", *, last: int = 0, state: State = State.COMPLETE) -> PartAnswer:
    return PartAnswer(number, last or number, "small", state=state, text=text)


def test_the_same_is_always_divided_in_the_same_way_and_what_fits_is_not() -> None:
    assert plan() == plan()
    assert asked(ROWS[:100]).plan(SMALL, SMALL) is None
    assert asked().plan(SMALL, FREE) is None, "who answers has room for all of it"
    assert asked().plan(SMALL, Model("m", "M")) is None, "nobody knows what fits"
    assert asked(question="字" * 9000).plan(SMALL, SMALL) is None, "the question leaves no room"
    assert asked("word " * 2_000_000).plan(SMALL, SMALL) is None, f"more than {MOST_PARTS} parts are none"


def test_each_part_fits_with_the_question_and_an_answer() -> None:
    made = plan()
    for part in made.parts:
        tokens = sum(estimate_tokens(message.text) for message in made.part_request(part).messages)
        assert tokens + 2048 < 8192
    assert made.part_request(made.parts[0]).messages[0].text == "Be brief."


def test_nothing_of_tools_search_stop_words_or_json_mode_is_in_what_parts_are_asked_with() -> None:
    schema = '{"type": "array"}'
    options = Options(0.2, stop="x", searches_web=True, tools=("calculator",), json_schema=schema)
    made = plan(replace(options, max_tokens=50))
    request = made.part_request(made.parts[0])

    assert (request.tools, request.web_search, request.stop, request.json_mode) == ((), None, None, False)
    assert request.max_tokens is None, "that is for the last answer"
    assert request.temperature == 0.2
    assert request.messages[-1].text.endswith('answer in plain text or a table:\n{"type": "array"}')


def test_short_files_are_read_together_and_it_is_said_which_is_which() -> None:
    made = Asked("Which?", [(TABLE, ROWS), (NOTES, "Short notes.")], "", Options()).plan(SMALL, SMALL)
    assert made is not None
    last = made.parts[-1]

    assert [place.file for place in last.places] == ["orders.csv", "notes.txt"]
    assert last.places[1] == Place("notes.txt")
    text = made.part_request(last).messages[-1].text
    assert "“orders.csv”, “notes.txt”" in text
    assert ", notes.txt – all of it." in text


def test_the_forecast_is_of_all_that_is_read_and_written() -> None:
    made = plan()
    forecast = made.forecast
    least = sum(part.tokens for part in made.parts)

    assert forecast.count == len(made.parts)
    assert least < forecast.tokens < 2 * least
    assert forecast.price.cost == Money(forecast.tokens * Decimal("0.00001"), "CNY", is_estimated=True)
    assert forecast.words.endswith(" + images + answer"), "the image goes with the last question"
    free = asked().plan(FREE, SMALL)
    assert free is not None
    assert free.forecast.count == 1
    assert free.forecast.words.startswith("1 part · ≈ ")
    assert free.forecast.price.cost is not None
    assert forecast.price.cost is not None
    assert free.forecast.price.cost.amount < forecast.price.cost.amount / 4


def test_the_forecast_for_several_who_answer_is_of_those_too_who_read_all_of_it_at_once() -> None:
    narrow, wide = replace(SMALL, id="narrow"), replace(FREE, id="wide", prices=(PRICE,))
    both = asked().forecast(None, (narrow, wide))
    alone = asked().forecast(None, (narrow,))
    assert both is not None
    assert alone is not None
    assert alone == plan().forecast

    assert both.count == alone.count
    assert both.tokens - alone.tokens == pytest.approx(estimate_tokens(ROWS), rel=0.01)
    assert both.words.endswith(" + images + 2 answers")
    assert asked("word " * 2_000_000).forecast(None, (narrow, wide)) is None, "it cannot be divided"


def test_answers_go_into_groups_that_have_room_in_their_order() -> None:
    made = plan()
    long = [answered(number, "word " * 1500) for number in range(1, 5)]

    assert made.groups(long[:1]) == [long[:1]]
    groups = made.groups(long)
    assert len(groups) > 1
    assert [one for group in groups for one in group] == long


def test_what_stands_for_all_parts_is_the_widest_of_what_is_whole() -> None:
    parts = Parts(
        "small",
        5,
        (answered(1), answered(2), answered(3, state=State.FAILED), answered(4), answered(1, "1+2", last=2)),
    )

    assert [(one.first, one.last) for one in frontier(parts)] == [(1, 2), (4, 4)]
    assert parts.missing == (3, 5)


def test_what_was_asked_before_is_taken_where_it_was_the_same() -> None:
    made = plan()
    places = {part.number: part.places for part in made.parts}
    before = Parts("small", len(made.parts))
    for number in (1, 2):
        before = before.having(replace(answered(number), places=places[number]))
    stale = before.having(answered(1, "1–3", last=3))

    assert made.starting(before) == before
    assert made.starting(stale) == before, "it would hide the third part"
    assert made.starting(None).answers == ()
    assert made.starting(replace(before, count=1)).answers == ()
    other = before.having(replace(answered(2), places=(Place("else.csv"),)))
    assert made.starting(other).answers == ()


def test_attempts_add_up_and_what_is_carried_over_was_paid_for() -> None:
    first = replace(answered(1, "", state=State.STOPPED), usage=Usage(10, 1), cost=Money(Decimal(1), "CNY"))
    second = replace(answered(1), usage=Usage(20, 2), cost=Money(Decimal(2), "CNY"))
    parts = Parts("small", 1, (first,)).having(second)

    assert parts.answers[0].usage == Usage(30, 3, exchanges=2)
    assert parts.answers[0].cost == Money(Decimal(3), "CNY")
    assert parts.carried.answers == (answered(1),)
    assert parts.problem is None


def test_a_question_without_words_asks_what_is_in_it() -> None:
    made = asked(question="").plan(SMALL, SMALL)
    assert made is not None

    assert (
        "The question: (there is none: say what it contains, with what matters most)"
        in made.part_request(made.parts[0]).messages[-1].text
    )
