"""Names of files that every system takes."""

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path, PurePath
from typing import Final

_LONGEST: Final = 80
"""Characters of a name; some file systems take 255 bytes, and a Chinese character takes three."""
# What Windows takes for something else, wherever the files will be read one day.
_UNWANTED: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def file_name(title: str) -> str:
    """Return a title as the name of a file on any system, without an end; empty where nothing is left."""
    name = " ".join(_UNWANTED.sub(" ", title).split())[:_LONGEST].strip(" .")
    return f"{name}_" if _DEVICES.fullmatch(name) else name


def with_ending(name: str) -> tuple[str, str]:
    """Return the name of a file as one for any system, and its ending with its dot, if there is one."""
    written = PurePath(name)
    ending = file_name(written.suffix)
    return file_name(written.stem), f".{ending}" if ending else ""


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
