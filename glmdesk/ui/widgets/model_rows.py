"""The list that a choice of models opens: rows of two lines below headings, found by any part of a name."""

import time
from typing import NamedTuple

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
    Qt,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from glmdesk.typed import override
from glmdesk.ui.shortcuts import MODEL
from glmdesk.ui.theme import LIGHT, Theme

Index = QModelIndex | QPersistentModelIndex

POSITIONING_ROLE = Qt.ItemDataRole.UserRole + 1
PRICE_ROLE = Qt.ItemDataRole.UserRole + 2
SIZES_ROLE = Qt.ItemDataRole.UserRole + 3
HEADING_ROLE = Qt.ItemDataRole.UserRole + 4
STATUS_ROLE = Qt.ItemDataRole.UserRole + 5

# Pixels: beside a row's text, above and below it, between its two lines, and between the texts of a line.
BESIDE, _ABOVE, _BETWEEN, APART = 12, 6, 2, 28
INFO = 30
"""The right end of a row, where the sign stands that leads to all that is known of its model."""
_SIGN = 16
_ABOVE_HEADING = 12
_SMALL = 0.85
_MILLISECONDS = 1000


class Words(NamedTuple):
    """A text of a row with its font and its colour."""

    text: str
    font: QFont
    colour: str

    @property
    def size(self) -> QSize:
        """The room it takes. Unlike the height of a font, this counts the other fonts that a text needs."""
        return QFontMetrics(self.font).size(Qt.TextFlag.TextSingleLine, self.text)


class Line(NamedTuple):
    """What stands at the left and at the right end of a line."""

    left: Words
    right: Words

    @property
    def width(self) -> int:
        """The room both take side by side."""
        gap = APART if self.left.text and self.right.text else 0
        return self.left.size.width() + gap + self.right.size.width()

    @property
    def height(self) -> int:
        """The height of the higher one."""
        return max(self.left.size.height(), self.right.size.height())


