"""Lists, quotes and notes: what stands beside their blocks."""

import pytest
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication

from glmdesk.render.markdown import parse
from glmdesk.ui import theme
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.widgets.boxes.containers import Blocks
from glmdesk.ui.widgets.boxes.kept import Kept
from tests.ui.furnished import voices_of
from tests.ui.widgets.boxes.drawing import drawn, ink


@pytest.mark.parametrize("size", [6, 9, 14, 20, 28])
@pytest.mark.parametrize("number", ["1", "10", "100", "99999"])
def test_a_number_is_not_cut_by_the_edge_however_large_the_letters_are(
    number: str, size: int, dressed: QApplication
) -> None:
    font = QFont(dressed.font())
    font.setPointSize(size)
    voices = voices_of(theme.Style(theme.LIGHT, font, theme.code_font(font)), Formulas())
    # A blank that is no space: all ink is the number's.
    blocks = Blocks(parse(f"{number}. &nbsp;"), voices, Kept())
    columns = {x for x, _y in ink(drawn(blocks))}
    wanted = QFontMetrics(font).tightBoundingRect(f"{number}.").width()

    assert max(columns) - min(columns) + 1 >= wanted - 2
