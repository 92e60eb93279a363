"""The demo: without a key, without a network, and never to be mistaken for the real thing."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.app import App
from tests.support.desktop import DesktopSession

MARK = "Demo: simulated answers"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Yield a port at which nobody answers and every connection is noticed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


@pytest.fixture
def base_url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}/api/paas/v4"


@pytest.mark.usefixtures("forgotten_key")
def test_the_demo_answers_without_key_and_network_and_is_left_again(
    desktop: DesktopSession, home: Path, listener: socket.socket, base_url: str
) -> None:
    with App(desktop, home, base_url, key="") as app:
        app.press("Try the demo")
        app.find(role="label", name=MARK)
        _ask(app)

        app.press("Leave the demo")

        app.find(role="text", name="API key")
        assert not app.shows(MARK)
        assert app.conversations == []
        app.quit()
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_whoever_leaves_the_demo_has_the_key_of_the_environment_still(
    desktop: DesktopSession, home: Path, base_url: str
) -> None:
    # The demo took it out of the environment, and the real service asked for one.
    with App(desktop, home, base_url, arguments=("--demo",)) as app:
        app.press("Leave the demo")
        app.wait_for(lambda: not app.shows(MARK), "the end of the demo")
        app.find(role="button", name="Translate")
        assert not app.shows("API key", role="text")
        app.quit()


def test_the_demo_is_started_by_an_option_and_keeps_its_conversations_to_itself(
    desktop: DesktopSession, home: Path, base_url: str
) -> None:
    with App(desktop, home, base_url, key="", arguments=("--demo",)) as app:
        assert app.shows(MARK)
        _ask(app)
        app.quit()
    with App(desktop, home, base_url, key="", arguments=("--demo",)) as app:
        assert app.conversations == ["你好"]
        app.quit()


def test_the_demo_speaks_and_sends_as_the_settings_say(
    desktop: DesktopSession, home: Path, base_url: str
) -> None:
    # It had settings of its own, which nobody had ever made.
    settings = home / "config" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('language = "en"\nsend_with = "ctrl-enter"\n')

    env = {"LANG": "zh_CN.UTF-8"}
    with App(desktop, home, base_url, key="", arguments=("--demo",), env=env) as app:
        app.find(role="label", name=MARK)
        app.find(role="label", name="Ctrl+Enter sends, Enter breaks the line")
        app.quit()


def test_a_click_on_an_image_in_the_demo_uses_no_network(
    desktop: DesktopSession, home: Path, base_url: str
) -> None:
    with App(desktop, home, base_url, key="", arguments=("--demo",)) as app:
        # A question is repeated in the answer, where it is Markdown.
        app.ask("![A cat](https://images.example/cat.png)")
        cat = app.find(role="button", name="A cat")
        app.press("Stop")
        app.wait_idle()
        cat.press()
        cat.wait_until(lambda it: "the demo uses no network" in it.description, "a refusal in words")
        app.quit()


def _ask(app: App) -> None:
    """Ask, and stop the answer as soon as there is some: it is written at the pace of a real one."""
    app.ask("你好")
    app.wait_for(lambda: app.answer.text.startswith("你好！"), "the beginning of an answer")
    app.press("Stop")
    app.wait_idle()
    assert app.answer.outcome == "Stopped by you."
