"""What every change must pass, and the benchmarks."""

import os
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from devtool import environment
from devtool.terminal import Refusal

BENCHMARKS = environment.ROOT / "tests" / "bench"


@dataclass(frozen=True, slots=True)
class Check:
    """One program of the gate. The output of a quiet one is shown only when it fails."""

    name: str
    command: tuple[str, ...]
    is_quiet: bool = True


def catalogs_command(action: str) -> list[str]:
    """Return the command that does `action` with the translations: "check" or "update"."""
    return [environment.PEOPLE.program("python"), str(environment.ROOT / "packaging" / "catalogs.py"), action]


def all_tests_command(*left_out: str) -> list[str]:
    """Return the command that runs all tests in as many processes as there are processors.

    One that is done with its share takes over from the others. What a folder shares is made once in each.
    """
    spread = ("--numprocesses=auto", "--dist=worksteal")
    return [environment.PEOPLE.program("python"), "-m", "pytest", *spread, *left_out]


def checks(*, fast: bool, tests: bool) -> list[Check]:
    """Return the checks in the order they begin, the quickest first."""
    python = environment.PEOPLE.program("python")
    all_checks = [
        Check("ruff check", (python, "-m", "ruff", "check", "--quiet")),
        Check("ruff format", (python, "-m", "ruff", "format", "--check", "--quiet", "--diff")),
        Check("import contracts", (environment.PEOPLE.program("lint-imports"), "--no-logo")),
        Check("catalogues", tuple(catalogs_command("check"))),
        Check("mypy", (python, "-m", "mypy")),
    ]
    if not fast:
        # What is for another system is not even looked at here.
        for title, platform in (("Windows", "win32"), ("macOS", "darwin")):
            apart = (f"--platform={platform}", f"--cache-dir=.mypy_cache/{platform}", "--no-warn-unreachable")
            all_checks.append(Check(f"mypy for {title}", (python, "-m", "mypy", *apart, "glmdesk")))
        all_checks.append(Check("pyright", (python, "-m", "pyright", "--pythonpath", python)))
    if tests:
        left_out = ("--ignore=tests/ui", "--ignore=tests/e2e") if fast else ()
        all_checks.append(Check("pytest", tuple(all_tests_command(*left_out)), is_quiet=False))
    return all_checks


def run_checks(*, fast: bool, tests: bool) -> int:
    """Return 0 when every check passes, else 1."""
    wanted = checks(fast=fast, tests=tests)
    quiet = [check for check in wanted if check.is_quiet]
    # The tests are not disturbed by the others, and not run when one of these has failed.
    loud = [check for check in wanted if not check.is_quiet]
    return 0 if pass_together(quiet) and all(pass_together([check]) for check in loud) else 1


def pass_together(together: Sequence[Check]) -> bool:
    """Run checks, as many at once as there are processors; tell of each in their order whether it has passed.

    After the first that fails none begins.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for check, run in [(check, pool.submit(_run, check)) for check in together]:
            title = f"{check.name:<18}"
            print(title if check.is_quiet else check.name, end="" if check.is_quiet else "\n", flush=True)
            result = run.result()
            if not check.is_quiet:
                print(title, end="")
            print(f"{result.seconds:6.1f} s{'' if result.passed else '  failed'}", flush=True)
            if not result.passed:
                if check.is_quiet:
                    print(result.output.rstrip(), flush=True)
                pool.shutdown(cancel_futures=True)
                return False
    return True


@dataclass(frozen=True, slots=True)
class _Result:
    """What came of a check; `output` is empty for one that is not quiet."""

    passed: bool
    seconds: float
    output: str


def _run(check: Check) -> _Result:
    began = time.monotonic()
    ended = subprocess.run(
        check.command,
        cwd=environment.ROOT,
        # Pyright would look for a newer version of itself on the network.
        env={**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
        stdout=subprocess.PIPE if check.is_quiet else None,
        stderr=subprocess.STDOUT if check.is_quiet else None,
        text=True,
        check=False,
    )
    return _Result(ended.returncode == 0, time.monotonic() - began, ended.stdout or "")


def benchmarks(folder: Path) -> list[str]:
    """Return the names of the benchmarks in `folder`: its modules without a leading underscore."""
    return sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))


def run_benchmarks(names: Sequence[str]) -> int:
    """Run the named benchmarks, or all; return the exit code of the last that failed, or 0.

    Raises:
        Refusal: There is none of that name.
    """
    known = benchmarks(BENCHMARKS)
    if unknown := [name for name in names if name not in known]:
        raise Refusal(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(known)}.")
    worst = 0
    for name in names or known:
        command = [environment.PEOPLE.program("python"), "-m", f"tests.bench.{name}"]
        worst = subprocess.run(command, cwd=environment.ROOT, check=False).returncode or worst
    return worst
