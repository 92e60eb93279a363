"""Disks on which nothing can be stored: what can be read is read, and the rest is said in a line."""

import asyncio
from dataclasses import replace

import pytest

from tests.cli.program import Program
from tests.cli.test_export import DATABASE, fill
from tests.support.mounts import needs_mounts, on_full_disk, on_read_only_disk


@pytest.fixture
def locked(offline: Program) -> Program:
    """Return a program with two conversations on a disk that can only be read."""
    asyncio.run(fill(offline.home / DATABASE))
    return replace(offline, watcher=on_read_only_disk(offline.home))


@needs_mounts
def test_a_history_that_can_only_be_read_is_exported_with_a_word_about_it(locked: Program) -> None:
    ended = locked.run("export", "--all", "--format", "md")

    assert ended.code == 0
    assert "第一个答案" in ended.stdout
    log, history = ended.stderr.splitlines()
    assert "glmdesk.log cannot be written: Read-only file system." in log
    assert "glmdesk.db cannot be written. Everything stored can be read;" in history


@needs_mounts
def test_what_stores_nothing_needs_nothing_that_can_be_written(locked: Program) -> None:
    asked = locked.run("ask", "--demo", "--no-save", "hello")
    located = locked.run("key", "status", env={"GLMDESK_API_KEY": "0123456789abcdef.AbCdEfGh"})

    assert (asked.code, located.code) == (0, 0)
    assert asked.stdout


@needs_mounts
def test_a_question_that_cannot_be_stored_is_not_asked(locked: Program) -> None:
    ended = locked.run("ask", "--demo", "hello")

    assert (ended.code, ended.stdout) == (6, "")
    assert "cannot be used: Read-only file system." in ended.stderr.splitlines()[-1]


@needs_mounts
def test_the_doctor_names_what_can_only_be_read(locked: Program) -> None:
    ended = locked.run("doctor")

    assert (ended.code, ended.stderr) == (6, "")
    assert f"The folder {locked.home / DATABASE.parent} cannot be used" in ended.stdout
    assert "glmdesk.db cannot be written. Everything stored can be read;" in ended.stdout


def test_a_home_that_cannot_be_made_is_named(offline: Program) -> None:
    (offline.home / "glmdesk").touch()

    ended = offline.run("ask", "--demo", "hello")

    assert (ended.code, ended.stdout) == (6, "")
    assert "data/demo cannot be used: Not a directory." in ended.stderr
    assert "Traceback" not in ended.stderr


@needs_mounts
def test_a_full_disk_is_named_and_is_what_the_exit_code_says(offline: Program) -> None:
    home = offline.home / "glmdesk"
    home.mkdir()
    program = replace(offline, watcher=on_full_disk(home))

    ended = program.run("ask", "--demo", "hello")

    words = "The disk is full. Free some space on it; nothing that was stored is lost."
    assert (ended.code, ended.stdout, ended.stderr) == (6, "", f"glmdesk: {words}\n")
