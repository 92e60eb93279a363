"""Servers as other programs write them down."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.connector import Connector
from glmdesk.domain.errors import UsageError
from glmdesk.tools.mcp.config import Program, ServerConfig, Site
from glmdesk.tools.mcp.pasted import read_pasted

FILES = ServerConfig("files", Program("npx", ("-y", "@mcp/server-filesystem", "/srv"), (("A", "1"),), "/srv"))
SEARCH = ServerConfig("search", Site("https://example.org/mcp", (("Authorization", "Bearer x"),)))

NOTES = ServerConfig(
    "notes", Connector("notes", "https://example.org/sse", "sse", ("find",), (("Authorization", "Bearer x"),))
)
HAD = ServerConfig("sogou", Connector("sogou"))
ASKED = {
    "server_label": "notes",
    "server_url": "https://example.org/sse",
    "transport_type": "sse",
    "allowed_tools": ["find"],
    "headers": {"Authorization": "Bearer x"},
}

PROGRAM = {
    "command": "npx",
    "args": ["-y", "@mcp/server-filesystem", "/srv"],
    "env": {"A": "1"},
    "cwd": "/srv",
}
ADDRESS = {"url": "https://example.org/mcp", "headers": {"Authorization": "Bearer x"}}


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"mcpServers": {"files": PROGRAM, "search": ADDRESS}}, [FILES, SEARCH]),  # Claude Desktop, Cursor
        ({"servers": {"files": {"type": "stdio", **PROGRAM}}}, [FILES]),  # VS Code
        ({"mcp": {"servers": {"search": {"type": "http", **ADDRESS}}}}, [SEARCH]),  # its settings
        ({"mcpServers": {"search": {"type": "streamableHttp", "isActive": True, "baseUrl": ADDRESS["url"],
                                    "headers": ADDRESS["headers"]}}}, [SEARCH]),  # Cherry Studio
        ({"type": "mcp", "mcp": ASKED}, [NOTES]),  # BigModel's pages
        ({"model": "glm-4-plus", "tools": [{"type": "web_search"}, {"type": "mcp", "mcp": ASKED},
                                           {"type": "mcp", "mcp": {"server_label": "sogou"}}]}, [NOTES, HAD]),
        ({"files": PROGRAM}, [FILES]),
        ({"name": "files", **PROGRAM}, [FILES]),
    ],
)  # fmt: skip
def test_the_files_of_other_programs_are_read(document: dict[str, object], found: list[ServerConfig]) -> None:
    assert [*read_pasted(json.dumps(document))] == found


def test_a_piece_of_a_file_is_read_with_comments_and_a_comma_too_many() -> None:
    text = '// for you\n"files": {"command": "npx", /* that one */ "args": ["https://x//y",],},'

    assert read_pasted(text) == (ServerConfig("files", Program("npx", ("https://x//y",))),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no-server"),
        ("{}", "no-server"),
        ('{"mcpServers": {}}', "no-server"),
        ("[1, 2]", "servers-no-json"),
        ('{"mcpServers": {"a": {"command": "x"}', "servers-no-json"),
        ('{"a": {"command": "x", "args": "y"}}', "server-entry"),
        ('{"a": {"command": "x", "env": {"A": {}}}}', "server-entry"),
        ('{"a": {"type": "sse", "url": "https://a/sse"}}', "server-transport"),
        ('{"a": {"command": ""}}', "server-without-command"),
        ('{"mcp": {"server_label": "a", "transport_type": "stdio"}}', "server-transport"),
        ('{"mcp": {"server_label": "a", "server_url": 7}}', "server-entry"),
        ('{"mcp": {"server_label": "a b"}}', "connector-label"),
        ('{"tools": [{"type": "function"}]}', "no-server"),
        ("[" * 100_000, "servers-no-json"),
    ],
)
def test_what_is_no_server_is_refused_in_words(text: str, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_pasted(text)

    assert refused.value.problem.code == code
    assert refused.value.problem.remedy


KEYS = st.sampled_from(
    ["command", "args", "env", "url", "headers", "mcpServers", "a", "cwd", "tools", "mcp", "server_label"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
)


@given(JSON)
def test_any_json_is_servers_or_refused(document: object) -> None:
    try:
        found = read_pasted(json.dumps(document))
    except UsageError:
        return
    assert found
