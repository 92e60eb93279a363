"""A request as a program in Java, with the service's own client.

Source: ai.z.openapi:zai-sdk 0.3.3, the classes of `ai.z.openapi.service.model`. It is for Java 8 and later,
where texts have no blocks of their own.
"""

import re
from collections.abc import Mapping
from typing import Final

from glmdesk.chat.literals import Body, Value, in_one_line, java_string, lines_of

CLASS_NAME: Final = "Streaming"
"""As on the model pages. The file has to be called so too."""

_LONGEST_STRING: Final = 10_000
"""Characters. A constant in a class file has 65,535 bytes at most, and a character takes up to six."""
_MOST_STRINGS: Final = 2_000
"""A method has 65,535 bytes at most, and a string takes eight of them. What has more lines is cut by its
length alone."""
_INDENT: Final = "    "
_WIDTH: Final = 100

_PLAIN: Final = "{}"
"""How a text, a flag or an integer is given."""
_FLOAT: Final = "{}f"
_TREE: Final = "new ObjectMapper().readTree({})"
_MAP: Final = "new ObjectMapper().readValue({}, Map.class)"
_SET: Final = "new ObjectMapper().readValue({}, Set.class)"
_FROM_JSON: Final = (_TREE, _MAP, _SET)
_NODE: Final = "new TextNode({})"
_UNKNOWN: Final = 'Collections.singletonMap("reasoning_effort", {})'
"""How the client is given the one member that it does not know."""
_ROLE: Final = "role"

_MEMBERS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "ChatCompletionCreateParams": {
        "model": ("model", _PLAIN),
        "messages": ("messages", "ChatMessage"),
        "tools": ("tools", "ChatTool"),
        "temperature": ("temperature", _FLOAT),
        "top_p": ("topP", _FLOAT),
        "do_sample": ("doSample", _PLAIN),
        "max_tokens": ("maxTokens", _PLAIN),
        "thinking": ("thinking", "ChatThinking"),
        "reasoning_effort": ("extraJson", _UNKNOWN),
        "stop": ("stop", _PLAIN),
        "response_format": ("responseFormat", "ResponseFormat"),
        "stream": ("stream", _PLAIN),
    },
    "ChatMessage": {
        "role": ("role", _ROLE),
        "content": ("content", _PLAIN),
        "tool_calls": ("toolCalls", "ToolCalls"),
        "tool_call_id": ("toolCallId", _PLAIN),
    },
    "ToolCalls": {
        "id": ("id", _PLAIN),
        "type": ("type", _PLAIN),
        "function": ("function", "ChatFunctionCall"),
    },
    "ChatFunctionCall": {"name": ("name", _PLAIN), "arguments": ("arguments", _NODE)},
    "ChatTool": {
        "type": ("type", _PLAIN),
        "function": ("function", "ChatFunction"),
        "web_search": ("webSearch", "WebSearch"),
        "mcp": ("mcp", "MCPTool"),
        "retrieval": ("retrieval", "Retrieval"),
    },
    "ChatFunction": {
        "name": ("name", _PLAIN),
        "description": ("description", _PLAIN),
        "parameters": ("parameters", _TREE),
    },
    "WebSearch": {
        "enable": ("enable", _PLAIN),
        "search_engine": ("searchEngine", _PLAIN),
        "search_result": ("searchResult", _PLAIN),
        "count": ("count", _PLAIN),
        "search_domain_filter": ("searchDomainFilter", _PLAIN),
        "search_recency_filter": ("searchRecencyFilter", _PLAIN),
        "content_size": ("contentSize", _PLAIN),
    },
    "MCPTool": {
        "server_label": ("server_label", _PLAIN),
        "server_url": ("server_url", _PLAIN),
        "transport_type": ("transport_type", _PLAIN),
        "allowed_tools": ("allowed_tools", _SET),
        "headers": ("headers", _MAP),
    },
    "Retrieval": {
        "knowledge_id": ("knowledgeId", _PLAIN),
        "prompt_template": ("promptTemplate", _PLAIN),
    },
    "ChatThinking": {"type": ("type", _PLAIN)},
    "ResponseFormat": {"type": ("type", _PLAIN)},
}
"""By class: each member by its name in JSON, what its builder calls it, and how it is given, or its class."""

_ROLES: Final = frozenset({"system", "user", "assistant"})
"""Those that have a constant."""

_PACKAGES: Final[Mapping[str, str]] = {
    "ZhipuAiClient": "ai.z.openapi",
    "Arrays": "java.util",
    "Collections": "java.util",
    "ObjectMapper": "com.fasterxml.jackson.databind",
    "Map": "java.util",
    "Set": "java.util",
    "TextNode": "com.fasterxml.jackson.databind.node",
}
_MODELS: Final = "ai.z.openapi.service.model"
"""The package of all other classes."""

