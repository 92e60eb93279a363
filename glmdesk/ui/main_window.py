"""The main window: the conversations on the left, one of them on the right."""

from collections.abc import Callable

from PySide6 import QtGui
from PySide6.QtCore import QByteArray, Signal
from PySide6.QtGui import QAction, QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QSplitter

from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.panes.chat_pane import ChatPane
from glmdesk.ui.panes.sidebar import Sidebar
from glmdesk.ui.shortcuts import (
    ATTACH,
    FIND,
    FIND_NEXT,
    FIND_PREVIOUS,
    HELP,
    LARGER,
    MESSAGE,
    MODEL,
    NEW_CHAT,
    NEXT,
    PALETTE,
    PREVIOUS,
    QUIT,
    SEARCH,
    SETTINGS,
    SIDEBAR,
    SMALLER,
    USUAL_SIZE,
    Shortcut,
)
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.tab_order import follow_in_order

_DEFAULT_SIZE = (1080, 760)
_SIDEBAR_WIDTH = 260


class MainWindow(QMainWindow):
    """Lays out the panes.

    Signals:
        closed(): the window was closed. It is open until somebody hides it.
        quit_requested(): the program should end, wherever closing the window leads.
        painted(): it was painted for the first time.
        help_requested(): the keyboard shortcuts should be listed.
        step_requested(step: int): the reader should go to the message before (-1) or after (1).
        palette_requested(): a chat, a message or a command should be found.
        search_requested(): something should be found in all conversations.
        find_requested(): a text should be found in the chat.
        zoom_requested(step: int): letters should be larger (1), smaller (-1), or of the usual size (0).
        match_requested(step: int): the reader should go to the match before (-1) or after (1).
    """

    closed = Signal()
    quit_requested = Signal()
    painted = Signal()
    help_requested = Signal()
    step_requested = Signal(int)
    palette_requested = Signal()
    search_requested = Signal()
    find_requested = Signal()
    zoom_requested = Signal(int)
    match_requested = Signal(int)

    def __init__(self, icons: Icons, *, is_demo: bool, is_safe: bool = False) -> None:
        super().__init__()
        self._was_painted = False
        self._sidebar_width = _SIDEBAR_WIDTH
        self.sidebar = Sidebar(icons, is_demo=is_demo, is_safe=is_safe)
        self.chat = ChatPane(icons)
        self._splitter = QSplitter()
        self._splitter.setObjectName("splitter")
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(self.sidebar)
        self._splitter.addWidget(self.chat)
        self._splitter.setStretchFactor(1, 1)
        # Dragged to nothing it would be out of sight, and the Tab key would still go through it.
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setSizes([_SIDEBAR_WIDTH, _DEFAULT_SIZE[0] - _SIDEBAR_WIDTH])
        self.setCentralWidget(self._splitter)
        self.resize(*_DEFAULT_SIZE)
        self.show_title("")
        self.chat.header.sidebar_toggled.connect(self.toggle_sidebar)

    def add_shortcuts(self) -> None:
        """Add the keys that work in the whole window: there is nobody to take them at the first paint."""
        self._add_shortcut(NEW_CHAT, self.sidebar.new_requested.emit)
        self._add_shortcut(SIDEBAR, self.toggle_sidebar)
        self._add_shortcut(MESSAGE, self.chat.composer.input.setFocus)
        self._add_shortcut(ATTACH, self.chat.composer.attach_requested.emit)
        self._add_shortcut(PREVIOUS, lambda: self.step_requested.emit(-1))
        self._add_shortcut(NEXT, lambda: self.step_requested.emit(1))
        self._add_shortcut(PALETTE, self.palette_requested.emit)
        self._add_shortcut(SEARCH, self.search)
        self._add_shortcut(FIND, self.find_requested.emit)
        self._add_shortcut(FIND_NEXT, lambda: self.match_requested.emit(1))
        self._add_shortcut(FIND_PREVIOUS, lambda: self.match_requested.emit(-1))
        # The plus is where the equals sign is, but for who has it elsewhere.
        self._add_shortcut(LARGER, lambda: self.zoom_requested.emit(1), "Ctrl+=")
        self._add_shortcut(SMALLER, lambda: self.zoom_requested.emit(-1))
        self._add_shortcut(USUAL_SIZE, lambda: self.zoom_requested.emit(0))
        self._add_shortcut(MODEL, self.chat.header.ask_for_card)
        self._add_shortcut(SETTINGS, self.sidebar.settings_requested.emit)
        self._add_shortcut(HELP, self.help_requested.emit)
        self._add_shortcut(QUIT, self.quit_requested.emit)

    def order_stops(self) -> None:
        """Let Tab go from the header through the messages and the composer to the sidebar, and round again.

        The messages come and go, behind all that was there before: so the first stop is what follows them.
        """
        chat = self.chat
        follow_in_order([*chat.banner.stops, *chat.composer.stops, *self.sidebar.stops, *chat.header.stops])

    def set_theme(self, theme: Theme) -> None:
        """Show a theme's colours where the stylesheet does not reach."""
        self.sidebar.set_theme(theme)
        self.chat.set_theme(theme)

    def show_title(self, title: str) -> None:
        """Show the title of the conversation beside the program's name."""
        self.setWindowTitle(f"{title} – glmdesk" if title else "glmdesk")

    def toggle_sidebar(self) -> None:
        """Hide the sidebar, or show it again as wide as it was."""
        if self.is_sidebar_shown:
            self._sidebar_width = self._splitter.sizes()[0]
            if self.sidebar.isAncestorOf(self.focusWidget()):
                self.chat.composer.input.setFocus()
        self._show_sidebar(is_shown=not self.is_sidebar_shown)

    def search(self) -> None:
        """Let something be looked for in the sidebar."""
        self._show_sidebar(is_shown=True)
        self.search_requested.emit()

    @property
    def is_sidebar_shown(self) -> bool:
        """Whether the sidebar is not hidden."""
        return not self.sidebar.isHidden()

    @property
    def sidebar_width(self) -> int:
        """Pixels that the sidebar takes, or took before it was hidden."""
        return self._splitter.sizes()[0] if self.is_sidebar_shown else self._sidebar_width

    def restore(self, geometry: bytes, sidebar_width: int, *, is_sidebar_shown: bool = True) -> None:
        """Take the place and size of an earlier run. Qt keeps the window on a screen that exists."""
        self.restoreGeometry(QByteArray(geometry))
        self._sidebar_width = sidebar_width
        self._show_sidebar(is_shown=is_sidebar_shown)

    def _show_sidebar(self, *, is_shown: bool) -> None:
        self.sidebar.setVisible(is_shown)
        if is_shown:
            self._splitter.setSizes([self._sidebar_width, max(1, self.width() - self._sidebar_width)])
        self.chat.header.show_sidebar_state(is_shown=is_shown)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        # Qt closes it also when the session ends, and what is not closed keeps the event loop running.
        event.ignore()
        self.closed.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    def _add_shortcut(self, shortcut: Shortcut, act: Callable[[], object], *others: str) -> None:
        action = QAction(self)
        action.setShortcuts([QtGui.QKeySequence(keys) for keys in (shortcut.sequence, *others)])
        action.triggered.connect(lambda: act())  # noqa: PLW0108 - Qt would hand over whether it is checked
        self.addAction(action)
