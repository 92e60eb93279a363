"""A file for each conversation, under names that every system takes."""

from pathlib import Path

import pytest

from glmdesk.domain.errors import LocalDataError
from glmdesk.export.files import export_files
from glmdesk.export.names import file_name
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.transfer.importing import Importer
from tests.storage.examples import conversation, exchange
from tests.storage.test_transfer import title_of

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
    (tmp_path / "Same.md").write_text("of somebody else", encoding="utf-8")
    folder = await export_files(database, None, tmp_path, model_title=title_of)
    found = sorted(str(file.relative_to(folder)) for file in folder.rglob("*.md"))

    assert folder.parent == tmp_path
    assert (tmp_path / "Same.md").read_text(encoding="utf-8") == "of somebody else"
    assert found == sorted(["工作 1/Same.md", "same.md", "Untitled.md", "up.md"])
    async with Database(tmp_path / "other.db") as other:
        imported = await Importer(other, "m").run(folder)
        assert imported.tally.new_conversations == 4, "what was written can be read"


async def test_each_export_has_a_folder_of_its_own(database: Database, tmp_path: Path) -> None:
    store = Conversations(database)
    await exchange(store, conversation("One"), "question")
    folders = [await export_files(database, None, tmp_path, model_title=title_of) for _ in range(3)]

    assert len(set(folders)) == 3
    assert all((folder / "One.md").exists() for folder in folders)


async def test_a_place_that_takes_no_folder_is_named(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LocalDataError) as caught:
        await export_files(database, None, tmp_path / "file", model_title=title_of)

    assert "file" in caught.value.problem.words
