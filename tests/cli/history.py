"""What a program has in its history, read as a person would: by exporting it."""

import json
from typing import Any

from tests.cli.program import Program


def stored_messages(program: Program) -> list[dict[str, Any]]:
    """Return all messages, oldest first."""
    ended = program.run("export", "--all", "--format", "jsonl")
    assert ended.code == 0, ended.stderr
    entries = map(json.loads, ended.stdout.splitlines())
    return [entry for entry in entries if entry["type"] == "message"]


def stored_answer(program: Program) -> tuple[str, str]:
    """Return the state and the text of the only answer."""
    _, answer = stored_messages(program)
    return answer["state"], answer["text"]
