"""The real program, used as a person uses it: through what is on its screen."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path
from re import Pattern
from types import TracebackType
from typing import Final, Protocol, Self

from tests.e2e.shown import Shown, shown, steady
from tests.support.atspi import Accessibility, Accessible
from tests.support.dbus import DBusFailure
from tests.support.desktop import DesktopSession
from tests.support.waiting import PATIENCE_S, wait_until

# Seconds. Two processors are shared with whatever else runs; a start takes about one of them.
START_S: Final = 20.0

KEY: Final = "0123456789abcdef0123456789abcdef.AbCdEfGhIjKlMn01"

PROGRAM: Final = shlex.split(os.environ.get("GLMDESK_TEST_PROGRAM", "")) or (sys.executable, "-m", "glmdesk")
"""The command that is driven: another one tries an installed program."""

_numbers = count(1)


class App:
    """One run of the program, from the `with` to `quit` or to the end of the block.

    `key` is given in the environment; with an empty one the program looks into the keyring. The block begins
    when there is something called `awaited` on the screen; the conversations come after the first paint, and
    with them the window can be used.
    """

    def __init__(
        self,
        desktop: DesktopSession,
        home: Path,
        base_url: str,
        *,
        key: str = KEY,
        arguments: tuple[str, ...] = (),
        env: Mapping[str, str] | None = None,
        awaited: str = "Conversations",
    ) -> None:
        self._awaited = awaited
        self.desktop = desktop
        self.home = home
        self._env = {
            "GLMDESK_BASE_URL": base_url,
            # Whoever walks the tree asks for what has just vanished, and Qt complains.
            "QT_LOGGING_RULES": "qt.accessibility.atspi=false",
            **(env or {}),
        }
        if key:
            self._env["GLMDESK_API_KEY"] = key
        self._argv = [*PROGRAM, "--home", str(home), *arguments]
        self._log_name = f"glmdesk-{next(_numbers)}"

    def __enter__(self) -> Self:
        with ExitStack() as unfinished:
            unfinished.push(self._end)
            self.process: subprocess.Popen[bytes] = self.desktop.start(
                self._log_name, self._argv, env=self._env
            )
            accessibility = self.desktop.accessibility()
            self.tree: Accessible = wait_until(
                lambda: self._find_tree(accessibility),
                "the program on the accessibility bus",
                timeout_s=START_S,
            )
            if self._awaited:
                self.tree.find(name=self._awaited, timeout_s=START_S)
            unfinished.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and self.process.poll() is None:
            with suppress(DBusFailure):
                error.add_note(f"On the screen was:\n{self.tree.outline()}")
        self._end(kind, error, trace)

    def _end(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        if error is not None:
            crash = self.home / "logs" / "crash.log"
            stacks = crash.read_text() if crash.exists() else ""
            error.add_note(f"The program said:\n{self.output}{stacks}")

    def _find_tree(self, accessibility: Accessibility) -> Accessible | None:
        assert self.process.poll() is None, "The program ended."
        with suppress(AssertionError):  # it is not there yet
            return accessibility.application(pid=self.process.pid, timeout_s=0.0)
        return None

    @property
    def output(self) -> str:
        """What the program has written to standard output and standard error."""
        return self.desktop.log(self._log_name)

    def find(self, *, role: str | None = None, name: str | Pattern[str] | None = None) -> Accessible:
        """Return what is on the screen, waiting until it is."""
        return self.tree.find(role=role, name=name)

    def shows(self, name: str | Pattern[str], *, role: str | None = None) -> bool:
        """Whether something of this name is on the screen now."""
        return next(self.tree.find_all(role=role, name=name), None) is not None

    def wait_for(self, condition: Callable[[], object], what: str, *, timeout_s: float = PATIENCE_S) -> None:
        """Wait for something about the program."""
        wait_until(
            lambda: bool(condition()), lambda: f"{what} in\n{self.tree.outline()}", timeout_s=timeout_s
        )

    def press(self, name: str) -> None:
        """Press a button as soon as it can be pressed."""
        button = self.find(role="button", name=name)
        button.wait_until(lambda it: "enabled" in it.states, "being enabled")
        button.press()

    @property
    def focus(self) -> Accessible | None:
        """What has the keyboard. Not an item: in a list there is a current one even when nobody is there."""
        return steady(
            lambda: next(
                (it for it in self.tree.walk() if "focused" in it.states and it.role != "list item"), None
            )
        )

    def wait_focus(self, name: str) -> None:
        """Wait until something of this name has the keyboard."""

        def has_focus() -> bool:
            focus = self.focus
            return focus is not None and focus.is_a(None, name)

        self.wait_for(lambda: steady(has_focus), f"the focus on {name!r}")

    def tab_to(self, name: str) -> None:
        """Press Tab until something of this name has the keyboard."""
        passed: list[Accessible | None] = []
        while (focus := self.focus) is None or not focus.is_a(None, name):
            assert focus not in passed, f"Tab does not lead to {name!r}"
            passed.append(focus)
            self.desktop.press("Tab")
            self.wait_for(lambda: self.focus not in passed[-1:], "the next control")

    def press_in_answer(self, name: str) -> None:
        """Press a button of the last message."""
        self.message_items()[-1].find(role="button", name=name).press()

    def ask(self, question: str) -> None:
        """Write a message and send it."""
        self.find(role="text", name="Message").set_text(question)
        self.press("Send")

    @property
    def messages(self) -> list[Shown]:
        """The messages on the screen, oldest first."""
        return steady(lambda: [shown(item) for item in self.message_items()])

    @property
    def answer(self) -> Shown:
        """The last message on the screen."""

        def read() -> Shown:
            items = self.message_items()
            return shown(items[-1]) if items else Shown("", "")

        return steady(read)

    def message_items(self) -> list[Accessible]:
        """Return the messages on the screen as controls, oldest first."""
        transcript = next(self.tree.find_all(role="list", name="Transcript"), None)
        if transcript is None:
            return []
        viewport = next(transcript.children)
        return [item for item in viewport.children if item.is_showing]

    def wait_text(self, text: str, *, timeout_s: float = PATIENCE_S) -> None:
        """Wait until the last message has exactly this text."""
        wait_until(
            lambda: self.answer.text == text,
            lambda: f"{text!r}, while {self.answer.text!r} is shown",
            timeout_s=timeout_s,
        )

    def wait_messages(self, messages: list[Shown]) -> None:
        """Wait until exactly these messages are shown."""
        wait_until(lambda: self.messages == messages, lambda: f"{messages}, while {self.messages} are shown")

    def wait_answer(self, text: str, *, timeout_s: float = PATIENCE_S) -> Shown:
        """Wait until the last message has exactly this text and nothing is being written any more."""
        self.wait_text(text, timeout_s=timeout_s)
        self.wait_idle(timeout_s=timeout_s)
        return self.answer

    def wait_idle(self, *, timeout_s: float = PATIENCE_S) -> None:
        """Wait until no answer is being written in the conversation on the screen."""
        button = self.find(role="button", name=re.compile("^(Send|Stop)$"))
        button.wait_until(lambda it: it.name == "Send", "the end of the answer", timeout_s=timeout_s)

    @property
    def conversations(self) -> list[str]:
        """The titles in the list, from the top."""
        rows = self.find(role="list", name="Conversations").children
        return [row.name for row in rows if row.role == "list item"]

    @property
    def title(self) -> str:
        """The title of the conversation on the screen, empty for a new one."""
        return self.find(role="frame").name.removesuffix("glmdesk").removesuffix(" – ")

    def wait_title(self, title: str) -> None:
        """Wait until the conversation of this title is on the screen."""
        wait_until(lambda: self.title == title, lambda: f"{title!r}, while {self.title!r} is shown")

    def new_chat(self) -> None:
        """Leave a conversation for a new one."""
        assert self.title
        self.press("New chat")
        self.wait_title("")

    def open(self, title: str) -> None:
        """Open a conversation from the list."""
        row = self.find(role="list", name="Conversations").find(role="list item", name=title)
        self.desktop.click(row)
        self.wait_title(title)

    def open_settings(self) -> Accessible:
        """Open the settings and return their dialog."""
        self.press("Settings")
        return self.find(role="dialog", name="Settings")

    def close_settings(self) -> None:
        """Close the settings; as long as they are there the window does not close."""
        self.press("Close")
        self.wait_for(lambda: not self.shows("Settings", role="dialog"), "the dialog to close")

    def quit(self) -> None:
        """Close the window as the window manager's cross does; it has to be a clean end."""
        self.close_window()
        self.wait_end()

    def close_window(self) -> None:
        """Ask the window to close."""
        for line in self.desktop.run("wmctrl", "-lp").splitlines():
            window, _, pid, *_ = line.split()
            if int(pid) == self.process.pid:
                self.desktop.run("wmctrl", "-i", "-c", window)

    def wait_end(self, code: int = 0) -> None:
        """Wait until the process has ended as it should, without a word."""
        assert self.process.wait(timeout=PATIENCE_S) == code, self.output
        assert self.output == ""

    def kill(self) -> None:
        """End the process as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=PATIENCE_S)


def write_settings(home: Path, text: str) -> None:
    """Let a home that has no settings yet begin with some, as TOML."""
    path = home / "config" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)


class Program(Protocol):
    """Starts the program with what a test has prepared."""

    def __call__(
        self,
        *,
        key: str = KEY,
        arguments: tuple[str, ...] = (),
        env: Mapping[str, str] | None = None,
        awaited: str = "Conversations",
    ) -> App:
        """Return one run of it."""
        ...
