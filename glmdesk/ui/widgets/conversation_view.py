"""The list of conversations in the sidebar, painted with headings above each group of dates."""

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Signal,
)
from PySide6.QtGui import QAction, QColor, QFont, QKeyEvent, QKeySequence, QPainter, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.models.conversation_list import ConversationList, Role
from glmdesk.ui.theme import LIGHT, Theme
from glmdesk.ui.widgets.accessible_rows import make_rows_accessible
from glmdesk.ui.widgets.quotes import paint_line, shown_in
from glmdesk.ui.widgets.text_input import LineInput

_ENDING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
# Pixels around the letters of a title, and around those of a heading.
_ROW_PADDING = 16
_HEADING_PADDING = 12
_MARGIN = 8
_DOT = 8


class ConversationView(QListView):
    """Conversations to choose from.

    Signals:
        chosen(conversation_id: str): one was clicked, reached with Enter, or pressed by a screen reader.
        delete_requested(conversation_id: str): by the menu or the Delete key.
    """

    chosen = Signal(str)
    delete_requested = Signal(str)

    def __init__(self, model: ConversationList) -> None:
        super().__init__()
        make_rows_accessible(ConversationView)
        self._conversations = model
        self.setModel(model)
        self.setAccessibleName(_("Conversations"))
        self._delegate = _Delegate(self)
        self.setItemDelegate(self._delegate)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setMouseTracking(True)
        self.customContextMenuRequested.connect(self._open_menu)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def set_theme(self, theme: Theme) -> None:
        """Paint with a theme's colours."""
        self._delegate.theme = theme

    def select(self, conversation_id: str) -> None:
        """Mark a conversation; one that is not listed marks none."""
        row = self._conversations.row_of(conversation_id)
        if row is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        else:
            self.setCurrentIndex(self._conversations.index(row))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Delete) and self.currentIndex().isValid():
            self.delete_requested.emit(self.currentIndex().data(Role.ID))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(index.data(Role.ID))

    def _open_menu(self, position: QPoint) -> None:
        index = QPersistentModelIndex(self.indexAt(position))
        if not index.isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rename = QAction(_("Rename"), menu)
        rename.triggered.connect(lambda: self.edit(self.model().index(index.row(), 0)))
        delete = QAction(_("Delete"), menu)
        delete.triggered.connect(lambda: self.delete_requested.emit(index.data(Role.ID)))
        menu.addActions([rename, delete])
        menu.popup(self.viewport().mapToGlobal(position))


class _Delegate(QStyledItemDelegate):
    """Paints a row, and the heading of its group above the first one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        heading = _heading_height(option) if index.data(Role.GROUP) else 0
        return QSize(0, _row_height(option) + heading)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if heading := index.data(Role.GROUP):
            self._paint_heading(painter, option, str(heading))
        row = _row_rect(option)
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            self._fill(painter, row, self.theme.selected)
        elif state & QStyle.StateFlag.State_MouseOver:
            self._fill(painter, row, self.theme.hover)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(self.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(row.adjusted(0, 0, -1, -1), 8, 8)
        self._paint_title(painter, row, option, index)
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        font = QFont(option.font)
        font.setPointSizeF(option.font.pointSizeF() * 0.85)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.muted))
        area = option.rect.adjusted(2 * _MARGIN, 0, -2 * _MARGIN, 0)
        area.setHeight(_heading_height(option) - 4)
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, text)

    def _fill(self, painter: QPainter, row: QRect, colour: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(row, 8, 8)

    def _paint_title(
        self,
        painter: QPainter,
        row: QRect,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        area = row.adjusted(_MARGIN, 0, -_MARGIN, 0)
        is_running, is_unread = index.data(Role.IS_RUNNING), index.data(Role.IS_UNREAD)
        if is_running or is_unread:
            dot = QRect(area.right() - _DOT, area.center().y() - _DOT // 2, _DOT, _DOT)
            painter.setPen(QColor(self.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush if is_running else QColor(self.theme.accent))
            painter.drawEllipse(dot)
            area.setRight(dot.left() - _MARGIN)
        painter.setFont(option.font)
        painter.setPen(QColor(self.theme.text))
        paint_line(painter, area, shown_in(str(index.data()), option.font, area.width()))

    @override
    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        editor = LineInput(parent)
        editor.setAccessibleName(_("Conversation title"))
        editor.submitted.connect(lambda: self._commit(editor))
        editor.cancelled.connect(lambda: self.closeEditor.emit(editor))
        return editor

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt's own delegate would end the editing with every Enter and Escape, also those of an input method.
        if isinstance(event, QKeyEvent) and event.key() in _ENDING_KEYS:
            return False
        return super().eventFilter(watched, event)

    def _commit(self, editor: LineInput) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)

    @override
    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        editor.setGeometry(_row_rect(option))


def _row_height(option: QStyleOptionViewItem) -> int:
    return option.fontMetrics.height() + _ROW_PADDING


def _heading_height(option: QStyleOptionViewItem) -> int:
    return option.fontMetrics.height() + _HEADING_PADDING


def _row_rect(option: QStyleOptionViewItem) -> QRect:
    height = _row_height(option)
    rect = option.rect
    return QRect(rect.left() + _MARGIN, rect.bottom() - height + 2, rect.width() - 2 * _MARGIN, height - 2)
