"""What a server says of its tools: names that models can call, and what is different from before."""

import re

from hypothesis import given
from hypothesis import strategies as st

from glmdesk.tools.mcp.definition import Definition, Standing, callable_names, difference, standing


def definition(description: str = "Says.", **more: object) -> Definition:
    schema = {"type": "object", "properties": {"b": {}, "a": {}}, **more}
    return Definition.of("say", title="Say", description=description, schema=schema, only_reads=False)


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=80), unique=True, max_size=20))
def test_names_can_be_called_and_each_is_its_own(server: str, names: list[str]) -> None:
    found = callable_names(server, "id", names)

    assert [*found] == names
    assert len({*found.values()}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) for name in found.values())


def test_plain_names_stay_what_they_are() -> None:
    found = callable_names("git", "id", ["git_status", "push"])

    assert found == {"git_status": "git_status", "push": "git_push"}


def test_the_same_schema_is_the_same_bytes_however_it_is_written() -> None:
    one = Definition.of("a", title="", description="", schema={"type": "object", "x": 1}, only_reads=False)
    other = Definition.of("a", title="", description="", schema={"x": 1, "type": "object"}, only_reads=False)

    assert one == other
    assert one.parameters == '{"properties":{},"type":"object","x":1}'


def test_any_other_word_is_another_definition() -> None:
    seen = definition()

    assert standing(seen, definition()) is Standing.SEEN
    assert standing(seen, definition("Says!")) is Standing.CHANGED
    assert standing(seen, definition(required=["a"])) is Standing.CHANGED
    assert standing(None, seen) is Standing.NEW
    assert standing(seen, None) is Standing.GONE
    assert difference(seen, definition("Says!")).splitlines()[-4:-2] != []
    assert "+Says!" in difference(seen, definition("Says!")).splitlines()
