"""Buttons of what can be done with a text, each with its key, in as many lines as they need."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from glmdesk.domain.quick_action import QuickAction
from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import Theme

_GAP: Final = 4


class ActionBar(QWidget):
    """Offers actions, while there is a text for them. Their keys work in the whole window, with Alt.

    Signals:
        chosen(index: int): an action should be carried out.
        edit_requested(): there should be other actions.
    """

    chosen = Signal(int)
    edit_requested = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._label = QLabel(_("Alt +"), self)
        self._label.setProperty("kind", "muted")
        self._buttons: list[QToolButton] = []
        self._shortcuts: list[QShortcut] = []
        self._is_ready = False
        self._edit = QToolButton(self)
        self._edit.setIconSize(QSize(16, 16))
        self._edit.setAccessibleName(_("Edit the actions"))
        self._edit.setToolTip(_("Edit the actions"))
        self._edit.clicked.connect(self.edit_requested)

    def set_theme(self, theme: Theme) -> None:
        """Colour the drawing."""
        self._edit.setIcon(self._icons.icon("edit", theme.muted))

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in this order."""
        return *self._buttons, self._edit

    def set_actions(self, actions: Sequence[QuickAction]) -> None:
        """Offer these actions and no others."""
        for gone in (*self._buttons, *self._shortcuts):
            gone.deleteLater()
        self._buttons, self._shortcuts = [], []
        for index, action in enumerate(actions):
            button = QToolButton(self)
            button.setProperty("kind", "action")
            name = action.name.replace("&", "&&")
            button.setText(f"{action.key}  {name}" if action.key else name)
            button.setAccessibleName(action.name)
            button.clicked.connect(partial(self.chosen.emit, index))
            button.show()
            self._buttons.append(button)
            if action.key:
                keys = f"Alt+{action.key}"
                button.setToolTip(_("{text} ({keys})").format(text=action.name, keys=keys))
                button.setAccessibleDescription(keys)
                shortcut = QShortcut(QKeySequence(keys), self)
                # A button without a text to work on answers no key either.
                shortcut.activated.connect(button.click)
                self._shortcuts.append(shortcut)
        self._label.setVisible(any(action.key for action in actions))
        self.set_ready(is_ready=self._is_ready)
        self._place()

    def set_ready(self, *, is_ready: bool) -> None:
        """Say whether there is a text, and nothing else is being written."""
        self._is_ready = is_ready
        for button in self._buttons:
            button.setEnabled(is_ready)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        place, height = QPoint(), 0
        shown = [part for part in (self._label, *self._buttons, self._edit) if not part.isHidden()]
        line = max(part.sizeHint().height() for part in shown)
        for part in shown:
            width = min(part.sizeHint().width(), max(self.width(), 1))
            if place.x() and place.x() + width > self.width():
                place = QPoint(0, place.y() + line + _GAP)
            part.setGeometry(place.x(), place.y(), width, line)
            place += QPoint(width + _GAP, 0)
            height = place.y() + line
        self.setFixedHeight(height)
