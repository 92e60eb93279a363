"""The commands of `packaging/dev.py`, each as the short list of what it does."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from devtool import environment, gate, locks, npm, packages, system
from devtool.terminal import Refusal, become, run_quietly, say

USAGE = """\
usage: python3 packaging/dev.py COMMAND

  run [ARGUMENT…]       start glmdesk; every argument is its own
  test [ARGUMENT…]      run the tests; every argument is pytest's
                        without one, all of them, in as many processes as there are processors
  check [--fast] [--no-tests]
                        the whole gate: format, lint, import contracts, types, catalogues, tests
                        --fast leaves out pyright and the tests of the window
  bench [NAME…]         run the named benchmarks of tests/bench, or all
  catalogs              bring the translations up to date with the source
  package [--check]     make what is delivered on this system, in dist/
                        --check installs it where nothing else is, and tries it there
  lock [ARGUMENT…]      make the lock files again; every argument is uv's, such as --upgrade

What is missing is installed first: .venv from the lock files, and as root the system packages."""

FOR_TESTS = (*system.RUN_PACKAGES, *system.TEST_PACKAGES)

# Options of glmdesk whose next word is their value.
OPTIONS_WITH_VALUE = ("--home", "--log-level")
# Options of glmdesk that print and open no window.
PRINTING_OPTIONS = ("-h", "--help", "--version")


def main(arguments: Sequence[str]) -> int:
    """Return the exit code of the command in `arguments`: 2 when it cannot begin."""
    try:
        return _dispatch(arguments)
    except Refusal as refusal:
        say(str(refusal))
        return 2
    except KeyboardInterrupt:
        return 130


def _dispatch(arguments: Sequence[str]) -> int:
    match arguments:
        case ["help" | "-h" | "--help"]:
            print(USAGE)
            return 0
        case [command, *rest] if command in _COMMANDS and set(rest) <= _FLAGS.get(command, {*rest}):
            return _COMMANDS[command](rest)
        case _:
            say(USAGE)
            return 2


def _test(arguments: Sequence[str]) -> NoReturn:
    _prepare_tests()
    os.chdir(environment.ROOT)
    chosen = [environment.PEOPLE.program("python"), "-m", "pytest", *arguments]
    become(chosen if arguments else gate.all_tests_command())


def _check(flags: Sequence[str]) -> int:
    with_tests = "--no-tests" not in flags
    if with_tests:
        _prepare_tests()
    else:
        _prepare("dev")
    return gate.run_checks(fast="--fast" in flags, tests=with_tests)


def _bench(names: Sequence[str]) -> int:
    _prepare("dev", FOR_TESTS)
    return gate.run_benchmarks(names)


def _catalogs(_nothing: Sequence[str]) -> int:
    _prepare("dev")
    run_quietly(gate.catalogs_command("update"))
    return 0


def _package(flags: Sequence[str]) -> int:
    is_checked = "--check" in flags
    if sys.platform == "linux":
        tools = (*system.BUILD_PACKAGES, *(system.PACKAGE_CHECK_PACKAGES if is_checked else ()))
        system.provide((*system.RUN_PACKAGES, *tools), is_root=_is_root())
    if is_checked:
        _prepare_tests()
    else:
        _prepare("dev")
    return packages.make(check=is_checked)


def _lock(options: Sequence[str]) -> int:
    _prepare("dev")
    locks.make(options)
    npm.make_lock()
    return 0


def opens_window(arguments: Sequence[str]) -> bool:
    """Return whether glmdesk, started with `arguments`, opens a window: it was given no command."""
    words = iter(arguments)
    for word in words:
        if word in PRINTING_OPTIONS or not word.startswith("-"):
            return False
        if word in OPTIONS_WITH_VALUE:
            next(words, None)
    return True


def _run(arguments: Sequence[str]) -> NoReturn:
    if opens_window(arguments) and not system.has_display(os.environ):
        raise Refusal(system.explain_no_display(arguments, is_root=_is_root()))
    _prepare("run", system.RUN_PACKAGES)
    become([environment.PEOPLE.program("python"), "-m", "glmdesk", *arguments])


def _prepare_tests() -> None:
    _prepare("dev", FOR_TESTS)
    npm.provide()


def _prepare(group: environment.Group, packages: Iterable[str] = ()) -> None:
    system.provide(packages, is_root=_is_root())
    environment.PEOPLE.provide(group)


def _is_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0


_COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "run": _run,
    "test": _test,
    "check": _check,
    "bench": _bench,
    "catalogs": _catalogs,
    "package": _package,
    "lock": _lock,
}
_FLAGS: dict[str, set[str]] = {"check": {"--fast", "--no-tests"}, "catalogs": set(), "package": {"--check"}}
"""What may follow a command; anything may follow the others."""
