"""Histories are added from the command line, with nobody to ask and no key."""

from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.cli.test_export import history  # noqa: F401 - a fixture
from tests.storage.histories import CHATGPT, written


@pytest.fixture
def export(tmp_path: Path) -> str:
    return str(written(tmp_path / "conversations.json", CHATGPT))


def test_what_is_not_there_is_added_and_told(offline: Program, export: str) -> None:
    dry = offline.run("import", export, "--dry-run")
    first = offline.run("import", export)
    second = offline.run("import", export)

    assert dry.stdout == "ChatGPT: 1 conversation, 5 messages would be added, 0 are there.\n"
    assert first.stdout == "ChatGPT: 1 conversation, 5 messages added, 0 were there.\n"
    assert second.stdout == "ChatGPT: 0 conversations, 0 messages added, 5 were there.\n"
    assert (dry.code, first.code, second.code) == (0, 0, 0)
    assert first.stderr.splitlines() == [
        "glmdesk: Empty: It has no messages.",
        "glmdesk: conversation 3: It has no messages.",
    ]
    assert "去云南七天" in offline.run("search", "云南").stdout


def test_what_is_no_history_is_an_error(offline: Program, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF")
    ended = offline.run("import", str(path))

    assert (ended.code, ended.stdout) == (6, "")
    assert f"“{path}” is no history that glmdesk can read." in ended.stderr


def test_an_export_goes_into_another_history(history: Program, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "all.jsonl"
    assert history.run("export", "--all", "--format", "jsonl", "-o", str(path)).code == 0
    there = history.run("import", str(path))
    elsewhere = history.run("import", str(path), "--home", str(tmp_path / "other"))
    back = history.run("export", "--all", "--format", "jsonl", "--home", str(tmp_path / "other"))

    assert "0 conversations, 0 messages added" in there.stdout
    assert elsewhere.code == 0
    assert back.stdout == path.read_text(encoding="utf-8")
