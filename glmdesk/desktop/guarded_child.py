"""Programs that serve us on their standard streams, and that do not outlive us, however we end.

POSIX has no way to say so of a whole group of processes. A watcher in the group of each program waits for the
end of a pipe that we alone can write: the kernel closes it when we are gone, also by SIGKILL or a crash, and
the watcher kills the group, with all that the program has started.
"""

import asyncio
import logging
import os
import shutil
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, cast

from glmdesk.typed import override

logger = logging.getLogger(__name__)

GRACE_S: Final = 1.5
"""Seconds between each of: the end of its input, the request to end, and the order. All fit into our end."""

_DRAIN_S: Final = 1.0
"""Seconds for the last words of a program that has ended; what it started may hold its streams open."""

_BUFFER_BYTES: Final = 1 << 20

# Twice in the background, so that the program is not the parent of its watcher. The shell becomes the
# program. The watcher outlives the request to end, because the program may not heed it.
_GUARD: Final = """\
( ( trap '' TERM INT HUP; read -r _ <"$1"; kill -9 0 ) </dev/null >/dev/null 2>&1 & )
shift
exec "$@"
"""

# The request to end, and the order.
if sys.platform == "win32":
    _ENDS: Final[tuple[signal.Signals, ...]] = ()
else:
    _ENDS: Final = (signal.SIGTERM, signal.SIGKILL)

Line = Callable[[str], None]


class GuardedChild:
    """A running program."""

    def __init__(self, pid: int, transport: asyncio.SubprocessTransport, pipes: "_Pipes") -> None:
        self.pid = pid
        self._transport = transport
        self._pipes = pipes

    @property
    def exit_code(self) -> int | None:
        """What it ended with; negative for a signal, None while it runs."""
        return self._transport.get_returncode()

    async def read(self) -> bytes:
        """Return what it has written on its standard output; nothing at the end."""
        return await self._pipes.output.read(_BUFFER_BYTES)

    def write(self, data: bytes) -> None:
        """Write to its standard input. What it does not read any more is dropped."""
        stdin = cast("asyncio.WriteTransport", self._transport.get_pipe_transport(0))
        if not stdin.is_closing():
            stdin.write(data)

    async def wait(self) -> None:
        """Wait until it has ended."""
        await self._pipes.ended.wait()

    async def last_words(self) -> None:
        """Wait until it has ended and all that it wrote is here, but not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_S):
                await self._pipes.ended.wait()
                await self._pipes.errors_ended.wait()

    async def end(self) -> None:
        """Let it end: by itself, else upon request, else at once."""
        stdin = self._transport.get_pipe_transport(0)
        if stdin is not None:
            stdin.close()
        for number in (None, *_ENDS):
            if number is not None:
                self._signal(number)
            with suppress(TimeoutError):
                async with asyncio.timeout(GRACE_S):
                    await self._pipes.ended.wait()
                    return
        logger.warning("Process %d does not end.", self.pid)

    def _signal(self, number: signal.Signals) -> None:
        # The group is there for as long as its leader is not reaped, and the leader has not ended.
        if sys.platform != "win32" and self.exit_code is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)


class _Pipes(asyncio.SubprocessProtocol):
    """What comes out of a program."""

    def __init__(self, line: Line) -> None:
        self.output = asyncio.StreamReader(limit=_BUFFER_BYTES)
        self.ended, self.errors_ended = asyncio.Event(), asyncio.Event()
        self._line = line
        self._rest = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        pipe = cast("asyncio.SubprocessTransport", transport).get_pipe_transport(1)
        if pipe is not None:
            # It stops reading where nobody takes what was read.
            self.output.set_transport(pipe)

    @override
    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 1:
            self.output.feed_data(data)
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._say(line)
        if len(self._rest) > _BUFFER_BYTES:
            self._say(self._rest)
            self._rest = b""

    @override
    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == 1:
            self.output.feed_eof()
        elif fd == 2:  # noqa: PLR2004 - standard error
            if self._rest:
                self._say(self._rest)
            self._rest = b""
            self.errors_ended.set()

    @override
    def process_exited(self) -> None:
        self.ended.set()

    def _say(self, line: bytes) -> None:
        self._line(line.decode(errors="replace").rstrip("\r"))


def find_program(command: str, environ: Mapping[str, str], folder: str | None = None) -> str | None:
    """Return the file that a command names in an environment, None where there is none."""
    if os.path.dirname(command) and folder and not os.path.isabs(command):  # noqa: PTH120, PTH117 - as a shell
        command = os.path.join(folder, command)  # noqa: PTH118
    return shutil.which(os.path.expanduser(command), path=environ.get("PATH", os.defpath))  # noqa: PTH111


@asynccontextmanager
async def guarded_child(
    argv: Sequence[str], environ: Mapping[str, str], *, folder: str | None = None, line: Line
) -> AsyncGenerator[GuardedChild, None]:
    """Run a program, whose first word is its file, for as long as the block; `line` takes its standard error.

    Raises OSError when it cannot be started.
    """
    if sys.platform == "win32":
        raise NotImplementedError("job objects do this on Windows")
    loop = asyncio.get_running_loop()
    life, ours = os.pipe()
    try:
        transport, pipes = await loop.subprocess_exec(
            lambda: _Pipes(line),
            *("/bin/sh", "-c", _GUARD, "glmdesk", f"/dev/fd/{life}", *argv),
            env=dict(environ),
            cwd=folder,
            pass_fds=(life,),
            start_new_session=True,
        )
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(life)
    child = GuardedChild(transport.get_pid() or 0, transport, pipes)
    try:
        yield child
    finally:
        try:
            await child.end()
        finally:
            # Whatever is left of the group ends now, by the hand of the watcher.
            os.close(ours)
            transport.close()
