"""Servers as other programs write them into their files of JSON.

Claude Desktop, Cursor and Cherry Studio have `mcpServers`, VS Code `servers`; a single server, or an object
of them without either, is what people paste from a README. BigModel's pages have tools of the type `mcp`.
Comments and commas too many are let through.
"""

import json
import re
from collections.abc import Mapping
from typing import Final, cast

from glmdesk.domain.connector import TRANSPORTS, Connector, Pairs, transport_in
from glmdesk.domain.errors import Problem, UsageError
from glmdesk.i18n import N_
from glmdesk.tools.mcp.config import Program, ServerConfig, Site, Way

_TABLES: Final = ("mcpServers", "servers", "mcp_servers", "context_servers")
_STREAMABLE: Final = ("", "http", "streamable-http", "streamablehttp", "streamable_http", "stdio")
_LONGEST: Final = 200_000
"""Characters. No list of servers comes near it."""

# Texts come first, so that what looks like a comment in one of them is let be.
_NOT_JSON: Final = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)

_Table = Mapping[str, object]


def read_pasted(text: str) -> tuple[ServerConfig, ...]:
    """Return the servers that a text describes. Nothing of them is run. Raises UsageError with the reason."""
    found = _tables(_parsed(text))
    if not found:
        raise UsageError(_NO_SERVER)
    return tuple(_server(name, table).checked() for name, table in found.items())


def _parsed(text: str) -> _Table:
    if len(text) > _LONGEST:
        raise UsageError(_NO_SERVER)
    plain = _NOT_JSON.sub(lambda part: part[1] or "", text.strip())
    if not plain.startswith("{"):
        # A piece of a file, as it is printed in instructions: "name": {…}
        plain = f"{{{plain.rstrip(',')}}}"
    try:
        value: object = json.loads(plain)
    except (ValueError, RecursionError) as error:
        reason = str(error)
        raise UsageError(
            Problem(
                "servers-no-json",
                N_("This is not JSON: {reason}."),
                N_("Copy the whole of it, with every bracket."),
                details={"reason": reason},
            )
        ) from error
    return _table(value) or {}


def _tables(document: _Table) -> dict[str, _Table]:
    """Return what describes servers, by name."""
    for key in _TABLES:
        if (within := _table(document.get(key))) is not None:
            return _each(within)
    tools = document.get("tools")
    if isinstance(tools, list):
        return _connectors(cast("list[object]", tools))
    if (within := _table(document.get("mcp"))) is not None:
        return _connectors([document]) or _tables(within)
    if _is_server(document):
        name = document.get("name")
        return {name if isinstance(name, str) and name else _name_of(document): document}
    return _each(document)


def _connectors(tools: "list[object]") -> dict[str, _Table]:
    """Return the servers among the tools of a request."""
    found = (_table(tool) or {} for tool in tools)
    tables = [table for tool in found if (table := _table(tool.get("mcp"))) is not None]
    return {label: table for table in tables if isinstance(label := table.get("server_label"), str)}


def _each(tables: _Table) -> dict[str, _Table]:
    found = {name: table for name, value in tables.items() if (table := _table(value)) is not None}
    return {name: table for name, table in found.items() if _is_server(table)}


def _is_server(table: _Table) -> bool:
    return any(
        isinstance(table.get(key), (str, list, dict)) for key in ("command", "url", "baseUrl", "serverUrl")
    )


def _name_of(table: _Table) -> str:
    word = str(table.get("command") or table.get("url") or "server")
    return re.split(r"[/\\]", word.rstrip("/"))[-1]


def _server(name: str, table: _Table) -> ServerConfig:
    return ServerConfig(name, _way(name, table))


def _way(name: str, table: _Table) -> Way:
    if "server_label" in table:
        return _connector(name, table)
    url = next(
        (value for key in ("url", "baseUrl", "serverUrl") if isinstance(value := table.get(key), str)), ""
    )
    if url:
        kind = str(table.get("type") or table.get("transport") or "").lower()
        if kind not in _STREAMABLE:
            raise UsageError(_other_transport(name, kind))
        return Site(url, _pairs(name, table, "headers"))
    command = table.get("command")
    if isinstance(command, list):
        # Some write the whole command into one list.
        words = _texts(name, "command", cast("object", command))
        return Program(words[0] if words else "", (*words[1:], *_args(name, table)), *_rest(name, table))
    if not isinstance(command, str):
        raise UsageError(_not_text(name, "command"))
    return Program(command, _args(name, table), *_rest(name, table))


def _connector(label: str, table: _Table) -> Connector:
    kind, url = table.get("transport_type") or TRANSPORTS[0], table.get("server_url") or ""
    transport = transport_in(kind)
    if transport is None:
        raise UsageError(_other_transport(label, str(kind)))
    if not isinstance(url, str):
        raise UsageError(_not_text(label, "server_url"))
    tools = _texts(label, "allowed_tools", table.get("allowed_tools") or [])
    return Connector(label, url, transport, tools, _pairs(label, table, "headers"))


def _rest(name: str, table: _Table) -> tuple[Pairs, str]:
    folder = table.get("cwd") or ""
    if not isinstance(folder, str):
        raise UsageError(_not_text(name, "cwd"))
    return _pairs(name, table, "env"), folder


def _args(name: str, table: _Table) -> tuple[str, ...]:
    return _texts(name, "args", table.get("args") or [])


def _texts(name: str, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise UsageError(_not_text(name, key))
    words = cast("list[object]", value)
    if not all(isinstance(word, (str, int, float)) and not isinstance(word, bool) for word in words):
        raise UsageError(_not_text(name, key))
    return tuple(str(word) for word in words)


def _pairs(name: str, table: _Table, key: str) -> Pairs:
    value = table.get(key)
    pairs = _table({} if value is None else value)
    if pairs is None or not all(isinstance(one, (str, int, float)) for one in pairs.values()):
        raise UsageError(_not_text(name, key))
    return tuple((variable, _word(one)) for variable, one in pairs.items())


def _word(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _table(value: object) -> _Table | None:
    return cast("_Table", value) if isinstance(value, dict) else None


_NO_SERVER = Problem(
    "no-server",
    N_("There is no server in this text."),
    N_("It has to be JSON with “mcpServers” or “servers”, or with “command” or “url” of one server."),
)


def _not_text(name: str, key: str) -> Problem:
    return Problem(
        "server-entry",
        N_("“{key}” of {name} is not what it has to be."),
        N_(
            "A command is a text, its arguments are a list of texts, variables and headers are texts by name."
        ),
        details={"name": name, "key": key},
    )


def _other_transport(name: str, kind: str) -> Problem:
    return Problem(
        "server-transport",
        N_("{name} speaks “{kind}”, which glmdesk does not."),
        N_("Most servers have another address for streamable HTTP, often one that ends with /mcp."),
        details={"name": name, "kind": kind},
    )
