"""What SQLite and the file system refuse, in words: the border between their errors and ours.

Only what the outside can cause is translated. A wrong statement or a broken constraint stays what it is, a
fault of the program.
"""

import errno
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import apsw

from glmdesk.domain.errors import DatabaseDamaged, LocalDataError, Problem
from glmdesk.i18n import N_

# Bytes. SQLite reports a full disk in several ways; below this an input/output error is taken for one of
# them.
_SCARCE_BYTES = 256 * 1024

_DISK_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT}
_READ_ONLY_ERRNOS = {errno.EACCES, errno.EPERM, errno.EROFS}


def disk_full() -> Problem:
    """Nothing more can be stored."""
    return Problem(
        "disk-full", N_("The disk is full."), N_("Free some space on it; nothing that was stored is lost.")
    )


def read_only(path: Path) -> Problem:
    """The file or its folder may be read but not written."""
    return Problem(
        "read-only",
        N_("{path} cannot be written."),
        N_("Everything stored can be read; make the file and its folder writable to store more."),
        details={"path": str(path)},
    )


def folder_unusable(folder: Path, reason: str) -> Problem:
    """A folder is not there and cannot be made, or nothing can be put into it."""
    return Problem(
        "folder-unusable",
        N_("The folder {folder} cannot be used: {reason}."),
        N_("Make it writable, or choose another place with --home or GLMDESK_HOME."),
        details={"folder": str(folder), "reason": reason},
    )


def in_use(path: Path) -> Problem:
    """What is to be done needs the database for ourselves, and another process has it open."""
    return Problem(
        "database-in-use",
        N_("{path} is in use by another glmdesk."),
        N_("Close it, on this computer or the other one, and try again."),
        details={"path": str(path)},
    )


def damaged(path: Path) -> Problem:
    """Some of the file is not what SQLite wrote."""
    return Problem(
        "database-damaged",
        N_("A part of {path} cannot be read."),
        N_("Restart glmdesk: it keeps the damaged file unchanged and carries over everything readable."),
        details={"path": str(path)},
    )


def _busy(path: Path) -> Problem:
    return Problem(
        "database-busy",
        N_("Another program keeps {path} locked."),
        N_("Close it and try again."),
        details={"path": str(path)},
    )


def _failed(path: Path, error: Exception) -> Problem:
    return Problem(
        "storage-failed",
        N_("{path} could not be used: {reason}."),
        N_("Check the disk and the folder."),
        details={"path": str(path), "reason": str(error)},
    )


@contextmanager
def translated(path: Path) -> Generator[None]:
    """Let errors of SQLite and of the file system leave as `LocalDataError`, with the words for `path`."""
    try:
        yield
    except (apsw.NotADBError, apsw.CorruptError, UnicodeDecodeError) as error:
        raise DatabaseDamaged(damaged(path)) from error
    except OSError as error:
        raise LocalDataError(_os_problem(path, error)) from error
    except apsw.Error as error:
        problem = _sqlite_problem(path, error)
        if problem is None:
            raise
        raise LocalDataError(problem) from error


def _os_problem(path: Path, error: OSError) -> Problem:
    if error.errno in _DISK_FULL_ERRNOS:
        return disk_full()
    if error.errno in _READ_ONLY_ERRNOS:
        return read_only(path)
    return _failed(path, error)


def _sqlite_problem(path: Path, error: apsw.Error) -> Problem | None:
    match error:
        case apsw.FullError():
            return disk_full()
        case apsw.ReadOnlyError() | apsw.PermissionsError():
            return read_only(path)
        case apsw.BusyError() | apsw.LockedError() | apsw.ProtocolError():
            return _busy(path)
        case apsw.CantOpenError() | apsw.IOError():
            return disk_full() if _is_scarce(path) else _failed(path, error)
        case _:
            return None


def _is_scarce(path: Path) -> bool:
    import shutil  # noqa: PLC0415 - brings every compressor of the library, for what hardly ever happens

    try:
        return shutil.disk_usage(path.parent).free < _SCARCE_BYTES
    except OSError:
        return False
