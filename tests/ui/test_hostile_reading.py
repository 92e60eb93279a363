"""Whatever a message says, reading it reaches nothing: no host, no file, no program.

The system calls of a program that shows all of the corpus are looked at, so that Qt and every library it uses
are seen, and Python's own doings as well.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.hostile import messages
from tests.support.hostile_reading import MARK, PROVOCATIONS

ROOT = Path(__file__).resolve().parents[2]
LENGTH = 4_000
PARTS = 4

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="system calls are seen with strace")

_CALLS = "%network,%process,open,openat,openat2,creat,access,faccessat,faccessat2"
_MARK = re.compile(rf'access(?:at2?)?\((?:AT_FDCWD, )?"{MARK}/(begin|end)/([^"]*)"')
_CALL = re.compile(r"\d+ +(\w+)\(")
_PATH = re.compile(r'"([^"]*)"')
# A letter may be the first one of its script, code the first one of its language; and the C library asks how
# memory is given out when much of it is given back.
_INSTALLED = (
    sys.prefix,
    sys.base_prefix,
    str(ROOT),
    "/usr/share/fonts",
    "/var/cache/fontconfig",
    "/usr/lib",
    "/proc/sys/vm/overcommit_memory",
)


def traced(folder: Path, *arguments: str) -> tuple[list[str], list[str]]:
    """Run the reader; return what it says, and the system calls it made."""
    strace = shutil.which("strace")
    assert strace is not None, "strace is not installed; python3 packaging/dev.py test says how"
    trace = folder / "trace"
    command = [strace, "-f", "-qq", "--seccomp-bpf", "-e", f"trace={_CALLS}", "-o", str(trace)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        [*command, sys.executable, "-m", "tests.support.hostile_reading", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in ran.stderr
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines(), trace.read_text(errors="replace").splitlines()


def reached(calls: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what messages made the reader do: the message, and the system call."""
    message = ""
    for line in calls:
        mark, call = _MARK.search(line), _CALL.match(line)
        if mark is not None:
            message = mark[2] if mark[1] == "begin" else ""
        elif message and call is not None and not _is_harmless(call[1], line):
            yield message, line


def _is_harmless(call: str, line: str) -> bool:
    if call.startswith("clone"):
        return "CLONE_THREAD" in line
    path = _PATH.search(line)
    is_look = call.startswith(("open", "access", "faccess"))
    return call == "exit" or (is_look and path is not None and path[1].startswith(_INSTALLED))


@pytest.mark.timeout(200)
@pytest.mark.parametrize("number", range(PARTS))
def test_reading_hostile_messages_reaches_nothing(tmp_path: Path, number: int) -> None:
    # It lies outside of what is installed, also when the temporary folder does not.
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"")
    said, calls = traced(tmp_path, str(secret), "9", str(LENGTH), str(number), str(PARTS))

    assert len(said) == len(list(messages("", 9, length=LENGTH))[number::PARTS]) >= 120 // PARTS
    assert list(reached(calls)) == []


@pytest.mark.parametrize("provocation", PROVOCATIONS)
def test_what_reaches_something_is_seen(tmp_path: Path, provocation: str) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"")
    _said, calls = traced(tmp_path, str(secret), "9", str(LENGTH), "0", "1", provocation)

    assert provocation in {message for message, _call in reached(calls)}
