"""The list of what was found: where, when, and the words around it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    Qt,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from glmdesk.i18n import _
from glmdesk.storage.search.excerpt import Excerpt
from glmdesk.typed import override
from glmdesk.ui.models.found_list import FoundList, FoundRole
from glmdesk.ui.theme import LIGHT, Theme
from glmdesk.ui.widgets.accessible_rows import make_rows_accessible
from glmdesk.ui.widgets.text_input import is_enter

# Pixels around the letters.
_MARGIN: Final = 8
_PADDING: Final = 7
_GAP: Final = 3
_HEADING: Final = 12
_TEXT_LINES: Final = 2
_SMALL: Final = 0.88
"""Of the size of the letters of a title."""


class FoundView(QListView):
    """Hits to choose from.

    Signals:
        chosen(found: Found): one was clicked, reached with Enter, or pressed by a screen reader.
        left(): the key that leads up was pressed on the first row.
        cancelled(): Escape was pressed.
    """

    chosen = Signal(object)
    left = Signal()
    cancelled = Signal()

    def __init__(self, model: FoundList) -> None:
        super().__init__()
        make_rows_accessible(FoundView)
        self.setModel(model)
        self.setAccessibleName(_("Found"))
        self._delegate = _Delegate(self)
        self.setItemDelegate(self._delegate)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def set_theme(self, theme: Theme) -> None:
        """Paint with a theme's colours."""
        self._delegate.theme = theme
        self.viewport().update()

    def enter(self) -> None:
        """Take the keyboard, with the first row marked."""
        self.setCurrentIndex(self.model().index(0, 0))
        self.setFocus()

    def choose_first(self) -> None:
        """Choose what is marked, or else the first row."""
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.model().index(0, 0))
        self._choose(self.currentIndex())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event):
            self.choose_first()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(index.data(FoundRole.FOUND))


class _Delegate(QStyledItemDelegate):
    """Paints a row, and what stands above the first one of its kind."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self.theme: Theme = LIGHT

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        heading = _heading_height(option) if index.data(FoundRole.HEADING) else 0
        text: Excerpt = index.data(FoundRole.TEXT)
        small = _small(option.font)
        room = self._view.viewport().width() - 4 * _MARGIN
        count = len(_break(QTextLayout(text.text, small), room, _TEXT_LINES)) if text.text else 0
        lines = count * QFontMetrics(small).height() + _GAP if count else 0
        return QSize(0, heading + option.fontMetrics.height() + lines + 2 * _PADDING)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = option.rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        if heading := index.data(FoundRole.HEADING):
            self._paint_heading(painter, option, str(heading))
            row.setTop(row.top() + _heading_height(option))
        self._paint_ground(painter, row, option.state)
        self._paint_hit(painter, row.adjusted(_MARGIN, _PADDING, -_MARGIN, -_PADDING), option.font, index)
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        painter.setFont(_small(option.font))
        painter.setPen(QColor(self.theme.muted))
        area = option.rect.adjusted(2 * _MARGIN, 0, -2 * _MARGIN, 0)
        area.setHeight(_heading_height(option) - 4)
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_ground(self, painter: QPainter, row: QRect, state: QStyle.StateFlag) -> None:
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if is_selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(self.theme.selected if is_selected else self.theme.hover))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(self.theme.accent))
        painter.drawRoundedRect(row.adjusted(0, 0, -1, -1), 8, 8)

    def _paint_hit(
        self, painter: QPainter, area: QRect, font: QFont, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        small = _small(font)
        date = str(index.data(FoundRole.DATE))
        date_width = QFontMetrics(small).horizontalAdvance(date)
        first = QRect(area.topLeft(), QSize(area.width(), QFontMetrics(font).height()))
        painter.setFont(small)
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(first, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, date)
        painter.setPen(QColor(self.theme.text))
        title = first.adjusted(0, 0, -date_width - _MARGIN, 0)
        self._paint_excerpt(painter, title, index.data(FoundRole.TITLE), font, lines=1)
        painter.setPen(QColor(self.theme.muted))
        text = area.adjusted(0, first.height() + _GAP, 0, 0)
        self._paint_excerpt(painter, text, index.data(FoundRole.TEXT), small, lines=_TEXT_LINES)

    def _paint_excerpt(
        self, painter: QPainter, area: QRect, excerpt: Excerpt, font: QFont, *, lines: int
    ) -> None:
        mark = QTextCharFormat()
        mark.setBackground(QColor(self.theme.found))
        mark.setForeground(QColor(self.theme.text))
        looks = [_range(start, end, mark) for start, end in excerpt.marks]
        layout = _laid_out(excerpt.text, font, looks, area.width(), lines)
        layout.draw(painter, QPointF(area.topLeft()))


def _laid_out(
    text: str, font: QFont, looks: list[QTextLayout.FormatRange], width: int, lines: int
) -> QTextLayout:
    """Return a text in at most so many lines, with a sign at its end if that is not all of it."""
    layout = QTextLayout(text, font)
    layout.setFormats(looks)
    ends = _break(layout, width, lines)
    if ends and ends[-1] < len(text):
        begin = ends[-2] if len(ends) > 1 else 0
        rest = QFontMetrics(font).elidedText(text[begin:], Qt.TextElideMode.ElideRight, width)
        layout = QTextLayout(text[:begin] + rest, font)
        layout.setFormats(looks)
        _break(layout, width, lines)
    return layout


def _break(layout: QTextLayout, width: int, lines: int) -> Sequence[int]:
    """Break a text into at most so many lines; return where they end."""
    option, metrics = QTextOption(), QFontMetrics(layout.font())
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    ends: list[int] = []
    layout.beginLayout()
    while len(ends) < lines and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        # Letters of another font are higher, and stand on the same line.
        line.setPosition(QPointF(0, len(ends) * metrics.height() + metrics.ascent() - line.ascent()))
        ends.append(line.textStart() + line.textLength())
    layout.endLayout()
    return ends


def _range(start: int, end: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    marked = QTextLayout.FormatRange()
    marked.start, marked.length, marked.format = start, end - start, look
    return marked


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * _SMALL)
    return small


def _heading_height(option: QStyleOptionViewItem) -> int:
    return option.fontMetrics.height() + _HEADING
