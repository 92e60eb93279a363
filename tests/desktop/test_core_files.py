"""The limits that the kernel holds the real program to, while it waits for its user."""

import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import KEY, Program
from tests.support.desktop import ROOT
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
        # One byte and not none: that is what stops a program which crashes are piped to, too.
        wait_until(lambda: core_limits(process)[0] == "1", "a limit of no core files")
        assert core_limits(process) == ["1", hard]
        assert process.poll() is None


@pytest.mark.usefixtures("_core_files")
def test_a_crash_writes_no_file_where_it_happens(tmp_path: Path) -> None:
    script = (
        "import os; from glmdesk.desktop.core_files import forbid_core_files; forbid_core_files(); os.abort()"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, check=False
    )

    assert ended.returncode == -signal.SIGABRT
    assert list(tmp_path.iterdir()) == []


def test_where_the_system_allows_no_core_files_nothing_is_asked_for() -> None:
    script = (
        "import resource as r; r.setrlimit(r.RLIMIT_CORE, (0, 0));"
        "from glmdesk.desktop.core_files import forbid_core_files; forbid_core_files();"
        "print(*r.getrlimit(r.RLIMIT_CORE))"
    )

    assert subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True) == "0 0\n"
