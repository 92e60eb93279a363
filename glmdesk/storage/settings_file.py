"""Writing one setting into the settings file: comments and what other versions put there stay."""

import asyncio
import threading
from datetime import UTC, datetime
from pathlib import Path

import tomlkit

from glmdesk.storage.atomic import replace_text
from glmdesk.storage.faults import translated

_HEAD = "# Settings of glmdesk. What is not here has its default.\n"

_writing = threading.Lock()


async def store(path: Path, key: str, value: object) -> None:
    """Write a value under a key. Raises LocalDataError when the file cannot be written.

    A file that is no TOML is kept aside and a new one is begun.
    """
    await asyncio.to_thread(_write, path, key, value)


def _write(path: Path, key: str, value: object) -> None:
    # The file is read again: another process, or a person, may have changed something else in it.
    with _writing, translated(path):
        try:
            text = _edited(path.read_text(encoding="utf-8-sig"), key, value)
        except FileNotFoundError:
            text = _edited(_HEAD, key, value)
        except ValueError:
            path.rename(_aside(path))
            text = _edited(_HEAD, key, value)
        replace_text(path, text)


def _edited(text: str, key: str, value: object) -> str:
    """Return the TOML text with one more or one other entry. Raises ValueError if it is no TOML."""
    document = tomlkit.parse(text)
    document[key] = value
    return document.as_string()


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.broken-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}")
