from PySide6.QtGui import QColor, QImage, QPainter

from glmdesk.render.markdown import parse
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.document_builder import DocumentBuilder


def drawn(text: str, style: Style) -> QImage:
    """Return a message as it is on the screen."""
    builder = DocumentBuilder(style)
    for block in parse(text):
        builder.add(block)
    image = QImage(builder.document.size().toSize(), QImage.Format.Format_RGB32)
    image.fill(QColor(style.theme.page))
    painter = QPainter(image)
    builder.document.drawContents(painter)
    painter.end()
    return image


def test_lines_surround_every_cell_of_a_table(style: Style) -> None:
    # PySide6 6.8 drew none.
    image = drawn("| a | b |\n|---|---|\n| 1 | 2 |", style)

    columns, rows = range(image.width()), range(image.height())
    line = {(x, y) for x in columns for y in rows if image.pixelColor(x, y) == QColor(style.theme.border)}
    left, right = min(x for x, _ in line), max(x for x, _ in line)
    top, bottom = min(y for _, y in line), max(y for _, y in line)
    upright = [x for x in columns if all((x, y) in line for y in range(top, bottom + 1))]
    level = [y for y in rows if all((x, y) in line for x in range(left, right + 1))]
    assert (len(upright), len(level)) == (3, 3)
