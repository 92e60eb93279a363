"""Characters as outlines, and formulas as Qt draws them."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from glmdesk.render.blocks import MathSpan
from glmdesk.render.drawing import Drawing
from glmdesk.render.outlines import MoveTo
from glmdesk.render.typesetting import typeset
from glmdesk.ui.glyphs import TextOutlines, formula_scale
from tests.render.formulas import FORMULAS

INK = "#1040a0"
SIZE = 80


@pytest.fixture
def outlines(dressed: QApplication) -> TextOutlines:
    return TextOutlines(dressed.font())


def set_formula(tex: str, outlines: TextOutlines) -> Drawing:
    outlines.learn(tex)
    found = typeset(MathSpan(tex, display=True), outlines.outline)
    assert found is not None
    return found


def drawn(found: Drawing) -> QImage:
    """Return a formula as it is on the screen, on white."""
    renderer = QSvgRenderer(QByteArray(found.svg(INK).encode()))
    assert renderer.isValid()
    width, height = found.whole.width * SIZE, (found.whole.above + found.whole.below) * SIZE
    image = QImage(round(width) + 1, round(height) + 1, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, width, height))
    painter.end()
    return image


def inked_rows(image: QImage, colour: str = INK) -> Iterator[int]:
    for y in range(image.height()):
        if any(image.pixelColor(x, y) == QColor(colour) for x in range(image.width())):
            yield y


@pytest.mark.parametrize("tex", FORMULAS.values(), ids=FORMULAS)
def test_qt_draws_what_models_write(outlines: TextOutlines, tex: str) -> None:
    found = set_formula(tex, outlines)
    size = QSvgRenderer(QByteArray(found.svg(INK).encode())).viewBoxF().size()

    assert list(inked_rows(drawn(found)))
    assert size.width() / size.height() == pytest.approx(
        found.whole.width / (found.whole.above + found.whole.below), rel=0.01
    )


def test_a_letter_ends_at_the_baseline_on_the_screen(outlines: TextOutlines) -> None:
    found = set_formula("x", outlines)

    assert max(inked_rows(drawn(found))) == pytest.approx(found.whole.above * SIZE, abs=1.5)


def enlarged(application: QApplication) -> QFont:
    """Return the text's font in the size that goes with formulas as large as they are drawn here."""
    font = QFont(application.font())
    font.setPixelSize(round(SIZE / formula_scale(font)))
    return font


def test_letters_are_about_as_large_as_in_the_text(outlines: TextOutlines, dressed: QApplication) -> None:
    in_text = QFontMetricsF(enlarged(dressed))
    for letter, height in (("x", in_text.xHeight()), ("H", in_text.capHeight())):
        rows = list(inked_rows(drawn(set_formula(letter, outlines))))
        assert len(rows) == pytest.approx(height, rel=0.1, abs=1.5)


def test_chinese_is_as_large_as_in_the_text(outlines: TextOutlines, dressed: QApplication) -> None:
    font = enlarged(dressed)
    in_text = QFontMetricsF(font).tightBoundingRect("中")

    found = set_formula(r"\text{中}", outlines)

    rows = list(inked_rows(drawn(found)))
    assert rows[-1] - rows[0] == pytest.approx(in_text.height(), abs=3)
    assert rows[-1] - found.whole.above * SIZE == pytest.approx(in_text.bottom(), abs=2.5)


def test_characters_differ(outlines: TextOutlines) -> None:
    pictures = [drawn(set_formula(rf"\text{{{character}}}", outlines)) for character in "中文速度"]

    # Where a font is missing, each would be the same box.
    assert all(first != second for first, second in combinations(pictures, 2))


def test_a_character_that_no_font_has_is_none(outlines: TextOutlines) -> None:
    # For private use, and not yet given out: in their place there would be a box.
    outlines.learn("\U0010fffd\u0378中")

    assert outlines.outline("\U0010fffd") is None
    assert outlines.outline("\u0378") is None
    assert outlines.outline("中") is not None
    assert typeset(MathSpan("\U0010fffd"), outlines.outline) is None


def test_what_was_not_learnt_is_not_drawn(outlines: TextOutlines) -> None:
    assert outlines.outline("中") is None


def test_an_outline_is_in_em_and_upright(outlines: TextOutlines, dressed: QApplication) -> None:
    outlines.learn("中")
    outline = outlines.outline("中")

    assert outline is not None
    assert outline.advance == pytest.approx(1 / formula_scale(dressed.font()), abs=0.1)
    assert isinstance(outline.commands[0], MoveTo)
    ends = [(it.x, it.y) for it in outline.commands]
    assert 0.5 < max(y for _, y in ends) < 1
    assert -0.3 < min(y for _, y in ends) < 0.1
    assert 0 <= min(x for x, _ in ends) < max(x for x, _ in ends) <= outline.advance


def test_what_is_kept_is_bounded(outlines: TextOutlines) -> None:
    outlines.learn("中")
    outlines.learn("".join(map(chr, range(0xAC00, 0xAC00 + 4_100))))

    assert outlines.outline("中") is None
