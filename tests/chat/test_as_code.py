"""A request as code: any text in it is there as it is sent, whatever the language makes of its characters."""

import ast
import dataclasses
import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from glmdesk.api.wire import encode_chat
from glmdesk.chat.as_code import HEADER_PLACEHOLDER, as_code
from glmdesk.domain.connector import Connector
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.own_service import Dialect, OwnService
from glmdesk.domain.request import EFFORTS, ChatRequest, PromptMessage, WebSearch
from glmdesk.domain.tool import ToolCall, ToolSpec
from tests.chat.requests import EVERYTHING, HARMFUL, QUESTION, SCHEMA, words

texts = st.lists(st.sampled_from(HARMFUL) | st.text(max_size=8), max_size=6).map("".join)


OLLAMA: Final = OwnService("Ollama", "http://localhost:11434/v1", ("glm4:9b",))


def code(request: ChatRequest, title: str, **place: Endpoint) -> str:
    (found,) = (it.text for it in as_code(request, **place) if it.title == title)
    return found


def body_of(request: ChatRequest, dialect: Dialect = "bigmodel") -> dict[str, Any]:
    """Return what is sent, with a placeholder in place of what is secret in it."""
    servers = tuple(server.with_values(HEADER_PLACEHOLDER) for server in request.connectors)
    asked = replace(request, connectors=servers)
    sent: dict[str, Any] = json.loads(encode_chat(asked, None, dialect=dialect))
    return sent


def said_by_shell(command: str, folder: Path) -> tuple[list[str], str]:
    """Return what curl is given by a shell: its arguments, and its standard input."""
    script = folder / "script.sh"
    script.write_text(f"curl() {{ printf '%s\\0' \"$@\"; printf '\\0'; cat; }}\n{command}", encoding="utf-8")
    ended = subprocess.run(
        ["bash", str(script)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, timeout=20
    )
    arguments, given = ended.stdout.decode().split("\0\0")
    return arguments.split("\0"), given


def sent_by_curl(command: str, folder: Path) -> dict[str, Any]:
    arguments, given = said_by_shell(command, folder)
    option, value = arguments[-2:]
    assert option in ("--data", "--data-binary")
    sent: dict[str, Any] = json.loads(given if value == "@-" else value)
    return sent


def asked_by_python(program: str) -> dict[str, Any]:
    """Return what a program gives the client, by its syntax alone."""
    calls = [node for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Call)]
    create = next(
        call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "create"
    )
    given = {it.arg or "": ast.literal_eval(it.value) for it in create.keywords}
    extra: dict[str, Any] = given.pop("extra_body", {})
    return given | extra


_STRING: Final = r'"(?:[^"\\\r\n]|\\.)*"'
_TEXT: Final = rf'{_STRING}|String\.join\("",(?:\s*{_STRING},?)+\s*\)'
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def java_texts(program: str, method: str) -> list[str]:
    """Return the texts that a method is called with, read as a compiler of Java reads them.

    Source: The Java Language Specification 3.3, 3.10.7.
    """
    units = re.sub(
        r"(?<!\\)((?:\\\\)*)\\u([0-9a-f]{4})",
        lambda found: found[1] + chr(int(found[2], 16)),
        program,
    )
    found = re.findall(rf"\.{method}\(({_TEXT})\)", units)
    pieces = [list(re.findall(_STRING, text)) for text in found]
    return [
        "".join(re.sub(r"\\(.)", lambda it: _ESCAPES[it[1]], piece[1:-1], flags=re.DOTALL) for piece in text)
        .encode("utf-16-le", "surrogatepass")
        .decode("utf-16-le")
        for text in pieces
    ]


def test_everything_that_can_be_asked_is_in_the_example() -> None:
    unset = [
        field.name
        for field in dataclasses.fields(EVERYTHING)
        if getattr(EVERYTHING, field.name) in (None, False, ())
    ]

    search = EVERYTHING.web_search
    unset += [
        field.name for field in dataclasses.fields(WebSearch) if getattr(search, field.name) == field.default
    ]

    assert unset == [], "what is new has to be known to each language"


def test_no_value_of_a_header_is_in_it_but_a_place_for_one() -> None:
    for language in as_code(EVERYTHING):
        assert "s3cr3t" not in language.text
        assert language.text.count("YOUR_HEADER_VALUE") == 2
        assert "web_search_prime" in language.text


