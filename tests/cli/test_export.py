"""Conversations out of the history, with nobody to ask and no key."""

import asyncio
import json
import os
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from glmdesk.chat.messages import new_answer, new_conversation, new_question
from glmdesk.domain.draft import Draft
from glmdesk.domain.message import State
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.sql import pragma
from tests.cli.program import PATIENCE_S, Program

DATABASE = Path("glmdesk", "data", "glmdesk.db")


async def fill(database: Path) -> None:
    """Store two conversations of one question each."""
    exchanges = (("第一个问题", "第一个答案"), ("The second question", "The second answer"))
    async with Database(database) as opened:
        for asked, answered in exchanges:
            conversation = new_conversation("glm-4-plus", title=asked)
            question = new_question(conversation, None, Draft(asked))
            answer = new_answer(conversation, question.id)
            complete = replace(answer, text=answered, state=State.COMPLETE)
            await Conversations(opened).create(conversation, question, complete)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Return a program with two conversations, and with neither a key nor a service."""
    home = tmp_path_factory.mktemp("home")
    asyncio.run(fill(home / DATABASE))
    return Program(home, {"GLMDESK_BASE_URL": "http://127.0.0.1:9/api/paas/v4"})


def ids(program: Program) -> list[str]:
    """Return the ids of all conversations, oldest first."""
    lines = program.run("export", "--all", "--format", "jsonl").stdout.splitlines()
    entries = map(json.loads, lines)
    return [entry["id"] for entry in entries if entry["type"] == "conversation"]


def test_all_conversations_as_markdown(history: Program) -> None:
    ended = history.run("export", "--all", "--format", "md")

    assert (ended.code, ended.stderr) == (0, "")
    words = ["# 第一个问题", "第一个答案", "---", "# The second question", "The second answer"]
    places = [ended.stdout.index(word) for word in words]
    assert places == sorted(places)


def test_all_conversations_without_loss(history: Program) -> None:
    ended = history.run("export", "--all", "--format", "jsonl")

    header, *entries = map(json.loads, ended.stdout.splitlines())
    assert header["format"] == "glmdesk-conversations"
    assert [entry["type"] for entry in entries] == ["conversation", "message", "message"] * 2


def test_one_conversation_by_its_id(history: Program) -> None:
    _, second = ids(history)

    ended = history.run("export", second, "--format", "md")

    assert "The second question" in ended.stdout
    assert "第一个问题" not in ended.stdout


def test_unknown_ids_are_named_and_nothing_is_written(history: Program, tmp_path: Path) -> None:
    first, _ = ids(history)

    ended = history.run("export", first, "unknown", "--format", "md", "-o", tmp_path / "out.md")

    assert (ended.code, ended.stdout) == (2, "")
    assert "There is no conversation with this id: unknown." in ended.stderr
    assert not (tmp_path / "out.md").exists()


def test_a_file_holds_what_standard_output_would(history: Program, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("old")

    ended = history.run("export", "--all", "--format", "jsonl", "-o", target)

    assert (ended.code, ended.stdout, ended.stderr) == (0, "", "")
    assert target.read_text() == history.run("export", "--all", "--format", "jsonl").stdout
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_the_bytes_are_the_same_whatever_the_locale(history: Program) -> None:
    expected = history.run("export", "--all", "--format", "md").stdout

    assert (
        history.run("export", "--all", "--format", "md", env={"PYTHONIOENCODING": "gbk"}).stdout == expected
    )


def test_a_place_that_cannot_be_written_is_named(history: Program, tmp_path: Path) -> None:
    ended = history.run("export", "--all", "--format", "md", "-o", tmp_path / "missing" / "out.md")

    assert ended.code == 6
    assert "missing/out.md” cannot be written: No such file or directory." in ended.stderr


def test_an_empty_history_is_no_error(offline: Program) -> None:
    ended = offline.run("export", "--all", "--format", "md")

    assert (ended.code, ended.stdout, ended.stderr) == (0, "", "")


def test_a_reader_that_has_had_enough_ends_it_quietly(history: Program) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with history.running("export", "--all", "--format", "md", stdout=writer) as process:
        os.close(writer)
        _, stderr = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, stderr) == (0, b"")


def test_a_history_of_a_newer_version_is_exported_with_a_word_about_it(offline: Program) -> None:
    asyncio.run(fill(offline.home / DATABASE))
    with closing(apsw.Connection(str(offline.home / DATABASE))) as connection:
        pragma(connection, "user_version", 999)

    ended = offline.run("export", "--all", "--format", "md")

    assert ended.code == 0
    assert "第一个答案" in ended.stdout
    assert "was written by a newer version of glmdesk." in ended.stderr
