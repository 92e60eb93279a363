"""The row of the settings about starting with the user's session."""

from PySide6.QtCore import Signal

from glmdesk.i18n import _
from glmdesk.ui.widgets.choice import ChoiceBox
from glmdesk.ui.widgets.explained import Explained


class LoginRow(Explained):
    """Says whether glmdesk is started at login, and lets that be chosen.

    Signals:
        chosen(is_on: bool): it should be started, or not.
    """

    chosen = Signal(bool)

    def __init__(self) -> None:
        self._box = ChoiceBox()
        super().__init__(
            self._box,
            _("For quick questions it is there at once. The desktop has this in its own settings, too."),
        )
        self._box.setAccessibleName(_("At login"))
        self._box.addItem(_("Not started"), userData=False)
        self._box.addItem(_("Started without a window"), userData=True)
        self._box.activated.connect(lambda: self.chosen.emit(self._box.currentData()))

    def show_state(self, *, is_on: bool) -> None:
        """Show how it is."""
        self._box.setCurrentIndex(self._box.findData(is_on))
