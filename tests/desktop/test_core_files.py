"""The limits that the kernel holds the real program to, while it waits for its user."""

import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import KEY, Program
from tests.support.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def _core_files() -> Iterator[None]:
    """Allow this process and its children core files: many systems begin with none."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        pytest.skip("this system allows no core files to anybody")
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


def core_limits(process: subprocess.Popen[bytes]) -> list[str]:
    """Return the soft and the hard limit in the kernel's words."""
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    found = re.search(r"^Max core file size +(\S+) +(\S+)", limits, re.MULTILINE)
    assert found is not None
    return list(found.groups())


@pytest.mark.usefixtures("_core_files")
@pytest.mark.parametrize("words", [["--demo"], ["key", "set"], ["ask"]], ids=["window", "key set", "ask"])
def test_a_crash_leaves_no_core_file(tmp_path: Path, words: list[str]) -> None:
    program = Program(tmp_path, {"QT_QPA_PLATFORM": "offscreen", "GLMDESK_API_KEY": KEY})

    with program.running(*words, stdin=subprocess.PIPE) as process:
        _, hard = core_limits(process)
        wait_until(lambda: core_limits(process)[0] == "0", "a limit of no core files")
        assert core_limits(process) == ["0", hard]
        assert process.poll() is None
