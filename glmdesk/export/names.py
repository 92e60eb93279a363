"""Names of files that every system takes."""

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path, PurePath
from typing import Final

_LONGEST: Final = 80
"""Characters of a name: more are not read in a list of files."""
_MOST_BYTES: Final = 200
"""File systems take 255 bytes of UTF-8, and a number, an ending or what is not finished yet comes to it."""
_MOST_OF_AN_ENDING: Final = 20
"""Bytes."""
# What Windows takes for something else, wherever the files will be read one day.
_UNWANTED: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def file_name(title: str) -> str:
    """Return a title as the name of a file on any system, without an end; empty where nothing is left."""
    name = _cut(" ".join(_UNWANTED.sub(" ", title).split())[:_LONGEST], _MOST_BYTES).strip(" .")
    return f"{name}_" if _DEVICES.fullmatch(name) else name


def with_ending(name: str) -> tuple[str, str]:
    """Return the name of a file as one for any system, and its ending with its dot, if there is one."""
    written = PurePath(name)
    ending = _cut(file_name(written.suffix), _MOST_OF_AN_ENDING)
    return file_name(written.stem), f".{ending}" if ending else ""


def _cut(text: str, most_bytes: int) -> str:
    """Return as many whole characters as so many bytes of UTF-8 hold."""
    return text.encode(errors="ignore")[:most_bytes].decode(errors="ignore")


def new_name(path: Path) -> Path:
    """Return a path that nothing has, or else one with a number behind its name."""
    return next(one for one in _numbered(path, "") if not one.exists())


class Names:
    """Gives each file of an export its own name, whatever letters a file system takes for equal."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, path: Path, ending: str) -> Path:
        """Return a path with an ending, and with a number where it is taken; it is taken from now on."""
        found = next(one for one in _numbered(path, ending) if str(one).casefold() not in self._taken)
        self._taken.add(str(found).casefold())
        return found


def _numbered(path: Path, ending: str) -> Iterator[Path]:
    for number in count(1):
        yield path.with_name(f"{path.name} ({number}){ending}" if number > 1 else path.name + ending)
