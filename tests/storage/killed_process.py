"""A glmdesk that does one thing to a history, and is killed by itself at a step of SQLite.

Arguments: the folder, what it does, and the number of the step; 0 lets it come to its end and writes how many
steps that took. The folder holds `glmdesk.db`, and what is to be imported in `history.json`.
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import apsw

from glmdesk.storage.backups import Backups
from glmdesk.storage.database import Database
from glmdesk.storage.erase import Erasure
from glmdesk.storage.transfer.importing import Importer

_INSTRUCTIONS = 50
"""Of SQLite's machine, in a step."""


class Steps:
    """Counts the steps of every connection, and ends the process at one of them."""

    def __init__(self, last: int) -> None:
        self.count = 0
        self._last = last

    def follow(self, connection: apsw.Connection) -> None:
        connection.set_progress_handler(self._step, _INSTRUCTIONS)

    def _step(self) -> bool:
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)
        return False


async def work(folder: Path, what: str, steps: Steps) -> None:
    path = folder / "glmdesk.db"
    if what == "migrate":
        apsw.connection_hooks.append(steps.follow)
    async with Database(path) as database:
        await database.maintain(steps.follow)
        apsw.connection_hooks.append(steps.follow)
        match what:
            case "import":
                await Importer(database, "glm-4-plus").run(folder / "history.json")
            case "back up":
                Backups(path, folder / "backups").make(datetime.now(UTC))
            case "erase":
                await Erasure(database).erase(["c"])
            case _:
                pass


def main(folder: Path, what: str, last: int) -> None:
    steps = Steps(last)
    asyncio.run(work(folder, what, steps))
    sys.stdout.write(str(steps.count))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
