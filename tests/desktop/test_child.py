"""A process that is asked one thing: what it answers, and that nothing is left of it."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from glmdesk.desktop.child import Bounds, Outcome, ask_child

pytestmark = pytest.mark.anyio

BOUNDS = Bounds(seconds=20, answer_bytes=1 << 16, log_bytes=1 << 20, kept_bytes=100)
ECHO = "import sys; print(sys.stdin.readline().upper().strip(), flush=True)"
READS_ON = f"{ECHO}; sys.stdin.read()"


async def asked(code: str, folder: Path, *, question: bytes = b"hello", bounds: Bounds = BOUNDS) -> Outcome:
    argv = [sys.executable, "-I", "-c", code]
    return await ask_child(argv, question, env={"VARIABLE": "here"}, folder=folder, bounds=bounds)


async def test_the_first_line_is_the_answer(tmp_path: Path) -> None:
    outcome = await asked(f"{ECHO}; print('more')", tmp_path)

    assert (outcome.fate, outcome.answer, outcome.code) == ("answered", b"HELLO\n", 0)


async def test_its_input_is_closed_once_it_has_answered(tmp_path: Path) -> None:
    outcome = await asked(READS_ON, tmp_path)

    assert (outcome.fate, outcome.code) == ("answered", 0)


async def test_it_has_the_folder_and_the_variables_that_are_given(tmp_path: Path) -> None:
    code = "import os; print(os.getcwd(), os.environ['VARIABLE'], 'PATH' in os.environ)"

    assert (await asked(code, tmp_path)).answer.decode() == f"{tmp_path} here False\n"


async def test_what_it_writes_beside_the_answer_is_kept_to_its_end(tmp_path: Path) -> None:
    outcome = await asked(f"{ECHO}; sys.stderr.write('x' * 500 + 'end')", tmp_path)

    assert outcome.log == "x" * 97 + "end"


@pytest.mark.parametrize("before", ["", "os.read(0, 1000)", "os.close(0)"])
@pytest.mark.parametrize("after", ["", "time.sleep(3600)"])
async def test_what_answers_before_it_has_read_all_has_answered(
    tmp_path: Path, before: str, after: str
) -> None:
    code = f"import os, time\n{before}\nprint('too long', flush=True)\n{after}"
    outcome = await asked(code, tmp_path, question=b"x" * (1 << 22))

    assert (outcome.fate, outcome.answer) == ("answered", b"too long\n")


@pytest.mark.parametrize(
    "code", ["raise SystemExit(3)", "import sys; sys.stdin.readline(); raise SystemExit(3)"]
)
async def test_an_end_without_an_answer_says_its_code(tmp_path: Path, code: str) -> None:
    outcome = await asked(code, tmp_path, question=b"x" * (1 << 20))

    assert (outcome.fate, outcome.answer, outcome.code) == ("ended", b"", 3)


@pytest.mark.parametrize(
    "code", ["print('x' * (1 << 20))", "import sys\nwhile True: sys.stderr.write('x' * 9999)"]
)
async def test_what_writes_too_much_is_ended(tmp_path: Path, code: str) -> None:
    assert (await asked(code, tmp_path)).fate == "too-much"


async def test_what_takes_too_long_is_killed_though_it_ignores_signals(tmp_path: Path) -> None:
    code = (
        "import os, signal, time\n"
        "for number in (signal.SIGTERM, signal.SIGHUP): signal.signal(number, signal.SIG_IGN)\n"
        "open('pid', 'w').write(str(os.getpid()))\n"
        "while True: time.sleep(100)"
    )
    bounds = Bounds(seconds=2, answer_bytes=100, log_bytes=100, kept_bytes=100)
    outcome = await asked(code, tmp_path, bounds=bounds)

    assert (outcome.fate, outcome.answer) == ("too-slow", b"")
    assert not is_running(tmp_path)


async def test_a_caller_that_is_cancelled_waits_for_the_end(tmp_path: Path) -> None:
    code = "import os, sys; open('pid', 'w').write(str(os.getpid())); sys.stdin.read()"
    async with asyncio.TaskGroup() as group:
        task = group.create_task(asked(code, tmp_path))
        async with asyncio.timeout(20):
            while not is_running(tmp_path):
                await asyncio.sleep(0.01)
        task.cancel()

    assert task.cancelled()
    assert not is_running(tmp_path)


async def test_what_is_not_there_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        await ask_child([str(tmp_path / "none")], b"", env={}, folder=tmp_path, bounds=BOUNDS)


def is_running(folder: Path) -> bool:
    """Whether the process lives that has written its number there."""
    path = folder / "pid"
    if not path.exists() or not path.read_text():
        return False
    try:
        os.kill(int(path.read_text()), 0)
    except ProcessLookupError:
        return False
    return True
