"""Clicks on images, between a real host on loopback and what is shown."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication

from glmdesk.chat.image_source import NetworkImages
from glmdesk.desktop.redaction import Redactor
from glmdesk.domain.errors import UserError
from glmdesk.storage.settings import Settings
from glmdesk.ui.controllers.images import ImagesController
from glmdesk.ui.models.images import Act, Asking, Failed, Images, Loaded, Loading, Unloaded
from glmdesk.ui.tasks import TaskRunner
from tests.support.image_host import ImageHost, Page, redirect
from tests.support.image_samples import bomb, png
from tests.support.tripwire import NETWORK, tripwire
from tests.ui.waiting import idle, until

KEY = "0123456789abcdef.secret-of-mine"


@dataclass(slots=True)
class Behind:
    """Images, and what loads them. What was wanted of others is collected."""

    host: ImageHost
    images: Images
    tasks: TaskRunner
    controller: ImagesController
    source: NetworkImages
    opened: list[str] = field(default_factory=list[str])
    to_save: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    errors: list[UserError] = field(default_factory=list[UserError])

    async def press(self, src: str, until_kind: type[object] | None = None) -> object:
        """Press an image and wait until it is otherwise with it, or until it is so."""
        self.controller.act(src, Act.PRESS)
        wanted = until_kind or (Loaded, Failed, Asking, Unloaded)
        await until(lambda: isinstance(self.images.state(src), wanted), self.images.changed)
        return self.images.state(src)

    async def failure(self, src: str) -> str:
        state = await self.press(src)
        assert isinstance(state, Failed)
        return state.problem.code


@asynccontextmanager
async def loading(folder: Path, *, proxy: str = "none") -> AsyncIterator[Behind]:
    redactor = Redactor()
    redactor.register(KEY)
    settings = Settings(folder / "settings.toml")
    await settings.change(Settings.proxy, proxy)
    tasks, images = TaskRunner(), Images()
    async with ImageHost() as host:
        source = NetworkImages(settings, {}, redactor.knows, open_ports=[host.port])
        controller = ImagesController(images, source, tasks)
        made = Behind(host, images, tasks, controller, source)
        controller.open_requested.connect(lambda src, _text: made.opened.append(src))
        controller.save_requested.connect(lambda name, data: made.to_save.append((name, data)))
        tasks.failed.connect(lambda _name, error: made.errors.append(error))
        try:
            yield made
        finally:
            await tasks.shut_down()


async def test_two_windows_load_images_at_once(tmp_path: Path) -> None:
    async with loading(tmp_path) as it:
        it.host.pages.update({"/a.png": Page(png(7, 5)), "/b.png": Page(png())})
        others = Images()
        first, second = it.host.url("/a.png"), it.host.url("/b.png")
        other = ImagesController(others, it.source, it.tasks)
        it.controller.act(first, Act.PRESS)
        other.act(second, Act.PRESS)
        await until(
            lambda: isinstance(it.images.state(first), Loaded) and isinstance(others.state(second), Loaded),
            it.images.changed,
            others.changed,
        )

        assert sorted(it.host.targets) == ["/a.png", "/b.png"]


async def test_a_click_loads_one_image(tmp_path: Path) -> None:
    async with loading(tmp_path) as it:
        it.host.pages.update({"/a.png": Page(png(7, 5)), "/b.png": Page(png())})
        src = it.host.url("/a.png")
        state = await it.press(src)

        assert isinstance(state, Loaded)
        assert state.picture.size == QSize(7, 5)
        assert it.host.targets == ["/a.png"]
        assert "authorization" not in it.host.requests[0].headers
        # It is there: nothing more happens.
        it.controller.act(src, Act.PRESS)
        assert it.host.targets == ["/a.png"]


async def test_a_doubtful_address_is_asked_about_first(tmp_path: Path) -> None:
    async with loading(tmp_path) as it:
        data = f"https://example.org/x.png?said={'a' * 300}"
        with tripwire(*NETWORK) as caught:
            state = await it.press(data)

        assert isinstance(state, Asking)
        assert "What was said here may be among them" in state.words
        assert state.action == "Load all the same"
        assert caught == []


async def test_progress_is_shown_and_a_second_click_stops(tmp_path: Path) -> None:
    async with loading(tmp_path) as it:
        it.host.pages["/a.png"] = Page(png(), length=1000, stalls=True)
        src = it.host.url("/a.png")
        it.controller.act(src, Act.PRESS)
        assert it.images.state(src) == Loading()
        await until(lambda: it.images.state(src) == Loading(len(png()), 1000), it.images.changed)
        it.controller.act(src, Act.PRESS)

        assert it.images.state(src) == Unloaded()
        await it.host.left.wait()
        assert it.images.state(src) == Unloaded()


async def test_a_failure_is_said_in_place_and_tried_again(tmp_path: Path) -> None:
    async with loading(tmp_path) as it:
        src = it.host.url("/a.png")
        assert await it.failure(src) == "image-status"
        it.host.pages["/a.png"] = Page(png())

        assert isinstance(await it.press(src, Loaded), Loaded)
        assert it.opened == []
        assert it.errors == []


@pytest.mark.qt_log_ignore("JPEG", extend=True)
@pytest.mark.parametrize(
    ("page", "code"),
    [
        (Page(png()[:60]), "image-damaged"),
        (Page(b"\xff\xd8\xff" + bytes(100), "image/jpeg"), "image-damaged"),
        (Page(bomb()), "image-pixels"),
        (Page(b"<svg/>", "image/svg+xml"), "image-drawing"),
    ],
)
async def test_what_cannot_be_shown_is_told(tmp_path: Path, page: Page, code: str) -> None:
    async with loading(tmp_path) as it:
        it.host.pages["/a.png"] = page
        src = it.host.url("/a.png")

        assert await it.failure(src) == code


async def test_what_loading_again_does_not_help_is_left_to_the_browser(tmp_path: Path) -> None:
    async with loading(tmp_path) as it:
        it.host.pages["/a.png"] = Page(bomb())
        src = it.host.url("/a.png")
        await it.press(src)
        it.controller.act(src, Act.PRESS)

        assert it.opened == [src]
        assert len(it.host.requests) == 1


async def test_another_host_is_named_before_it_is_asked(tmp_path: Path) -> None:
    async with loading(tmp_path) as it:
        it.host.pages["/a.png"] = redirect("https://10.0.0.1/b.png")
        src = it.host.url("/a.png")
        state = await it.press(src, Loading)
        await until(lambda: isinstance(it.images.state(src), Asking), it.images.changed)
        state = it.images.state(src)

        assert isinstance(state, Asking)
        assert state.words == "The image is on another host, 10.0.0.1."
        assert state.action == "Load it from there"
        assert await it.failure(src) == "image-not-public"
        assert len(it.host.requests) == 1


async def test_an_address_with_the_key_in_it_is_not_asked_for(tmp_path: Path) -> None:
    async with loading(tmp_path) as it:
        with tripwire(*NETWORK) as caught:
            assert await it.failure(f"https://example.org/x.png?k={KEY}") == "image-secret"

        assert caught == []


async def test_the_proxy_of_the_settings_leads_there(tmp_path: Path) -> None:
    async with loading(tmp_path, proxy="http://127.0.0.1:9") as it:
        assert await it.failure("http://example.org/a.png") == "image-plain"


async def test_another_conversation_knows_nothing_of_it(tmp_path: Path) -> None:
    async with loading(tmp_path) as it:
        it.host.pages.update({"/a.png": Page(png()), "/b.png": Page(png(), length=1000, stalls=True)})
        it.controller.enter("one")
        src, other = it.host.url("/a.png"), it.host.url("/b.png")
        await it.press(src, Loaded)
        await it.press(other, Loading)
        await idle(lambda: len(it.host.requests) < 2)
        it.host.left.clear()
        it.controller.enter("one")
        assert isinstance(it.images.state(src), Loaded)
        it.controller.enter("two")

        assert it.images.state(src) == it.images.state(other) == Unloaded()
        await it.host.left.wait()
        assert it.images.state(other) == Unloaded()


async def test_it_is_copied_in_its_own_size(tmp_path: Path) -> None:
    async with loading(tmp_path) as it:
        it.host.pages["/a.png"] = Page(png(2000, 10))
        src = it.host.url("/a.png")
        state = await it.press(src, Loaded)
        assert isinstance(state, Loaded)
        assert state.picture.image.width() == 760
        it.controller.act(src, Act.COPY)
        clipboard = QGuiApplication.clipboard()
        await until(lambda: clipboard.image().width() == 2000, clipboard.dataChanged)

        assert len(it.host.requests) == 1


async def test_saving_hands_over_what_came(tmp_path: Path) -> None:
    async with loading(tmp_path) as it:
        it.host.pages["/a%20b.jpg"] = Page(png())
        src = it.host.url("/a%20b.jpg")
        await it.press(src, Loaded)
        it.controller.act(src, Act.SAVE)
        assert it.to_save == [("a b.jpg.png", png())]
        assert len(it.host.requests) == 1


async def test_nothing_can_be_done_with_what_is_not_there(tmp_path: Path) -> None:
    async with loading(tmp_path) as it:
        for act in (Act.COPY, Act.SAVE):
            it.controller.act("https://example.org/a.png", act)
        it.controller.act("file:///etc/passwd", Act.PRESS)

        assert it.to_save == []
        assert it.images.state("file:///etc/passwd") == Unloaded()
