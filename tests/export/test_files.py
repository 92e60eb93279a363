"""A file for each conversation, under names that every system takes."""

from pathlib import Path

import pytest

from glmdesk.export.files import export_files, file_name
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.transfer.importing import Importer
from glmdesk.storage.transfer.markdown import export_markdown
from tests.storage.examples import conversation, exchange

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("a/b\\c:d", "a b c d"),
        ("  旅行计划：云南  ", "旅行计划：云南"),
        ("..", ""),
        ("CON", "CON_"),
        ("nul.txt", "nul.txt_"),
        ("line\nbreak\0", "line break"),
        ("x" * 300, "x" * 80),
        ("", ""),
    ],
)
def test_a_title_becomes_a_name_for_any_system(title: str, name: str) -> None:
    assert file_name(title) == name


async def test_files_are_in_folders_and_none_takes_the_place_of_another(
    database: Database, tmp_path: Path
) -> None:
    store = Conversations(database)
    made = [conversation(title) for title in ("Same", "same", "", "../../up")]
    for one in made:
        await exchange(store, one, f"question of {one.id}")
    await store.arrange([made[0].id], folder="工作/1")
    count = await export_files(
        database,
        None,
        tmp_path / "out",
        lambda ids: export_markdown(database, ids, model_title=lambda model: model or ""),
        suffix=".md",
    )
    found = sorted(str(file.relative_to(tmp_path / "out")) for file in (tmp_path / "out").rglob("*.md"))

    assert count == 4
    assert found == sorted(["工作 1/Same.md", "same.md", "Untitled.md", "up.md"])
    async with Database(tmp_path / "other.db") as other:
        imported = await Importer(other, "m").run(tmp_path / "out")
        assert imported.tally.new_conversations == 4, "what was written can be read"
