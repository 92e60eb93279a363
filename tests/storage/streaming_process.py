"""A glmdesk that streams one answer after another until it is killed, and says what it does.

Arguments: the database and a seed. Each line on standard output is a JSON list: ["asked", answer id] when a
question and its answer are stored; ["received", answer id, nanoseconds of the system's monotonic clock, text,
reasoning] before a piece is handed on; ["finished", answer id] when an answer is stored in whole.
"""

import asyncio
import json
import os
import random
import sys
import time
from dataclasses import replace
from pathlib import Path

from glmdesk.domain.message import Message, State
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.journal import AnswerWriter
from tests.storage.examples import answer, conversation, question

_PIECES = ("智", "谱清言", "😀", "👩‍💻", "word ", "\n", '"', "\\", "**加粗：**后面", "e\u0301", " ")
_PIECES_PER_ANSWER = 60


def say(*what: str | int) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


async def stream(database: Database, empty: Message, dice: random.Random) -> Message:
    """Write an answer piece by piece; return it as it was stored in the end."""
    writer = AnswerWriter(database, empty.id)
    text = reasoning = ""
    for number in range(_PIECES_PER_ANSWER):
        piece = dice.choice(_PIECES)
        pieces = ("", piece) if number < 10 else (piece, "")
        text, reasoning = text + pieces[0], reasoning + pieces[1]
        say("received", empty.id, time.monotonic_ns(), *pieces)
        writer.write(text=pieces[0], reasoning=pieces[1])
        await asyncio.sleep(dice.expovariate(1 / 0.008))
    done = replace(empty, text=text, reasoning=reasoning, state=State.COMPLETE)
    await writer.finish(done)
    say("finished", empty.id)
    return done


async def main(path: Path, dice: random.Random) -> None:
    async with Database(path) as database:
        conversations = Conversations(database)
        of = conversation()
        await conversations.create(of)
        last: Message | None = None
        while True:
            asked = question(of, parent=last)
            empty = answer(asked)
            await conversations.append(asked, empty)
            say("asked", empty.id)
            last = await stream(database, empty, dice)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), random.Random(sys.argv[2])))
