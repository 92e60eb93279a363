"""dev.py from outside, and what each command is made of."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from devtool import commands, environment, gate
from devtool.terminal import Refusal, run_quietly

DEV = environment.ROOT / "packaging" / "dev.py"
HEADLESS = {
    name: value
    for name, value in os.environ.items()
    if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
}


def dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(DEV), *arguments]
    return subprocess.run(command, env=HEADLESS, capture_output=True, text=True, timeout=20, check=False)


def test_running_without_a_display_says_how_to_get_one() -> None:
    ended = dev("run")

    assert ended.returncode == 2
    assert "no display" in ended.stderr
    assert "xvfb-run" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("arguments", [(), ("walk",), ("check", "--quick"), ("catalogs", "now")])
def test_a_command_that_does_not_exist_shows_those_that_do(arguments: tuple[str, ...]) -> None:
    ended = dev(*arguments)

    assert ended.returncode == 2
    assert "usage:" in ended.stderr


def test_help_lists_the_commands() -> None:
    ended = dev("--help")

    assert ended.returncode == 0
    assert all(
        f"\n  {name}" in ended.stdout for name in ("run", "test", "check", "bench", "catalogs", "lock")
    )


def test_a_benchmark_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refusal, match="no benchmark sprint"):
        gate.run_benchmarks(["sprint"])


def test_an_older_python_can_read_that_it_is_too_old() -> None:
    ast.parse(DEV.read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), True),
        (("--demo",), True),
        (("--home", "ask"), True),
        (("--home", "folder", "--quick"), True),
        (("ask", "你好"), False),
        (("--home", "folder", "search", "words"), False),
        (("--version",), False),
        (("--demo", "--help"), False),
    ],
)
def test_only_a_window_needs_a_display(arguments: tuple[str, ...], expected: bool) -> None:
    assert commands.opens_window(arguments) is expected


def test_the_gate_ends_with_all_tests() -> None:
    names = [check.name for check in gate.checks(fast=False, tests=True)]

    assert names == [
        "ruff check",
        "ruff format",
        "import contracts",
        "catalogues",
        "mypy",
        "mypy for Windows",
        "mypy for macOS",
        "pyright",
        "pytest",
    ]


def test_the_fast_gate_leaves_out_pyright_and_the_window() -> None:
    *checks, tests = gate.checks(fast=True, tests=True)

    assert "pyright" not in [check.name for check in checks]
    assert {"--ignore=tests/ui", "--ignore=tests/e2e"} <= set(tests.command)


def test_the_gate_can_leave_the_tests_to_others() -> None:
    assert "pytest" not in [check.name for check in gate.checks(fast=False, tests=False)]


def check(name: str, code: str) -> gate.Check:
    return gate.Check(name, (sys.executable, "-c", code))


def test_checks_that_run_together_are_told_of_in_their_order(capfd: pytest.CaptureFixture[str]) -> None:
    many = sum(range(1_000_000))

    assert gate.pass_together([check("slow", f"assert sum(range(1_000_000)) == {many}"), check("quick", "")])
    assert [line.split()[0] for line in capfd.readouterr().out.splitlines()] == ["slow", "quick"]


def test_the_first_check_that_fails_says_why_and_is_the_last(capfd: pytest.CaptureFixture[str]) -> None:
    failing = check("failing", "raise SystemExit('a fault')")

    assert not gate.pass_together([check("passing", "print('well')"), failing, check("untold", "")])
    passing, failed, why = capfd.readouterr().out.splitlines()
    assert (passing.split()[0], failed.split()[0], why) == ("passing", "failing", "a fault")
    assert failed.endswith("failed")


def test_all_tests_are_run_by_every_processor() -> None:
    *_others, tests = gate.checks(fast=False, tests=True)

    assert "--numprocesses=auto" in tests.command
    assert list(tests.command) == gate.all_tests_command()


def test_benchmarks_are_the_public_modules_of_their_folder(tmp_path: Path) -> None:
    for name in ("stream.py", "start.py", "_clock.py", "__init__.py", "notes.txt"):
        (tmp_path / name).touch()

    assert gate.benchmarks(tmp_path) == ["start", "stream"]


def test_a_quiet_program_is_heard_when_it_fails(capfd: pytest.CaptureFixture[str]) -> None:
    run_quietly([sys.executable, "-c", "print('all is well')"])
    with pytest.raises(Refusal, match="disk full"):
        run_quietly([sys.executable, "-c", "print('disk full'); raise SystemExit(1)"])

    assert capfd.readouterr() == ("", "")
