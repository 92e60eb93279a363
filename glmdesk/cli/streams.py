"""The standard streams: text in, text out, and the words for whoever sits at the terminal."""

import errno
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import cast

from glmdesk.cli.arguments import PROGRAM
from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.i18n import N_

# What a terminal obeys instead of showing it. Anybody may have written a message; it must not be able to fill
# the clipboard, retitle the window or rewrite what stands above it.
_COMMANDS_OF_TERMINALS = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")})


class OutputClosed(Exception):
    """Whoever read standard output has gone, as `head` does: there is nobody left to write for."""


class Output:
    """Standard output. What is written leaves at once.

    Writing raises OutputClosed, and LocalDataError when the disk behind it is full.
    """

    def __init__(self, *, is_exact: bool = False) -> None:
        """Take the stream. An exact one gets UTF-8 with plain line feeds, whatever the system prefers."""
        self._is_terminal = sys.stdout.isatty()
        self._is_mid_line = False
        stream = cast("TextIOWrapper", sys.stdout)
        stream.reconfigure(errors="replace")
        if is_exact:
            stream.reconfigure(encoding="utf-8", newline="\n")

    def write(self, text: str) -> None:
        """Write a piece of text. A terminal gets no control characters but line ends and tabs."""
        shown = text.translate(_COMMANDS_OF_TERMINALS) if self._is_terminal else text
        if not shown:
            return
        try:
            sys.stdout.write(shown)
            sys.stdout.flush()
        except OSError as error:
            _discard_output()
            if error.errno in {errno.EPIPE, errno.EINVAL}:  # Windows says the latter of a closed pipe
                raise OutputClosed from error
            raise LocalDataError(_unwritable(error)) from error
        self._is_mid_line = not shown.endswith("\n")

    def end_line(self) -> None:
        """End the line if one has begun."""
        if self._is_mid_line:
            self.write("\n")


def open_missing_streams() -> None:
    """Open the streams the program was started without: else the first file it opens takes their place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - open until the end
            setattr(sys, name, stream)


def tell(text: str) -> None:
    """Say something about the command, on one line of standard error."""
    line = " ".join(text.split()).translate(_COMMANDS_OF_TERMINALS)
    sys.stderr.write(f"{PROGRAM}: {line}\n")
    sys.stderr.flush()


def tell_problem(problem: Problem) -> None:
    """Say what is wrong and what can be done about it."""
    tell(problem.words)


def tell_person(text: str) -> None:
    """Say how things are going, if somebody is there to read it."""
    if sys.stderr.isatty():
        tell(text)


def piped_input() -> bytes:
    """Return what was piped in; nothing when standard input is a terminal."""
    return b"" if sys.stdin.isatty() else sys.stdin.buffer.read()


def _discard_output() -> None:
    """Let what is still in the buffer go nowhere: it would fail again at the end of the program."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _unwritable(error: OSError) -> Problem:
    return Problem(
        "output-unwritable",
        N_("The output cannot be written: {reason}."),
        N_("Make room for it, or send it elsewhere."),
        details={"reason": error.strerror or str(error)},
    )
