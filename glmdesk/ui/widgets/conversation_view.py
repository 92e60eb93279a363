"""The list of conversations in the sidebar, with headings above each group of dates."""

from collections.abc import Sequence

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
from PySide6.QtGui import QColor, QFont, QGuiApplication, QKeyEvent, QKeySequence, QPainter, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
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
_SELECTING_KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
# Pixels around the letters of a title.
_ROW_PADDING = 16
_MARGIN = 8
_DOT = 8


class ConversationView(QListView):
    """Conversations to choose from, or to do something with several of them.

    Signals:
        chosen(conversation_id: str): one was clicked, reached with Enter, or pressed by a screen reader.
        delete_requested(conversation_ids: list[str]): by the Delete key.
        menu_requested(position: QPoint): what can be done with those that are selected should be offered
        there.
    """

    chosen = Signal(str)
    delete_requested = Signal(list)
    menu_requested = Signal(QPoint)

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
        # A hundred thousand rows are as quickly laid out as a screenful.
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
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
        """Mark a conversation, if it is listed, and no other; one of several that are marked leaves them."""
        row = self._conversations.row_of(conversation_id)
        if row is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif not self.selectionModel().isSelected(index := self._conversations.index(row)):
            self.setCurrentIndex(index)

    @override
    def dataChanged(
        self,
        topLeft: QModelIndex | QPersistentModelIndex,
        bottomRight: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        # The list of Qt would lay out all rows anew: the changed one might be higher.
        QAbstractItemView.dataChanged(self, topLeft, bottomRight, roles)

    @property
    def selected_ids(self) -> list[str]:
        """The conversations that are marked, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        found = map(self._conversations.conversation, rows)
        return [conversation.id for conversation in found if conversation is not None]

    def rename_current(self) -> None:
        """Let the title be edited that has the keyboard."""
        self.edit(self.currentIndex())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Delete):
            if ids := self.selected_ids:
                self.delete_requested.emit(ids)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        # Whoever holds a key down marks several.
        if index.data(Role.ID) and not QGuiApplication.keyboardModifiers() & _SELECTING_KEYS:
            self.chosen.emit(index.data(Role.ID))

    def _open_menu(self, position: QPoint) -> None:
        if self.indexAt(position).data(Role.ID) and self.selected_ids:
            self.menu_requested.emit(self.viewport().mapToGlobal(position))


class _Delegate(QStyledItemDelegate):
    """Paints a row: a conversation, or the heading of a group."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, option.fontMetrics.height() + _ROW_PADDING)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(Role.ID):
            self._paint_conversation(painter, option, index)
        else:
            self._paint_heading(painter, option, str(index.data()))
        painter.restore()

    def _paint_conversation(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row, state = _row_rect(option), option.state
        if state & QStyle.StateFlag.State_Selected:
            self._fill(painter, row, self.theme.selected)
        elif state & QStyle.StateFlag.State_MouseOver:
            self._fill(painter, row, self.theme.hover)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(self.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(row.adjusted(0, 0, -1, -1), 8, 8)
        self._paint_title(painter, row, option, index)

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        font = QFont(option.font)
        font.setPointSizeF(option.font.pointSizeF() * 0.85)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.muted))
        area = option.rect.adjusted(2 * _MARGIN, 0, -2 * _MARGIN, 0)
        area.setHeight(option.rect.height() - 4)
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


def _row_rect(option: QStyleOptionViewItem) -> QRect:
    return option.rect.adjusted(_MARGIN, 1, -_MARGIN, -1)
