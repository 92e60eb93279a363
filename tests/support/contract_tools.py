"""The rules for the tools a chat request offers: functions, web search, retrieval, MCP servers."""

import re
from collections.abc import Iterator
from typing import Final

from tests.support.json_values import JsonObject, as_list, as_object, as_text, is_integer, nulls, objects
from tests.support.violation import NULL, Violation, forbidden, refused

FUNCTION_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")
MOST_FUNCTIONS: Final = 128

# Per kind of tool, the field it cannot do without.
REQUIRED: Final = {"function": "name", "web_search": "", "retrieval": "knowledge_id", "mcp": "server_label"}

ENGINES: Final = ("search_std", "search_pro", "search_pro_sogou", "search_pro_quark")
SEARCH_CHOICES: Final = {
    "search_engine": ENGINES,
    "search_recency_filter": ("oneDay", "oneWeek", "oneMonth", "oneYear", "noLimit"),
    "content_size": ("medium", "high"),
    "result_sequence": ("before", "after"),
}
TRANSPORTS: Final = ("streamable-http", "sse")
MCP_FIELDS: Final = frozenset({"server_label", "server_url", "transport_type", "allowed_tools", "headers"})
SEARCH_FLAGS: Final = ("enable", "search_result", "require_search")


def check_tools(request: JsonObject) -> Iterator[Violation]:
    """Yield what is wrong with the tools on offer."""
    value = request.get("tools")
    if value is None:
        return
    tools = objects(value)
    if not tools or len(tools) != len(as_list(value) or []):
        yield refused("1214", "tools", "is no array of one tool or more")
    names = [_name(tool) for tool in tools if tool.get("type") == "function"]
    if len(names) > MOST_FUNCTIONS:
        yield refused("1214", "tools", f"offers more than {MOST_FUNCTIONS} functions")
    if len(set(names)) != len(names):
        yield forbidden("tools", "offers two functions of one name")
    servers = [(as_object(tool.get("mcp")) or {}).get("server_label") for tool in tools]
    labels = [label for label in servers if label is not None]
    if len(set(map(str, labels))) != len(labels):
        yield forbidden("tools", "names two servers alike: their answers cannot be told apart")
    for index, tool in enumerate(tools):
        yield from _tool(tool, f"tools[{index}]")


def _name(tool: JsonObject) -> str:
    return as_text((as_object(tool.get("function")) or {}).get("name"))


def _tool(tool: JsonObject, path: str) -> Iterator[Violation]:
    kind = as_text(tool.get("type"))
    if kind not in REQUIRED:
        yield refused("1214", f"{path}.type", f"{tool.get('type')!r} is no kind of tool")
        return
    details = as_object(tool.get(kind))
    if details is None or (REQUIRED[kind] and not details.get(REQUIRED[kind])):
        yield refused("1213", f"{path}.{kind}.{REQUIRED[kind]}".rstrip("."), "is missing")
        return
    # A function's parameters are a JSON Schema, where null has a meaning.
    for where in nulls(
        {name: value for name, value in details.items() if name != "parameters"}, f"{path}.{kind}"
    ):
        yield forbidden(where, NULL)
    if kind == "function":
        yield from _function(details, f"{path}.function")
    elif kind == "web_search":
        yield from _web_search(details, f"{path}.web_search")
    elif kind == "retrieval":
        yield from _retrieval(details, f"{path}.retrieval")
    elif kind == "mcp":
        yield from _mcp(details, f"{path}.mcp")


def _function(function: JsonObject, path: str) -> Iterator[Violation]:
    if not FUNCTION_NAME.fullmatch(as_text(function.get("name"))):
        yield refused("1214", f"{path}.name", "is not 1 to 64 letters, digits, _ and -")
    if not as_text(function.get("description")):
        yield forbidden(f"{path}.description", "the schema requires it")
    if (as_object(function.get("parameters")) or {}).get("type") != "object":
        yield forbidden(f"{path}.parameters", "is no JSON Schema of an object")


def _retrieval(base: JsonObject, path: str) -> Iterator[Violation]:
    if not isinstance(base.get("knowledge_id"), str):
        yield refused("1214", f"{path}.knowledge_id", "is no text")
    if not isinstance(base.get("prompt_template"), str | None):
        yield refused("1214", f"{path}.prompt_template", "is no text")
    for field in sorted(base.keys() - {"knowledge_id", "prompt_template"}):
        yield forbidden(f"{path}.{field}", "is not in the schema")


def _mcp(server: JsonObject, path: str) -> Iterator[Violation]:
    if not isinstance(server.get("server_label"), str):
        yield refused("1214", f"{path}.server_label", "is no text")
    url = server.get("server_url")
    if url is not None and not (isinstance(url, str) and re.fullmatch(r"https?://[^\s/]+(/\S*)?", url)):
        yield refused("1214", f"{path}.server_url", f"{url!r} is no address")
    if server.get("transport_type") not in (None, *TRANSPORTS):
        yield refused("1214", f"{path}.transport_type", f"is none of {TRANSPORTS}")
    for field in sorted(server.keys() - MCP_FIELDS):
        yield forbidden(f"{path}.{field}", "is not in the schema")
    tools = server.get("allowed_tools")
    if tools is not None and not (
        as_list(tools) and all(isinstance(it, str) and it for it in as_list(tools) or [])
    ):
        yield refused("1214", f"{path}.allowed_tools", "is no array of one name or more")
    headers = server.get("headers")
    if headers is not None:
        pairs = as_object(headers)
        if not pairs or not all(isinstance(value, str) for value in pairs.values()):
            yield refused("1214", f"{path}.headers", "is no object of one text or more")
    if url is None and "transport_type" in server:
        yield forbidden(f"{path}.transport_type", "means nothing for a server that the service has")


def _web_search(search: JsonObject, path: str) -> Iterator[Violation]:
    for field, choices in SEARCH_CHOICES.items():
        value = search.get(field)
        if value is not None and value not in choices:
            yield refused("1214", f"{path}.{field}", f"{value!r} is none of {choices}")
    count = search.get("count")
    if count is not None:
        if not str(count).isdecimal() or not 1 <= int(str(count)) <= 50:
            yield refused("1214", f"{path}.count", f"{count!r} is not between 1 and 50")
        elif not is_integer(count):
            yield forbidden(f"{path}.count", "the number is sent as text")
    yield from _strict_search(search, path)


def _strict_search(search: JsonObject, path: str) -> Iterator[Violation]:
    for field in ("enable", "search_engine"):
        if search.get(field) is None:
            yield forbidden(f"{path}.{field}", "is always sent: its default is disputed, or it is required")
    for field in SEARCH_FLAGS:
        if not isinstance(search.get(field), bool | None):
            yield forbidden(f"{path}.{field}", "is neither true nor false")
    if search.get("search_intent") not in (None, "true", "false"):
        yield forbidden(f"{path}.search_intent", "is the text true or false inside a chat")
