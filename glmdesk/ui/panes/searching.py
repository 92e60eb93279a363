"""Searching all conversations: the field in the sidebar, what looks, and the list of what was found."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, Qt

from glmdesk.i18n import ngettext
from glmdesk.storage.search.search import Found, Search
from glmdesk.ui.controllers.search import SearchController
from glmdesk.ui.models.found_list import FoundList
from glmdesk.ui.panes.sidebar import Sidebar
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from glmdesk.ui.widgets.found_view import FoundView

_AROUND_NOTE = (16, 4, 16, 4)
"""Pixels."""


class Searching(QObject):
    """Connects them. The list is made when something is looked for.

    Signals:
        chosen(found: Found, words: str): a hit should be shown, and these words be marked in its message.
    """

    chosen = Signal(object, str)

    def __init__(self, sidebar: Sidebar, search: Search, tasks: TaskRunner, theme: Theme) -> None:
        super().__init__(sidebar)
        self._sidebar = sidebar
        self._theme = theme
        self._rows = FoundList(self)
        self._search = SearchController(search, self._rows, tasks, self)
        self._view: FoundView | None = None
        self.field = SearchField()
        self.field.textChanged.connect(self._look)
        self.field.submitted.connect(self._choose_first)
        self.field.cancelled.connect(self._leave)
        self.field.went_down.connect(self._enter_list)
        self._search.changed.connect(self._show)
        self._note = PlainLabel()
        self._note.setProperty("kind", "muted")
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        self._note.setContentsMargins(*_AROUND_NOTE)
        self._note.hide()
        sidebar.add_search(self.field, self._note)

    def begin(self) -> None:
        """Ask what is to be found."""
        self.field.setFocus()
        self.field.selectAll()

    def complete_index(self) -> None:
        """Let the index catch up with what was written."""
        self._search.complete_index()

    def set_theme(self, theme: Theme) -> None:
        """Show a theme's colours."""
        self._theme = theme
        if self._view is not None:
            self._view.set_theme(theme)

    def _look(self, line: str) -> None:
        if self._view is None:
            self._make_view()
        self._search.look_for(line)

    def _make_view(self) -> None:
        from glmdesk.ui.widgets.found_view import FoundView  # noqa: PLC0415 - for who searches

        self._view = FoundView(self._rows)
        self._view.set_theme(self._theme)
        self._view.chosen.connect(self._choose)
        self._view.left.connect(self.begin)
        self._view.cancelled.connect(self._leave)
        self._sidebar.add_found(self._view)

    def _choose_first(self) -> None:
        if self._view is not None and self._rows.rowCount():
            self._view.choose_first()

    def _enter_list(self) -> None:
        if self._view is not None and self._rows.rowCount():
            self._view.enter()

    def _choose(self, found: object) -> None:
        if isinstance(found, Found):
            self.chosen.emit(found, self._search.words_in(found))

    def _leave(self) -> None:
        """Show all conversations again."""
        self.field.clear()
        self.field.setFocus()

    def _show(self) -> None:
        search, count = self._search, self._rows.rowCount()
        self._sidebar.show_found(is_shown=bool(self.field.text().strip()))
        self._note.setText(search.note)
        self._note.setVisible(bool(search.note))
        if search.is_asked and not search.is_looking:
            words = ngettext("{count} found", "{count} found", count).format(count=count)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, words))
