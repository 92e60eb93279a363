"""A key that is nowhere but in the keyring and in memory, through a whole life of the program."""

import base64
import re
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.e2e.app import App, Program
from tests.support.browser import Browser
from tests.support.remote import ServiceProcess
from tests.support.script import Answer, Refuse

DEBUG = ("--log-level", "debug")


@pytest.fixture
def canary() -> str:
    """A key whose like is nowhere else."""
    return f"{secrets.token_hex(16)}.{secrets.token_hex(8)}"


@pytest.mark.usefixtures("forgotten_key")
def test_a_key_leaves_no_trace_through_a_whole_life_of_the_program(
    program: Program,
    service: ServiceProcess,
    home: Path,
    browser: Browser,
    canary: str,
) -> None:
    with program(key="", arguments=DEBUG, env=browser.env) as app:
        app.find(role="text", name="API key").set_text(canary)
        app.press("Test key")
        app.find(role="label", name=re.compile(r"^The key works\."))
        app.press("Get a key in the console")
        browser.wait_opened("https://open.bigmodel.cn/usercenter/apikeys")
        app.press("Save key")
        app.wait_for(lambda: not app.shows("API key"), "the key entry to go")
        _use(app, service)
        _assert_nobody_shows(canary)
        app.quit()
    with program(key="", arguments=DEBUG) as app:
        service.script(Answer("Never finished.", pause_after=1))
        app.ask("Crash now")
        service.paused(service.arrived(count=len(service.chats) + 1))
        app.process.send_signal(signal.SIGABRT)
        assert app.process.wait() == -signal.SIGABRT
    assert "Aborted" in (home / "logs" / "crash.log").read_text()
    assert len(service.chats) == 5
    assert {exchange.header("Authorization") for exchange in service.requests} == {f"Bearer {canary}"}
    assert _traces(canary, home, browser.folder, app.desktop.home.parent) == []


def test_a_key_from_the_environment_is_handed_to_no_child_and_to_no_file(
    program: Program,
    service: ServiceProcess,
    home: Path,
    browser: Browser,
    canary: str,
) -> None:
    with program(key=canary, arguments=DEBUG, env=browser.env) as app:
        service.script(Refuse("1113"))
        app.ask("Hello")
        app.press("Top up")
        browser.wait_opened("https://open.bigmodel.cn/finance-center/finance/pay")
        app.quit()
    assert service.chats[0].header("Authorization") == f"Bearer {canary}"
    assert _traces(canary, home, browser.folder, app.desktop.home.parent) == []


def _use(app: App, service: ServiceProcess) -> None:
    """Do what a person does, with what goes wrong on the way."""
    app.ask("Hello")
    app.wait_answer("You said: “Hello”.")
    for code in ("1000", "1211", "1301"):
        service.script(Refuse(code))
        app.ask(f"fails with {code}")
        app.wait_for(lambda: app.answer.outcome, "the error")
        app.wait_idle()
    app.press("Settings")
    app.find(role="label", name="In the keyring of this system, for 127.0.0.1.")
    app.press("Close")
    app.wait_for(lambda: not app.shows("Settings", role="dialog"), "the dialog to close")


def _assert_nobody_shows(secret: str) -> None:
    """Look at the arguments and the environment of every process there is."""
    spellings = list(_spellings(secret))
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                content = (process / name).read_bytes()
            except OSError:  # it ended, or belongs to somebody else
                continue
            assert not any(spelling in content for spelling in spellings), f"{name} of {process.name}"


def _traces(secret: str, *folders: Path) -> list[Path]:
    """Return the files that hold a secret in any spelling."""
    spellings = list(_spellings(secret))
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert len(files) > 5
    return [file for file in files if any(spelling in file.read_bytes() for spelling in spellings)]


def _spellings(secret: str) -> Iterator[bytes]:
    """Yield a key, and each of its halves, as it could be written."""
    for text in (secret, *secret.split(".")):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
            yield text.encode(encoding)
        yield quote(text, safe="").encode()
        raw = text.encode()
        yield raw[::-1]
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        for shift in range(3):
            # The first and the last characters depend on what stands beside the key.
            yield base64.b64encode(b" " * shift + raw)[4:-4]
            yield base64.urlsafe_b64encode(b" " * shift + raw)[4:-4]
