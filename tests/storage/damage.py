"""A history on some hundred pages, and what is left of it when a bit of its file has changed."""

import random
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

from glmdesk.domain.errors import DatabaseDamaged
from glmdesk.domain.message import Message, State
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from tests.storage.examples import answer, conversation, overwrite, question

PAGE_SIZE = 4096
CONVERSATIONS = 20
LONG_TEXT = "长文本 and more " * 60


async def fill(path: Path) -> list[Message]:
    """Store conversations of ten messages each, on some hundred pages."""
    stored: list[Message] = []
    async with Database(path) as database:
        conversations = Conversations(database)
        for number in range(CONVERSATIONS):
            of = conversation(f"conversation {number}", minutes=number)
            chain = [question(of, LONG_TEXT)]
            while len(chain) < 10:
                chain.append(answer(chain[-1], f"{LONG_TEXT} {len(chain)}", state=State.COMPLETE))
            await conversations.create(of, *chain)
            stored += chain
    return stored


async def read_all(database: Database) -> list[Message]:
    conversations = Conversations(database)
    found: list[Message] = []
    for one in await conversations.page(limit=1000):
        found += await conversations.messages(one.id)
    return found


async def flips(folder: Path, count: int, seed: int = 1) -> AsyncGenerator[tuple[int, int, int], None]:
    """Flip a bit behind the header, so many times, and start twice; each is tried on a file of its own.

    Yield the byte, how many messages were stored, and how many the second start shows.
    """
    original = folder / "original.db"
    stored = await fill(original)
    content = original.read_bytes()
    dice = random.Random(seed)
    for trial in range(count):
        path = folder / str(trial) / "glmdesk.db"
        path.parent.mkdir()
        damaged = bytearray(content)
        place = dice.randrange(100, len(content))
        damaged[place] ^= 1 << dice.randrange(8)
        overwrite(path, bytes(damaged))

        async with Database(path) as database:
            with suppress(DatabaseDamaged):
                await read_all(database)
        async with Database(path) as database:
            yield place, len(stored), len(await read_all(database))
