"""Reading attached files by range, by the names that the model was told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.attachment import Attachment
from glmdesk.tools.builtin.files import file_reader
from tests.tools.builtin.asking import NO_FILES, Files, answered, refused, told

pytestmark = pytest.mark.anyio

LINES = "".join(f"line {number}\n" for number in range(1, 1001))


@pytest.fixture
def files() -> Files:
    return (
        Files()
        .add("log.txt", LINES)
        .add("笔记 .md", "一二三四五")
        .add("photo.bin", None)
        .add("empty.txt", "")
    )


async def test_without_a_name_the_files_are_listed(files: Files) -> None:
    tool = file_reader(files.read)

    assert (
        await told(tool, files.scene) == "log.txt (9 KB)\n笔记 .md (17 B)\nphoto.bin (6 B)\nempty.txt (2 B)"
    )
    assert await told(tool, NO_FILES) == "No files are attached to this conversation."


async def test_lines_are_counted_from_one_and_the_last_is_included(files: Files) -> None:
    tool = file_reader(files.read)

    said = await told(tool, files.scene, name="log.txt", start=999, end=2000)
    assert said == "log.txt, lines 999-1000 of 1000:\nline 999\nline 1000\n"
    assert (
        await told(tool, files.scene, name="LOG.TXT", start=2, end=2)
        == "log.txt, lines 2-2 of 1000:\nline 2\n"
    )


async def test_lines_are_those_of_editors() -> None:
    files = Files().add("mixed.txt", "one\u2028still\x0cone\r\ntwo\rthree\nfour")
    said = await told(file_reader(files.read), files.scene, name="mixed.txt", start=2, end=3)

    assert said == "mixed.txt, lines 2-3 of 4:\ntwo\rthree\n"


async def test_a_part_says_where_the_next_one_begins(files: Files) -> None:
    tool = file_reader(files.read)
    first = await told(tool, files.scene, name="log.txt")
    assert first.startswith("log.txt, lines 1-400 of 1000 (the next begin at 401):\nline 1\n")
    assert first.endswith("\nline 400\n")

    text = ""
    start = 1
    while start:
        said = await told(tool, files.scene, name="log.txt", start=start, unit="characters")
        head, _, body = said.partition(":\n")
        text += body
        start = int(head.rpartition("begin at ")[2].rstrip(")")) if "begin at" in head else 0
    assert text == LINES


async def test_characters_are_counted_not_bytes(files: Files) -> None:
    said = await told(
        file_reader(files.read), files.scene, name="笔记 .md", unit="characters", start=2, end=3
    )

    assert said == "笔记 .md, characters 2-3 of 5:\n二三"


async def test_a_line_that_is_too_long_says_how_to_read_it() -> None:
    files = Files().add("long.json", "x" * 50_000)
    said = await told(file_reader(files.read), files.scene, name="long.json")

    assert said.startswith("long.json, lines 1-1 of 1:\nxxx")
    assert said.endswith("[The line is longer: read it by characters.]")


async def test_two_files_of_a_name_are_told_apart() -> None:
    files = Files().add("a.txt", "first").add("a.txt", "second")
    tool = file_reader(files.read)

    assert (await told(tool, files.scene, name="a.txt")).endswith("first")
    assert (await told(tool, files.scene, name="a.txt (2)")).endswith("second")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"name": "other.txt"}, "There are: log.txt, 笔记 .md, photo.bin, empty.txt."),
        ({"name": "../log.txt"}, "no file of that name"),
        ({"name": "photo.bin"}, "no text"),
        ({"name": "log.txt", "start": 1001}, "has 1000 lines"),
        ({"name": "log.txt", "start": 9, "end": 8}, "`start` or more"),
        ({"name": "log.txt", "unit": "pages"}, "unit"),
    ],
)
async def test_what_cannot_be_read_is_refused(files: Files, arguments: dict[str, object], words: str) -> None:
    assert words in await refused(file_reader(files.read), files.scene, **arguments)


async def test_without_files_it_says_so(files: Files) -> None:
    words = await refused(file_reader(files.read), NO_FILES, name="log.txt")

    assert words == "No files are attached to this conversation."


async def test_an_empty_file_is_one(files: Files) -> None:
    assert await told(file_reader(files.read), files.scene, name="empty.txt") == "empty.txt is empty."


@given(
    st.text(max_size=400),
    st.text(max_size=20),
    st.integers(),
    st.integers(),
    st.sampled_from(["lines", "characters"]),
)
async def test_anything_is_answered_in_bounds(text: str, name: str, start: int, end: int, unit: str) -> None:
    files = Files().add(name, text * 60)
    (attachment,) = files.scene.attachments
    assert isinstance(attachment, Attachment)

    await answered(
        file_reader(files.read), {"name": name, "start": start, "end": end, "unit": unit}, files.scene
    )
