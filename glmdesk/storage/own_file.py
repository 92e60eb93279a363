"""TOML files in the folder of settings that people may write too: what is wrong with one is said."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from glmdesk.domain.checked_toml import Plain, TomlFault, read_toml
from glmdesk.domain.errors import Problem
from glmdesk.i18n import N_
from glmdesk.storage.atomic import replace_text
from glmdesk.storage.faults import translated

T = TypeVar("T")

_writing = threading.Lock()


def read_file(
    path: Path, read: Callable[[Plain], T], consequence: str
) -> tuple[T | None, tuple[Problem, ...]]:
    """Return what is in a file, and what is wrong with it. A missing file is as None, and nothing is wrong.

    `consequence` says, marked for translation, what holds as long as something is.
    """
    try:
        return read_toml(path.read_text(encoding="utf-8-sig"), read), ()
    except FileNotFoundError:
        return None, ()
    except TomlFault as fault:
        details = {"path": str(path), "line": str(fault.line), "reason": fault.reason}
        broken = f"{path.stem}-broken"
        return None, (Problem(broken, N_("{path}, line {line}: {reason}"), consequence, details=details),)
    except (OSError, ValueError) as error:
        details = {"path": str(path), "reason": str(error)}
        words = N_("{path} could not be read: {reason}.")
        return None, (Problem(f"{path.stem}-unreadable", words, consequence, details=details),)


async def write_file(path: Path, edit: Callable[[str], str], *, head: str, is_kept_aside: bool) -> None:
    """Write what `edit` makes of the text of a file; a new one begins as `head`.

    A file that could not be read is kept aside. Raises LocalDataError when nothing could be written.
    """
    await asyncio.to_thread(_write, path, edit, head, is_kept_aside=is_kept_aside)


def _write(path: Path, edit: Callable[[str], str], head: str, *, is_kept_aside: bool) -> None:
    with _writing, translated(path):
        if is_kept_aside and path.exists():
            path.rename(path.with_name(f"{path.name}.broken-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"))
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            text = head
        replace_text(path, edit(text))
