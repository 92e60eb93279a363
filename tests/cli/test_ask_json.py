"""`glmdesk ask --json-schema`: standard output holds JSON that fits, or nothing."""

import json

import pytest

from tests.cli.history import stored_messages
from tests.cli.program import Program
from tests.support.remote import ServiceThread
from tests.support.script import Answer

SCHEMA = '{"type": "object", "properties": {"名称": {"type": "string"}}, "required": ["名称"]}'
GOOD, BAD = '{"名称": "茶", "n": 1.50}', '{"name": "茶"}'


@pytest.fixture
def schema(program: Program) -> str:
    path = program.home.parent / "schema.json"
    path.write_text(SCHEMA, encoding="utf-8")
    return str(path)


def test_json_that_fits_is_printed_as_it_came(program: Program, bigmodel: ServiceThread, schema: str) -> None:
    bigmodel.script(Answer(f"```json\n{GOOD}\n```"))

    ended = program.run("ask", "What?", "--json-schema", schema)

    assert (ended.code, ended.stdout, ended.stderr) == (0, f"{GOOD}\n", "")
    body = bigmodel.chats[-1].body
    assert body["response_format"] == {"type": "json_object"}
    assert SCHEMA in body["messages"][0]["content"]


def test_what_is_mended_is_printed_alone(program: Program, bigmodel: ServiceThread, schema: str) -> None:
    bigmodel.script(Answer(BAD), Answer(GOOD))

    ended = program.run("ask", "What?", "--json-schema", schema)

    assert (ended.code, json.loads(ended.stdout)) == (0, {"名称": "茶", "n": 1.5})
    assert stored_messages(program)[-1]["structured"] == {"schema": SCHEMA, "attempt": BAD}


def test_what_stays_wrong_is_not_printed(program: Program, bigmodel: ServiceThread, schema: str) -> None:
    bigmodel.script(Answer(BAD), Answer("Sorry."))

    ended = program.run("ask", "What?", "--json-schema", schema)

    assert (ended.code, ended.stdout) == (4, "")
    assert "a value is missing" in ended.stderr


def test_what_is_cut_short_is_not_printed(program: Program, bigmodel: ServiceThread, schema: str) -> None:
    bigmodel.script(Answer(GOOD[:8], finish="length"))

    ended = program.run("ask", "What?", "--json-schema", schema)

    assert (ended.code, ended.stdout) == (4, "")
    assert "length limit" in ended.stderr


@pytest.mark.parametrize("text", ["{", '{"type": "nothing"}'])
def test_a_file_that_is_no_schema_is_refused_before_anything_is_asked(
    program: Program, bigmodel: ServiceThread, schema: str, text: str
) -> None:
    (program.home.parent / "schema.json").write_text(text, encoding="utf-8")

    ended = program.run("ask", "What?", "--json-schema", schema)

    assert (ended.code, ended.stdout) == (2, "")
    assert "line 1" in ended.stderr
    assert not bigmodel.chats
