"""A file is there when all of it is, and not before."""

import os
import threading
from pathlib import Path

import pytest

from glmdesk.cli.files import whole_file


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