_PROGRAM: Final = """\
// Maven: ai.z.openapi:zai-sdk
{imports}

public class {name} {{
    public static void main(String[] args) throws Exception {{
        ZhipuAiClient client = ZhipuAiClient.builder(){service}
            .apiKey({key})
            .build();

        ChatCompletionCreateParams request = {request};

        ChatCompletionResponse response = client.chat().createChatCompletion(request);

        if (response.isSuccess()) {{
            response.getFlowable().blockingSubscribe(
                data -> {{
                    if (data.getChoices() != null && !data.getChoices().isEmpty()) {{
                        Delta delta = data.getChoices().get(0).getDelta();
                        if (delta != null && delta.getContent() != null) {{
                            System.out.print(delta.getContent());
                        }}
                    }}
                }},
                error -> System.err.println("\\nStream error: " + error.getMessage()),
                () -> System.out.println()
            );
        }} else {{
            System.err.println("Error: " + response.getMsg());
        }}
        client.close();
    }}
}}
"""


def java_program(body: Body, key: str, address: str | None) -> str:
    """Return the program that makes a request with a key; no address: that of the client."""
    writer = _Writer(has_many_lines=_count_lines(body) > _MOST_STRINGS)
    request = writer.built("ChatCompletionCreateParams", body, 2 * _INDENT)
    # The library below the client wants the slash at the end.
    service = ".ofZHIPU()" if address is None else f"\n{3 * _INDENT}.baseUrl({java_string(f'{address}/')})"
    used = writer.classes | {"ZhipuAiClient", "ChatCompletionResponse", "Delta"}
    imports = sorted(f"import {_PACKAGES.get(name, _MODELS)}.{name};" for name in used)
    return _PROGRAM.format(
        imports="\n".join(imports), name=CLASS_NAME, service=service, key=java_string(key), request=request
    )


def _count_lines(value: Value) -> int:
    match value:
        case dict():
            return sum(map(_count_lines, value.values()))
        case list():
            return sum(map(_count_lines, value))
        case str():
            return 1 + value.count("\n")
        case _:
            return 0


class _Writer:
    """Writes expressions, and remembers which classes they need."""

    def __init__(self, *, has_many_lines: bool) -> None:
        self.classes: set[str] = set()
        self._has_many_lines = has_many_lines

    def built(self, name: str, members: Body, indent: str) -> str:
        """Return the making of an object of one of the client's classes, which begins at an indent."""
        self.classes.add(name)
        inner = indent + _INDENT
        lines = [f"{name}.builder()"]
        for member, value in members.items():
            method, kind = _MEMBERS[name][member]
            lines.append(f"{inner}.{method}({self._given(value, kind, inner)})")
        return "\n".join((*lines, f"{inner}.build()"))

    def _given(self, value: Value, kind: str, indent: str) -> str:
        if isinstance(value, list) and kind not in _FROM_JSON:
            self.classes.add("Arrays")
            inner = indent + _INDENT
            items = ",\n".join(f"{inner}{self._given(item, kind, inner)}" for item in value)
            return f"Arrays.asList(\n{items}\n{indent})"
        if isinstance(value, dict) and kind in _MEMBERS:
            return self.built(kind, value, indent)
        if kind == _ROLE:
            return self._role(str(value))
        self.classes.update(name for name in _PACKAGES if re.search(rf"\b{name}\b", kind))
        given = in_one_line(value) if kind in _FROM_JSON else value
        return kind.format(in_one_line(given, lambda text: self._text(text, indent)))

    def _role(self, role: str) -> str:
        if role not in _ROLES:
            return java_string(role)
        self.classes.add("ChatMessageRole")
        return f"ChatMessageRole.{role.upper()}.value()"

    def _text(self, text: str, indent: str) -> str:
        """Return a text: as one string, or put together from several in lines of their own."""
        whole = java_string(text)
        if len(whole) <= _LONGEST_STRING and (self._has_many_lines or len(indent) + len(whole) <= _WIDTH):
            return whole
        lines = [text] if self._has_many_lines else lines_of(text)
        pieces = [
            line[at : at + _LONGEST_STRING] for line in lines for at in range(0, len(line), _LONGEST_STRING)
        ]
        if len(pieces) == 1:
            return whole
        inner = indent + _INDENT
        strings = ",\n".join(f"{inner}{java_string(piece)}" for piece in pieces)
        return f'String.join("",\n{strings}\n{indent})'
