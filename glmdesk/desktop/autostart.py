"""Starting with the user's session: the entry that the desktop has for it.

What the desktop has is the truth, and nothing else is kept: its own settings show the entry and may switch it
off. An entry that starts another program, or this one from another place, is none of ours.
"""

import configparser
import os
import plistlib
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol
from xml.parsers.expat import ExpatError

from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.i18n import N_

if sys.platform == "win32":
    import winreg

_NAME: Final = "glmdesk"


class Autostart(Protocol):
    """The entry of one command."""

    def is_on(self) -> bool:
        """Return whether the command is run at login. What cannot be read is not."""
        ...

    def turn_on(self) -> None:
        """Let it be run at login. Raises LocalDataError."""
        ...

    def turn_off(self) -> None:
        """Let it not be run at login. Raises LocalDataError."""
        ...


def autostart(command: Sequence[str], environ: Mapping[str, str] = os.environ) -> Autostart:
    """Return the entry of a command for this system."""
    if sys.platform == "win32":
        return RunValue(command, CurrentUser())
    if sys.platform == "darwin":
        return LaunchAgent(command, Path.home() / "Library/LaunchAgents")
    config = environ.get("XDG_CONFIG_HOME", "")
    # What is not absolute is to be passed over, says the XDG Base Directory Specification.
    folder = Path(config) if Path(config).is_absolute() else Path.home() / ".config"
    return DesktopEntry(command, folder / "autostart")


class DesktopEntry:
    """A file of freedesktop.org.

    Sources: Desktop Application Autostart Specification; Desktop Entry Specification, "The Exec key".
    """

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._path = folder / f"{_NAME}.desktop"
        self._exec = " ".join(map(_exec_word, command))

    def is_on(self) -> bool:
        """Return whether the command is run at login."""
        # It may have comments of the user, keys in many languages, and keys twice.
        parser = configparser.RawConfigParser(
            delimiters=("=",), comment_prefixes=("#",), strict=False, interpolation=None
        )
        try:
            parser.read_string(self._path.read_text(encoding="utf-8"))
            entry = parser["Desktop Entry"]
        except (OSError, ValueError, KeyError, configparser.Error):
            return False
        # The second is how GNOME switches an entry off.
        is_off = entry.get("hidden") == "true" or entry.get("x-gnome-autostart-enabled") == "false"
        return not is_off and entry.get("exec") == self._exec

    def turn_on(self) -> None:
        """Write the file anew."""
        lines = ("[Desktop Entry]", "Type=Application", "Name=glmdesk", "Icon=glmdesk", "Terminal=false")
        _write(self._path, "\n".join([*lines, f"Exec={self._exec}", ""]).encode())

    def turn_off(self) -> None:
        """Remove the file."""
        _remove(self._path)


class LaunchAgent:
    """A file of macOS. Source: the manual page launchd.plist(5)."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._path = folder / f"{_NAME}.plist"
        self._command = list(command)

    def is_on(self) -> bool:
        """Return whether the command is run at login."""
        try:
            agent: Any = plistlib.loads(self._path.read_bytes())
            return agent.get("ProgramArguments") == self._command and not agent.get("Disabled")
        except (OSError, ValueError, AttributeError, ExpatError):
            return False

    def turn_on(self) -> None:
        """Write the file anew."""
        agent = {
            "Label": _NAME,
            "ProgramArguments": self._command,
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
        _write(self._path, plistlib.dumps(agent))

    def turn_off(self) -> None:
        """Remove the file."""
        _remove(self._path)


class Registry(Protocol):
    """The values below one user's `CurrentVersion` of Windows, by their key and name."""

    def value(self, key: str, name: str) -> object:
        """Return a value, None where there is none."""
        ...

    def set_text(self, key: str, name: str, text: str) -> None:
        """Write a value. Raises OSError."""
        ...

    def remove(self, key: str, name: str) -> None:
        """Remove a value that may not be there. Raises OSError."""
        ...


class RunValue:
    """A value in the registry of Windows.

    Source: "Run and RunOnce Registry Keys" of Microsoft. That the Task Manager has switched a value off
    stands elsewhere, in a first byte that is odd; that key is not documented.
    """

    _RUN: Final = "Run"
    _SWITCHED: Final = r"Explorer\StartupApproved\Run"

    def __init__(self, command: Sequence[str], registry: Registry) -> None:
        self._registry = registry
        self._line = " ".join(map(_windows_word, command))

    def is_on(self) -> bool:
        """Return whether the command is run at login."""
        try:
            line = self._registry.value(self._RUN, _NAME)
            switch = self._registry.value(self._SWITCHED, _NAME)
        except OSError:
            return False
        is_off = isinstance(switch, bytes) and bool(switch) and bool(switch[0] & 1)
        return line == self._line and not is_off

    def turn_on(self) -> None:
        """Write the value, and remove the switch."""
        try:
            self._registry.set_text(self._RUN, _NAME, self._line)
            self._registry.remove(self._SWITCHED, _NAME)
        except OSError as error:
            raise LocalDataError(_unchanged(error)) from error

    def turn_off(self) -> None:
        """Remove the value."""
        try:
            self._registry.remove(self._RUN, _NAME)
        except OSError as error:
            raise LocalDataError(_unchanged(error)) from error


if sys.platform == "win32":

    class CurrentUser:
        """The registry of the user."""

        _ROOT: Final = r"Software\Microsoft\Windows\CurrentVersion"

        def value(self, key: str, name: str) -> object:
            """Return a value, None where there is none."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, rf"{self._ROOT}\{key}") as opened:
                    return winreg.QueryValueEx(opened, name)[0]
            except FileNotFoundError:
                return None

        def set_text(self, key: str, name: str, text: str) -> None:
            """Write a value."""
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"{self._ROOT}\{key}") as opened:
                winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, text)

        def remove(self, key: str, name: str) -> None:
            """Remove a value that may not be there."""
            path, access = rf"{self._ROOT}\{key}", winreg.KEY_SET_VALUE
            with (
                suppress(FileNotFoundError),
                winreg.OpenKey(winreg.HKEY_CURRENT_USER, path, 0, access) as opened,
            ):
                winreg.DeleteValue(opened, name)


def _exec_word(word: str) -> str:
    r"""Return an argument as it stands in an Exec key.

    It is quoted first, and then escaped as every text of a desktop entry is: `$` becomes `\\$`.
    """
    quoted = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in word)
    return '"' + quoted.replace("\\", "\\\\").replace("%", "%%") + '"'


def _windows_word(word: str) -> str:
    """Return an argument as it stands in a command of Windows, where no path and no option has quotes."""
    backslashes = len(word) - len(word.rstrip("\\"))
    return f'"{word}{backslashes * chr(92)}"'


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise LocalDataError(_unchanged(error, path)) from error


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise LocalDataError(_unchanged(error, path)) from error


def _unchanged(error: OSError, path: Path | None = None) -> Problem:
    return Problem(
        "autostart-unchanged",
        N_("{place} could not be changed: {reason}."),
        N_("The settings of the desktop have a list of what is started at login, too."),
        details={"place": str(path or "Windows"), "reason": error.strerror or str(error)},
    )
