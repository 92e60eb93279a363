"""What is said of a server: what consent is given to, and what cannot be used."""

from dataclasses import replace

import pytest

from glmdesk.domain.connector import Connector
from glmdesk.domain.errors import UsageError
from glmdesk.tools.mcp.config import Program, Review, ServerConfig, Site, Way

PROGRAM = Program("npx", ("-y", "server", "a b"), (("TOKEN", "x"),), "/srv")
ASKED = Connector("notes", "https://example.org/mcp", "sse", ("find",), (("Authorization", "Bearer x"),))
SITE = Site("https://example.org/mcp", (("Authorization", "Bearer x"),))


@pytest.mark.parametrize(
    ("way", "other"),
    [
        (PROGRAM, replace(PROGRAM, command="npm")),
        (PROGRAM, replace(PROGRAM, args=("-y", "server", "a", "b"))),
        (PROGRAM, replace(PROGRAM, args=("-y", "server a b"))),
        (PROGRAM, replace(PROGRAM, env=(("TOKEN", "y"),))),
        (PROGRAM, replace(PROGRAM, env=(("LD_PRELOAD", "x"),))),
        (PROGRAM, replace(PROGRAM, folder="/tmp")),
        (SITE, replace(SITE, url="https://example.org/mcp2")),
        (SITE, replace(SITE, headers=())),
        (ASKED, replace(ASKED, label="other")),
        (ASKED, replace(ASKED, url="https://example.org/mcp2")),
        (ASKED, replace(ASKED, transport="streamable-http")),
        (ASKED, replace(ASKED, allowed_tools=())),
        (ASKED, replace(ASKED, headers=(("Authorization", "Bearer y"),))),
        (Connector("x", SITE.url, headers=SITE.headers), SITE),
    ],
)
def test_whatever_decides_what_is_run_is_in_the_digest(way: Way, other: Way) -> None:
    review = Review(ServerConfig("x", way), "/usr/bin/npx")

    assert review.digest != Review(ServerConfig("x", other), "/usr/bin/npx").digest
    assert review.digest == Review(ServerConfig("another name", way), "/usr/bin/npx").digest
    assert review.digest != replace(review, file="/home/me/bin/npx").digest


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("LOG_LEVEL", "debug", "LOG_LEVEL=debug"),
        ("ROOT", "/a b", "ROOT=/a b"),
        ("EMPTY", "", "EMPTY="),
        ("API_KEY", "abc", "API_KEY (its value is in the keyring)"),
        ("URL", "https://me:word@example.org", "URL (its value is in the keyring)"),
        ("A", "1\nB=2", "A=1\\u000aB=2"),
        ("A", "1\u202e2", "A=1\\u202e2"),
    ],
)
def test_variables_are_shown_with_their_values_unless_they_give_access(
    name: str, value: str, shown: str
) -> None:
    assert ServerConfig("x", Program("a", env=((name, value),))).shown_secrets == (shown,)


def test_headers_are_shown_as_they_are_written() -> None:
    headers = (("X-Region", "eu"), ("Authorization", "Bearer x"))

    assert ServerConfig("x", Site("https://a/", headers)).shown_secrets == (
        "X-Region: eu",
        "Authorization (its value is in the keyring)",
    )


def test_the_command_is_shown_as_it_would_be_typed() -> None:
    assert PROGRAM.shown == "npx -y server 'a b'"


@pytest.mark.parametrize(
    ("config", "code"),
    [
        (ServerConfig(" ", PROGRAM), "server-without-name"),
        (ServerConfig("x", Program("  ")), "server-without-command"),
        (ServerConfig("x", Program("a", env=(("", "b"),))), "variable-unusable"),
        (ServerConfig("x", Program("a\0b")), "variable-unusable"),
        (ServerConfig("x", Program("npx", env=(("PATH", "/tmp/evil"),))), "variable-ruling"),
        (ServerConfig("x", Program("npx", env=(("Path", "/tmp/evil"),))), "variable-ruling"),
        (ServerConfig("x", Program("a", env=(("LD_PRELOAD", "/tmp/evil.so"),))), "variable-ruling"),
        (ServerConfig("x", Program("a", env=(("NODE_OPTIONS", "-r /tmp/evil"),))), "variable-ruling"),
        (ServerConfig("x", Site("example.org/mcp")), "server-address"),
        (ServerConfig("x", Site("file:///etc/passwd")), "server-address"),
        (ServerConfig("x", Site("https://a b/")), "server-address"),
        (ServerConfig("x", Connector("")), "connector-label"),
        (ServerConfig(" ", ASKED), "server-without-name"),
        (ServerConfig("x", Site("https://a/", (("A b", "c"),))), "header-unusable"),
        (ServerConfig("x", Site("https://a/", (("A", "c\r\nB: d"),))), "header-unusable"),
    ],
)
def test_what_cannot_be_used_is_refused(config: ServerConfig, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        config.checked()

    assert refused.value.problem.code == code


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (PROGRAM, "fetches a program"),
        (Program("serve", ("--api-key", "abc")), "seems to hold a key"),
        (Program("serve", ("https://me:pass@host/",)), "seems to hold a key"),
        (Site("http://example.org/mcp"), "encrypted"),
        (Site("https://example.org/mcp?key=abc"), "may hold a key"),
        (SITE, "example.org is told"),
        (ASKED, "not asked before"),
        (ASKED, "example.org is told"),
        (ASKED, "values of its headers go to the service"),
        (replace(ASKED, url="https://192.168.1.2/mcp"), "the service cannot reach it"),
        (replace(ASKED, url="https://example.org/mcp?key=abc"), "may hold a key"),
        (Connector("web_search_prime"), "not asked before"),
    ],
)
def test_what_is_to_be_known_first_is_said(way: Way, words: str) -> None:
    assert any(words in doubt for doubt in ServerConfig("x", way).doubts)


def test_a_plain_command_raises_no_doubt_but_the_one_that_all_raise() -> None:
    assert (
        len(ServerConfig("x", Program("mcp-server-time", ("--local-timezone", "Asia/Shanghai"))).doubts) == 1
    )
    assert not any("encrypted" in doubt for doubt in ServerConfig("x", Site("http://localhost:1/")).doubts)


def test_variables_that_lead_to_other_code_are_read_before_it_is_run() -> None:
    env = (("PYTHONPATH", "/tmp/else\u202e"), ("npm_config_registry", ""), ("PYTHONUNBUFFERED", "1"))
    config = ServerConfig("x", Program("uvx", env=env)).checked()

    words = (
        r"Its variables decide where its code comes from: PYTHONPATH=/tmp/else\u202e, npm_config_registry."
    )
    assert words in config.doubts
