"""The one running instance of a data folder: who it is, and what another start wants of it.

Whoever holds a lock is the instance, and nobody else touches its socket: two starts at once cannot both be
it, and what a killed one left behind is in nobody's way. It greets who connects; only then does it get the
wish, as one line of JSON, and it answers with one word. So nothing is done by an instance that was given up.
"""

import json
import os
import socket
import stat
import struct
import sys
import time
from pathlib import Path
from typing import Final, Literal, NamedTuple, cast, get_args

from glmdesk.domain.errors import LocalDataError, Problem, UsageError
from glmdesk.i18n import N_

if sys.platform == "win32":
    import msvcrt
    import queue
    import threading

    from glmdesk.desktop.windows_pipe import is_pipe_ours, let_server_come_to_front
else:
    import fcntl

Act = Literal["raise", "hidden", "quick", "ask", "open"]

GREETING: Final = b"glmdesk 1\n"
DONE: Final = b"done\n"
REFUSED: Final = b"refused\n"

MOST_BYTES: Final = 1 << 20
"""Of a wish. A text that is longer is a file's."""

# Seconds. An instance that has just been started opens its history first.
_PATIENCE_S = 10.0
_POLL_S = 0.02
# Bytes. A socket's path is limited to 103 on macOS and 107 on Linux.
_LONGEST_PATH = 100


class InstanceCommand(NamedTuple):
    """What a start wants: the window, nothing but to be there, the popup with a text, an answer, or files.

    Answers and files come into a new chat. `files` are whole paths. `activation_token` is what the desktop
    gave this start to show a window with.
    """

    act: Act = "raise"
    text: str = ""
    files: tuple[str, ...] = ()
    model: str = ""
    system: str = ""
    activation_token: str = ""

    @property
    def shows_window(self) -> bool:
        """Whether a first start shows its window at once."""
        return self.act not in ("hidden", "quick")

    def encoded(self) -> bytes:
        """Return it as a line. Raises UsageError for one that is too long."""
        line = json.dumps(self._asdict()).encode() + b"\n"
        if len(line) > MOST_BYTES:
            raise UsageError(
                Problem("too-long", N_("The text is too long for a window."), N_("Give it as a file."))
            )
        return line

    @classmethod
    def decoded(cls, line: bytes) -> "InstanceCommand":
        """Return what a line says. Raises ValueError for one that nobody of us has written."""
        try:
            found: object = json.loads(line)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        fields = cast("dict[str, object]", found if isinstance(found, dict) else {})
        if fields.keys() != set(cls._fields) or fields["act"] not in get_args(Act):
            raise ValueError("not a wish")
        files = fields.pop("files")
        if not isinstance(files, list) or not _are_texts([*cast("list[object]", files), *fields.values()]):
            raise ValueError("not texts")
        texts = cast("dict[str, str]", fields)
        act = cast("Act", texts.pop("act"))
        return cls(act, files=tuple(cast("list[str]", files)), **texts)


class Claim(NamedTuple):
    """That this process is the instance, until it is closed.

    `listener` is where others connect. On Windows there is none: a named pipe called `name` is to be made.
    """

    name: str
    listener: socket.socket | None
    lock: int

    def close(self) -> None:
        """Be the instance no longer."""
        if self.listener is not None:
            Path(self.name).unlink(missing_ok=True)
            self.listener.close()
        os.close(self.lock)


def claim_or_hand_over(
    data: Path, command: InstanceCommand, *, patience_s: float = _PATIENCE_S
) -> Claim | None:
    """Become the instance of a data folder, or let the one that there is do what is wanted and return None.

    Raises LocalDataError where it does not answer within `patience_s` seconds or cannot do it, OSError where
    no place for a socket can be had.
    """
    line = command.encoded()
    name, lock_path = _place(data)
    deadline = time.monotonic() + patience_s
    while (claim := _claim(name, lock_path)) is None:
        match _hand_over(name, line, deadline):
            case True:
                return None
            case False:
                raise LocalDataError(_cannot())
            case None:
                # It has not begun to listen, or is just ending; then its place is free at once.
                if time.monotonic() > deadline:
                    raise LocalDataError(_silent())
                time.sleep(_POLL_S)
    return claim


