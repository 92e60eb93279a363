"""The questions that wait for the service, at the foot of the sidebar: each leads to its place."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import Qt

from glmdesk.app.stage import Stage
from glmdesk.i18n import _, ngettext
from glmdesk.ui.controllers.outbox import OutboxController
from glmdesk.ui.widgets.menu_button import Choice, MenuButton

_LONGEST: Final = 40
"""Characters of a question in the menu."""


class Outbox(QObject):
    """Shows what waits. Editing and cancelling are done where the question stands."""

    def __init__(self, stage: Stage, outbox: OutboxController, show: Callable[[str, str], object]) -> None:
        """`show` leads to a message of a conversation."""
        super().__init__(stage.window)
        self._stage = stage
        self._outbox = outbox
        self._show = show
        self._button = MenuButton(_("Waiting questions"))
        self._button.setProperty("kind", "listing")
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._button.hide()
        outbox.changed.connect(self._show_waiting)

    def begin(self) -> None:
        """Be at the foot of the sidebar, out of sight as long as nothing waits."""
        self._stage.window.sidebar.add_to_foot(self._button)

    def look(self) -> None:
        """Look for what an earlier run has left."""
        self._outbox.look()

    def _show_waiting(self) -> None:
        waiting = self._outbox.waiting
        words = ngettext("{count} waits", "{count} wait", len(waiting)).format(count=len(waiting))
        self._button.setText(words)
        self._button.setAccessibleDescription(words)
        self._button.setVisible(bool(waiting))
        places = (
            Choice(_shortened(one.question), partial(self._show, one.conversation_id, one.answer_id))
            for one in waiting
        )
        self._button.set_choices([Choice(_("Send now"), self._outbox.send_now), Choice(), *places])


def _shortened(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
