"""Files that are in use only as they were when they were looked at."""

import os
from pathlib import Path

import pytest

from glmdesk.domain.errors import LocalDataError, UsageError
from glmdesk.tools.own.folder import MOST_BYTES, Folder, OwnFile, State

ADD = 'def add(a: int, b: int) -> int:\n    """Add."""\n    return a + b\n'


def written(folder: Folder, text: str | bytes, name: str = "sums.py") -> OwnFile:
    """Write a file, and return what is known of it."""
    folder.path.mkdir(exist_ok=True)
    (folder.path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return found(folder, name)


def found(folder: Folder, name: str = "sums.py") -> OwnFile:
    (file,) = (file for file in folder.files() if file.name == name)
    return file


def test_a_new_folder_has_an_example_that_is_not_in_use(folder: Folder) -> None:
    assert folder.files() == ()
    folder.prepare()

    (example,) = folder.files()
    assert example.name == "dice.py"
    assert example.source.problems == ()
    assert [function.name for function in example.source.functions] == ["throw_dice"]
    assert example.state is State.NEW
    assert "SHA" not in (folder.path / "README.md").read_text(encoding="utf-8")


def test_a_folder_that_is_there_is_left_alone(folder: Folder) -> None:
    folder.path.mkdir()
    folder.prepare()

    assert list(folder.path.iterdir()) == []


def test_a_file_is_in_use_once_it_was_looked_at(folder: Folder, tmp_path: Path) -> None:
    file = written(folder, ADD)
    assert file.state is State.NEW
    folder.review("sums.py", file.digest)
    assert found(folder).state is State.ON
    assert Folder(tmp_path, tmp_path).files()[0].state is State.ON, "in the next run too"
    folder.forget("sums.py")
    assert found(folder).state is State.NEW


@pytest.mark.parametrize("changed", [ADD.replace("+", "-"), ADD + "\n", ADD.replace("\n", "\r\n")])
def test_a_file_that_changes_is_not_in_use_and_shows_how(folder: Folder, changed: str) -> None:
    folder.review("sums.py", written(folder, ADD).digest)
    file = written(folder, changed)
    assert file.state is State.CHANGED
    assert file.difference
    if "-" in changed.partition("return")[2]:
        assert file.difference.splitlines()[-2:] == ["-    return a + b", "+    return a - b"]
    folder.review("sums.py", file.digest)
    assert found(folder).state is State.ON
    assert found(folder).difference == ""


def test_what_was_seen_is_what_is_taken(folder: Folder) -> None:
    seen = written(folder, ADD)
    written(folder, ADD.replace("+", "*"))

    with pytest.raises(UsageError, match="has changed while it was reviewed"):
        folder.review("sums.py", seen.digest)
    assert found(folder).state is State.NEW


@pytest.mark.parametrize("name", ["other.py", "../sums.py", "", "sums.py/"])
def test_only_files_of_the_folder_are_taken(folder: Folder, name: str) -> None:
    file = written(folder, ADD)

    with pytest.raises(UsageError):
        folder.review(name, file.digest)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "no text"),
        (b"#" * (MOST_BYTES + 1), "large"),
        ("天".encode() * MOST_BYTES, "large"),
        (b"x = 1", "no public function"),
    ],
)
def test_what_cannot_be_used_says_why(folder: Folder, content: bytes, words: str) -> None:
    file = written(folder, content)

    assert file.state is State.UNUSABLE
    assert words in file.source.problems[0]
    with pytest.raises(UsageError):
        folder.review("sums.py", file.digest)


def test_nothing_but_python_files_is_looked_at(folder: Folder) -> None:
    written(folder, ADD)
    (folder.path / "notes.txt").write_text("x")
    (folder.path / "nested.py").mkdir()

    assert [file.name for file in folder.files()] == ["sums.py"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever is root may write everywhere")
def test_a_folder_that_cannot_be_written_says_so(folder: Folder, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(LocalDataError):
        folder.prepare()
