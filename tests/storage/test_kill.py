"""kill -9 at any moment of a stream costs at most what arrived in the last 250 ms."""

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from glmdesk.domain.message import Message, State
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from tests.storage.examples import is_sound, look

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="the two processes must share a clock"),
    pytest.mark.timeout(60),
]

ROOT = Path(__file__).resolve().parents[2]
KILLS = 50
AT_ONCE = 4
LOSABLE_NS = 250_000_000


@dataclass(slots=True)
class Killed:
    """What a process said of itself before it was killed."""

    at_ns: int = 0
    asked: list[str] = field(default_factory=list[str])
    finished: set[str] = field(default_factory=set[str])
    pieces: dict[str, list[tuple[int, str, str]]] = field(
        default_factory=dict[str, list[tuple[int, str, str]]]
    )

    def hear(self, line: bytes) -> None:
        what, answer_id, *piece = json.loads(line)
        if what == "asked":
            self.asked.append(answer_id)
            self.pieces[answer_id] = []
        elif what == "finished":
            self.finished.add(answer_id)
        else:
            self.pieces[answer_id].append(tuple(piece))

    def received(self, answer_id: str, *, until_ns: int) -> tuple[str, str]:
        """Return the text and the reasoning that had arrived at a time."""
        pieces = [piece for piece in self.pieces[answer_id] if piece[0] <= until_ns]
        return "".join(piece[1] for piece in pieces), "".join(piece[2] for piece in pieces)


async def run_and_kill(path: Path, dice: random.Random) -> Killed:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.storage.streaming_process", str(path), str(dice.random())),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    killed = Killed()
    for _ in range(dice.randrange(1, 150)):
        killed.hear(await process.stdout.readline())
    killed.at_ns = time.monotonic_ns()
    process.kill()
    for line in (await process.stdout.read()).splitlines(keepends=True):
        if line.endswith(b"\n"):
            killed.hear(line)
    await process.wait()
    return killed


def assert_at_most_the_last_moment_is_missing(message: Message, killed: Killed) -> None:
    everything = killed.received(message.id, until_ns=killed.at_ns + LOSABLE_NS)
    safe = killed.received(message.id, until_ns=killed.at_ns - LOSABLE_NS)
    if message.id in killed.finished:
        assert message.state is State.COMPLETE
        safe = everything
    elif message.state is not State.COMPLETE:  # killed between storing the whole and saying so
        assert message.state is (State.INTERRUPTED if message.text or message.reasoning else State.FAILED)
    for kept, sent, due in zip((message.text, message.reasoning), everything, safe, strict=True):
        assert sent.startswith(kept)
        assert kept.startswith(due)


async def kill_and_look(path: Path, dice: random.Random) -> None:
    killed = await run_and_kill(path, dice)
    async with Database(path) as database:
        (of,) = await Conversations(database).page() or (None,)
        messages = await Conversations(database).messages(of.id) if of else ()
        assert database.notices == ()
    answers = {message.id: message for message in messages if message.role == "assistant"}
    assert set(killed.asked) <= set(answers)
    assert len(answers) <= len(killed.asked) + 1
    for answer_id in killed.asked:
        assert_at_most_the_last_moment_is_missing(answers[answer_id], killed)
    assert len(messages) == 2 * len(answers)
    assert look(path, "SELECT count(*) FROM journal") == [(0,)]
    assert is_sound(path)


async def test_killing_at_fifty_moments_of_a_stream(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def trial(number: int) -> None:
        async with gate:
            await kill_and_look(tmp_path / f"{number}.db", random.Random(number))

    async with asyncio.TaskGroup() as group:
        for number in range(KILLS):
            group.create_task(trial(number))
