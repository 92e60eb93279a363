"""The look of the application follows the settings, and the desktop where they say so."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from glmdesk.app.appearance import Appearance
from glmdesk.ui import theme
from glmdesk.ui.theme import DARK, LIGHT


@pytest.fixture
def desktop(qapp: QApplication) -> Iterator[QApplication]:
    """An application on a desktop that prefers light; it looks as before in the end."""
    font = qapp.font()
    yield qapp
    qapp.setFont(font)
    qapp.setPalette(theme.palette_for(LIGHT))
    qapp.setStyleSheet(theme.stylesheet(LIGHT))


def test_the_look_of_an_earlier_run_does_not_pass_for_the_desktops(desktop: QApplication) -> None:
    Appearance(desktop, "dark", 0)
    assert desktop.palette().color(QPalette.ColorRole.Window).name() == DARK.page

    assert Appearance(desktop, "system", 0).theme is LIGHT


def test_the_system_theme_follows_the_desktop_and_a_chosen_one_does_not(desktop: QApplication) -> None:
    system, chosen = Appearance(desktop, "system", 0), Appearance(desktop, "light", 0)
    # No platform of the tests lets a desktop change its mind; Qt says it with this signal.
    desktop.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)

    assert system.theme is DARK
    assert chosen.theme is LIGHT


def test_a_choice_is_in_force_at_once_and_is_told(desktop: QApplication) -> None:
    appearance = Appearance(desktop, "light", 0)
    told: list[str] = []
    appearance.changed.connect(lambda: told.append(appearance.theme.page))
    appearance.choose("dark", 17)

    assert told == [DARK.page]
    assert appearance.style.text.pointSize() == 17
    assert desktop.palette().color(QPalette.ColorRole.Window).name() == DARK.page
