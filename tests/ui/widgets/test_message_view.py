"""One message on the screen: the same text however it came, and laid out once."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from glmdesk.domain.connector import ServiceCall
from glmdesk.domain.message import Citation, Message, State
from glmdesk.render.plain_text import plain_text
from glmdesk.render.selection import START, Place, selected
from glmdesk.render.shown import shown_blocks
from glmdesk.ui import theme
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.message_list import Row
from glmdesk.ui.widgets.boxes.containers import FlowingBlock
from glmdesk.ui.widgets.boxes.text_box import TextBox
from glmdesk.ui.widgets.message_view import MessageView
from tests.chat.examples import answer, question
from tests.ui.furnished import style_of, voices_of

ASKED = question("你好")
# Only whole blocks have pixels of their colour alone.
CODE = '```python\nx = "████"\n```'

EVERYTHING = """# A heading

A paragraph with **bold**, *italic*, ~~struck~~, `code`, $x^2$ and [a link](https://example.org).
**加粗：**后面

- one
- [x] two
  1. inner

> quoted
> > twice

```python
def hello():
    return "你好"
```

| a | b |
| - | -: |
| 1 | `2` |

$$
E = mc^2
$$

---

![a picture](https://example.org/x.png)[^1]

[^1]: a note
"""


@pytest.fixture
def shelf(qtbot: QtBot) -> QWidget:
    """What message views stand on."""
    shelf = QWidget()
    qtbot.addWidget(shelf)
    return shelf


def written(shelf: QWidget, icons: Icons, message: Message) -> MessageView:
    """Return the view of a message read from the history."""
    view = MessageView(voices_of(style_of(), Formulas()), icons, shelf)
    view.show_row(Row(message), "GLM-4-Plus")
    return view


def streamed(shelf: QWidget, icons: Icons, pieces: list[str]) -> MessageView:
    """Return the view of an answer that arrived piece by piece and then ended."""
    message = replace(answer(ASKED), text="", state=State.STREAMING)
    view = MessageView(voices_of(style_of(), Formulas()), icons, shelf)
    view.show_row(Row(message), "GLM-4-Plus")
    for piece in pieces:
        message = replace(message, text=message.text + piece)
        view.grow(Row(message), piece)
        fitted(view, 600)
    view.show_row(Row(replace(message, state=State.COMPLETE)), "GLM-4-Plus")
    return view


def fitted(view: MessageView, width: int) -> int:
    """Lay all of a message out for a width and return its height."""
    view.fit(width)
    view.lay_out(0, float("inf"), 0)
    return view.full_height


def layouts(view: MessageView) -> list[object]:
    """Return the lines of each paragraph."""
    flowing = (box for box in view._blocks._boxes if isinstance(box, FlowingBlock))
    return [text.lines for box in flowing if isinstance(text := box._box(0), TextBox)]


def whole_text(view: MessageView) -> str:
    """Return what a reader would copy of everything."""
    return plain_text(selected(view.blocks, START, view.end))


lines = st.sampled_from([line + "\n" for line in EVERYTHING.split("\n")] + ["\n", "a", "**", "`", "|"])
texts = st.lists(lines, max_size=12).map("".join)


@settings(max_examples=60)
@given(text=texts, cuts=st.lists(st.integers(min_value=0, max_value=400), max_size=8))
def test_an_answer_that_streamed_looks_like_the_same_from_the_history(
    icons: Icons, text: str, cuts: list[int]
) -> None:
    shelf = QWidget()
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    pieces = [text[start:end] for start, end in pairwise(places)]
    live, stored = streamed(shelf, icons, pieces), written(shelf, icons, answer(ASKED, text))

    assert whole_text(live) == whole_text(stored)
    assert live.spoken_text() == stored.spoken_text()
    assert fitted(live, 600) == fitted(stored, 600)
    shelf.deleteLater()


def test_every_kind_of_block_is_shown(shelf: QWidget, icons: Icons) -> None:
    text = whole_text(written(shelf, icons, answer(ASKED, EVERYTHING)))

    for shown in (
        "A heading",
        "A paragraph with bold, italic, struck, code, $x^2$ and a link.",
        "加粗：后面",
        "two",
        "inner",
        "twice",
        'return "你好"',
        "E = mc^2",
        "a picture",
        "a note",
    ):
        assert shown in text
    for mark in ("**", "~~", "```", "](", "| -"):
        assert mark not in text


def test_text_of_the_user_is_no_markdown(shelf: QWidget, icons: Icons) -> None:
    text = "# not a heading\n\n**not bold**\n<b>x</b>"
    view = written(shelf, icons, question(text))

    assert whole_text(view) == text
    assert view.is_card


def test_an_awaited_answer_shows_that_it_is_awaited(shelf: QWidget, icons: Icons) -> None:
    waiting = replace(answer(ASKED), text="", state=State.STREAMING)
    view = written(shelf, icons, waiting)
    assert whole_text(view) == "…"
    view.show_row(Row(waiting, status="Still waiting"), "GLM-4-Plus")
    assert whole_text(view) == "Still waiting"
    view.show_row(Row(replace(waiting, text="One")), "GLM-4-Plus")

    assert whole_text(view) == "One"


@pytest.mark.parametrize("state", [State.STOPPED, State.FAILED, State.WITHHELD, State.INTERRUPTED])
def test_nothing_is_awaited_when_an_answer_ended_without_a_word(
    shelf: QWidget, icons: Icons, state: State
) -> None:
    waiting = replace(answer(ASKED), text="", state=State.STREAMING)
    view = written(shelf, icons, waiting)
    view.show_row(Row(replace(waiting, state=state)), "GLM-4-Plus")

    assert whole_text(view) == ""


def test_a_withheld_answer_shows_its_text_no_longer(shelf: QWidget, icons: Icons) -> None:
    view = streamed(shelf, icons, ["Something bad."])
    view.show_row(Row(replace(answer(ASKED), text="", state=State.WITHHELD)), "GLM-4-Plus")

    assert whole_text(view) == ""
    assert view.spoken_text() == ""


def test_finished_blocks_are_not_laid_out_again(shelf: QWidget, icons: Icons) -> None:
    view = streamed(shelf, icons, ["One.\n\n", "Two.\n\n", "Thr"])
    message = replace(answer(ASKED), text="One.\n\nTwo.\n\nThr", state=State.STREAMING)
    fitted(view, 600)
    before = layouts(view)
    view.grow(Row(replace(message, text=message.text + "ee.")), "ee.")
    fitted(view, 600)

    after = layouts(view)
    assert after[:2] == before[:2]
    assert after[2] is not before[2]


def test_the_end_of_an_answer_lays_nothing_out_again(shelf: QWidget, icons: Icons) -> None:
    message = replace(answer(ASKED), text="One.\n\nTwo.", state=State.STREAMING)
    view = written(shelf, icons, message)
    fitted(view, 600)
    before = layouts(view)
    view.show_row(Row(replace(message, state=State.COMPLETE)), "GLM-4-Plus")
    fitted(view, 600)

    assert layouts(view) == before


@pytest.mark.parametrize("width", [300, 500, 800, 1600])
def test_no_line_is_wider_than_the_column(shelf: QWidget, icons: Icons, width: int) -> None:
    long = "x" * 300
    view = written(shelf, icons, answer(ASKED, f"{long}\n\n```\n{long}\n```\n\n`{long}`\n\n{EVERYTHING}"))
    view.footer.hide()
    column = min(width - 48, theme.COLUMN_WIDTH)
    left = (width - column) // 2
    image = painted(view, width)
    # Letters may lean over their edge by a pixel.
    beside = [*range(left - 1), *range(left + column + 1, width)]
    blank = image.pixel(0, 0)
    assert {image.pixel(x, y) for x in beside for y in range(image.height())} == {blank}


def test_a_narrower_window_makes_a_message_higher(shelf: QWidget, icons: Icons) -> None:
    view = written(shelf, icons, answer(ASKED, "很长的一句话，" * 60))

    heights = [fitted(view, width) for width in (1200, 700, 500, 350)]
    assert heights == sorted(heights)
    assert len(set(heights)) > 1


def test_the_card_of_a_short_question_is_no_wider_than_its_text(shelf: QWidget, icons: Icons) -> None:
    short, long = (written(shelf, icons, question(text)) for text in ("好", "好" * 500))
    fitted(short, 800)
    fitted(long, 800)

    assert short._card.width() < 80
    assert long._card.width() > 500
    assert short._card.right() == pytest.approx(long._card.right())


def test_places_are_found_where_the_text_is(shelf: QWidget, icons: Icons) -> None:
    view = written(shelf, icons, answer(ASKED, "First\n\nSecond"))
    height = fitted(view, 800)

    assert view.place_at(QPointF(0, 0)) == START
    assert view.place_at(QPointF(800, height)) == view.end == Place(1, len("Second"))
    assert view.place_at(QPointF(800, 12)) == Place(0, len("First"))


def painted(view: MessageView, width: int = 700) -> QImage:
    view.resize(width, fitted(view, width))
    return view.grab().toImage()


def colours(image: QImage) -> set[str]:
    return {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())}


def test_links_and_code_are_coloured_and_readable_when_selected(shelf: QWidget, icons: Icons) -> None:
    view = written(shelf, icons, answer(ASKED, "[██████](https://example.org)\n\n" + CODE))
    plain = colours(painted(coloured(view)))
    assert {theme.LIGHT.link, theme.LIGHT.string} <= plain
    view.select((START, view.end))
    selected = colours(painted(view))

    assert theme.LIGHT.selection in selected
    assert not {theme.LIGHT.link, theme.LIGHT.string} & selected


def coloured(view: MessageView) -> MessageView:
    """Return a view with all the colours that it waits for."""
    fitted(view, 700)
    view.put(0, 700)
    view.stand_controls()
    for box in view.controls.due_code:
        box.colouring.go_on(math.inf)
        box.take_colours()
    return view


def test_code_is_coloured_when_its_fence_is_closed(shelf: QWidget, icons: Icons) -> None:
    message = replace(answer(ASKED), text=CODE.removesuffix("\n```"), state=State.STREAMING)
    view = written(shelf, icons, message)
    assert theme.LIGHT.string not in colours(painted(coloured(view)))
    view.grow(Row(replace(message, text=CODE)), "\n```")

    assert theme.LIGHT.string in colours(painted(coloured(view)))


def test_code_is_coloured_when_the_answer_ends_in_it(shelf: QWidget, icons: Icons) -> None:
    message = replace(answer(ASKED), text=CODE.removesuffix("\n```"), state=State.STREAMING)
    view = written(shelf, icons, message)
    fitted(view, 700)
    view.show_row(Row(replace(message, state=State.CUT_SHORT)), "GLM-4-Plus")

    assert theme.LIGHT.string in colours(painted(coloured(view)))


def test_the_sources_of_an_answer_are_shown_below_it(shelf: QWidget, icons: Icons) -> None:
    found = Citation("ref_1", "A page", "https://example.org/a")
    view = streamed(shelf, icons, ["Found[ref_1]."])
    assert "A page" not in whole_text(view)
    view.show_row(Row(replace(answer(ASKED, "Found[ref_1]."), citations=(found,))), "GLM-4-Plus")

    assert whole_text(view) == "Found[1].\n\nSources (1) · example.org\n\n1. A page · example.org"
    assert view.spoken_text() == whole_text(view)


def test_marks_of_sources_are_numbers_while_the_answer_is_written_and_no_half_of_one_is_seen(
    shelf: QWidget, icons: Icons
) -> None:
    message = replace(answer(ASKED), text="", state=State.STREAMING)
    view = written(shelf, icons, message)
    seen: list[str] = []
    for letter in "- Rain[ref_1]\n\n[ref_2":
        message = replace(message, text=message.text + letter)
        view.grow(Row(message), letter)
        assert tuple(view.blocks) == shown_blocks(message, is_source=False)
        seen.append(whole_text(view))
    assert list(dict.fromkeys(seen)) == ["• ", "• R", "• Ra", "• Rai", "• Rain", "• Rain[1]"]
    view.show_row(Row(replace(message, state=State.STOPPED)), "GLM-4-Plus")

    assert whole_text(view) == "• Rain[ref_1]\n\n[ref_2"


def test_an_answer_is_shown_as_it_is_written_and_goes_on_that_way(shelf: QWidget, icons: Icons) -> None:
    message = replace(answer(ASKED), text="**bold**\n\n- one", state=State.STREAMING)
    view = written(shelf, icons, message)
    assert whole_text(view) == "bold\n\n• one"
    view.show_row(Row(message, is_source=True), "GLM-4-Plus")
    assert whole_text(view) == "**bold**\n\n- one"
    longer = replace(message, text=message.text + " and *two*")
    view.grow(Row(longer, is_source=True), " and *two*")
    assert whole_text(view) == "**bold**\n\n- one and *two*"
    view.show_row(Row(longer), "GLM-4-Plus")
    assert whole_text(view) == "bold\n\n• one and two"
    view.show_row(Row(replace(longer, text="", state=State.WITHHELD), is_source=True), "GLM-4-Plus")

    assert whole_text(view) == ""


def test_a_call_of_the_service_in_the_middle_of_a_text_leaves_the_text_whole(
    shelf: QWidget, icons: Icons
) -> None:
    called = ServiceCall("1", "notes", "find", '{"q":"茶"}')
    message = replace(answer(ASKED), text="", state=State.STREAMING)
    view = MessageView(voices_of(style_of(), Formulas()), icons, shelf)
    steps: list[tuple[str, tuple[ServiceCall, ...]]] = [
        ("I **look", ()),
        ("", (called,)),
        ("** it up.\n\n", ()),
        ("", (replace(called, output="two"),)),
        ("Two.", ()),
    ]
    for piece, calls in steps:
        message = replace(message, text=message.text + piece, service_calls=calls or message.service_calls)
        if piece and message.text != piece:
            view.grow(Row(message), piece)
        else:
            view.show_row(Row(message), "GLM-4-Plus")
        fitted(view, 600)
    whole = replace(message, state=State.COMPLETE)
    view.show_row(Row(whole), "GLM-4-Plus")

    assert view.blocks == written(shelf, icons, whole).blocks
    assert view.spoken_text().endswith("I look it up.\n\nTwo.")
