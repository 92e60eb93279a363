"""What is shown of an answer that was made part by part."""

from dataclasses import replace
from decimal import Decimal

from glmdesk.domain.errors import Problem
from glmdesk.domain.message import PartAnswer, Parts, Place, State
from glmdesk.domain.money import Money
from glmdesk.render.blocks import Details
from glmdesk.render.plain_text import plain_text
from glmdesk.render.read_parts import part_blocks
from tests.chat.examples import answer, question

READ = PartAnswer(
    1,
    1,
    "m",
    (Place("orders.csv", "line", "1", "401", (1, 400)),),
    text="**100** orders",
    cost=Money(Decimal("0.0123"), "CNY"),
)
REFUSED = PartAnswer(
    2,
    2,
    "m",
    (Place("report.pdf", "page", "3", "7"), Place("notes.txt")),
    State.FAILED,
    problem=Problem("1301", "The filter refused it.", "Reword it."),
)
PARTS = Parts("m", 3, (READ, REFUSED))


def shown(parts: Parts | None, text: str = "", state: State = State.COMPLETE) -> list[str]:
    blocks = part_blocks(replace(answer(question(), text, state), parts=parts))
    if not blocks:
        return []
    (line,) = blocks
    assert isinstance(line, Details)
    below = [one for one in line.blocks if isinstance(one, Details)]
    return [line.summary, *(f"{one.summary} | {plain_text(one.blocks)}" for one in below)]


def test_a_line_says_it_and_below_it_is_each_part() -> None:
    assert shown(PARTS, "All.") == [
        "Read in 3 parts · 2 missing",
        "Part 1 of 3 · orders.csv, rows 1–400 · ¥0.0123 | 100 orders",
        "Part 2 of 3 · report.pdf, pages 3–7 · notes.txt · failed | The filter refused it. Reword it.",
    ]
    together = PARTS.having(PartAnswer(1, 3, "m", text="In short."))
    assert shown(together, "All.")[-1] == "Parts 1–3 together | In short."


def test_while_it_is_read_the_line_says_how_far_that_is() -> None:
    assert shown(PARTS, "", State.STREAMING)[0] == "Read part by part: 1 of 3"


def test_others_have_no_such_line() -> None:
    assert shown(None, "All.") == []
    assert shown(Parts("m"), "") == []
