"""The command `glmdesk`: reads its words, then opens the window or runs a command."""

# ruff: noqa: PLC0415 - `--help` and a mistyped word are answered before anything else is imported

import sys
from collections.abc import Sequence

from glmdesk.cli.options import Options

# What shells have for a program that Ctrl+C ended.
_INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code. `words` are those after its name; None: of this process."""
    try:
        return _run(_read(sys.argv[1:] if words is None else words))
    except KeyboardInterrupt:
        return _INTERRUPTED


def _read(words: Sequence[str]) -> Options:
    if not words:
        return Options()
    from glmdesk.cli.arguments import parse_arguments

    return parse_arguments(words)


def _run(options: Options) -> int:
    from glmdesk.desktop.core_files import forbid_core_files

    # The key may be in the environment: it is in memory before anything of ours has read it.
    forbid_core_files()
    if options.self_test:
        return _test_itself(options)
    if options.command is not None and not options.wants_window:
        from glmdesk.cli.run import run_command

        return run_command(options.command, options)
    return _open_window(options)


def _test_itself(options: Options) -> int:
    from glmdesk.cli.streams import open_missing_streams

    open_missing_streams()
    if options.self_test == "server":
        from glmdesk.app.self_test.mcp_server import serve

        return serve()
    from glmdesk.app.self_test.run import run_self_test

    return run_self_test(demands_all=options.self_test == "all")


def _open_window(options: Options) -> int:
    import gc
    from pathlib import Path

    from glmdesk.cli.handing_over import claim_for

    home = None if options.home is None else Path(options.home)
    # Before anything of Qt: a start that has an instance to turn to is to be over at once.
    claimed = claim_for(options, home)
    if isinstance(claimed, int):
        return claimed
    claim, command = claimed
    from glmdesk.desktop.paths import Paths
    from glmdesk.desktop.start_mark import StartMark

    # Only the one instance can tell of a start whether it came to its end.
    mark = None if claim is None else StartMark.begin(Paths.locate(home, demo=options.is_demo).data)
    # Nothing that is made on the way to the first paint is garbage, and looking for some takes a while.
    gc.disable()
    try:
        from glmdesk.app.interpreter import import_plainly

        import_plainly()
        from glmdesk.app.start import run_window

        return run_window(
            home,
            claim,
            command,
            mark,
            is_demo=options.is_demo,
            is_safe=options.is_safe,
            log_level=options.log_level,
        )
    except ImportError as error:
        from glmdesk.desktop.system_libraries import missing_library

        if missing_library(str(error)) is None:
            raise
        from glmdesk.cli.missing import tell_what_is_missing

        return tell_what_is_missing(str(error), options)


if __name__ == "__main__":
    sys.exit(main())
