"""What becomes of a history, whatever happens to it: a table of outcomes, and what the window says of each.

`outcomes.py [COUNT]`: so many kills of each kind and so many changed bits, 200 without. Nothing that was
stored may be lost by a kill; that is checked.
"""

import asyncio
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from pathlib import Path

from glmdesk.domain.errors import LocalDataError
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.migrations import STEPS
from tests.storage.damage import flips
from tests.storage.examples import LATER_STEPS, conversation, exchange, write_old_messages
from tests.storage.kills import table
from tests.storage.permissions import obeyed_permissions
from tests.storage.test_kill import kill_and_look
from tests.storage.test_processes import other_process
from tests.storage.test_read_only import make_read_only
from tests.support.mounts import NAMESPACE

ROOT = Path(__file__).resolve().parents[2]
_MANY = 4
"""Kinds of outcomes that are told apart."""


def title(words: str) -> None:
    """Print the head of a part of the table."""
    sys.stdout.write(f"\n{words}\n")


def row(left: object, right: str) -> None:
    """Print a line of the table."""
    sys.stdout.write(f"  {left!s:>28}  {right}\n")


async def kills(folder: Path, count: int) -> None:
    """Print what is found after kills at random moments of a stream, and at random steps of other work."""
    for number in range(count):
        await kill_and_look(folder / f"stream {number}.db", random.Random(number))
    title(f"killed {count} times while answers were written")
    row(count, "all is there but at most the last 250 ms of a text")
    for what, found in (await table(folder, count)).items():
        title(f"killed {count} times during: {what}")
        for told, times in _few(found, count):
            row(times, told)


def _few(found: Counter[str], count: int) -> Iterable[tuple[str, int]]:
    some = "somewhere in between; the rest is added by doing it again"
    return [(some, count)] if len(found) > _MANY else list(found.items())


async def bits(folder: Path, count: int) -> None:
    """Print how many messages the change of one bit costs, and how often."""
    async with aclosing(flips(folder, count)) as trials:
        lost = Counter([stored - found async for _place, stored, found in trials])
    title(f"a bit changed, {count} times")
    for messages, times in sorted(lost.items()):
        row(times, f"{messages} of 200 messages are lost" if messages else "all of it is there")


def full_disk(folder: Path) -> None:
    """Print what is said when nothing more fits on the disk."""
    command = [*NAMESPACE, sys.executable, "-m", "tests.storage.full_disk", str(folder)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    title("the disk is full")
    if ended.returncode:
        row("not tried", "this system gives its users no namespaces to mount a disk in")
        return
    for what, told in json.loads(ended.stdout).items():
        row(what, str(told))


async def states(folder: Path) -> None:
    """Print what is said of a history in each state in which it may be found."""
    title("a history as it may be found")
    async with aclosing(_states(folder)) as found:
        async for what, words in found:
            row(what, words)


async def _states(folder: Path) -> AsyncGenerator[tuple[str, str], None]:
    for version in range(1, len(STEPS)):
        path = folder / f"v{version}" / "glmdesk.db"
        async with Database(path, steps=STEPS[:version]) as database:
            await database.write(write_old_messages)
        yield f"schema {version} of {len(STEPS)}", await _opened(path)
    path = folder / "newer" / "glmdesk.db"
    async with Database(path, steps=LATER_STEPS) as database:
        await exchange(Conversations(database), conversation())
    yield "a newer schema", await _opened(path)
    path = folder / "two" / "glmdesk.db"
    async with other_process(path) as other:
        yield "in use by another glmdesk", await _opened(path)
        yield "the same, to be migrated", await _opened(path, Database(path, steps=LATER_STEPS))
        await other.end()
    path = folder / "network" / "glmdesk.db"
    yield "on a network", await _opened(path, Database(path, network_filesystem=lambda _: "nfs4"))
    async with other_process(path, "nfs4") as other:
        network = Database(path, network_filesystem=lambda _: "nfs4")
        yield "the same, in use", await _opened(path, network)
        await other.end()
    path = folder / "read-only" / "glmdesk.db"
    async with Database(path) as database:
        await exchange(Conversations(database), conversation())
    make_read_only(path.parent)
    with obeyed_permissions():
        yield "in a read-only folder", await _opened(path)
    path.parent.chmod(0o700)


async def _opened(path: Path, database: Database | None = None) -> str:
    """Open a history and add a conversation; return how many are there then, and what is said."""

    def shown(words: str) -> str:
        return words.replace(str(path), path.name).replace(str(path.parent), "its folder")

    try:
        async with database or Database(path) as opened:
            store = Conversations(opened)
            if opened.refusal is None:
                await exchange(store, conversation())
            said = [notice.words for notice in opened.notices] or ["as if nothing was"]
            return f"{len(await store.page())} listed: {shown(' '.join(said))}"
    except LocalDataError as error:
        return f"not opened: {shown(error.problem.words)}"


async def outcomes(folder: Path, count: int) -> None:
    """Print the whole table."""
    for part in ("kills", "bits", "full", "states"):
        (folder / part).mkdir()
    await states(folder / "states")
    full_disk(folder / "full")
    await kills(folder / "kills", count)
    await bits(folder / "bits", count)


def main() -> None:
    """Try everything in a folder of its own."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(outcomes(Path(folder), count))


if __name__ == "__main__":
    main()
