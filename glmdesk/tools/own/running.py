"""Calls of the user's functions: which Python runs them, with what, and what came of them."""

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never

import msgspec

from glmdesk.desktop.child import Bounds, Outcome, ask_child
from glmdesk.desktop.child_env import child_environment
from glmdesk.desktop.redaction import Redactor
from glmdesk.tools.own.reading import Function

SECONDS: Final = 30.0
_MEMORY: Final = 2 << 30
"""Bytes of addresses; what libraries for numbers reserve at once is less than one of these."""
_PROCESSES: Final = 32
_FILE: Final = 256 << 20
_LOG: Final = 16 << 20
_KEPT: Final = 64 << 10
_MOST_CHARACTERS: Final = 16_000
_ANSWER: Final = 1 << 20
"""Bytes; six for each character that is no ASCII, twice over."""

# What a program needs to find its way about, and what the user has set for all of them. Anything else may be
# somebody's secret.
_PASSED_ON: Final = frozenset(
    {
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "SHELL",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TMPDIR",
        "DISPLAY",
        "WAYLAND_DISPLAY",
    }
    | {"XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"}
    | {
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
    }
    | {"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA"}
    | {"LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES"}
)
_PREFIX: Final = "LC_"


class _Reply(msgspec.Struct):
    text: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """What came of a call: what the function returned, or why it did not; and what it has printed."""

    text: str
    is_error: bool
    log: str


class Runner:
    """Runs functions, each call in a process of its own.

    `script` is what runs there. `named_python` returns which Python the user has named, empty for none.
    `bundle` is the folder of the frozen program, None when it runs from source.
    """

    def __init__(
        self,
        script: Path,
        redactor: Redactor,
        environ: Mapping[str, str],
        *,
        named_python: Callable[[], str] = lambda: "",
        bundle: Path | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._script = script
        self._redactor = redactor
        self._environ = environ
        self._named_python = named_python
        self._bundle = bundle
        self._seconds = seconds

    @property
    def python(self) -> str | None:
        """The Python that runs functions; None where there is none.

        The one that the user has named, else ours, else the system's.
        """
        path = self._environ.get("PATH", "")
        if named := self._named_python():
            return shutil.which(str(Path(named).expanduser()), path=path)
        if self._bundle is None and sys.executable:
            return sys.executable
        return shutil.which("python3", path=path) or shutil.which("python", path=path)

    async def call(
        self, file: str, source: str, function: Function, arguments: Mapping[str, object]
    ) -> Called:
        """Call a function of a text that was reviewed. A caller that is cancelled has ended it."""
        python = self.python
        if python is None:
            words = "No Python was found that could run the function. The user can name one in the settings."
            return Called(words, is_error=True, log="")
        question = self._question(file, source, function, arguments)
        try:
            outcome = await self._asked(python, question)
        except OSError as error:
            words = f"The function could not be started: {error.strerror or error}."
            return Called(words, is_error=True, log="")
        return self._called(outcome)

    async def _asked(self, python: str, question: bytes) -> Outcome:
        """Return what came of a process, which has a folder of its own. Raises OSError."""
        folder = Path(tempfile.mkdtemp(prefix="glmdesk-tool-"))
        try:
            return await ask_child(
                [python, "-I", "-B", "-X", "utf8", str(self._script)],
                question,
                env=self._environment(),
                folder=folder,
                bounds=Bounds(self._seconds, _ANSWER, _LOG, _KEPT),
            )
        finally:
            # It may have left much there.
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _question(self, file: str, source: str, function: Function, arguments: Mapping[str, object]) -> bytes:
        question = {
            "file": file,
            "source": source,
            "function": function.name,
            "arguments": dict(arguments),
            "enumerations": dict(function.enumerations),
            "limits": {
                "memory": _MEMORY,
                "seconds": int(self._seconds) + 1,
                "file": _FILE,
                "processes": _PROCESSES,
                "characters": _MOST_CHARACTERS,
            },
        }
        # ASCII, and therefore one line, whatever is in it.
        return json.dumps(question).encode()

    def _environment(self) -> dict[str, str]:
        ours = child_environment(self._environ, self._redactor, bundle=self._bundle)
        return {
            name: value
            for name, value in ours.items()
            if name.upper() in _PASSED_ON or name.startswith(_PREFIX)
        }

    def _called(self, outcome: Outcome) -> Called:
        match outcome.fate:
            case "answered":
                text, is_error = _reply(outcome.answer)
            case "too-slow":
                text, is_error = f"The function did not end within {self._seconds:g} seconds.", True
            case "too-much":
                text, is_error = "The function wrote too much.", True
            case "ended":
                text, is_error = f"The function ended without a result (code {outcome.code}).", True
            case _:
                assert_never(outcome.fate)
        return Called(text, is_error, self._redactor.redact(outcome.log))


def _reply(line: bytes) -> tuple[str, bool]:
    try:
        reply = msgspec.json.decode(line, type=_Reply)
    except msgspec.DecodeError:
        reply = _Reply()
    if reply.text is not None:
        return reply.text, False
    if reply.error is not None:
        return f"The function failed: {reply.error}", True
    return "The function wrote something else in place of its result.", True
