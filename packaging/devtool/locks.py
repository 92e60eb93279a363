"""The lock files: every package with its version and hashes, for all platforms, with no host and no path."""

from collections.abc import Sequence

from devtool import environment
from devtool.terminal import run_quietly, say

# The oldest Python decides: what resolves for it is marked where newer ones differ.
OLDEST_PYTHON = "3.11"

COMMON_OPTIONS = (
    "--universal",
    "--generate-hashes",
    "--no-build",
    "--no-emit-index-url",
    "--no-emit-find-links",
    # The packaged program has everything.
    "--all-extras",
    f"--python-version={OLDEST_PYTHON}",
    "--custom-compile-command=python3 packaging/dev.py lock",
    "--quiet",
)


def make(options: Sequence[str]) -> None:
    """Write the lock file of each group from pyproject.toml, keeping versions that still fit.

    Raises:
        Refusal: No set of versions fits; the text is what uv said.
    """
    run = environment.lock_file("run")
    # The others hold the first to the letter, so that tests see what people get.
    as_run = f"--constraints={run.relative_to(environment.ROOT)}"
    for lock, group in (
        (run, ()),
        (environment.lock_file("dev"), ("--group=dev", as_run)),
        (environment.lock_file("package"), ("--group=package", as_run)),
    ):
        say(f"Locking {lock.relative_to(environment.ROOT)}")
        run_quietly(
            [
                *(environment.PEOPLE.program("python"), "-m", "uv", "pip", "compile", "pyproject.toml"),
                *(*COMMON_OPTIONS, *group, *options, f"--output-file={lock.relative_to(environment.ROOT)}"),
            ],
            folder=environment.ROOT,
        )