def test_a_service_that_is_no_bigmodel_is_asked_for_what_it_is_sent(tmp_path: Path) -> None:
    endpoint, asked = Endpoint.of(OLLAMA), replace(EVERYTHING, web_search=None, connectors=(), knowledge=None)
    curl, python = as_code(asked, endpoint)

    assert (curl.title, python.title) == ("cURL", "Python")
    assert sent_by_curl(curl.text, tmp_path) == body_of(asked, "openai")
    assert asked_by_python(python.text) == body_of(asked, "openai")
    assert "http://localhost:11434/v1/chat/completions" in curl.text
    assert 'base_url="http://localhost:11434/v1"' in python.text
    assert "zai" not in python.text


def test_a_service_without_a_key_is_given_none() -> None:
    asked_freely = as_code(QUESTION, Endpoint.of(OLLAMA))
    with_key = as_code(QUESTION, Endpoint.of(replace(OLLAMA, needs_key=True)))

    assert [language.text.count("YOUR_API_KEY") for language in asked_freely] == [0, 0]
    assert [language.text.count("YOUR_API_KEY") for language in with_key] == [1, 1]
    assert "Authorization" not in asked_freely[0].text


def test_a_gateway_to_bigmodel_is_asked_in_every_language() -> None:
    gateway = replace(OLLAMA, base_url="https://gateway.example.org/v4", dialect="bigmodel")

    assert len(as_code(EVERYTHING, Endpoint.of(gateway))) == len(as_code(EVERYTHING))


@pytest.mark.parametrize("request_", [QUESTION, EVERYTHING])
def test_each_language_asks_for_what_is_sent(request_: ChatRequest, tmp_path: Path) -> None:
    sent = body_of(request_)

    assert sent_by_curl(code(request_, "cURL"), tmp_path) == sent
    assert asked_by_python(code(request_, "Python")) == sent
    assert asked_by_python(code(request_, "Python (legacy)")) == sent


def test_the_example_in_java() -> None:
    program = code(EVERYTHING, "Java")

    for line in (
        "ZhipuAiClient client = ZhipuAiClient.builder().ofZHIPU()",
        '.apiKey("YOUR_API_KEY")',
        ".role(ChatMessageRole.SYSTEM.value())",
        '.role("tool")',
        '.toolCallId("call-1")',
        '.arguments(new TextNode("{\\"city\\": \\"杭州\\"}"))',
        ".parameters(new ObjectMapper().readTree(",
        '.searchDomainFilter("example.org")',
        '.knowledgeId("1234567890")',
        '.promptTemplate("By {{ knowledge }}:\\n{{ question }}")',
        '.server_label("notes")',
        '.server_url("https://mcp.example.org/sse")',
        '.transport_type("sse")',
        'new ObjectMapper().readValue("[\\"find\\", \\"read\\"]", Set.class)',
        "import ai.z.openapi.service.model.MCPTool;",
        "import java.util.Map;",
        ".temperature(1.0f)",
        ".topP(0.7f)",
        ".maxTokens(512)",
        '.extraJson(Collections.singletonMap("reasoning_effort", "high"))',
        ".stream(true)",
        "import ai.z.openapi.service.model.WebSearch;",
        "import com.fasterxml.jackson.databind.node.TextNode;",
    ):
        assert line in program
    assert "import" not in program.split("public class Streaming")[1]
    assert json.loads(java_texts(program, "readTree")[0])["required"] == ["city"]


def test_what_is_left_to_the_service_is_in_no_language() -> None:
    for language in as_code(QUESTION):
        for name in ("temperature", "max_tokens", "maxTokens", "tools", "thinking", "extra", "request_id"):
            assert name not in language.text


def test_the_service_in_force_is_named_where_it_is_not_the_default() -> None:
    elsewhere = as_code(QUESTION, Endpoint.parse("https://api.z.ai/api/paas/v4"))

    assert all("https://api.z.ai/api/paas/v4" in language.text for language in elsewhere)
    assert '.baseUrl("https://api.z.ai/api/paas/v4/")' in elsewhere[3].text
    named = [language.title for language in as_code(QUESTION) if "bigmodel.cn" in language.text]
    assert named == ["cURL"], "the clients know it themselves"


def test_no_key_is_in_it_but_a_place_for_one() -> None:
    assert [language.text.count("YOUR_API_KEY") for language in as_code(EVERYTHING)] == [1, 1, 1, 1]


