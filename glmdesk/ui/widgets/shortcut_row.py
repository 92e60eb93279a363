"""The row of the settings about the shortcut of quick questions: the keys, and whether they are heard."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from glmdesk.desktop.hotkeys.recipes import Recipe
from glmdesk.desktop.hotkeys.way import Asking, Fails, Off, Standing, Works
from glmdesk.domain.global_shortcut import GlobalShortcut, proposed
from glmdesk.i18n import _
from glmdesk.ui.widgets.explained import Explained
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.recipe_panel import RecipePanel
from glmdesk.ui.widgets.shortcut_button import ShortcutButton

_PATIENCE_MS: Final = 10_000
"""Milliseconds. Whoever has read what to press has pressed it by then."""


class ShortcutRow(Explained):
    """Lets keys be chosen, says whether they are heard, and lets that be tried.

    Signals:
        chosen(text: str): a shortcut should be in force; none where that is empty.
    """

    chosen = Signal(str)

    def __init__(self, explanation: str, recipes: Callable[[GlobalShortcut], Sequence[Recipe]]) -> None:
        """`recipes` are what lets the desktop have a shortcut where a program cannot."""
        self._recipes = recipes
        self.button = ShortcutButton()
        self._propose = _button(_("Use {keys}").format(keys=proposed().shown_keys))
        self._remove = _button(_("Remove"))
        keys = QWidget()
        super().__init__(_in_a_line(keys, self.button, self._propose, self._remove), explanation)
        self.button.setAccessibleDescription(explanation)
        self._standing = PlainLabel()
        self._standing.setWordWrap(True)
        self._standing.setTextFormat(Qt.TextFormat.PlainText)
        self._test = _button(_("Press it now"))
        self._result = PlainLabel()
        self._result.setWordWrap(True)
        self._testing = QWidget()
        self.column.addWidget(self._standing)
        self._panel = RecipePanel()
        self.column.addWidget(self._panel)
        self.column.addWidget(_in_a_line(self._testing, self._test, self._result))
        self.waiting = QTimer(self)
        """Runs while a press is waited for."""
        self.waiting.setSingleShot(True)
        self.waiting.setInterval(_PATIENCE_MS)
        self.waiting.timeout.connect(lambda: self._result.setText(_("Nothing arrived in ten seconds.")))
        self.button.chosen.connect(self.chosen)
        self._propose.clicked.connect(lambda: self.chosen.emit(str(proposed())))
        self._remove.clicked.connect(lambda: self.chosen.emit(""))
        self._test.clicked.connect(self._begin_test)

    def show_state(self, text: str, standing: Standing) -> None:
        """Show the shortcut in force, which may be none, and how it stands."""
        shortcut = GlobalShortcut.parse(text) if text else None
        self.button.show_shortcut(shortcut)
        self._propose.setVisible(shortcut is None)
        self._remove.setVisible(shortcut is not None)
        self._testing.setVisible(shortcut is not None)
        self._end_test("")
        self.show_problem(_failure(standing))
        self._standing.setText("" if shortcut is None else _words(standing))
        self._standing.setVisible(bool(self._standing.text()))

        if shortcut is not None and isinstance(standing, Fails) and standing.way:
            self._panel.show_recipes(self._recipes(shortcut))
        else:
            self._panel.show_recipes(())

    def take_press(self) -> None:
        """Take note that the keys have been heard."""
        if self.waiting.isActive():
            self._end_test(_("They arrived: it works."))

    def _begin_test(self) -> None:
        self._result.setText(_("Press the keys now."))
        self.waiting.start()

    def _end_test(self, result: str) -> None:
        self.waiting.stop()
        self._result.setText(result)


def _words(standing: Standing) -> str:
    match standing:
        case Off():
            return _("It rests while glmdesk is paused.")
        case Asking(way=way):
            return _("{way}: the desktop is being asked…").format(way=way)
        case Works(way=way, keys=""):
            return _("{way}: the desktop has given it no keys; they are chosen in its own settings.").format(
                way=way
            )
        case Works(way=way, keys=keys):
            return _("{way}: {keys} is heard in every program.").format(way=way, keys=keys)
        case Fails():
            return ""


def _failure(standing: Standing) -> str:
    match standing:
        case Fails(way="", reason=reason):
            return reason
        case Fails(way=way, reason=reason):
            return _("{way}: {reason}").format(way=way, reason=reason)
        case _:
            return ""


def _button(name: str) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    return button


def _in_a_line(holder: QWidget, *parts: QWidget) -> QWidget:
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        line.addWidget(part)
    line.addStretch(1)
    return holder
