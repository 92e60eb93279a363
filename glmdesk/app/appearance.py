"""Keeps the whole application in one theme and font, and follows the desktop and the settings."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from glmdesk.ui import theme

if TYPE_CHECKING:
    from PySide6.QtCore import Qt


class Appearance(QObject):
    """The look in force.

    Signals:
        changed(style: Style): the style is another one.
    """

    changed = Signal(object)

    def __init__(self, application: QApplication, choice: str, font_size_pt: int) -> None:
        super().__init__()
        self._application = application
        self._choice = choice
        self._font_size_pt = font_size_pt
        # What an earlier run set would hide the desktop's own.
        application.setPalette(QPalette())
        self._desktop = theme.scheme_of(application.palette())
        self.theme = theme.LIGHT
        self._apply()
        application.styleHints().colorSchemeChanged.connect(self._follow_desktop)

    def choose(self, choice: str, font_size_pt: int) -> None:
        """Take a theme ("system", "light" or "dark") and a font size in points, 0 for the desktop's."""
        self._choice, self._font_size_pt = choice, font_size_pt
        self._apply()
        self.changed.emit(self.style)

    def _follow_desktop(self, scheme: "Qt.ColorScheme") -> None:
        self._desktop = theme.Scheme.DARK if scheme.name == "Dark" else theme.Scheme.LIGHT
        self._apply()
        self.changed.emit(self.style)

    def _apply(self) -> None:
        self.theme = theme.theme_for(self._choice, self._desktop)
        self._application.setFont(theme.text_font(self._font_size_pt))
        self._application.setPalette(theme.palette_for(self.theme))
        self._application.setStyleSheet(theme.stylesheet(self.theme))

    @property
    def style(self) -> theme.Style:
        """What messages are drawn with."""
        text = self._application.font()
        return theme.Style(self.theme, text, theme.code_font(text))
