"""The one instance of a data folder: who becomes it, and what of the others reaches it."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest

from glmdesk.desktop.instance import (
    DONE,
    GREETING,
    MOST_BYTES,
    REFUSED,
    Claim,
    InstanceCommand,
    claim_or_hand_over,
)
from glmdesk.domain.errors import LocalDataError, UsageError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets have paths elsewhere")

RAISE = InstanceCommand()

# Says whether it became the instance, and is that until it is killed.
RACE = """
import sys
from pathlib import Path
from glmdesk.desktop.instance import InstanceCommand, claim_or_hand_over

claim = claim_or_hand_over(Path(sys.argv[1]), InstanceCommand("ask", "你好"))
print("handed over" if claim is None else "instance", flush=True)
if claim is not None:
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # Folders of tests may be too long for it.
    with TemporaryDirectory() as runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        yield


@contextmanager
def instance(data: Path) -> Iterator[Claim]:
    claim = claim_or_hand_over(data, RAISE)
    assert claim is not None
    try:
        yield claim
    finally:
        claim.close()


def answering(claim: Claim, answer: bytes, lines: list[bytes]) -> Thread:
    """Let an instance answer one other start."""

    def serve() -> None:
        assert claim.listener is not None
        with claim.listener.accept()[0] as peer:
            peer.sendall(GREETING)
            lines.append(peer.makefile("rb").readline())
            peer.sendall(answer)

    thread = Thread(target=serve)
    thread.start()
    return thread


def test_the_second_start_hands_over_what_it_wants(tmp_path: Path) -> None:
    command = InstanceCommand("ask", "你好\n世界", ("/a b", "/\udcff"), "glm-4-plus", "Be brief", "token")
    lines: list[bytes] = []
    with instance(tmp_path / "data") as claim:
        thread = answering(claim, DONE, lines)
        assert claim_or_hand_over(tmp_path / "data", command) is None
        thread.join()

    assert InstanceCommand.decoded(lines[0]) == command


def test_two_folders_have_two_instances_and_one_has_one_by_whatever_path(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "one")
    with instance(tmp_path / "one"), instance(tmp_path / "two"), pytest.raises(LocalDataError):
        claim_or_hand_over(tmp_path / "link", RAISE, patience_s=0.1)


def test_an_instance_that_does_not_answer_is_given_up_and_has_got_nothing(tmp_path: Path) -> None:
    with instance(tmp_path) as claim:
        with pytest.raises(LocalDataError, match="does not answer"):
            claim_or_hand_over(tmp_path, RAISE, patience_s=0.1)
        assert claim.listener is not None
        with claim.listener.accept()[0] as peer:
            assert peer.recv(100) == b""


def test_what_the_instance_refuses_is_said(tmp_path: Path) -> None:
    with instance(tmp_path) as claim:
        thread = answering(claim, REFUSED, [])
        with pytest.raises(LocalDataError, match="cannot do this"):
            claim_or_hand_over(tmp_path, RAISE)
        thread.join()


def test_a_start_takes_the_place_of_an_instance_that_is_just_ending(tmp_path: Path) -> None:
    claim = claim_or_hand_over(tmp_path, RAISE)
    assert claim is not None

    def end() -> None:
        assert claim.listener is not None
        claim.listener.accept()[0].close()
        claim.close()

    thread = Thread(target=end)
    thread.start()
    successor = claim_or_hand_over(tmp_path, RAISE)
    thread.join()
    assert successor is not None
    successor.close()


def test_one_of_many_that_start_at_once_is_the_instance_and_a_killed_one_is_in_nobody_s_way(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", RACE, str(tmp_path)]
    first = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert first.stdout is not None
    assert first.stdout.readline() == b"instance\n"
    first.kill()
    first.communicate()
    with instance(tmp_path) as claim:
        assert claim.listener is not None
        racing = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(3)]
        for _ in racing:
            answering(claim, DONE, []).join()
        assert [process.communicate()[0] for process in racing] == [b"handed over\n"] * 3


def test_nobody_else_can_reach_the_socket(tmp_path: Path) -> None:
    with instance(tmp_path) as claim:
        folder = Path(claim.name).parent
        assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    with instance(tmp_path):
        assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o770)
    with pytest.raises(PermissionError):
        claim_or_hand_over(tmp_path, RAISE)


def test_a_long_runtime_folder_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    with instance(tmp_path / "data") as claim, socket.socket(socket.AF_UNIX) as peer:
        peer.connect(claim.name)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\n",
        b"1\n",
        b'{"act": "raise"}\n',
        RAISE._replace(text="x").encoded().replace(b'"raise"', b'"format"'),
        RAISE.encoded().replace(b"[]", b"[1]"),
        RAISE.encoded().replace(b"[]", b"null"),
        RAISE._replace(text="x").encoded().replace(b'"x"', b"1"),
        b"[" * 100_000,
    ],
)
def test_what_is_no_wish_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which one is json's affair
        InstanceCommand.decoded(line)


def test_a_text_that_is_too_long_is_refused_before_it_is_sent() -> None:
    with pytest.raises(UsageError):
        InstanceCommand("ask", "x" * MOST_BYTES).encoded()
