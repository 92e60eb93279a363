"""One box in which chats, messages and commands are found by a few letters."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from glmdesk.domain.conversation import Conversation
from glmdesk.i18n import _
from glmdesk.storage.search.excerpt import Excerpt, marks_in
from glmdesk.storage.search.query import Query
from glmdesk.storage.search.search import Found, Search
from glmdesk.typed import override
from glmdesk.ui.controllers.search import SearchController, found_row
from glmdesk.ui.models.found_list import Command, FoundList, FoundRow
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.found_view import FoundView
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.text_input import LineInput

_WIDTH: Final = 620
_HEIGHT: Final = 460
_TOP: Final = 64
_BESIDE: Final = 24
_AROUND_NOTE: Final = (8, 4, 8, 4)
"""Pixels."""
_RECENT: Final = 8
"""Conversations that are offered before anything is written."""
_MOVING: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Palette(QDialog):
    """Stands over the window until something is chosen, Escape is pressed, or another window comes up.

    Signals:
        chosen(found: Found, words: str): a conversation or a message should be shown, with words marked in
        it. Commands are carried out.
    """

    chosen = Signal(object, str)

    def __init__(
        self,
        window: QWidget,
        search: Search,
        tasks: TaskRunner,
        theme: Theme,
        *,
        commands: Sequence[Command],
        recent: Callable[[], Iterable[Conversation]],
    ) -> None:
        super().__init__(window, Qt.WindowType.FramelessWindowHint | Qt.WindowType.Dialog)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("palette")
        self.setWindowTitle(_("Find chats, messages and commands"))
        self._commands = commands
        self._recent = recent
        self._was_active = False
        self._rows = FoundList(self)
        self._search = SearchController(
            search, self._rows, tasks, self, name="palette", offered=self._offered
        )
        self._field = _Field()
        self._field.setAccessibleName(self.windowTitle())
        self._field.setPlaceholderText(self.windowTitle())
        self._view = FoundView(self._rows)
        self._view.set_theme(theme)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._note = PlainLabel()
        self._note.setProperty("kind", "muted")
        self._note.setWordWrap(True)
        self._note.setContentsMargins(*_AROUND_NOTE)
        self._note.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self._field)
        column.addWidget(self._note)
        column.addWidget(self._view)
        self._field.textChanged.connect(self._search.look_for)
        self._field.submitted.connect(self._choose_marked)
        self._field.cancelled.connect(self.reject)
        self._field.moved.connect(self._move)
        self._view.chosen.connect(self._choose)
        self._rows.modelReset.connect(self._mark_first)
        self._search.changed.connect(self._show_note)
        self.finished.connect(self._search.end)
        self._search.look_for("")
        self._place(window)

    def _place(self, window: QWidget) -> None:
        width = min(_WIDTH, window.width() - 2 * _BESIDE)
        self.resize(width, min(_HEIGHT, window.height() - _TOP - _BESIDE))
        self.move(window.mapToGlobal(QPoint((window.width() - width) // 2, _TOP)))

    def _offered(self, query: Query) -> Sequence[FoundRow]:
        if not query:
            found = [_found(one) for _number, one in zip(range(_RECENT), self._recent(), strict=False)]
            return [*(found_row(one, query) for one in found), *map(_plain, self._commands)]
        if not query.needles:
            return ()
        matching = [
            FoundRow(command, Excerpt(command.name, marks_in(command.name, query.needles)), Excerpt("", ()))
            for command in self._commands
            if all(needle.is_in(command.name) for needle in query.needles)
        ]
        # What begins as one writes is meant rather than what has it somewhere.
        return sorted(matching, key=lambda row: row.title.marks[0][0] > 0)

    def _show_note(self) -> None:
        self._note.setText(self._search.note)
        self._note.setVisible(bool(self._search.note))

    def _mark_first(self) -> None:
        if self._rows.rowCount():
            self._view.setCurrentIndex(self._rows.index(0))

    def _move(self, event: QKeyEvent) -> None:
        self._view.keyPressEvent(event)

    def _choose_marked(self) -> None:
        if self._rows.rowCount():
            self._view.choose_first()

    def _choose(self, found: object) -> None:
        words = self._search.words_in(found) if isinstance(found, Found) else ""
        # First, because a command may open something that stands where this does.
        self.accept()
        if isinstance(found, Command):
            found.act()
        else:
            self.chosen.emit(found, words)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            if self.isActiveWindow():
                self._was_active = True
            elif self._was_active:
                self.reject()


class _Field(LineInput):
    """Hands the keys on that move through the list.

    Signals:
        moved(event: QKeyEvent): one of them was pressed.
    """

    moved = Signal(QKeyEvent)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _MOVING and not self.is_composing:
            self.moved.emit(event)
        else:
            super().keyPressEvent(event)


def _found(conversation: Conversation) -> Found:
    title = conversation.title or _("New chat")
    return Found(conversation.id, title, None, "", title, conversation.updated_at)


def _plain(command: Command) -> FoundRow:
    return FoundRow(command, Excerpt(command.name, ()), Excerpt("", ()))
