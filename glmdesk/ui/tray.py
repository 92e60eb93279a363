"""The icon in the panel of the desktop: how things stand, and a menu.

Its drawings have a plate of their own, with a rim: they are told apart on light panels and on dark ones, and
nobody says which of the two a panel is.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon, QWidget

from glmdesk.i18n import N_, _
from glmdesk.ui.icons import Icons

_LONGEST: Final = 40
"""Characters of a title in the menu."""


class Standing(Enum):
    """How things stand: the name of its drawing, and its words."""

    IDLE = ("idle", "")
    ANSWERING = ("answering", N_("An answer is being written"))
    UNREAD = ("unread", N_("There is a new answer"))
    OFFLINE = ("offline", N_("The service cannot be reached"))
    PAUSED = ("paused", N_("Paused"))


class Tray(QObject):
    """Signals say what was clicked, or chosen from the menu.

    Signals:
        quick_requested(): something should be asked quickly.
        window_requested(): the main window should be seen.
        new_requested(): a new chat should be seen in it.
        conversation_chosen(conversation_id: str): that chat should be seen in it.
        paused(is_paused: bool): nothing should be asked unless by hand, or no longer so.
        settings_requested(): the settings should be seen.
        quit_requested(): the program should end.
        message_clicked(): what `say` said last was clicked.
    """

    quick_requested = Signal()
    window_requested = Signal()
    new_requested = Signal()
    conversation_chosen = Signal(str)
    paused = Signal(bool)
    settings_requested = Signal()
    quit_requested = Signal()
    message_clicked = Signal()

    def __init__(
        self, icons: Icons, recent: Callable[[], Sequence[tuple[str, str]]], parent: QWidget
    ) -> None:
        """`recent` returns the ids and titles of the chats to be offered."""
        super().__init__(parent)
        self._icons = icons
        self._recent = recent
        self._standing = Standing.IDLE
        self._icon: QSystemTrayIcon | None = None
        self._menu = QMenu(parent)
        self._conversations: list[QAction] = []
        self._list_end = self._fill_menu()
        self._double_click = QTimer(self)
        self._double_click.setSingleShot(True)
        self._double_click.setInterval(QApplication.doubleClickInterval())
        self._menu.aboutToShow.connect(self._list_conversations)

    @property
    def menu(self) -> QMenu:
        """What a right click shows."""
        return self._menu

    @property
    def standing(self) -> Standing:
        """How things stand."""
        return self._standing

    @property
    def is_docked(self) -> bool:
        """Whether the icon has a place on the screen. A panel that draws it itself does not say where."""
        return self._icon is not None and self._icon.isVisible() and not self._icon.geometry().isEmpty()

    def show(self) -> None:
        """Be in the panel. Asked again, register anew: Qt looks only once for who draws icons."""
        self.hide()
        self._icon = icon = QSystemTrayIcon(self)
        icon.activated.connect(self._activate)
        icon.messageClicked.connect(self.message_clicked)
        icon.setContextMenu(self._menu)
        self._list_conversations()
        self._dress()
        icon.show()

    def hide(self) -> None:
        """Leave the panel."""
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None

    def set_standing(self, standing: Standing) -> None:
        """Show how things stand."""
        if standing is not self._standing:
            self._standing = standing
            self._dress()

    def say(self, title: str, text: str) -> None:
        """Show a message beside the icon for a while."""
        if self._icon is not None:
            self._icon.showMessage(title, text)

    def _dress(self) -> None:
        if self._icon is not None:
            drawing, words = self._standing.value
            self._icon.setIcon(self._icons.drawn_for_panel(drawing))
            self._icon.setToolTip(_("glmdesk – {state}").format(state=_(words)) if words else "glmdesk")

    def _fill_menu(self) -> QAction:
        """Fill the menu but for the chats, and return what they stand before."""
        menu = self._menu
        self._add(_("Quick &ask"), self.quick_requested.emit)
        self._add(_("&New chat"), self.new_requested.emit)
        self._add(_("Show &window"), self.window_requested.emit)
        list_end = menu.addSeparator()
        pause = QAction(_("&Pause"), menu)
        pause.setCheckable(True)
        pause.toggled.connect(self.paused)
        menu.addAction(pause)
        self._add(_("&Settings"), self.settings_requested.emit)
        menu.addSeparator()
        self._add(_("&Quit"), self.quit_requested.emit)
        return list_end

    def _add(self, words: str, act: Callable[[], object]) -> None:
        action = QAction(words, self._menu)
        action.triggered.connect(lambda: act())  # noqa: PLW0108 - Qt would hand over whether it is checked
        self._menu.addAction(action)

    def _list_conversations(self) -> None:
        """Offer the chats there are now, each with its number as its key."""
        for action in self._conversations:
            self._menu.removeAction(action)
            action.deleteLater()
        self._conversations = []
        chats = self._recent()
        if chats:
            self._conversations.append(self._menu.insertSeparator(self._list_end))
        for number, (conversation_id, title) in enumerate(chats, 1):
            action = QAction(f"&{number}  {_shown(title)}", self._menu)
            action.triggered.connect(lambda _checked=False, it=conversation_id: self._choose(it))
            self._menu.insertAction(self._list_end, action)
            self._conversations.append(action)

    def _choose(self, conversation_id: str) -> None:
        self.conversation_chosen.emit(conversation_id)

    def _activate(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        match reason:
            case QSystemTrayIcon.ActivationReason.Trigger:
                # Some panels tell the second click of two, too.
                if not self._double_click.isActive():
                    self.quick_requested.emit()
            case QSystemTrayIcon.ActivationReason.DoubleClick | QSystemTrayIcon.ActivationReason.MiddleClick:
                self._double_click.start()
                self.window_requested.emit()
            case _:
                pass


def _shown(title: str) -> str:
    line = " ".join(title.split())
    short = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
    return short.replace("&", "&&")
