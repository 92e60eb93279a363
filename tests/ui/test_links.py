"""Links in the whole window: plain ones open at once, doubtful ones after a question, failures are said."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPushButton

from glmdesk.domain.catalog import Catalog
from glmdesk.ui.icons import Icons
from tests.support.browser import Browser
from tests.support.script import Answer
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.waiting import idle


async def follow(window: OpenWindow, href: str, text: str = "here") -> None:
    """Follow a link and wait until the desktop has had its say."""
    window.desk._links.follow(href, text)
    await opened(window)


async def opened(window: OpenWindow) -> None:
    await idle(lambda: any(task.get_name().startswith("link:") for task in window.tasks._tasks))


def dialog_of(window: OpenWindow) -> QDialog | None:
    return next((it for it in window.window.findChildren(QDialog) if it.isVisible()), None)


def press(window: OpenWindow, name: str) -> None:
    """Press a button of the dialog."""
    dialog = dialog_of(window)
    assert dialog is not None
    button = next(it for it in dialog.findChildren(QPushButton) if it.accessibleName() == name)
    # It waits for the end of a double click.
    button.setEnabled(True)
    button.click()


async def test_a_plain_link_is_opened_at_once(tmp_path: Path, catalog: Catalog, icons: Icons) -> None:
    browser = Browser(tmp_path / "browser")
    async with open_window(tmp_path / "home", catalog, icons, environ=browser.env) as window:
        await follow(window, "https://example.org/a", "example.org")
        await follow(window, "mailto:a@b.c", "write")

        assert browser.opened == ["https://example.org/a", "mailto:a@b.c"]
        assert dialog_of(window) is None
        assert window.window.chat.banner.isHidden()


async def test_a_doubtful_link_is_opened_when_that_is_wanted(
    tmp_path: Path, catalog: Catalog, icons: Icons
) -> None:
    browser = Browser(tmp_path / "browser")
    async with open_window(tmp_path / "home", catalog, icons, environ=browser.env) as window:
        for name, is_opened in (("Cancel", False), ("Copy address", False), ("Open", True)):
            await follow(window, "https://example.org/", "bank.com")
            assert browser.opened == []
            press(window, name)
            await opened(window)
            assert bool(browser.opened) is is_opened

        assert QGuiApplication.clipboard().text() == "https://example.org/"


@pytest.mark.parametrize("href", ["javascript:alert(1)", "file:///etc/passwd", "smb://a/b", "a.desktop", ""])
async def test_nothing_else_is_opened(tmp_path: Path, catalog: Catalog, icons: Icons, href: str) -> None:
    browser = Browser(tmp_path / "browser")
    async with open_window(tmp_path / "home", catalog, icons, environ=browser.env) as window:
        await follow(window, href)

        assert dialog_of(window) is None
    assert browser.opened == []


async def test_a_failure_is_said_and_the_address_can_be_copied(
    tmp_path: Path, catalog: Catalog, icons: Icons
) -> None:
    browser = Browser(tmp_path / "browser", code=4)
    async with open_window(tmp_path / "home", catalog, icons, environ=browser.env) as window:
        await follow(window, "mailto:a@b.c?subject=d")
        banner = window.window.chat.banner
        assert banner.accessibleName().startswith("The link could not be opened.")
        window.press("Copy address")

        assert QGuiApplication.clipboard().text() == "a@b.c"
        assert banner.isHidden()


async def test_a_link_of_an_answer_goes_the_same_way(tmp_path: Path, catalog: Catalog, icons: Icons) -> None:
    browser = Browser(tmp_path / "browser")
    async with open_window(tmp_path / "home", catalog, icons, environ=browser.env) as window:
        window.service.script(Answer("See [the page](https://example.org/a)."))
        await window.ask("Where?")
        transcript = window.desk._conversing.binding._transcript
        assert transcript is not None
        view = max(transcript._views.values(), key=lambda view: view.y())
        view.follow_link(view.links.all[0])
        await opened(window)

        assert browser.opened == ["https://example.org/a"]
