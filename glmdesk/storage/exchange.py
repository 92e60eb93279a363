"""A database in place of another one: the old one is set aside unchanged, and nothing is ever without a name.

The new file is finished under another name before anything is moved, so that a crash at any moment leaves
either the old database in its place or a complete new one (`finish_exchange`).
"""

from datetime import UTC, datetime
from pathlib import Path

from glmdesk.storage.files import COMPANIONS, beside


def put_in_place(path: Path, new: Path, word: str) -> Path:
    """Let a complete database take the place of the one at `path`.

    That is set aside under a name with `word` and the time in it, which is returned.
    """
    new.replace(_finished(path))
    return _exchange(path, word)


def finish_exchange(path: Path) -> None:
    """Put a new database in its place if the exchange got as far as having it."""
    if _finished(path).exists():
        _exchange(path, "replaced")


def _exchange(path: Path, word: str) -> Path:
    aside = beside(path, f".{word}-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}")
    # The database goes last: a log that stayed behind would be taken for that of its successor.
    for suffix in (*COMPANIONS, ""):
        if beside(path, suffix).exists():
            beside(path, suffix).rename(beside(aside, suffix))
    _finished(path).replace(path)
    return aside


def _finished(path: Path) -> Path:
    return beside(path, ".repaired")
