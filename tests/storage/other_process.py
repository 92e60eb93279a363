"""A second glmdesk: opens a database, begins an answer, says so, and ends when its standard input does.

Arguments: the database, and "network" to take its folder for one on a network.
"""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

from glmdesk.domain.message import State
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.journal import AnswerWriter
from tests.storage.examples import conversation, exchange


async def main(path: Path, network: str | None) -> None:
    database = Database(path, network_filesystem=lambda folder: network)
    async with database:
        conversations = Conversations(database)
        of = conversation("other")
        empty = await exchange(conversations, of)
        writer = AnswerWriter(database, empty.id)
        writer.write(text="written by the other process")
        while not (await conversations.messages(of.id))[-1].text:
            await asyncio.sleep(0.01)
        sys.stdout.write(json.dumps({"conversation": of.id, "slot": database.slot}) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
        await writer.finish(replace(empty, text="finished", state=State.COMPLETE))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
