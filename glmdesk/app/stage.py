"""What is there at the first paint, and the application object it is painted by."""

import sys
from typing import NamedTuple

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator, Signal
from PySide6.QtGui import QGuiApplication, QPixmapCache
from PySide6.QtWidgets import QApplication

from glmdesk.app.appearance import Appearance
from glmdesk.desktop.paths import Paths, resources
from glmdesk.i18n import Language
from glmdesk.storage.settings import Settings
from glmdesk.ui.icons import Icons
from glmdesk.ui.main_window import MainWindow


class Stage(NamedTuple):
    """What is there at the first paint."""

    window: MainWindow
    appearance: Appearance
    settings: Settings
    paths: Paths
    icons: Icons
    language: Language
    is_demo: bool
    is_safe: bool = False
    """Whether what may have kept the program from starting is left out: tools, images, Markdown."""


class Application(QApplication):
    """The application object. Qt may not end the event loop by itself: the program closes its parts first.

    Signals:
        quit_asked(): the system asks the program to end, windows or not.
        files_opened(): the system has brought files.
    """

    quit_asked = Signal()
    files_opened = Signal()

    def __init__(self) -> None:
        super().__init__([*sys.argv[:1], "-style", "Fusion"])
        self.opened_files: list[str] = []
        """Files that the system has brought and nobody has taken yet."""
        self.setApplicationName("glmdesk")
        self.setDesktopFileName("glmdesk")
        self.setQuitOnLastWindowClosed(False)
        # Qt looks through its cache of drawings every ten seconds for as long as there is something in it,
        # also at rest. Our own are made in their size, and those of the style are a few lines.
        QPixmapCache.setCacheLimit(0)
        self._translators = QTranslator(), QTranslator()

    def speak(self, language: Language) -> None:
        """Let Qt's own texts, such as the menus of text inputs, and dates be in a language too."""
        QLocale.setDefault(locale_of(language, QLocale.system()))
        if language == "en":
            return
        locale = language.replace("-", "_")
        # WORKAROUND Qt 6.11: labels of its file dialog were reworded, and the kinds of files renamed,
        # after its Chinese was made. What is installed last is asked first.
        missing, translated = self._translators
        missing.load("qt", str(resources() / "locale" / locale))
        translated.load(f"qtbase_{locale}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        for translator in (missing, translated):
            self.installTranslator(translator)


def locale_of(language: Language, system: QLocale) -> QLocale:
    """Return how dates and sizes are written: as everywhere on this computer, where that has the language."""
    spoken = QLocale(language.replace("-", "_"))
    return system if system.name().partition("_")[0] == spoken.name().partition("_")[0] else spoken


def screen_set() -> str:
    """Return which screens there are, by their names and sizes: windows have a place for each such set."""
    sizes = ((screen.name(), screen.geometry()) for screen in QGuiApplication.screens())
    return " ".join(sorted(f"{name}:{area.width()}x{area.height()}" for name, area in sizes))
