"""A file that is written whole: its name has the old content or the new one, never a part."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

Write = Callable[[str], object]
"""Takes the next piece of text."""


@contextmanager
def whole_file(path: Path) -> Generator[Write]:
    """Give what takes the text. The file is readable for its owner only and is there after the block.

    A link stays one. A device or a named pipe takes the text as it comes. Raises OSError.
    """
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream.write
        return
    target = path.resolve()
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=target.parent, prefix=f".{target.name}.", delete=False
    ) as file:
        unfinished = Path(file.name)
        try:
            yield file.write
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            unfinished.unlink()
            raise
    unfinished.replace(target)
