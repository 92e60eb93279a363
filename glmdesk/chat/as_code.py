"""A request as code that makes it: cURL, Python with either of the service's clients, and Java.

It is made from the very body that is sent, so that both say the same; only the id is left to the service,
which takes each once. The key is a placeholder, and so are the values of headers that go to servers.

For a service that is no BigModel it is cURL, and Python with the client of OpenAI: those of BigModel send
what only BigModel has.

Source: the examples on the service's model pages, and the clients' own code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from glmdesk.api.wire import encode_chat
from glmdesk.chat.as_java import CLASS_NAME, java_program
from glmdesk.chat.literals import (
    Body,
    Number,
    Value,
    decoded,
    in_one_line,
    json_in_lines,
    lines_of,
    python_string,
    shell_word,
)
from glmdesk.domain.endpoint import MAINLAND_URL, Endpoint
from glmdesk.domain.request import ChatRequest
from glmdesk.i18n import N_

PLACEHOLDER: Final = "YOUR_API_KEY"
HEADER_PLACEHOLDER: Final = "YOUR_HEADER_VALUE"

_MAINLAND: Final = Endpoint.parse(MAINLAND_URL)

_LONGEST_ARGUMENT: Final = 120_000
"""Bytes. Linux takes no argument of 128 KiB or more; what is longer comes by standard input."""

_WIDTH: Final = 100
"""Characters of a line, where what stands in it can be broken at all."""
_INDENT: Final = "    "
_WORDS: Final[Mapping[bool | None, str]] = {True: "True", False: "False", None: "None"}


@dataclass(frozen=True, slots=True)
class CodeText:
    """A request in one language.

    Attributes:
        title: What the language is called, to be translated.
        file_name: What a file with it is called.
        parts: The code in pieces, and what a highlighter calls the language of each. It ends with a line end.
    """

    title: str
    file_name: str
    parts: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The code."""
        return "".join(text for _language, text in self.parts)


def as_code(request: ChatRequest, endpoint: Endpoint = _MAINLAND) -> tuple[CodeText, ...]:
    """Return the code in each language that can ask a service for the same."""
    hidden = tuple(connector.with_values(HEADER_PLACEHOLDER) for connector in request.connectors)
    body = encode_chat(replace(request, connectors=hidden), None, dialect=endpoint.dialect)
    members = decoded(body)
    curl = CodeText("cURL", "request.sh", _curl(body, endpoint))
    if endpoint.dialect == "openai":
        openai = _python(_OPENAI, members, endpoint.base_url, needs_key=endpoint.needs_key)
        return curl, CodeText("Python", "request.py", (("python", openai),))
    address = None if endpoint.base_url == MAINLAND_URL else endpoint.base_url
    zai, zhipuai = (_python(client, members, address) for client in (_ZAI, _ZHIPUAI))
    java = java_program(members, PLACEHOLDER, address)
    return (
        curl,
        CodeText("Python", "request.py", (("python", zai),)),
        CodeText(N_("Python (legacy)"), "request.py", (("python", zhipuai),)),
        CodeText("Java", f"{CLASS_NAME}.java", (("java", java),)),
    )


def _curl(body: bytes, endpoint: Endpoint) -> tuple[tuple[str, str], ...]:
    data = json_in_lines(body)
    key = f"--header 'Authorization: Bearer {PLACEHOLDER}' \\\n" if endpoint.needs_key else ""
    options = (
        f"curl --no-buffer {shell_word(f'{endpoint.base_url}/chat/completions')} \\\n"
        f"{key}"
        "--header 'Content-Type: application/json' \\\n"
    )
    if len(data.encode()) > _LONGEST_ARGUMENT:
        # No line of JSON is a bare word, so none ends the document.
        return ("bash", f"{options}--data-binary @- <<'JSON'\n"), ("json", f"{data}\nJSON\n")
    return ("bash", f"{options}--data '"), ("json", f"{shell_word(data)[1:]}\n")


@dataclass(frozen=True, slots=True)
class _Client:
    """One of the service's clients for Python, and what of a request it takes by name."""

    package: str
    module: str
    name: str
    parameters: frozenset[str]


_PARAMETERS: Final = frozenset(
    {
        *("model", "messages", "tools", "temperature", "top_p", "do_sample", "max_tokens"),
        *("thinking", "stop", "response_format", "stream"),
    }
)
_ZAI: Final = _Client("zai-sdk", "zai", "ZhipuAiClient", _PARAMETERS | {"reasoning_effort"})
_ZHIPUAI: Final = _Client("zhipuai", "zhipuai", "ZhipuAI", _PARAMETERS)
_OPENAI: Final = _Client(
    "openai",
    "openai",
    "OpenAI",
    (_PARAMETERS - {"do_sample", "thinking"}) | {"reasoning_effort", "stream_options"},
)


def _python(client: _Client, body: Body, address: str | None, *, needs_key: bool = True) -> str:
    # A client takes no key for none.
    key = f'api_key="{PLACEHOLDER if needs_key else "unused"}"'
    url = f"base_url={python_string(address or '')}"
    given = key if address is None else f"\n{_INDENT}{key},\n{_INDENT}{url},\n"
    own = {name: value for name, value in body.items() if _is_taken(client, name, value)}
    rest = {name: value for name, value in body.items() if name not in own}
    arguments = [f"{_INDENT}{name}={_python_value(value, _INDENT)},\n" for name, value in own.items()]
    if rest:
        arguments.append(f"{_INDENT}# What this client does not know, or would change, is sent as it is.\n")
        arguments.append(f"{_INDENT}extra_body={_python_value(rest, _INDENT)},\n")
    return (
        f"# pip install {client.package}\n"
        f"from {client.module} import {client.name}\n\n"
        f"client = {client.name}({given})\n\n"
        f"response = client.chat.completions.create(\n{''.join(arguments)})\n\n"
        "for chunk in response:\n"
        "    if chunk.choices and chunk.choices[0].delta.content:\n"
        '        print(chunk.choices[0].delta.content, end="", flush=True)\n'
    )


def _is_taken(client: _Client, name: str, value: Value) -> bool:
    # Both of BigModel's clients send 0.99 for 1 (zai-sdk 0.2.3, zhipuai 2.1.5).
    is_one = name in ("temperature", "top_p") and isinstance(value, Number) and float(value) >= 1
    return name in client.parameters and not (is_one and client is not _OPENAI)


def _python_value(value: Value, indent: str) -> str:
    """Return a value as Python has it, in one line if it fits there."""
    flat = in_one_line(value, python_string, _WORDS)
    if len(indent) + len(flat) <= _WIDTH:
        return flat
    inner = indent + _INDENT
    match value:
        case dict():
            members = (
                f"{inner}{python_string(name)}: {_python_value(member, inner)},\n"
                for name, member in value.items()
            )
            return f"{{\n{''.join(members)}{indent}}}"
        case list():
            items = (f"{inner}{_python_value(item, inner)},\n" for item in value)
            return f"[\n{''.join(items)}{indent}]"
        case str() if not isinstance(value, Number) and len(lines := lines_of(value)) > 1:
            pieces = (f"{inner}{python_string(line)}\n" for line in lines)
            return f"(\n{''.join(pieces)}{indent})"
        case _:
            return flat
