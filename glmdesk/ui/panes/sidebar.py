"""The left side: a new chat, the conversations, the settings."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import Theme

if TYPE_CHECKING:
    from glmdesk.ui.widgets.conversation_view import ConversationView
    from glmdesk.ui.widgets.found_view import FoundView
    from glmdesk.ui.widgets.menu_button import MenuButton
    from glmdesk.ui.widgets.search_field import SearchField

_NARROWEST = 180
_MARGIN = 12
_BESIDE_CHOICE = 1
"""So that its letters stand above those of the titles."""


class Sidebar(QFrame):
    """Lists the conversations.

    Signals:
        new_requested(): a new chat.
        settings_requested(): the settings dialog.
        leave_demo_requested(): the demo should end.
        usual_start_requested(): what a safe start leaves out is wanted again.
    """

    new_requested = Signal()
    settings_requested = Signal()
    leave_demo_requested = Signal()
    usual_start_requested = Signal()

    def __init__(self, icons: Icons, *, is_demo: bool, is_safe: bool = False) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self._icons = icons
        self._list: ConversationView | None = None
        self._choice: QWidget | None = None
        self._more: MenuButton | None = None
        self._said: list[QToolButton] = []
        self._search: SearchField | None = None
        self._found: FoundView | None = None
        self._is_searched = False
        self._ways_out: list[QPushButton] = []
        self._new = QPushButton(_("New chat"))
        self._new.setAccessibleName(_("New chat"))
        self._new.setProperty("kind", "flat")
        self._new.clicked.connect(self.new_requested)
        self._settings = QToolButton()
        self._settings.setAccessibleName(_("Settings"))
        self._settings.setToolTip(_("Settings"))
        self._settings.setIconSize(QSize(20, 20))
        self._settings.clicked.connect(self.settings_requested)
        self._empty = QLabel(_("Your conversations will be listed here."))
        self._empty.setProperty("kind", "muted")
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(16, 12, 16, 0)
        self._empty.hide()
        self._place = QVBoxLayout()
        # An empty layout takes no room, and what is above it would sink to the middle.
        self._place.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 8)
        column.setSpacing(6)
        column.addLayout(_row(self._new, 8))
        column.addWidget(self._empty)
        column.addLayout(self._place, 1)
        self._column = column
        self._add_marks(is_demo=is_demo, is_safe=is_safe)
        self._foot = _row(self._settings, 8)
        self._foot.addStretch()
        column.addLayout(self._foot)

    def _add_marks(self, *, is_demo: bool, is_safe: bool) -> None:
        if is_safe:
            words = _("Safe start: plain texts, no tools")
            self._column.addWidget(self._mark(words, _("Start as usual"), self.usual_start_requested))
        if is_demo:
            words = _("Demo: simulated answers")
            self._column.addWidget(self._mark(words, _("Leave the demo"), self.leave_demo_requested))

    def _mark(self, words: str, way_out: str, left: SignalInstance) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(12, 0, 12, 0)
        mark = QLabel(words)
        mark.setObjectName("demo_mark")
        mark.setWordWrap(True)
        leave = QPushButton(way_out)
        leave.setAccessibleName(way_out)
        leave.clicked.connect(left)
        column.addWidget(mark)
        column.addWidget(leave)
        self._ways_out.append(leave)
        return holder

    @override
    def minimumSizeHint(self) -> QSize:
        # A minimum width that is set would let large letters be cut.
        return super().minimumSizeHint().expandedTo(QSize(_NARROWEST, 0))

    def add_list(self, view: "ConversationView", choice: QWidget, theme: Theme) -> None:
        """Add the conversations and the choice of them: reading them takes longer than a first paint."""
        self._list, self._choice = view, choice
        row = _row(choice, _BESIDE_CHOICE)
        row.addStretch()
        self._place.addLayout(row)
        self._place.addWidget(view, 1)
        view.set_theme(theme)
        for changed in (view.model().rowsInserted, view.model().rowsRemoved, view.model().modelReset):
            changed.connect(self._show_whether_empty)
        self._show_whether_empty()

    def add_to_foot(self, button: QToolButton) -> None:
        """Add something that is said in a few words, and can be pressed."""
        self._said.append(button)
        self._foot.insertWidget(len(self._said), button)

    def add_more(self, button: "MenuButton", theme: Theme) -> None:
        """Add the menu for what concerns all conversations."""
        self._more = button
        button.setIconSize(QSize(20, 20))
        self._foot.addWidget(button)
        self.set_theme(theme)

    def add_search(self, field: "SearchField", note: QWidget) -> None:
        """Add where one writes what is to be found, and what may have to be said about it."""
        self._search = field
        self._column.insertLayout(1, _row(field, _MARGIN))
        self._column.insertWidget(2, note)

    def add_found(self, view: "FoundView") -> None:
        """Add the list of what was found, which takes the place of the conversations while it is shown."""
        self._found = view
        view.hide()
        self._place.addWidget(view, 1)
        if self._search is not None:
            QWidget.setTabOrder(self._search, view)

    def show_found(self, *, is_shown: bool) -> None:
        """Show what was found, or all conversations again."""
        if self._found is not None:
            self._found.setVisible(is_shown)
        if self._list is not None and self._choice is not None:
            self._list.setVisible(not is_shown)
            self._choice.setVisible(not is_shown)
        self._is_searched = is_shown
        self._show_whether_empty()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in this order."""
        added = (self._search, self._choice, self._list, *self._ways_out)
        stops = (self._new, *added, self._settings, *self._said, self._more)
        return tuple(filter(None, stops))

    def set_theme(self, theme: Theme) -> None:
        """Show a theme's colours."""
        if self._list is not None:
            self._list.set_theme(theme)
        self._new.setIcon(self._icons.icon("plus", theme.accent))
        self._settings.setIcon(self._icons.icon("settings", theme.muted))
        if self._more is not None:
            self._more.setIcon(self._icons.icon("more", theme.muted))

    def _show_whether_empty(self) -> None:
        is_empty = self._list is not None and self._list.model().rowCount() == 0
        self._empty.setVisible(is_empty and not self._is_searched)


def _row(widget: QWidget, margin: int) -> QHBoxLayout:
    """Return a widget with so many pixels on both sides."""
    row = QHBoxLayout()
    row.setContentsMargins(margin, 0, margin, 0)
    row.addWidget(widget)
    return row
