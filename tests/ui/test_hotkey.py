"""The shortcut in force: armed as the settings say, left to others in a pause, and what a press does."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from glmdesk.desktop.hotkeys.way import Fails, Off, Standing, Works
from glmdesk.domain.catalog import Catalog
from glmdesk.storage.settings import Settings
from glmdesk.ui.dialogs.settings import SettingsDialog
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.shortcut_button import ShortcutButton
from tests.support.desktop import DesktopSession
from tests.support.portal import Portal
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.waiting import until

HEARD = Works("Desktop portal", "Press <Control><Alt>g")


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with DesktopSession(display=False, keyring="none") as desktop:
        found = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", found)
        yield found


@asynccontextmanager
async def window(folder: Path, catalog: Catalog, icons: Icons) -> AsyncIterator[tuple[OpenWindow, list[str]]]:
    """Yield a window, and the texts that its popup was wanted with."""
    async with open_window(folder, catalog, icons) as opened:
        wanted: list[str] = []
        opened.desk.arriving.show_quick = wanted.append
        opened.desk.hotkey.begin()
        yield opened, wanted
        opened.desk.hotkey.end()


async def stands(opened: OpenWindow, standing: Standing) -> None:
    hotkey = opened.desk.hotkey
    await until(lambda: hotkey.standing == standing, hotkey.changed)


async def test_what_is_chosen_is_heard_until_it_is_removed(
    tmp_path: Path, catalog: Catalog, icons: Icons, address: str
) -> None:
    with Portal(address) as portal:
        async with window(tmp_path, catalog, icons) as (opened, wanted):
            assert opened.desk.hotkey.standing == Off()
            opened.engine.settings.change(Settings.quick_shortcut, "Ctrl+Alt+G")
            await stands(opened, HEARD)
            portal.press("token")
            await until(lambda: wanted, opened.desk.hotkey.heard)
            assert wanted == [""]

            opened.engine.settings.change(Settings.quick_shortcut, "")
            await stands(opened, Off())


async def test_in_a_pause_the_keys_are_left_to_others(
    tmp_path: Path, catalog: Catalog, icons: Icons, address: str
) -> None:
    with Portal(address) as portal:
        async with window(tmp_path, catalog, icons) as (opened, wanted):
            opened.engine.settings.change(Settings.quick_shortcut, "Ctrl+Alt+G")
            await stands(opened, HEARD)
            opened.desk.hotkey.pause(True)
            await stands(opened, Off())
            portal.press()
            opened.desk.hotkey.pause(False)
            await stands(opened, HEARD)
            assert wanted == []
            portal.press()
            await until(lambda: wanted, opened.desk.hotkey.heard)
            assert wanted == [""]


async def test_other_keys_of_the_desktop_are_shown_and_a_loss_is(
    tmp_path: Path, catalog: Catalog, icons: Icons, address: str
) -> None:
    with Portal(address) as portal:
        async with window(tmp_path, catalog, icons) as (opened, _wanted):
            opened.engine.settings.change(Settings.quick_shortcut, "Ctrl+Alt+G")
            await stands(opened, HEARD)
            portal.give_keys("Super+Q")
            await stands(opened, Works("Desktop portal", "Super+Q"))
            portal.close_session()
            await stands(opened, Fails("Desktop portal", "The desktop has taken it back."))


async def test_keys_in_the_file_that_nobody_could_choose_are_not_taken(
    tmp_path: Path, catalog: Catalog, icons: Icons, address: str
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text('quick_shortcut = "ctrl+c"\n')
    with Portal(address) as portal:
        async with window(tmp_path, catalog, icons) as (opened, _wanted):
            await until(lambda: isinstance(opened.desk.hotkey.standing, Fails), opened.desk.hotkey.changed)
            standing = opened.desk.hotkey.standing
            assert isinstance(standing, Fails)
            assert (standing.way, standing.reason[:19]) == ("", "Programs use Ctrl+C")
            assert portal.wishes == []


async def test_the_keys_in_force_can_be_chosen_again(
    tmp_path: Path, catalog: Catalog, icons: Icons, address: str
) -> None:
    with Portal(address) as portal:
        async with window(tmp_path, catalog, icons) as (opened, wanted):
            hotkey = opened.desk.hotkey
            opened.engine.settings.change(Settings.quick_shortcut, "Ctrl+Alt+G")
            await stands(opened, HEARD)
            opened.desk.show_settings()
            (dialog,) = opened.window.findChildren(SettingsDialog)
            (button,) = dialog.findChildren(ShortcutButton)
            button.click()
            portal.press()
            await until(lambda: button.text() == "Ctrl+Alt+G", hotkey.chosen_again)
            assert wanted == []
            portal.press()
            await until(lambda: wanted, hotkey.heard)
            button.click()
            dialog.close()
            portal.press()
            await until(lambda: len(wanted) == 2, hotkey.heard)
