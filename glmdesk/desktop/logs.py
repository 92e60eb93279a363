"""The log and the crash file: bounded, readable for their owner only, and without secrets."""

import faulthandler
import logging
import os
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Literal

from glmdesk.desktop.redaction import Redactor
from glmdesk.domain.errors import Problem
from glmdesk.i18n import N_
from glmdesk.typed import override

logger = logging.getLogger(__name__)

Level = Literal["debug", "info", "warning", "error"]

LOG_NAME = "glmdesk.log"
CRASH_NAME = "crash.log"

# Bytes of one log file; with its predecessors it stays small enough to be sent by mail.
_LOG_LIMIT = 1_000_000
_LOG_PREDECESSORS = 2
_CRASH_LIMIT = 100_000

_FORMAT = "%(asctime)s %(levelname)s %(process)d %(threadName)s %(name)s: %(message)s"


@contextmanager
def log_to(folder: Path, *, level: Level, redactor: Redactor) -> Generator[Problem | None]:
    """Write the log, with exceptions that nobody caught, to a file in `folder` for the length of the block.

    `level` is for our own loggers; libraries log from warnings on. What nobody caught appears on standard
    error too. Where the file cannot be written there is none: give what is to be said of that.
    """
    formatter = _RedactingFormatter(redactor)
    handlers: list[logging.Handler] = []
    problem = None
    try:
        handlers.append(_LogFile(folder / LOG_NAME))
    except OSError as error:
        problem = _unwritable(folder / LOG_NAME, error)
    if sys.stderr is not None:  # a windowed program on Windows has none
        console = logging.StreamHandler(sys.stderr)
        console.setLevel(logging.CRITICAL)
        handlers.append(console)
    with _logging_through(handlers, formatter, level), _reporting_uncaught():
        yield problem


def end_in_log(
    kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
) -> bool:
    """Let a fault end here, as one in a thread does. To be pushed on the stack that `log_to` is on.

    Further out there is no log any more, and Python would print what nobody has redacted.
    """
    if kind is None or not isinstance(error, Exception):
        return False
    _report_uncaught(kind, error, trace)
    return True


@contextmanager
def crashes_to(folder: Path) -> Generator[Problem | None]:
    """Write the Python stacks of a crash below Python (a segmentation fault) to a file in `folder`.

    Where the file cannot be written there is none: give what is to be said of that.
    """
    path = folder / CRASH_NAME
    try:
        with suppress(FileNotFoundError):
            if path.stat().st_size > _CRASH_LIMIT:
                path.unlink()
        file = _open_private(path)
    except OSError as error:
        yield _unwritable(path, error)
        return
    with file:
        faulthandler.enable(file)
        try:
            yield None
        finally:
            faulthandler.disable()


class _RedactingFormatter(logging.Formatter):
    """Redacts the finished line, so that arguments, exceptions and their causes are covered too."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__(_FORMAT)
        self._redactor = redactor

    @override
    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.redact(super().format(record))


class _LogFile(RotatingFileHandler):
    """A log file of bounded size. Several processes may append to it at the same time."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=_LOG_LIMIT, backupCount=_LOG_PREDECESSORS, encoding="utf-8")

    @override
    def _open(self) -> TextIOWrapper:
        return _open_private(Path(self.baseFilename))

    @override
    def doRollover(self) -> None:
        try:
            super().doRollover()
        except PermissionError:
            # Windows renames no file that another process has open. It goes on growing until that one ends.
            self.stream = self._open()

    @override
    def close(self) -> None:
        # On a full disk the last lines cannot be written, which must not be how the program ends.
        with suppress(OSError):
            super().close()

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """Lose the line. The inherited way prints the unredacted arguments to standard error."""


@contextmanager
def _logging_through(
    handlers: list[logging.Handler], formatter: logging.Formatter, level: Level
) -> Generator[None]:
    root, ours = logging.getLogger(), logging.getLogger("glmdesk")
    previous = root.level, ours.level
    root.setLevel(logging.WARNING)
    ours.setLevel(level.upper())
    for handler in handlers:
        handler.setFormatter(formatter)
        root.addHandler(handler)
    try:
        yield
    finally:
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()
        root.setLevel(previous[0])
        ours.setLevel(previous[1])


@contextmanager
def _reporting_uncaught() -> Generator[None]:
    previous = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook, threading.excepthook, sys.unraisablehook = (
        _report_uncaught,
        _report_from_thread,
        _report_unraisable,
    )
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = previous


def _report_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logger.critical("nobody caught this", exc_info=(kind, error, trace))


def _report_from_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or issubclass(args.exc_type, SystemExit):
        return
    logger.critical(
        "nobody caught this in a thread", exc_info=(args.exc_type, args.exc_value, args.exc_traceback)
    )


def _report_unraisable(unraisable: "sys.UnraisableHookArgs") -> None:
    # Only the kind of object: its representation may hold a message's text.
    where = type(unraisable.object).__qualname__
    error = unraisable.exc_value
    logger.error(
        "%s a %s",
        unraisable.err_msg or "exception ignored in",
        where,
        exc_info=None if error is None else (type(error), error, unraisable.exc_traceback),
    )


def _open_private(path: Path) -> TextIOWrapper:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    # File names may hold what is not UTF-8; a line about one must not be lost.
    return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")


def _unwritable(path: Path, error: OSError) -> Problem:
    return Problem(
        "log-unwritable",
        N_("The log {path} cannot be written: {reason}."),
        N_("Make it writable, or choose another place with --home or GLMDESK_HOME."),
        details={"path": str(path), "reason": error.strerror or str(error)},
    )
