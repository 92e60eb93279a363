"""The real program where there is no X."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.app import App
from tests.e2e.test_instance import start_again
from tests.e2e.test_quick import answers
from tests.support.remote import ServiceProcess
from tests.support.script import Answer
from tests.support.waiting import PATIENCE_S, wait_until
from tests.support.wayland import WaylandSession


@pytest.fixture(scope="module")
def wayland() -> Iterator[WaylandSession]:
    with WaylandSession() as session:
        yield session


def focused(wayland: WaylandSession) -> dict[str, Any]:
    return next((window for window in wayland.windows if window["focused"]), {})


def test_the_main_window_and_the_quick_ask_window_come_with_the_keyboard(
    wayland: WaylandSession, home: Path, service: ServiceProcess, tmp_path: Path
) -> None:
    service.always(Answer("It is hot."))
    with App(wayland, home, service.base_url) as app:
        wait_until(lambda: focused(wayland).get("app_id") == "glmdesk", "the keyboard")
        app.ask("What is tea?")
        app.wait_answer("It is hot.")

        assert start_again(app, "--quick", "And coffee?") == "0"
        wait_until(lambda: focused(wayland).get("name") == "Quick ask", "the keyboard")
        rect = focused(wayland)["rect"]
        assert rect["width"] == 680, "it is no tile"
        app.wait_focus("Question")
        wayland.press("Return")
        app.wait_for(lambda: answers(app) == "It is hot.", "the answer")
        wayland.screenshot(tmp_path / "quick.png")
        assert (tmp_path / "quick.png").stat().st_size > 10_000, "there is something on the screen"
        wayland.press("Escape")
        wait_until(lambda: len(wayland.windows) == 1, "the window to go")
        app.process.terminate()
        # Qt complains of input methods and panels that are not there.
        assert app.process.wait(timeout=PATIENCE_S) == 0
