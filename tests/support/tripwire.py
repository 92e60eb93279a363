"""A wire across everything that reaches outside the process: files, sockets, other programs."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request")
PROGRAMS = (
    "subprocess.Popen",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.startfile",
)
FILES = ("open",)

_wires: dict[int, tuple[tuple[str, ...], list[str]]] = {}


def _feel(event: str, arguments: tuple[object, ...]) -> None:
    for events, caught in _wires.values():
        if event in events:
            caught.append(f"{event} {arguments}")


# A hook cannot be taken away again; it feels nothing while there are no wires.
sys.addaudithook(_feel)


@contextmanager
def tripwire(*events: str) -> Iterator[list[str]]:
    """Collect what Python code does of some audit events."""
    caught: list[str] = []
    _wires[id(caught)] = (events, caught)
    try:
        yield caught
    finally:
        del _wires[id(caught)]


class WatchedFile:
    """A file of which Linux tells whether anybody opened it, Qt's own code included. Closed by its `with`."""

    _IN_OPEN = 0x20

    def __init__(self, path: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = int(libc.inotify_init1(os.O_NONBLOCK))
        watch = int(libc.inotify_add_watch(self._descriptor, os.fsencode(path), self._IN_OPEN))
        if watch < 0:
            raise OSError(ctypes.get_errno(), f"{path} cannot be watched")

    def __enter__(self) -> "WatchedFile":
        return self

    def __exit__(self, *_exception: object) -> None:
        os.close(self._descriptor)

    @property
    def was_opened(self) -> bool:
        """Whether it was opened since this was last asked."""
        try:
            return bool(os.read(self._descriptor, 4096))
        except BlockingIOError:
            return False
