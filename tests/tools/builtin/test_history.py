"""Looking through what was said before, without what is being said."""

import json
from pathlib import Path

import pytest

from glmdesk.domain.tool import Risk, Scene
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.tools.builtin import NAMES, OFF_AT_FIRST
from glmdesk.tools.builtin.history import history_search
from glmdesk.tools.builtin.source import BuiltInTools
from tests.storage.examples import NOON, conversation, exchange
from tests.tools.builtin.asking import Files, refused, told

pytestmark = pytest.mark.anyio


async def kept(database: Database, title: str, asked: str) -> Scene:
    """Keep a conversation of one question, and return where its next turn would be."""
    held = conversation(title)
    await exchange(Conversations(database), held, asked)
    return Scene(held.id)


async def test_what_was_said_elsewhere_is_found_with_its_date(tmp_path: Path) -> None:
    async with Database(tmp_path / "glmdesk.db") as database:
        await kept(database, "Holiday  plans", "We fly to 昆明 in May. " + "Much more. " * 100)
        here = await kept(database, "Now", "When do we fly to 昆明?")
        tool = history_search(database)

        said = await told(tool, here, query="昆明")
        day = NOON.astimezone().date()
        assert said.startswith(f"{day} “Holiday plans” user: We fly to 昆明 in May.")
        assert said.endswith("…")
        assert "\n" not in said, "the conversation itself is no hit"
        assert await told(tool, here, query="in:title holiday") == f"{day} “Holiday plans” (title)"
        assert await told(tool, here, query="昆明 role:assistant") == "Nothing was found."


async def test_there_are_no_more_hits_than_are_wanted(tmp_path: Path) -> None:
    async with Database(tmp_path / "glmdesk.db") as database:
        for number in range(30):
            await kept(database, f"Title {number}", "the needle")
        tool = history_search(database)

        assert (await told(tool, query="needle")).count("\n") == 9
        assert (await told(tool, query="needle", limit="20")).count("\n") == 19
        assert "limit" in await refused(tool, query="needle", limit=21)


async def test_words_that_mean_nothing_are_refused(tmp_path: Path) -> None:
    async with Database(tmp_path / "glmdesk.db") as database:
        tool = history_search(database)

        assert "nothing to look for" in await refused(tool, query="  ")
        assert "Write a day" in await refused(tool, query="before:soon")


async def test_the_tools_of_the_program_are_the_same_each_time(tmp_path: Path) -> None:
    async with Database(tmp_path / "glmdesk.db") as database:
        source = BuiltInTools(database, Files().read)
        first = [tool.spec for tool in await source.tools()]
        second = [tool.spec for tool in await source.tools()]

        assert first == second
        assert {spec.risk for spec in first} == {Risk.READS}
        assert {spec.name for spec in first} == NAMES > OFF_AT_FIRST
        for spec in first:
            schema = json.loads(spec.parameters)
            assert schema["type"] == "object"
            assert spec.parameters.isprintable()
            assert len(spec.description) < 600
