"""Files whose place a person has chosen, written whole: the name has the old content or the new one."""

import os
import shutil
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.i18n import N_

Write = Callable[[str], object]
"""Takes the next piece of text."""


@contextmanager
def whole_file(path: Path, *, is_private: bool = True) -> Generator[Write]:
    """Give what takes a text, in UTF-8. The file is there after the block, and not before.

    A private one is readable for its owner only; any other by whoever may read new files, or could read the
    old one. A link stays one. A device or a named pipe takes the text as it comes. Raises LocalDataError.
    """
    with _opened(path, is_private=is_private) as write:
        yield lambda text: write(text.encode())


def save_pieces(path: Path, pieces: Iterable[bytes], *, is_private: bool = False) -> None:
    """Write a file from pieces, as `whole_file` does. Raises LocalDataError."""
    with _opened(path, is_private=is_private) as write:
        for piece in pieces:
            write(piece)


@contextmanager
def _opened(path: Path, *, is_private: bool) -> Generator[Callable[[bytes], object]]:
    try:
        with _target(path, is_private=is_private) as write:
            yield write
    except OSError as error:
        raise LocalDataError(unwritable(path, error.strerror or str(error))) from error


@contextmanager
def _target(path: Path, *, is_private: bool) -> Generator[Callable[[bytes], object]]:
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            yield stream.write
        return
    target = path.resolve()
    unfinished = target.with_name(f".{target.name}.{token_hex(4)}")
    opener = _open_private if is_private else None
    with open(unfinished, "xb", opener=opener) as file:
        try:
            yield file.write
            file.flush()
            os.fsync(file.fileno())
            if not is_private and target.exists():
                shutil.copymode(target, unfinished)
        except BaseException:
            unfinished.unlink()
            raise
    unfinished.replace(target)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def unwritable(path: Path, reason: str) -> Problem:
    """Return what is said of a place that takes no file."""
    return Problem(
        "file-unwritable",
        N_("“{path}” cannot be written: {reason}."),
        N_("Choose another place; what was there before is unchanged."),
        details={"path": str(path), "reason": reason},
    )
