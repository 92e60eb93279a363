"""What a command costs to start: nothing is imported that it does not need."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import ROOT, Program

QT = {"PySide6", "shiboken6", "qasync"}
SLOW = {"asyncio", "logging", "dataclasses", "typing_extensions", "shutil", "subprocess", "socket", "tomllib"}
FOREIGN = {"httpx", "apsw", "keyring", "msgspec", "platformdirs", "tomlkit", "markdown_it"}


def imported_by(program: Program, *words: str) -> set[str]:
    """Return the packages that a command imports."""
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "glmdesk", *words],
        cwd=ROOT,
        env=program.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    lines = [line for line in ended.stderr.splitlines() if line.startswith("import time:")]
    packages = {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}
    assert "glmdesk" in packages
    return packages


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["ask", "--help"], ["--no-such-option"]])
def test_words_that_are_answered_at_once_import_next_to_nothing(tmp_path: Path, words: list[str]) -> None:
    assert not imported_by(Program(tmp_path), *words) & (QT | SLOW | FOREIGN)


@pytest.mark.parametrize(
    "words",
    [["ask", "demo:1113", "--demo"], ["export", "--all", "--format", "md"], ["key", "status"], ["doctor"]],
)
def test_no_command_imports_qt(tmp_path: Path, words: list[str]) -> None:
    assert not imported_by(Program(tmp_path), *words) & QT


def test_who_asks_loads_no_command_line_of_a_library(tmp_path: Path) -> None:
    imported = imported_by(Program(tmp_path), "ask", "demo:1113", "--demo")

    assert "httpx" in imported
    assert not imported & {"click", "rich"}


def test_an_export_needs_neither_network_nor_keyring(tmp_path: Path) -> None:
    imported = imported_by(Program(tmp_path), "export", "--all", "--format", "jsonl")

    assert not imported & {"httpx", "truststore", "keyring", "jeepney"}
