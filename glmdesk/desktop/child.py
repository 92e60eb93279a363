"""A process that answers one question, in bounds of time and output, of which nothing is left afterwards."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

_GRACE_S: Final = 3.0
"""Seconds in which a process that is told to end may end those that it has started."""
_AT_ONCE: Final = 1 << 16
_WITHOUT_CONSOLE: Final = 0x08000000 if sys.platform == "win32" else 0

Fate = Literal["answered", "ended", "too-slow", "too-much"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a process may take, how long its answer may be, and how much it may write beside it.

    Of what it writes beside it the last `kept_bytes` are kept.
    """

    seconds: float
    answer_bytes: int
    log_bytes: int
    kept_bytes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a process: its answer, how it ended without one, and what it wrote beside it."""

    fate: Fate
    answer: bytes
    log: str
    code: int | None


async def ask_child(
    argv: Sequence[str], question: bytes, *, env: Mapping[str, str], folder: Path, bounds: Bounds
) -> Outcome:
    """Write a line to the standard input of a new process, and return the first line that it answers with.

    Standard input stays open for as long as the process may live; one that lives on is killed with its group.
    Raises OSError where it cannot be started. A caller that is cancelled waits until it has ended.
    """
    process = await asyncio.create_subprocess_exec(  # noqa: TID251 - this is it
        *argv,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=bounds.answer_bytes,
        env=env,
        cwd=folder,
        # It is ended with all its group, and no key in a terminal is for it.
        start_new_session=True,
        creationflags=_WITHOUT_CONSOLE,
    )
    child = _Child(process, bounds)
    try:
        async with asyncio.timeout(bounds.seconds) as patience, asyncio.TaskGroup() as group:
            group.create_task(child.collect_log())
            await child.ask(question)
            # What it still has to say is not waited for at length.
            patience.reschedule(asyncio.get_running_loop().time() + _GRACE_S)
    except* TimeoutError:
        child.fate = "answered" if child.answer else "too-slow"
    except* _TooMuch:
        child.fate = "too-much"
    finally:
        await child.end()
    return Outcome(child.fate, child.answer, child.log.decode(errors="replace"), process.returncode)


class _TooMuch(Exception):
    """It has written more than it may."""


class _Child:
    """A process that runs, and what has come from it."""

    def __init__(self, process: asyncio.subprocess.Process, bounds: Bounds) -> None:
        self.fate: Fate = "ended"
        self.answer = b""
        self.log = b""
        self._process = process
        self._bounds = bounds

    async def ask(self, question: bytes) -> None:
        """Write the question and read the answer; the process is to end then."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(question + b"\n")
        # Whether it reads all of that is not waited for: it may have answered before.
        try:
            self.answer = await stdout.readuntil(b"\n")
            self.fate = "answered"
        except asyncio.IncompleteReadError:
            pass  # it has ended; how is known soon
        except asyncio.LimitOverrunError as error:
            raise _TooMuch from error
        self._hang_up()

    async def collect_log(self) -> None:
        """Read what is written beside the answer until all who write have ended, or too much has come."""
        stderr = self._process.stderr
        assert stderr is not None
        read = 0
        while piece := await stderr.read(_AT_ONCE):
            read += len(piece)
            self.log = (self.log + piece)[-self._bounds.kept_bytes :]
            if read > self._bounds.log_bytes and not self.answer:
                raise _TooMuch

    async def end(self) -> None:
        """Let nothing of the process be left."""
        self._hang_up()
        if await self._is_gone():
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)
        await self._is_gone()

    async def _is_gone(self) -> bool:
        """Wait for the end of the process and of all that hold its pipes; return False if that takes long."""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        try:
            # Some Pythons take a process for running as long as its pipes were not read to their ends.
            async with asyncio.timeout(_GRACE_S), asyncio.TaskGroup() as group:
                group.create_task(_drain(self._process.stdout))
                group.create_task(_drain(self._process.stderr))
                await self._process.wait()
        except TimeoutError:
            return False
        return True

    def _hang_up(self) -> None:
        """Tell the process to end, and what it has started; on Windows it is not asked."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        if sys.platform == "win32" and self._process.returncode is None:
            self._process.kill()


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(_AT_ONCE):
        pass
