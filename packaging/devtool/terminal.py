"""How the developer's tool speaks and starts other programs."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn


class Refusal(Exception):
    """The command cannot go on; the text says why and what the person can do."""


def say(text: str) -> None:
    """Tell what happens now, on standard error: standard output belongs to the program that is started."""
    print(text, file=sys.stderr, flush=True)


def run_quietly(
    command: Sequence[str], *, folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> str:
    """Run a program in `folder`, the current one when None, and return its output, which is not shown.

    Raises:
        Refusal: It failed; the text holds all it said.
    """
    ended = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise Refusal(f"{ended.stdout.rstrip()}\n\nThis failed: {' '.join(command)}")
    return ended.stdout


def become(command: Sequence[str]) -> NoReturn:
    """Replace this process, so that signals and the exit code are the program's own."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], [*command])  # noqa: S606 - no shell is wanted
    # Windows returns to the shell at once on exec; a child is the nearest thing.
    sys.exit(subprocess.run(command, check=False).returncode)
