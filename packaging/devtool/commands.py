"""The commands of `packaging/dev.py`, each as the short list of what it does."""

import os
from collections.abc import Iterable, Sequence

from devtool import environment, gate, locks, npm, system
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
        case ["run", *rest]:
            _run(rest)
        case ["test", *rest]:
            _prepare_tests()
            os.chdir(environment.ROOT)
            chosen = [environment.program("python"), "-m", "pytest", *rest]
            become(chosen if rest else gate.all_tests_command())
        case ["check", *flags] if set(flags) <= {"--fast", "--no-tests"}:
            with_tests = "--no-tests" not in flags
            if with_tests:
                _prepare_tests()
            else:
                _prepare("dev")
            return gate.run_checks(fast="--fast" in flags, tests=with_tests)
        case ["bench", *names]:
            _prepare("dev", FOR_TESTS)
            return gate.run_benchmarks(names)
        case ["catalogs"]:
            _prepare("dev")
            run_quietly(gate.catalogs_command("update"))
        case ["lock", *rest]:
            _prepare("dev")
            locks.make(rest)
            npm.make_lock()
        case ["help" | "-h" | "--help"]:
            print(USAGE)
        case _:
            say(USAGE)
            return 2
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


def _run(arguments: Sequence[str]) -> None:
    if opens_window(arguments) and not system.has_display(os.environ):
        raise Refusal(system.explain_no_display(arguments, is_root=_is_root()))
    _prepare("run", system.RUN_PACKAGES)
    become([environment.program("python"), "-m", "glmdesk", *arguments])


def _prepare_tests() -> None:
    _prepare("dev", FOR_TESTS)
    npm.provide()


def _prepare(group: environment.Group, packages: Iterable[str] = ()) -> None:
    system.provide(packages, is_root=_is_root())
    environment.provide(group)


def _is_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0
