"""What happens to a damaged database: it is set aside unchanged, and everything readable is carried over.

The new file is finished under another name before anything is moved, so that a crash at any moment leaves
either the damaged database in its place or a complete new one (`finish_exchange`).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import apsw

from glmdesk.domain.errors import Problem
from glmdesk.i18n import N_, listed, ngettext
from glmdesk.storage.files import COMPANIONS, beside, was_emptied
from glmdesk.storage.migrations import Step, migrate
from glmdesk.storage.salvage import salvage

logger = logging.getLogger(__name__)


def mark_suspect(path: Path) -> None:
    """Remember that damage was met: the next start that is alone with the database repairs it."""
    try:
        _suspicion(path).touch()
    except OSError as error:
        logger.info("cannot remember that %s is damaged: %s", path, error)


def is_suspect(path: Path) -> bool:
    """Whether damage was met, or shows before the file is opened."""
    return _suspicion(path).exists() or was_emptied(path)


@dataclass(frozen=True, slots=True)
class Repaired:
    """Where the damaged file is now, and how many rows the new one took over from it."""

    aside: Path
    conversations: int
    messages: int

    @property
    def notice(self) -> Problem:
        """What the user is told about it."""
        return Problem(
            "database-repaired",
            N_("The history was damaged. Carried over: {carried}."),
            N_("The damaged file is kept unchanged as {aside}."),
            details={
                "carried": listed(
                    [
                        ngettext("{count} conversation", "{count} conversations", self.conversations).format(
                            count=self.conversations
                        ),
                        ngettext("{count} message", "{count} messages", self.messages).format(
                            count=self.messages
                        ),
                    ]
                ),
                "aside": str(self.aside),
            },
        )


def repair(path: Path, steps: Sequence[Step]) -> Repaired:
    """Exchange a damaged database for a new one with everything that could be read of it.

    Nobody else may have it open.
    """
    new = _in_progress(path)
    for suffix in ("", *COMPANIONS):
        beside(new, suffix).unlink(missing_ok=True)
    connection = apsw.Connection(str(new))
    try:
        migrate(connection, new, steps)
        counts = salvage(path, connection)
    finally:
        connection.close()
    new.replace(_finished(path))
    aside = _exchange(path)
    _suspicion(path).unlink(missing_ok=True)
    logger.info("damaged database set aside: %s, rows carried over: %s", aside, counts)
    return Repaired(aside, counts["conversations"], counts["messages"])


def finish_exchange(path: Path) -> None:
    """Put the new database in its place if a repair got as far as finishing it."""
    if _finished(path).exists():
        _exchange(path)


def _exchange(path: Path) -> Path:
    """Set the damaged files aside and let the finished database take their place; return where they are."""
    aside = beside(path, f".damaged-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}")
    # The database goes last: a log that stayed behind would be taken for that of its successor.
    for suffix in (*COMPANIONS, ""):
        if beside(path, suffix).exists():
            beside(path, suffix).rename(beside(aside, suffix))
    _finished(path).replace(path)
    return aside


def _suspicion(path: Path) -> Path:
    return beside(path, ".suspect")


def _in_progress(path: Path) -> Path:
    return beside(path, ".repairing")


def _finished(path: Path) -> Path:
    return beside(path, ".repaired")