def test_what_a_client_would_change_is_sent_as_it_is() -> None:
    program = code(replace(QUESTION, temperature=1.0, top_p=0.7, effort="low"), "Python (legacy)")

    assert 'extra_body={"temperature": 1.0, "reasoning_effort": "low"}' in program
    assert "    top_p=0.7,\n" in program


def test_numbers_of_a_schema_stay_as_they_are_written() -> None:
    schema = '{"type":"object","maximum":1e400,"minimum":-12345678901234567890.10}'
    asked = replace(QUESTION, tools=(ToolSpec("weather", "Weather", "", schema),))

    for language in as_code(asked):
        assert "1e400" in language.text
        assert "-12345678901234567890.10" in language.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.builds(
        ChatRequest,
        model=texts,
        messages=st.lists(
            st.builds(
                PromptMessage,
                role=st.sampled_from(["system", "user", "assistant", "tool"]),
                text=texts,
                tool_calls=st.lists(
                    st.builds(ToolCall, id=texts, name=texts, arguments=texts), max_size=1
                ).map(tuple),
                tool_call_id=st.none() | texts,
            ),
            max_size=3,
        ).map(tuple),
        stop=st.none() | texts,
        effort=st.none() | st.sampled_from(EFFORTS),
        tools=st.lists(
            st.builds(ToolSpec, name=texts, title=texts, description=texts, parameters=st.just(SCHEMA)),
            max_size=1,
        ).map(tuple),
        web_search=st.none() | st.builds(WebSearch, domain=texts),
        connectors=st.lists(
            st.builds(
                Connector,
                label=texts,
                url=texts,
                allowed_tools=st.lists(texts, max_size=2).map(tuple),
                headers=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
            ),
            max_size=1,
        ).map(tuple),
    )
)
def test_any_text_anywhere_is_there_in_each_language(tmp_path: Path, asked: ChatRequest) -> None:
    sent = body_of(asked)

    assert sent_by_curl(code(asked, "cURL"), tmp_path) == sent
    assert asked_by_python(code(asked, "Python")) == sent
    assert java_texts(code(asked, "Java"), "content") == [message.text for message in asked.messages]


@settings(max_examples=300)
@given(texts)
@example("".join(HARMFUL))
@example("\\" * 3 + "u0022")
def test_any_text_is_there_in_python_and_java(text: str) -> None:
    asked = replace(QUESTION, messages=(PromptMessage("user", text),))

    assert asked_by_python(code(asked, "Python"))["messages"][0]["content"] == text
    assert java_texts(code(asked, "Java"), "content") == [text]


@pytest.mark.parametrize("text", HARMFUL)
def test_what_is_not_seen_is_escaped(text: str) -> None:
    for language in as_code(replace(QUESTION, messages=(PromptMessage("user", text),))):
        seen = language.text.replace("\n", "").replace("\u3000", "").replace("\u200d", "")
        unseen = [hex(ord(it)) for it in seen if not it.isprintable()]
        assert [it for it in unseen if it not in ("0xfdd0", "0x10ffff")] == [], language.title


@pytest.mark.parametrize("size", [3, 1_500, 20_000])
def test_long_texts_are_complete(size: int, tmp_path: Path) -> None:
    asked = replace(QUESTION, messages=(PromptMessage("user", words(size)),))

    assert sent_by_curl(code(asked, "cURL"), tmp_path) == body_of(asked)
    assert asked_by_python(code(asked, "Python")) == body_of(asked)
    program = code(asked, "Java")
    assert java_texts(program, "content") == [words(size)]
    strings = re.findall(_STRING, program)
    assert max(len(it.encode("utf-16-le")) * 3 // 2 for it in strings) < 65_535
    assert len(strings) < 8_000


def test_short_commands_are_shaped_as_in_the_documentation_and_long_ones_read_their_body(
    tmp_path: Path,
) -> None:
    short, long = (code(replace(QUESTION, stop=words(it)), "cURL") for it in (1, 10_000))

    assert "--data '{\n" in short
    assert "<<'JSON'\n{\n" in long
    assert sent_by_curl(long, tmp_path)["stop"] == [words(10_000)]


def test_the_files_are_called_as_each_language_wants_it() -> None:
    named = [it.file_name for it in as_code(QUESTION)]

    assert named == ["request.sh", "request.py", "request.py", "Streaming.java"]
    assert "public class Streaming {" in code(QUESTION, "Java")
    assert all(it.text.endswith("\n") for it in as_code(EVERYTHING))