def is_ours(peer: socket.socket) -> bool:
    """Whether what is connected runs for the same user."""
    if sys.platform == "win32":
        return True  # the pipe lets nobody else in
    if sys.platform == "darwin":
        # SOL_LOCAL, LOCAL_PEERCRED: a version, then the user.
        _version, user = struct.unpack_from("=II", peer.getsockopt(0, 1, 76))
    else:
        _process, user, _group = struct.unpack(
            "=iII", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        )
    return bool(user == os.getuid())


def _are_texts(values: list[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _place(data: Path) -> tuple[str, Path]:
    """Return the name of the socket or pipe of a data folder, and the path of the lock."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Whatever path leads to it, it is one folder.
    found = data.stat()
    return _place_of(data, f"{found.st_dev:x}-{found.st_ino:x}")


if sys.platform == "win32":

    def _place_of(data: Path, name: str) -> tuple[str, Path]:
        return f"glmdesk-{name}", data / "instance.lock"

    def _claim(name: str, lock_path: Path) -> Claim | None:
        lock = os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        except OSError:
            os.close(lock)
            return None
        return Claim(name, None, lock)

    def _hand_over(name: str, line: bytes, deadline: float) -> bool | None:
        """Return whether the instance has done it; None where nobody has answered."""
        answers: queue.SimpleQueue[bool | None] = queue.SimpleQueue()
        # A pipe that is read like a file knows no time limit; the thread ends with the process.
        threading.Thread(target=lambda: answers.put(_ask(name, line)), daemon=True).start()
        try:
            return answers.get(timeout=max(_POLL_S, deadline - time.monotonic()))
        except queue.Empty:
            return None

    def _ask(name: str, line: bytes) -> bool | None:
        try:
            with Path(rf"\\.\pipe\{name}").open("r+b", buffering=0) as pipe:
                handle = msvcrt.get_osfhandle(pipe.fileno())
                if not is_pipe_ours(handle):
                    return None
                let_server_come_to_front(handle)
                if pipe.read(len(GREETING)) != GREETING:
                    return None
                pipe.write(line)
                answer = pipe.read(len(REFUSED))
        except OSError:
            return None
        return answer == DONE if answer in (DONE, REFUSED) else None

else:

    def _place_of(_data: Path, name: str) -> tuple[str, Path]:
        folder = _private_folder(len(name) + len("/.sock"))
        return str(folder / f"{name}.sock"), folder / f"{name}.lock"

    def _private_folder(room: int) -> Path:
        """Return a folder that is the user's alone, with room for a name behind it. Raises OSError."""
        runtime = os.environ.get("XDG_RUNTIME_DIR", "")
        folder = Path(runtime, "glmdesk")
        if not Path(runtime).is_absolute() or len(os.fsencode(folder)) + room > _LONGEST_PATH:
            folder = Path("/tmp", f"glmdesk-{os.getuid()}")  # noqa: S108 - it is looked at below
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
            raise PermissionError(f"{folder} is not this user's alone")
        # Others may have been able to look at it, but not to put anything into it.
        folder.chmod(0o700)
        return folder

    def _claim(name: str, lock_path: Path) -> Claim | None:
        lock = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return None
        listener = socket.socket(socket.AF_UNIX)
        try:
            Path(name).unlink(missing_ok=True)
            listener.bind(name)
            listener.listen()
        except OSError:
            listener.close()
            os.close(lock)
            raise
        return Claim(name, listener, lock)

    def _hand_over(name: str, line: bytes, deadline: float) -> bool | None:
        """Return whether the instance has done it; None where nobody has answered."""
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(max(_POLL_S, deadline - time.monotonic()))
            try:
                peer.connect(name)
                if not is_ours(peer) or _read(peer, len(GREETING)) != GREETING:
                    return None
                peer.sendall(line)
                answer = _read(peer, len(REFUSED))
            except OSError:
                return None
        return answer == DONE if answer in (DONE, REFUSED) else None

    def _read(peer: socket.socket, most: int) -> bytes:
        """Return a line that is no longer than `most`, or what there is of it at the end."""
        read = b""
        while len(read) < most and not read.endswith(b"\n") and (piece := peer.recv(most - len(read))):
            read += piece
        return read


def _silent() -> Problem:
    return Problem(
        "instance-silent",
        N_("glmdesk is running but does not answer."),
        N_("Wait until it does, or end it, and try again."),
    )


def _cannot() -> Problem:
    return Problem(
        "instance-cannot",
        N_("The glmdesk that is running cannot do this now."),
        N_("Its window says why."),
    )
