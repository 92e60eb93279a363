"""A server that the service asks: what of it can be used, and that its secrets stay where they are."""

from dataclasses import replace

import pytest

from glmdesk.domain.connector import Connector
from glmdesk.domain.errors import UsageError

NOTES = Connector("notes", "https://example.org/mcp", "sse", ("find",), (("Authorization", "Bearer s3cr3t"),))


@pytest.mark.parametrize(
    ("connector", "code"),
    [
        (replace(NOTES, label=" "), "connector-label"),
        (replace(NOTES, label="my notes"), "connector-label"),
        (replace(NOTES, label="笔记"), "connector-label"),
        (replace(NOTES, label="x" * 65), "connector-label"),
        (replace(NOTES, url="example.org"), "server-address"),
        (replace(NOTES, url="ftp://example.org"), "server-address"),
        (replace(NOTES, url="http://example.org/mcp"), "connector-plain"),
        (replace(NOTES, headers=(("A b", "c"),)), "header-unusable"),
        (replace(NOTES, headers=(("A", "值"),)), "header-unusable"),
        (replace(NOTES, headers=(("A", "c\r\nB: d"),)), "header-unusable"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(connector: Connector, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        connector.checked()

    assert refused.value.problem.code == code
    assert refused.value.problem.remedy


@pytest.mark.parametrize(
    "connector", [NOTES, Connector("web_search_prime"), Connector("here", "http://127.0.0.1:8000/mcp")]
)
def test_what_can_be_used_stays_as_it_is(connector: Connector) -> None:
    assert connector.checked() == connector


def test_spaces_and_repetitions_are_left_out() -> None:
    written = Connector(" notes ", " https://example.org/mcp\n", "sse", (" find", "", "find", "read "))

    assert written.checked() == Connector("notes", "https://example.org/mcp", "sse", ("find", "read"))


def test_the_values_of_headers_are_not_in_what_is_printed_of_it() -> None:
    assert "s3cr3t" not in repr(NOTES)
    assert "s3cr3t" not in repr(NOTES.with_values("…"))
    assert NOTES.with_values("…").headers == (("Authorization", "…"),)


def test_nothing_of_where_a_server_is_is_hidden_when_it_is_allowed() -> None:
    assert Connector("notes\u202eseton").shown == r"notes\u202eseton"
