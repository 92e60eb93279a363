"""Programs that serve us: what they say arrives, and none of them outlives us."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from glmdesk.desktop.guarded_child import find_program, guarded_child
from tests.support.waiting import wait_until

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).resolve().parents[2]


def runs(pid: int) -> bool:
    """Whether a process runs, and is not only waiting to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def test_it_is_spoken_with_on_its_standard_streams() -> None:
    lines: list[str] = []
    script = 'echo ready >&2; read -r line; echo "got $line"; printf last >&2; exit 3'
    async with guarded_child(["/bin/sh", "-c", script], os.environ, line=lines.append) as child:
        child.write(b"hello\n")
        assert await child.read() == b"got hello\n"
        assert await child.read() == b""
        await child.last_words()

        assert child.exit_code == 3
    assert lines == ["ready", "last"]


async def test_its_environment_and_folder_are_those_that_were_named(tmp_path: Path) -> None:
    script = "pwd; echo $A; echo ${HOME:-nothing}"
    argv = ["/bin/sh", "-c", script]
    async with guarded_child(argv, {"A": "b"}, folder=str(tmp_path), line=print) as child:
        said = b""
        while piece := await child.read():
            said += piece

    assert said.decode().split() == [str(tmp_path), "b", "nothing"]


async def test_a_program_that_cannot_be_started_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        async with guarded_child(["/bin/true"], os.environ, folder=str(tmp_path / "no"), line=print):
            pytest.fail("it was started")


async def test_what_it_has_started_ends_with_it_though_neither_wants_to() -> None:
    script = "trap '' TERM; (trap '' TERM; sleep 600) & echo $$ $!; while :; do sleep 600; done"
    async with guarded_child(["/bin/sh", "-c", script], os.environ, line=print) as child:
        pids = [int(word) for word in (await child.read()).split()]
        assert all(map(runs, pids))

    wait_until(lambda: not any(map(runs, pids)), "something is left")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_nothing_is_left_when_we_are_killed(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "tests.desktop.guarded_parent"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(runs, pids))
        parent.send_signal(number)

    wait_until(lambda: not any(map(runs, pids)), "something is left")


def test_a_command_is_found_in_the_path_of_its_environment(tmp_path: Path) -> None:
    file = tmp_path / "serve"
    file.write_text("#!/bin/sh\n")
    assert find_program("serve", {"PATH": str(tmp_path)}) is None
    file.chmod(0o755)

    assert find_program("serve", {"PATH": f"/usr/bin:{tmp_path}"}) == str(file)
    assert find_program("./serve", {"PATH": "/usr/bin"}, str(tmp_path)) == f"{tmp_path}/./serve"
    assert find_program("serve", {"PATH": "/usr/bin"}) is None
