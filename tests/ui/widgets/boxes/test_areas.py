"""Where a stretch of text stands on the screen: what is pointed at there is that text."""

import pytest
from PySide6.QtCore import QPointF, QRectF

from glmdesk.render.link_places import links_in
from glmdesk.render.markdown import parse
from glmdesk.ui.widgets.boxes.containers import Blocks, make_box
from glmdesk.ui.widgets.boxes.kept import Kept
from glmdesk.ui.widgets.boxes.voices import Voices
from tests.ui.widgets.boxes.drawing import laid_out

SOURCES = {
    "paragraph": "See [the page](https://a.b/1) there.",
    "heading": "# See [the page](https://a.b/1)",
    "list": "- one\n- two\n\n  three [four](https://a.b/1) five\n- six",
    "quote": "> one\n>\n> - [two](https://a.b/1)",
    "table": "| a | b |\n| - | -: |\n| c | [d](https://a.b/1) e |",
    "wide characters": "😀 你好 [👨‍👩‍👧 中文](https://a.b/1) 😀",
    "right to left": "שלום [עולם](https://a.b/1) שלום",
    "long text": "很长的一句话，" * 900 + "[这里](https://a.b/1)" + "很长的一句话，" * 900,
}


def ends(area: QRectF) -> tuple[QPointF, QPointF]:
    return QPointF(area.left() + 1, area.center().y()), QPointF(area.right() - 1, area.center().y())


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_link_is_where_its_area_is(voices: Voices, source: str) -> None:
    (block,) = parse(source)
    (link,) = links_in(block)
    box = laid_out(make_box(block, voices, Kept()))
    (area,) = box.areas(link.start, link.end)

    assert area.height() > 5
    assert [box.link_at(point) for point in ends(area)] == [link.href] * 2
    assert box.link_at(area.center() - QPointF(area.width() / 2 + 3, 0)) == ""
    assert box.link_at(area.center() + QPointF(area.width() / 2 + 3, 0)) == ""


def test_a_link_of_several_lines_has_as_many_areas(voices: Voices) -> None:
    (block,) = parse("one two three [" + "four five six " * 20 + "end](https://a.b/1) seven")
    (link,) = links_in(block)
    box = laid_out(make_box(block, voices, Kept()), 300)
    areas = box.areas(link.start, link.end)

    assert len(areas) > 3
    assert all(box.link_at(area.center()) == link.href for area in areas)
    assert [area.top() for area in areas] == sorted({area.top() for area in areas})
    assert areas[0].left() > areas[1].left() == 0


def test_what_was_never_seen_has_no_area(voices: Voices) -> None:
    (block,) = parse("\n".join(f"- [item {n}](https://a.b/{n})" for n in range(400)))
    box = Blocks((block,), voices, Kept())
    box.set_width(600)
    box.lay_out(0, 300, 0)
    *_, last = links_in(block)

    assert box.areas(last.start, last.end) == []
    assert box.areas(0, 6)
