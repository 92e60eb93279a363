"""A real fcitx types Chinese into Qt, in the environment that its guides tell people to set up."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desktop import DesktopSession
from tests.support.waiting import wait_until

PROFILE = """\
[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin

[Groups/0/Items/0]
Name=keyboard-us
Layout=

[Groups/0/Items/1]
Name=pinyin
Layout=

[GroupOrder]
0=Default
"""
# What needs Wayland, a tray or the network.
DISABLED = "wayland,waylandim,notificationitem,notifications,cloudpinyin"
FCITX = "org.fcitx.Fcitx5"
ACTIVE = "2"

GUIDES = {"QT_IM_MODULE": "fcitx", "XMODIFIERS": "@im=fcitx", "GTK_IM_MODULE": "fcitx"}
ONLY_X = {"XMODIFIERS": "@im=fcitx"}


@pytest.fixture(scope="module")
def desktop() -> Iterator[DesktopSession]:
    with DesktopSession(keyring="none") as session:
        profile = Path(session.env["XDG_CONFIG_HOME"]) / "fcitx5" / "profile"
        profile.parent.mkdir(parents=True)
        profile.write_text(PROFILE)
        session.start("fcitx", ["fcitx5", f"--disable={DISABLED}"])
        with session.bus() as bus:
            wait_until(lambda: bus.has_owner(FCITX), "fcitx to appear on the bus")
        yield session


class Window:
    """The program with the text field."""

    def __init__(self, desktop: DesktopSession, env: dict[str, str], *arguments: str) -> None:
        self.process = desktop.start(
            "typing", [sys.executable, "-m", "tests.desktop.typing_window", *arguments], env=env
        )
        self._desktop = desktop
        self._earlier = len(desktop.log("typing"))
        desktop.accessibility().application(pid=self.process.pid).find(role="text").grab_focus()

    def __enter__(self) -> "Window":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def wait_for(self, name: str, value: str) -> None:
        wait_until(
            lambda: self._state().get(name) == value, lambda: f"{name} to be {value!r}, not {self._state()}"
        )

    def _state(self) -> dict[str, str]:
        lines = self._desktop.log("typing")[self._earlier :].splitlines()
        return json.loads(lines[-1]) if lines else {}


@pytest.mark.parametrize("env", [GUIDES, ONLY_X], ids=["as the guides say", "set up for X only"])
def test_pinyin_becomes_chinese(desktop: DesktopSession, env: dict[str, str]) -> None:
    with Window(desktop, env, "corrected") as window:
        wait_until(lambda: pinyin_is_active(desktop), "fcitx to be active in the window")

        desktop.type_text("nihao")
        window.wait_for("composed", "ni hao")
        desktop.press("space")
        window.wait_for("text", "你好")


def test_enter_while_composing_takes_the_letters_and_starts_no_line(desktop: DesktopSession) -> None:
    with Window(desktop, GUIDES, "corrected") as window:
        wait_until(lambda: pinyin_is_active(desktop), "fcitx to be active in the window")

        desktop.type_text("nihao")
        window.wait_for("composed", "ni hao")
        desktop.press("Return")
        window.wait_for("text", "nihao")
        desktop.press("Return")
        window.wait_for("text", "nihao\n")


def test_without_the_correction_only_letters_arrive(desktop: DesktopSession) -> None:
    with Window(desktop, GUIDES) as window:
        desktop.type_text("nihao ")

        window.wait_for("text", "nihao ")


def pinyin_is_active(desktop: DesktopSession) -> bool:
    """Ask fcitx for pinyin in whatever window has the keyboard, and whether that is so."""
    subprocess.run(["fcitx5-remote", "-s", "pinyin"], env=desktop.env, check=False)
    return desktop.run("fcitx5-remote").strip() == ACTIVE