class ModelRows(QListView):
    """The list. Headings are no rows to choose: they are passed over, and pressing one does nothing.

    Signals:
        info_requested(model_id: str): everything about a model should be shown.
    """

    info_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._delegate = _Delegate(self)
        self.setItemDelegate(self._delegate)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._typed = ""
        self._typed_at = 0.0
        self._guard: _HeadingGuard | None = None

    def set_theme(self, theme: Theme) -> None:
        """Paint with a theme's colours."""
        self._delegate.theme = theme

    def lines(self, index: Index) -> tuple[Line, Line]:
        """Return the two lines of a row that is no heading."""
        return self._delegate.lines(self.font(), index)

    def whole_height(self) -> int:
        """Return how high all rows are together, with the frame."""
        rows = sum(self.sizeHintForRow(row) for row in range(self.model().rowCount()))
        margins = self.contentsMargins()
        return rows + margins.top() + margins.bottom()

    def guard_headings(self) -> None:
        """Keep presses on headings from the box that opens the list: it would take the row before."""
        if self._guard is None:
            self._guard = _HeadingGuard(self)
            self.viewport().installEventFilter(self._guard)

    def info_at(self, point: QPoint) -> str:
        """Return the model whose sign is at a place of the list; empty where there is none."""
        index = self.indexAt(point)
        is_model = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        is_sign = is_model and point.x() > self.visualRect(index).right() - INFO
        return str(index.data(Qt.ItemDataRole.UserRole)) if is_sign else ""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if QKeySequence(event.keyCombination()) == QKeySequence(MODEL.sequence):
            # The key of the window for this does not come through while the list is open.
            self.info_requested.emit(str(self.currentIndex().data(Qt.ItemDataRole.UserRole)))
        else:
            super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Go to the next row whose name has what was typed in it: all names begin alike."""
        now = time.monotonic()
        pause_s = QGuiApplication.styleHints().keyboardInputInterval() / _MILLISECONDS
        is_more = bool(self._typed) and now - self._typed_at < pause_s
        self._typed = (self._typed if is_more else "") + search.casefold()
        self._typed_at = now
        first = max(0, self.currentIndex().row() + (0 if is_more else 1))
        count = self.model().rowCount()
        for row in [*range(first, count), *range(first)]:
            index = self.model().index(row, 0)
            is_enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
            if is_enabled and self._typed in str(index.data()).casefold():
                self.setCurrentIndex(index)
                return


class _HeadingGuard(QObject):
    """Takes the end of a press on a heading, and on the sign of a row."""

    def __init__(self, rows: ModelRows) -> None:
        super().__init__(rows)
        self._rows = rows

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            index = self._rows.indexAt(event.position().toPoint())
            if model_id := self._rows.info_at(event.position().toPoint()):
                self._rows.info_requested.emit(model_id)
                return True
            return not index.flags() & Qt.ItemFlag.ItemIsEnabled
        return super().eventFilter(watched, event)


class _Delegate(QStyledItemDelegate):
    """Draws a name and a price, and below them what the model is for and how much it reads and writes."""

    def __init__(self, parent: QListView) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT

    def lines(self, base: QFont, index: Index) -> tuple[Line, Line]:
        """Return the two lines of a row."""
        muted = self.theme.muted
        is_enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        title, facts = QFont(base), _small(base)
        title.setWeight(QFont.Weight.DemiBold)
        name = Words(str(index.data()), title, self.theme.text if is_enabled else muted)
        price, sizes = (Words(str(index.data(role) or ""), facts, muted) for role in (PRICE_ROLE, SIZES_ROLE))
        said = [str(index.data(role) or "") for role in (STATUS_ROLE, POSITIONING_ROLE)]
        return Line(name, price), Line(Words(" · ".join(filter(None, said)), facts, muted), sizes)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if index.data(HEADING_ROLE):
            size = self._heading(option.font, index).size
            return QSize(size.width() + 2 * BESIDE, size.height() + _ABOVE_HEADING + _BETWEEN)
        first, second = self.lines(option.font, index)
        width = max(first.width, second.width) + BESIDE + INFO
        return QSize(width, first.height + _BETWEEN + second.height + 2 * _ABOVE)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        area = option.rect.adjusted(BESIDE, _ABOVE, -INFO, -_ABOVE)
        if index.data(HEADING_ROLE):
            place = option.rect.adjusted(BESIDE, _ABOVE_HEADING, -BESIDE, -_BETWEEN)
            _write(painter, place, Line(self._heading(option.font, index), Words("", option.font, "")))
        else:
            if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
                self._highlight(painter, option.rect)
            first, second = self.lines(option.font, index)
            _write(painter, QRect(area.topLeft(), QSize(area.width(), first.height)), first)
            _write(painter, area.adjusted(0, first.height + _BETWEEN, 0, 0), second)
            if index.flags() & Qt.ItemFlag.ItemIsEnabled:
                self._draw_sign(painter, option.rect)
        painter.restore()

    def _highlight(self, painter: QPainter, row: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.hover))
        painter.drawRoundedRect(row.adjusted(2, 1, -2, -1), 6, 6)

    def _draw_sign(self, painter: QPainter, row: QRect) -> None:
        """Draw an i in a ring at the right end of a row."""
        middle = QPointF(row.right() - INFO / 2, row.center().y() + 0.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.muted), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, _SIGN / 2, _SIGN / 2)
        painter.drawLine(middle + QPointF(0, -0.5), middle + QPointF(0, 3.5))
        painter.drawPoint(middle + QPointF(0, -3.5))

    def _heading(self, base: QFont, index: Index) -> Words:
        font = _small(base)
        font.setWeight(QFont.Weight.DemiBold)
        return Words(str(index.data()), font, self.theme.muted)


def _small(base: QFont) -> QFont:
    font = QFont(base)
    font.setPointSizeF(base.pointSizeF() * _SMALL)
    return font


def _write(painter: QPainter, area: QRect, line: Line) -> None:
    """Write both texts of a line, on one baseline. Where there is too little room, the left one is cut."""
    middle = Qt.AlignmentFlag.AlignVCenter
    right = line.right.size.width()
    room = area.width() - (right + APART if right else 0)
    for words, side, width in (
        (line.left, Qt.AlignmentFlag.AlignLeft, room),
        (line.right, Qt.AlignmentFlag.AlignRight, area.width()),
    ):
        if words.text:
            painter.setFont(words.font)
            painter.setPen(QColor(words.colour))
            shown = QFontMetrics(words.font).elidedText(words.text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(area, middle | side, shown)
