"""The icon in the panel: its drawings, its menu, and what a click means."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QColor, QImage
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from glmdesk.ui.icons import Icons
from glmdesk.ui.tray import Standing, Tray

Reason = QSystemTrayIcon.ActivationReason
LIGHT_PANEL, DARK_PANEL = QColor("#f2f2f2"), QColor("#1e1e1e")


@pytest.fixture
def chats() -> list[tuple[str, str]]:
    return [("a", "Weather & wind"), ("b", "x" * 100)]


@pytest.fixture
def tray(icons: Icons, chats: list[tuple[str, str]]) -> Iterator[Tray]:
    window = QWidget()
    tray = Tray(icons, lambda: chats, window)
    yield tray
    tray.hide()
    window.deleteLater()


def lines(tray: Tray) -> list[str]:
    return [action.text() for action in tray.menu.actions() if not action.isSeparator()]


def line(tray: Tray, text: str) -> QAction:
    (found,) = (action for action in tray.menu.actions() if action.text() == text)
    return found


def drawn(icons: Icons, standing: Standing) -> QImage:
    return icons.drawn_for_panel(standing.value[0]).pixmap(QSize(22, 22)).toImage()


def lightness(image: QImage, x: int, y: int) -> int:
    return image.pixelColor(x, y).lightness()


def test_every_standing_looks_different(icons: Icons) -> None:
    images = [drawn(icons, standing) for standing in Standing]

    assert all(one != other for number, one in enumerate(images) for other in images[:number])


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("panel", [LIGHT_PANEL, DARK_PANEL])
def test_it_is_told_from_light_panels_and_from_dark_ones(
    icons: Icons, standing: Standing, panel: QColor
) -> None:
    image = drawn(icons, standing)
    middle = image.pixelColor(image.width() // 8, image.height() * 3 // 4)

    distance = sum(
        abs(one - other)
        for one, other in zip(middle.getRgb()[:3], panel.getRgb()[:3], strict=True)  # type: ignore[index]
    )
    assert distance > 150


def test_the_menu_offers_everything_by_a_key_of_its_own(tray: Tray) -> None:
    tray.show()

    shown = [text.replace("&&", "") for text in lines(tray)]
    keys = [text[text.index("&") + 1].lower() for text in shown]
    assert len(set(keys)) == len(keys) == 8
    assert [text.replace("&", "") for text in shown if text[1].isdigit()] == [
        "1  Weather  wind",
        f"2  {'x' * 39}…",
    ]


def test_the_chats_in_the_menu_are_those_there_are_when_it_is_opened(
    tray: Tray, chats: list[tuple[str, str]]
) -> None:
    tray.show()
    chosen: list[str] = []
    tray.conversation_chosen.connect(chosen.append)
    chats[:] = [("c", "New")]

    tray.menu.aboutToShow.emit()
    line(tray, "&1  New").trigger()

    assert chosen == ["c"]
    assert len(lines(tray)) == 7


def test_a_click_asks_quickly_and_a_double_click_shows_the_window(tray: Tray) -> None:
    tray.show()
    icon = tray.findChild(QSystemTrayIcon)
    assert icon is not None
    said: list[str] = []
    tray.quick_requested.connect(lambda: said.append("quick"))
    tray.window_requested.connect(lambda: said.append("window"))

    for reason in (Reason.Trigger, Reason.DoubleClick, Reason.MiddleClick, Reason.Context):
        icon.activated.emit(reason)

    assert said == ["quick", "window", "window"]


def test_pausing_is_ticked_and_unticked(tray: Tray) -> None:
    said: list[bool] = []
    tray.paused.connect(said.append)

    line(tray, "&Pause").trigger()
    line(tray, "&Pause").trigger()

    assert said == [True, False]


def test_the_icon_says_in_words_how_things_stand_also_one_that_is_made_anew(tray: Tray) -> None:
    tray.set_standing(Standing.OFFLINE)
    tray.show()
    tray.show()

    tips = [icon.toolTip() for icon in tray.findChildren(QSystemTrayIcon) if icon.isVisible()]
    assert tips == ["glmdesk – The service cannot be reached"]


def test_without_a_panel_it_has_no_place(tray: Tray) -> None:
    tray.show()
    assert not tray.is_docked
