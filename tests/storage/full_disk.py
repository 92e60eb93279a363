"""What a database does on a disk that is full, told as JSON.

Argument: a folder, which becomes a disk of a few megabytes that only this process sees. It must be allowed to
mount.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from glmdesk.domain.errors import LocalDataError
from glmdesk.domain.message import State
from glmdesk.storage.attachments import attachments_of
from glmdesk.storage.backups import Backups
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.erase import Erasure
from glmdesk.storage.journal import AnswerWriter
from glmdesk.storage.settings import Settings
from glmdesk.storage.transfer.importing import Importer
from tests.storage.examples import LATER_STEPS, answer, conversation, exchange, is_sound, question
from tests.storage.histories import CLAUDE, written

DISK_SIZE = "16m"
LONG_TEXT = "长" * 500_000
HISTORY = [{"uuid": str(number), "sender": "human", "text": LONG_TEXT} for number in range(4)]


def fill_up(folder: Path) -> None:
    with suppress(OSError), (folder / "ballast").open("ab", buffering=0) as ballast:
        while True:
            ballast.write(b"0" * 4096)


def empty_out(folder: Path) -> None:
    (folder / "ballast").unlink()


async def outcome(work: Awaitable[object]) -> str:
    try:
        await work
    except LocalDataError as error:
        return error.problem.code
    return "done"


async def flushed(writer: AnswerWriter) -> str:
    """Return how the journal takes a long piece."""
    writer.write(text=LONG_TEXT)
    while writer.failure is None:
        await asyncio.sleep(0.01)
    return writer.failure.problem.code


async def main(folder: Path) -> dict[str, object]:  # noqa: PLR0915 - one thing after the other
    path = folder / "glmdesk.db"
    written(folder / "history.json", [{**CLAUDE[0], "chat_messages": HISTORY}])
    settings = Settings(folder / "settings.toml")
    await settings.change(Settings.theme, "light")
    told: dict[str, object] = {}
    async with Database(path) as database:
        conversations = Conversations(database)
        of = conversation()
        empty = await exchange(conversations, of, "question")
        other = conversation("other")
        await exchange(conversations, other, LONG_TEXT)
        writer = AnswerWriter(database, empty.id)
        writer.write(text="arrived")
        while not (await conversations.messages(of.id))[-1].text:
            await asyncio.sleep(0.01)

        fill_up(folder)
        told["journal"] = await flushed(writer)
        empty_out(folder)
        writer.write(text="!")
        while writer.failure:
            await asyncio.sleep(0.01)
        found = (await conversations.messages(of.id))[-1].text
        told["journal with space"] = found == f"arrived{LONG_TEXT}!"

        fill_up(folder)
        long = question(of, LONG_TEXT, parent=empty)
        told["finish"] = await outcome(writer.finish(replace(empty, text=LONG_TEXT, state=State.COMPLETE)))
        told["append"] = await outcome(conversations.append(long, answer(long)))
        told["setting"] = await outcome(settings.change(Settings.theme, "dark"))
        told["import"] = await outcome(Importer(database, "m").run(folder / "history.json"))
        told["attach"] = await outcome(
            asyncio.to_thread(attachments_of(path).keep, "long.txt", [LONG_TEXT.encode()])
        )
        told["attached"] = [file.name for file in (folder / "attachments").glob("*")]
        told["back up"] = await outcome(
            asyncio.to_thread(Backups(path, folder / "backups").make, datetime.now(UTC))
        )
        told["erase"] = await outcome(Erasure(database).erase([other.id]))
        told["read meanwhile"] = [len(message.text) for message in await conversations.messages(of.id)]

    fill_up(folder)
    async with Database(path, steps=LATER_STEPS) as database:
        told["migrate"] = [notice.code for notice in database.notices]
    async with Database(path) as database:
        told["notices"] = [notice.code for notice in database.notices]
        read = await Conversations(database).messages(of.id)
        told["read at the next start"] = [len(message.text) for message in read]
        told["state at the next start"] = read[-1].state

    empty_out(folder)
    async with Database(path) as database:
        await Erasure(database).finish()
        told["erase with space"] = await outcome(Erasure(database).erase([other.id]))
        told["listed"] = [one.title for one in await Conversations(database).page()]
        told["append with space"] = await outcome(Conversations(database).append(long))
    told["setting kept"] = Settings(folder / "settings.toml").theme
    told["sound"] = is_sound(path)
    return told


if __name__ == "__main__":
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_SIZE}", "tmpfs", sys.argv[1]], check=True)
    sys.stdout.write(json.dumps(asyncio.run(main(Path(sys.argv[1]))), indent=1))
