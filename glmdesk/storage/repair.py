"""What happens to a damaged database: it is set aside unchanged, and everything readable is carried over."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import apsw

from glmdesk.domain.conversation import counted
from glmdesk.domain.errors import Problem
from glmdesk.i18n import N_
from glmdesk.storage.exchange import put_in_place
from glmdesk.storage.files import COMPANIONS, SUSPICION, beside, was_emptied
from glmdesk.storage.migrations import Step, migrate

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
                "carried": counted(self.conversations, self.messages),
                "aside": str(self.aside),
            },
        )


def repair(path: Path, steps: Sequence[Step]) -> Repaired:
    """Exchange a damaged database for a new one with everything that could be read of it.

    Nobody else may have it open.
    """
    from glmdesk.storage.salvage import salvage  # noqa: PLC0415 - for what is damaged

    new = _in_progress(path)
    for suffix in ("", *COMPANIONS):
        beside(new, suffix).unlink(missing_ok=True)
    connection = apsw.Connection(str(new))
    try:
        migrate(connection, new, steps)
        counts = salvage(path, connection)
    finally:
        connection.close()
    aside = put_in_place(path, new, "damaged")
    _suspicion(path).unlink(missing_ok=True)
    logger.info("damaged database set aside: %s, rows carried over: %s", aside, counts)
    return Repaired(aside, counts["conversations"], counts["messages"])


def _suspicion(path: Path) -> Path:
    return beside(path, SUSPICION)


def _in_progress(path: Path) -> Path:
    return beside(path, ".repairing")
