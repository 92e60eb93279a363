"""The files that belong to a database and lie beside it."""

from collections.abc import Iterator
from pathlib import Path

LOG = "-wal"

COMPANIONS = (LOG, "-shm", "-journal")
"""What SQLite keeps beside a database."""


SUSPICION = ".suspect"
"""Behind the name of a database in which damage was met, in that of an empty file that remembers it."""


def is_there(path: Path) -> bool:
    """Whether there is something that we are let see. `Path.exists` raises where it cannot look."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def beside(path: Path, suffix: str) -> Path:
    """Return the file whose name is the database's with `suffix` after it."""
    return path.with_name(path.name + suffix)


def siblings(path: Path) -> Iterator[Path]:
    """Yield the other databases that lie beside one: older, damaged and replaced ones, which were kept."""
    own = {path, *(beside(path, suffix) for suffix in ("-lock", SUSPICION, *COMPANIONS))}
    for other in path.parent.glob(f"{path.stem}.*"):
        if other not in own and other.is_file() and not other.name.endswith(COMPANIONS):
            yield other


def has_log(path: Path) -> bool:
    """Whether there is a write-ahead log with anything in it."""
    log = beside(path, LOG)
    return log.exists() and log.stat().st_size > 0


def was_emptied(path: Path) -> bool:
    """Whether the database has lost all its bytes but not its log, which SQLite would then throw away."""
    return has_log(path) and path.exists() and path.stat().st_size == 0


def quiet_uri(path: Path) -> str:
    """Return the URI under which SQLite reads a database that nobody else has open, and changes nothing.

    Reading a log needs shared memory in a file of its own; without a log the database is read as immutable.
    """
    how = "mode=ro" if has_log(path) and not was_emptied(path) else "immutable=1"
    return f"{path.absolute().as_uri()}?{how}"
