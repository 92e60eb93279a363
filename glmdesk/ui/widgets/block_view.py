"""How one block of a message is laid out, painted and selected. Not a widget: a message holds many."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPalette,
    Qt,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from glmdesk.i18n import _
from glmdesk.render import blocks as b
from glmdesk.typed import override
from glmdesk.ui.theme import RADIUS, Style
from glmdesk.ui.widgets.document_builder import DocumentBuilder

_CODE_PADDING = 12.0
_BAR_WIDTH = 3.0
_BAR_GAP = 14.0


class BlockView:
    """One block on the screen. Positions in it count characters from 0 to `length`.

    This one is empty; each kind of block overrides what it has.
    """

    length = 0
    """The last position."""

    def fit(self, _width: float, /) -> float:
        """Lay the block out for a width and return its height."""
        return 0.0

    def paint(self, _painter: QPainter, _clip: QRectF, _selected: tuple[int, int] | None, /) -> None:
        """Paint at the origin what lies inside the clip, with a range of positions marked."""

    def position_at(self, _point: QPointF, /) -> int:
        """Return the position nearest to a point."""
        return 0

    def link_at(self, _point: QPointF, /) -> str:
        """Return the target of the link at a point, or an empty text."""
        return ""

    def copyable_at(self, _point: QPointF, /) -> str | None:
        """Return the text that a click at this point copies, or None."""
        return None

    def text(self, _start: int, _end: int, /) -> str:
        """Return the plain text between two positions."""
        return ""


class _DocumentView(BlockView):
    """A block that is one document."""

    def __init__(self, document: QTextDocument, style: Style) -> None:
        self._document = document
        self._style = style
        self._origin = QPointF()
        self.length = document.characterCount() - 1

    @override
    def position_at(self, point: QPointF, /) -> int:
        return self._document.documentLayout().hitTest(point - self._origin, Qt.HitTestAccuracy.FuzzyHit)

    @override
    def link_at(self, point: QPointF, /) -> str:
        return self._document.documentLayout().anchorAt(point - self._origin)

    @override
    def text(self, start: int, end: int, /) -> str:
        return self._range(start, end).selection().toPlainText()

    @override
    def paint(self, painter: QPainter, clip: QRectF, selected: tuple[int, int] | None, /) -> None:
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = clip.translated(-self._origin)
        context.palette.setColor(QPalette.ColorRole.Text, QColor(self._style.theme.text))
        if selected is not None:
            selection = QAbstractTextDocumentLayout.Selection()
            selection.cursor = self._range(*selected)
            selection.format.setBackground(QColor(self._style.theme.selection))
            # Links and code have colours that cannot be read on this background.
            selection.format.setForeground(QColor(self._style.theme.text))
            context.selections = [selection]
        painter.translate(self._origin)
        self._document.documentLayout().draw(painter, context)

    def _range(self, start: int, end: int) -> QTextCursor:
        cursor = QTextCursor(self._document)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor


class TextView(_DocumentView):
    """A paragraph, a heading, a list, a table."""

    def __init__(self, block: b.Block, style: Style) -> None:
        builder = DocumentBuilder(style)
        builder.add(block)
        super().__init__(builder.document, style)

    @property
    def natural_width(self) -> float:
        """How wide the text is when no line has to be broken, once it was laid out."""
        return self._document.idealWidth()

    @override
    def fit(self, width: float, /) -> float:
        self._document.setTextWidth(width)
        return self._document.size().height()


class QuoteView(_DocumentView):
    """A quote: its text beside a bar."""

    def __init__(self, block: b.Quote, style: Style) -> None:
        builder = DocumentBuilder(style)
        for nested in block.blocks:
            builder.add(nested)
        super().__init__(builder.document, style)
        self._origin = QPointF(_BAR_GAP, 0)
        self._height = 0.0

    @override
    def fit(self, width: float, /) -> float:
        self._document.setTextWidth(width - _BAR_GAP)
        self._height = self._document.size().height()
        return self._height

    @override
    def paint(self, painter: QPainter, clip: QRectF, selected: tuple[int, int] | None, /) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._style.theme.border))
        painter.drawRoundedRect(QRectF(0, 0, _BAR_WIDTH, self._height), 1.5, 1.5)
        super().paint(painter, clip, selected)


class CodeView(_DocumentView):
    """Code in a panel: its language and a place to click for a copy above the lines."""

    def __init__(self, block: b.Code, style: Style) -> None:
        builder = DocumentBuilder(style)
        builder.add_code(block.language if block.closed else "", block.text)
        # Code is broken anywhere rather than widening the message.
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAnywhere)
        builder.document.setDefaultTextOption(option)
        super().__init__(builder.document, style)
        self._block = block
        self._small = QFont(style.text)
        self._small.setPointSizeF(style.text.pointSizeF() * 0.85)
        self._header = QFontMetricsF(self._small).height() + 12
        self._origin = QPointF(_CODE_PADDING, self._header + _CODE_PADDING)
        self._width = 0.0
        self._height = 0.0

    @override
    def fit(self, width: float, /) -> float:
        self._width = width
        self._document.setTextWidth(width - 2 * _CODE_PADDING)
        self._height = self._header + self._document.size().height() + 2 * _CODE_PADDING
        return self._height

    @override
    def paint(self, painter: QPainter, clip: QRectF, selected: tuple[int, int] | None, /) -> None:
        theme = self._style.theme
        painter.setPen(QColor(theme.border))
        painter.setBrush(QColor(theme.code_background))
        painter.drawRoundedRect(QRectF(0.5, 0.5, self._width - 1, self._height - 1), RADIUS, RADIUS)
        painter.drawLine(QPointF(0.5, self._header), QPointF(self._width - 1, self._header))
        painter.setFont(self._small)
        painter.setPen(QColor(theme.muted))
        label = QRectF(_CODE_PADDING, 0, self._width - 2 * _CODE_PADDING, self._header)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(label, middle | Qt.AlignmentFlag.AlignLeft, self._block.language or _("code"))
        painter.drawText(label, middle | Qt.AlignmentFlag.AlignRight, _("Copy"))
        super().paint(painter, clip, selected)

    @override
    def copyable_at(self, point: QPointF, /) -> str | None:
        width = QFontMetricsF(self._small).horizontalAdvance(_("Copy")) + 2 * _CODE_PADDING
        return self._block.text if point.y() < self._header and point.x() > self._width - width else None


class RuleView(BlockView):
    """A line across the column."""

    _HEIGHT = 9.0

    def __init__(self, style: Style) -> None:
        self._style = style
        self._width = 0.0

    @override
    def fit(self, width: float, /) -> float:
        self._width = width
        return self._HEIGHT

    @override
    def paint(self, painter: QPainter, clip: QRectF, selected: tuple[int, int] | None, /) -> None:
        painter.setPen(QColor(self._style.theme.border))
        painter.drawLine(QPointF(0, self._HEIGHT / 2), QPointF(self._width, self._HEIGHT / 2))


def make_block_view(block: b.Block, style: Style) -> BlockView:
    """Return the view for a block."""
    match block:
        case b.Code():
            return CodeView(block, style)
        case b.Quote():
            return QuoteView(block, style)
        case b.Rule():
            return RuleView(style)
        case _:
            return TextView(block, style)
