"""Images in the whole window: a click sends one request that tells nothing, and the image is shown."""

from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QFileDialog

from glmdesk.domain.catalog import Catalog
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.images import Act, Loaded
from glmdesk.ui.widgets.message_view import MessageView
from tests.support.browser import Browser
from tests.support.image_host import ImageHost, Page
from tests.support.image_samples import png
from tests.support.script import Answer
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.waiting import idle


def view_of(window: OpenWindow) -> MessageView:
    """Return the view of the answer."""
    views = [view for view in window.window.findChildren(MessageView) if view.isVisible()]
    return max(views, key=MessageView.y)


def image_of(window: OpenWindow) -> QAccessibleInterface:
    """Return the image in the answer, as a screen reader has it."""
    return QAccessible.queryAccessibleInterface(view_of(window)).child(0)


def press(image: QAccessibleInterface) -> None:
    image.actionInterface().doAction(image.actionInterface().pressAction())


async def shown(window: OpenWindow) -> None:
    """Press the image and wait until it is shown."""
    press(image_of(window))
    await idle(lambda: image_of(window).role() != QAccessible.Role.Graphic)


@pytest.fixture
def pages() -> dict[str, Page]:
    return {"/cat.png": Page(png(300, 200))}


async def test_a_click_shows_the_image(
    tmp_path: Path, catalog: Catalog, icons: Icons, pages: dict[str, Page]
) -> None:
    async with (
        ImageHost(pages) as host,
        open_window(tmp_path / "home", catalog, icons, open_ports=[host.port]) as window,
    ):
        window.service.script(Answer(f"Here: ![A cat]({host.url('/cat.png')})"))
        await window.ask("Show me")
        assert host.requests == []
        assert image_of(window).text(QAccessible.Text.Name) == "A cat"
        await shown(window)

        [asked] = host.requests
        assert not {"authorization", "cookie", "referer", "origin"} & set(asked.headers)
        assert image_of(window).text(QAccessible.Text.Name) == "A cat"
        assert image_of(window).rect().height() >= 200


async def test_it_is_forgotten_with_the_conversation(
    tmp_path: Path, catalog: Catalog, icons: Icons, pages: dict[str, Page]
) -> None:
    async with (
        ImageHost(pages) as host,
        open_window(tmp_path / "home", catalog, icons, open_ports=[host.port]) as window,
    ):
        window.service.script(Answer(f"Here: ![A cat]({host.url('/cat.png')})"))
        await window.ask("Show me")
        await shown(window)
        window.service.script(Answer("More"))
        await window.ask("And?")
        transcript = window.desk._conversing.binding._transcript
        assert transcript is not None
        images = transcript._voices.plates.images
        assert isinstance(images.state(host.url("/cat.png")), Loaded)
        window.press("New chat")
        await window.choose("Show me")

        assert not isinstance(images.state(host.url("/cat.png")), Loaded)
        assert len(host.requests) == 1
        assert b"IHDR" not in b"".join(
            file.read_bytes() for file in (tmp_path / "home").rglob("*") if file.is_file()
        )


async def test_it_is_opened_by_the_browser(tmp_path: Path, catalog: Catalog, icons: Icons) -> None:
    browser = Browser(tmp_path / "browser")
    async with open_window(tmp_path / "home", catalog, icons, environ=browser.env) as window:
        window.service.script(Answer("![A cat](https://10.0.0.1.example/cat.png) ![](http://printer/x.png)"))
        await window.ask("Show me")
        view = view_of(window)
        view.link_activated.emit("https://10.0.0.1.example/cat.png", "A cat")
        await idle(lambda: not browser.opened)

        assert browser.opened == ["https://10.0.0.1.example/cat.png"]


async def test_it_is_saved_where_that_is_wanted(
    tmp_path: Path, catalog: Catalog, icons: Icons, pages: dict[str, Page]
) -> None:
    async with (
        ImageHost(pages) as host,
        open_window(tmp_path / "home", catalog, icons, open_ports=[host.port]) as window,
    ):
        window.service.script(Answer(f"![A cat]({host.url('/cat.png')})"))
        await window.ask("Show me")
        await shown(window)
        view_of(window).image_wanted.emit(host.url("/cat.png"), Act.SAVE)
        (dialog,) = window.window.findChildren(QFileDialog)
        assert dialog.selectedFiles()[0].endswith("cat.png")
        dialog.fileSelected.emit(str(tmp_path / "saved.png"))
        dialog.reject()
        await window.tasks.ended(f"save:{tmp_path / 'saved.png'}")

        assert (tmp_path / "saved.png").read_bytes() == png(300, 200)
