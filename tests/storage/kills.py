"""Killing a program in the middle of what it does to a history, and what is found after that."""

import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from glmdesk.domain.attachment import Attachment
from glmdesk.storage.attachments import attachments_of
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.erase import Erasure
from glmdesk.storage.migrations import STEPS
from glmdesk.storage.transfer.importing import Importer
from tests.storage.examples import content_of, conversation, is_sound, look, question, write_old_messages
from tests.storage.histories import CLAUDE, written

ROOT = Path(__file__).resolve().parents[2]
WORKS = ("import", "migrate", "back up", "erase")
OLD_TEXTS = 200
IMPORTED = 120
SECRET = b"Old text 77"


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder / "glmdesk.db"


async def prepare(folder: Path, what: str) -> None:
    """Make a history of two conversations, one of them with two hundred messages and a file."""
    steps = STEPS[:3] if what == "migrate" else STEPS
    async with Database(_made(folder), steps=steps) as database:
        await database.write(write_old_messages)
        if what != "migrate":
            with_file = replace(question(replace(conversation(), id="c")), attachments=(_keep(folder),))
            await Conversations(database).append(with_file)
    made = [{**CLAUDE[0], "uuid": str(number), "name": str(number)} for number in range(IMPORTED)]
    written(folder / "history.json", made)


def _keep(folder: Path) -> Attachment:
    """Let a file be there that is erased with the conversation; return it."""
    return attachments_of(folder / "glmdesk.db").keep("secret.txt", [SECRET])


def run(folder: Path, what: str, last: int) -> subprocess.CompletedProcess[str]:
    """Let a process do something and be killed at a step; 0 lets it live."""
    command = [sys.executable, "-m", "tests.storage.killed_process", str(folder), what, str(last)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def _with_secret(folder: Path) -> list[str]:
    files = [*folder.glob("glmdesk.db*"), *folder.glob("attachments/*")]
    return [file.name for file in files if SECRET in content_of(file)]


def _sound_backups(folder: Path, attached: Attachment) -> int:
    backups = list((folder / "backups").glob("*.db"))
    assert all(map(is_sound, backups))
    assert all(attachments_of(backup).content(attached) == SECRET for backup in backups)
    return len(backups)


async def outcome(folder: Path, what: str) -> str:
    """Check that nothing is lost, finish what was begun, and return how far it had come."""
    path = folder / "glmdesk.db"
    async with Database(path) as database:
        assert database.notices == ()
        store = Conversations(database)
        old = await store.messages("c")
        assert await store.get("d") is not None
        attached = [attachment for message in old for attachment in message.attachments]
        assert all(attachments_of(path).content(attachment) == SECRET for attachment in attached)
        match what:
            case "import":
                found = len(await store.page(limit=500)) - 2
                imported = await Importer(database, "m").run(folder / "history.json")
                assert imported.tally.new_conversations == IMPORTED - found
                assert len(await store.page(limit=500)) == IMPORTED + 2
                told = f"{found} of {IMPORTED} conversations, the rest by importing again"
            case "erase":
                told = "all of it is there" if old else "all of it is gone"
                await Erasure(database).finish()
                assert len(old) in (0, OLD_TEXTS + 1)
            case "back up":
                told = f"{_sound_backups(folder, attached[0])} backups, each sound"
            case _:
                told = "migrated at the next start"
        if what != "erase":
            assert len(old) == OLD_TEXTS + len(attached)
    if what == "erase" and not old:
        assert not _with_secret(folder)
    assert is_sound(path)
    assert look(path, "PRAGMA user_version") == [(len(STEPS),)]
    return told


async def killed(folder: Path, what: str, dice: random.Random, steps: int) -> str:
    """Kill a process at a random one of its steps; return what is found after that."""
    await prepare(folder, what)
    # The last steps of an erasure are others than most of them.
    last = dice.randint(1, steps) if dice.random() < 0.5 else steps - dice.randrange(min(steps, 20))
    ended = run(folder, what, last)
    assert ended.returncode < 0, ended.stderr
    return await outcome(folder, what)


async def steps_of(folder: Path, what: str) -> int:
    """Return in how many steps something is done."""
    await prepare(folder, what)
    ended = run(folder, what, 0)
    assert ended.returncode == 0, ended.stderr
    return int(ended.stdout)


async def table(folder: Path, kills: int, seed: int = 1) -> dict[str, Counter[str]]:
    """Return what was found after so many kills of each, and how often."""
    dice = random.Random(seed)
    found: dict[str, Counter[str]] = {}
    for what in WORKS:
        steps = await steps_of(folder / what, what)
        found[what] = Counter()
        for number in range(kills):
            found[what][await killed(folder / f"{what} {number}", what, dice, steps)] += 1
    return found
