"""A file is there when all of it is, and not before."""

import os
import threading
from pathlib import Path

import pytest

from glmdesk.domain.errors import LocalDataError
from glmdesk.storage.whole_file import whole_file


def test_the_old_content_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("old")

    with whole_file(target) as write:
        write("新")
        assert target.read_text() == "old"

    assert target.read_bytes() == "新".encode()
    assert list(tmp_path.iterdir()) == [target]


def test_a_failure_leaves_what_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("old")

    with pytest.raises(UnicodeEncodeError), whole_file(target) as write:
        write("new \udcff")

    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")

    with whole_file(tmp_path / "link") as write:
        write("text")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "text"


def test_a_named_pipe_takes_the_text_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()

    with whole_file(pipe) as write:
        write("text")
    reader.join(timeout=5)

    assert read == ["text"]
    assert pipe.is_fifo()


def test_a_file_that_is_not_private_is_as_others_are(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    (tmp_path / "old").touch()
    (tmp_path / "old").chmod(0o755)
    for name in ("new", "old"):
        with whole_file(tmp_path / name, is_private=False) as write:
            write("text")
    with whole_file(tmp_path / "private") as write:
        write("text")

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes["new"] == modes["other"]
    assert modes["old"] == 0o755
    assert modes["private"] == 0o600


def test_what_cannot_be_written_is_said_with_its_place(tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "out"
    with pytest.raises(LocalDataError) as caught, whole_file(target) as write:
        write("text")

    assert str(target) in caught.value.problem.words
