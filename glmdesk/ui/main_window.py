"""The main window: the conversations on the left, one of them on the right."""

from collections.abc import Callable

from PySide6 import QtGui
from PySide6.QtCore import QByteArray, QEvent, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QMainWindow, QSplitter

from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.panes.chat_pane import ChatPane
from glmdesk.ui.panes.sidebar import Sidebar
from glmdesk.ui.theme import Theme

_DEFAULT_SIZE = (1080, 760)
_SIDEBAR_WIDTH = 260


class MainWindow(QMainWindow):
    """Lays out the panes.

    Signals:
        closed(): the user closed the window.
        painted(): it was painted for the first time.
    """

    closed = Signal()
    painted = Signal()

    def __init__(self, icons: Icons, *, is_demo: bool) -> None:
        super().__init__()
        self._was_painted = False
        self.sidebar = Sidebar(icons, is_demo=is_demo)
        self.chat = ChatPane(icons)
        self._splitter = QSplitter()
        self._splitter.setObjectName("splitter")
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(self.sidebar)
        self._splitter.addWidget(self.chat)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setCollapsible(1, False)
        self._splitter.setSizes([_SIDEBAR_WIDTH, _DEFAULT_SIZE[0] - _SIDEBAR_WIDTH])
        self.setCentralWidget(self._splitter)
        self.resize(*_DEFAULT_SIZE)
        self.show_title("")

    def add_shortcuts(self) -> None:
        """Add the keys that work in the whole window: there is nobody to take them at the first paint."""
        self._add_shortcut(QtGui.QKeySequence.StandardKey.New, self.sidebar.new_requested.emit)
        self._add_shortcut("Ctrl+,", self.sidebar.settings_requested.emit)
        self._add_shortcut("Ctrl+L", self.chat.composer.input.setFocus)

    def set_theme(self, theme: Theme) -> None:
        """Show a theme's colours where the stylesheet does not reach."""
        self.sidebar.set_theme(theme)
        self.chat.set_theme(theme)

    def show_title(self, title: str) -> None:
        """Show the title of the conversation beside the program's name."""
        self.setWindowTitle(f"{title} – glmdesk" if title else "glmdesk")

    @property
    def sidebar_width(self) -> int:
        """Pixels; 0 when the sidebar is collapsed."""
        return self._splitter.sizes()[0]

    def restore(self, geometry: bytes, sidebar_width: int) -> None:
        """Take the place and size of an earlier run. Qt keeps the window on a screen that exists."""
        self.restoreGeometry(QByteArray(geometry))
        self._splitter.setSizes([sidebar_width, max(1, self.width() - sidebar_width)])

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        event.accept()

    @override
    def event(self, event: QEvent) -> bool:
        result = super().event(event)
        if event.type() == QEvent.Type.Paint and not self._was_painted:
            self._was_painted = True
            self.painted.emit()
        return result

    def _add_shortcut(self, key: "QtGui.QKeySequence.StandardKey | str", act: Callable[[], object]) -> None:
        action = QAction(self)
        action.setShortcut(QtGui.QKeySequence(key))
        action.triggered.connect(lambda: act())  # noqa: PLW0108 - Qt would hand over whether it is checked
        self.addAction(action)
