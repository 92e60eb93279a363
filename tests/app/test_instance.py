"""What the running instance makes of what reaches its socket."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from glmdesk.app.instance import InstanceServer
from glmdesk.desktop.instance import (
    DONE,
    GREETING,
    MOST_BYTES,
    REFUSED,
    Claim,
    InstanceCommand,
    claim_or_hand_over,
)


@pytest.fixture
def claim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Claim]:
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    claim = claim_or_hand_over(tmp_path / "data", InstanceCommand())
    assert claim is not None
    yield claim
    claim.close()


class Peer:
    """Another start, which writes what it likes while the instance's loop runs."""

    def __init__(self, claim: Claim, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(claim.name)
        self._socket.setblocking(False)

    def close(self) -> None:
        self._socket.close()

    def write(self, data: bytes) -> None:
        left = memoryview(data)

        def is_written() -> bool:
            nonlocal left
            try:
                left = left[self._socket.send(left) :]
            except BlockingIOError:
                return False
            except (BrokenPipeError, ConnectionResetError):
                return True
            return not left

        self._qtbot.waitUntil(is_written)

    def read(self, count: int = 1 << 16) -> bytes:
        """Return what arrives until there is so much of it, or until the end."""
        read = b""

        def is_read() -> bool:
            nonlocal read
            try:
                piece = self._socket.recv(count)
            except BlockingIOError:
                return False
            except ConnectionResetError:
                return True
            read += piece
            return not piece or len(read) >= count

        self._qtbot.waitUntil(is_read)
        return read


def test_a_wish_that_comes_in_pieces_is_taken_once(claim: Claim, qtbot: QtBot) -> None:
    taken: list[InstanceCommand] = []

    def take(command: InstanceCommand) -> bool:
        taken.append(command)
        return True

    server = InstanceServer(claim, take)
    peer = Peer(claim, qtbot)
    command = InstanceCommand("ask", "你好")
    line = command.encoded()
    assert peer.read(len(GREETING)) == GREETING
    peer.write(line[:9])
    peer.write(line[9:])
    assert peer.read() == DONE
    peer.close()
    server.close()
    assert taken == [command]


def test_what_cannot_be_done_is_refused(claim: Claim, qtbot: QtBot) -> None:
    server = InstanceServer(claim, lambda _command: False)
    peer = Peer(claim, qtbot)
    peer.write(InstanceCommand().encoded())
    assert peer.read() == GREETING + REFUSED
    peer.close()
    server.close()


@pytest.mark.logs_errors
@pytest.mark.parametrize(
    "line", [b"nonsense\n", json.dumps({"act": "end"}).encode() + b"\n", b"x" * MOST_BYTES]
)
def test_what_is_no_wish_is_hung_up_on_and_the_next_is_heard(claim: Claim, qtbot: QtBot, line: bytes) -> None:
    server = InstanceServer(claim, lambda _command: True)
    stranger, peer = Peer(claim, qtbot), Peer(claim, qtbot)
    stranger.write(line)
    assert DONE not in stranger.read()
    peer.write(InstanceCommand().encoded())
    assert peer.read() == GREETING + DONE
    stranger.close()
    peer.close()
    server.close()
