"""What is asked where the start before this one did not come to its end."""

from typing import Final

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMessageBox

from glmdesk.i18n import _

_LOGO: Final = 48
"""Pixels."""
_EMS: Final = 22
"""How wide the text is, in letters as wide as high."""


class SafeStartQuestion(QMessageBox):
    """Offers a safe start; Escape is the usual one.

    It comes before the window, of which anything may be what has failed.
    """

    def __init__(self, logo: QIcon) -> None:
        super().__init__()
        self.setWindowTitle("glmdesk")
        self.setWindowIcon(logo)
        self.setIconPixmap(logo.pixmap(_LOGO, _LOGO))
        # As wide as its words ask for, Qt makes a box of Chinese that is higher than wide.
        width = _EMS * self.fontMetrics().height()
        self.setStyleSheet(f"#qt_msgbox_informativelabel {{ min-width: {width}px; }}")
        self.setText(_("The last start of glmdesk did not come to its end."))
        self.setInformativeText(
            _(
                "A safe start leaves out tools, MCP servers, images and the shortcut, and shows texts as "
                "they are written. Your conversations and settings stay as they are."
            )
        )
        self._safe = self.addButton(_("Start safely"), QMessageBox.ButtonRole.AcceptRole)
        usual = self.addButton(_("Start as usual"), QMessageBox.ButtonRole.RejectRole)
        for button in (self._safe, usual):
            button.setAccessibleName(button.text())
        self.setDefaultButton(self._safe)
        self.setEscapeButton(usual)

    @property
    def is_wanted(self) -> bool:
        """Whether a safe start was chosen."""
        return self.clickedButton() is self._safe
