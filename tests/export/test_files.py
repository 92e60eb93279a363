"""A file for each conversation, under names that every system takes."""

from dataclasses import replace
from pathlib import Path

import pytest

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.errors import LocalDataError
from glmdesk.export.files import export_files
from glmdesk.export.names import file_name
from glmdesk.storage.attachments import attachments_of
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.transfer.importing import Importer
from tests.storage.examples import conversation, exchange, question
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
        ("云" * 80, "云" * 66),
        ("a" + "😀" * 80, "a" + "😀" * 49),
        ("", ""),
    ],
)
def test_a_title_becomes_a_name_for_any_system(title: str, name: str) -> None:
    assert file_name(title) == name


@pytest.mark.parametrize("character", ["😀", "云"])
async def test_a_title_of_long_characters_ends_no_export(
    database: Database, tmp_path: Path, character: str
) -> None:
    # File systems count the bytes of a name: the export of all ended at the first such title, or its second.
    title = character * 80
    store = Conversations(database)
    for _ in range(2):
        of = conversation(title)
        asked = replace(question(of), attachments=(Attachment.of(f"{title}.{title}", b"1"),))
        attachments_of(database.path).keep("any", [b"1"])
        await store.create(of, asked)
    folder = await export_files(database, None, tmp_path, model_title=title_of)
    found = sorted(len(file.name.encode()) for file in folder.rglob("*"))

    assert len(found) == 6
    assert found[-1] <= 255


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
