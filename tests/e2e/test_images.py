"""Images in the real program: one click, one request that tells nothing, and the image is there."""

from pathlib import Path

import pytest

from tests.e2e.app import KEY, Program
from tests.e2e.image_site import image_site
from tests.support.image_host import Page, redirect
from tests.support.image_samples import png
from tests.support.remote import ServiceProcess
from tests.support.script import Answer

pytestmark = pytest.mark.usefixtures("forgotten_key")


def test_an_image_is_loaded_with_a_click(program: Program, service: ServiceProcess, tmp_path: Path) -> None:
    pages = {"/cat.png": Page(png(320, 240)), "/dog.png": redirect("https://elsewhere.example/dog.png")}
    with image_site(tmp_path, pages) as site, program(env=site.env) as app:
        service.script(
            Answer(
                f"![A cat]({site.url('/cat.png')})\n\n![A dog]({site.url('/dog.png')}) ![]({site.url('/no')})"
            )
        )
        app.ask("Show me")
        app.wait_idle()
        cat, dog, nothing = (app.find(role="button", name=name) for name in ("A cat", "A dog", "Image"))
        assert cat.description == "from images.example · Click to load"
        # With the mouse, with what a screen reader does, and with the keyboard.
        assert site.host.requests == []
        app.desktop.click(cat)
        shown = app.find(role="graphic", name="A cat")
        dog.press()
        dog.wait_until(lambda it: "elsewhere.example" in it.description, "the name of another host")
        nothing.grab_focus()
        app.wait_focus("Image")
        app.desktop.press("Return")
        nothing.wait_until(lambda it: "(HTTP 404)" in it.description, "a failure in words")

        extents = shown.extents
        assert (extents.width, extents.height) >= (320, 240)
        assert site.host.targets == ["/cat.png", "/dog.png", "/no"]
        for asked in site.host.requests:
            assert set(asked.headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}
            assert KEY not in str(asked)
        app.quit()
