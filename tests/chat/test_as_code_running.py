"""The code of a request, run: the service is sent what the program itself sends it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from glmdesk.api.client import Client
from glmdesk.chat.as_code import HEADER_PLACEHOLDER, PLACEHOLDER, as_code
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.own_service import OwnService
from glmdesk.domain.request import ChatRequest, PromptMessage
from tests.api.asking import AT_ONCE, KEY, NO_ROOTS, ask, client_for
from tests.chat.requests import EVERYTHING, HARMFUL, QUESTION, SECRET, words
from tests.support.openai_compatible import OPENAI_CHAT
from tests.support.script import Answer
from tests.support.service import Service

pytestmark = pytest.mark.anyio

ANSWER: Final = "本周末有 “两” 场展览。"
HARMFUL_QUESTION: Final = replace(QUESTION, messages=(PromptMessage("user", "".join(HARMFUL)),))
LONG_QUESTION: Final = replace(QUESTION, messages=(PromptMessage("user", words(8_000)),))


@pytest.fixture
async def lenient(anyio_backend: str) -> AsyncIterator[Service]:
    """Yield a service that says what it was sent, and does not fail for it: the clients send nulls."""
    async with Service() as service:
        yield service


async def run(program: str, request: ChatRequest, endpoint: Endpoint, folder: Path) -> str:
    """Run the code of a request as somebody would who has put a key into it; return what it prints."""
    (code,) = (it for it in as_code(request, endpoint) if it.title == program)
    file = folder / code.file_name
    text = code.text.replace(HEADER_PLACEHOLDER, SECRET).replace(PLACEHOLDER, KEY)
    file.write_text(text, encoding="utf-8")
    command = ["bash", str(file)] if program == "cURL" else [sys.executable, str(file)]
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "NO_PROXY": "*"},
    )
    printed, complaints = await child.communicate()
    assert child.returncode == 0, complaints.decode()
    return printed.decode()


async def sent_by_the_program(request: ChatRequest, service: Service) -> dict[str, Any]:
    """Return the body of the program's own request, without the id that each of them has."""
    async with client_for(service.base_url) as client:
        outcome = await ask(client, request)
    assert (outcome.error, outcome.text) == (None, ANSWER)
    body = service.chats[-1].body
    return {name: value for name, value in body.items() if name != "request_id"}


@pytest.mark.parametrize("asked", [QUESTION, EVERYTHING, HARMFUL_QUESTION, LONG_QUESTION])
async def test_the_command_asks_for_the_same(asked: ChatRequest, service: Service, tmp_path: Path) -> None:
    service.always(Answer(ANSWER))
    own = await sent_by_the_program(asked, service)
    printed = await run("cURL", asked, Endpoint.parse(service.base_url), tmp_path)

    sent = service.chats[-1]
    assert sent.body == own
    assert list(sent.body) == list(own)
    assert sent.header("Authorization") == f"Bearer {KEY}"
    assert sent.header("Content-Type") == "application/json"
    assert printed.startswith("data: {")
    assert printed.rstrip().endswith("data: [DONE]")


@pytest.mark.parametrize("client", ["Python", "Python (legacy)"])
@pytest.mark.parametrize("asked", [EVERYTHING, HARMFUL_QUESTION])
async def test_the_programs_in_python_ask_for_the_same(
    client: str, asked: ChatRequest, lenient: Service, tmp_path: Path
) -> None:
    lenient.always(Answer(ANSWER))
    own = await sent_by_the_program(asked, lenient)
    printed = await run(client, asked, Endpoint.parse(lenient.base_url), tmp_path)

    sent = lenient.chats[-1]
    assert printed == ANSWER
    assert {name: value for name, value in sent.body.items() if value is not None} == own
    # Both clients send these, set or not.
    assert {it.field for it in sent.violations} <= {"response_format", "thinking"}
    assert sent.header("Authorization") == f"Bearer {KEY}"


OTHER_QUESTION: Final = replace(
    EVERYTHING, model="glm4:9b", thinking=None, web_search=None, connectors=(), knowledge=None, do_sample=None
)


@pytest.mark.parametrize("program", ["cURL", "Python"])
@pytest.mark.parametrize("needs_key", [True, False])
@pytest.mark.parametrize("asked", [OTHER_QUESTION, replace(HARMFUL_QUESTION, model="glm4:9b")])
async def test_another_service_is_asked_for_the_same(
    program: str, asked: ChatRequest, needs_key: bool, service: Service, tmp_path: Path
) -> None:
    service.always(Answer(ANSWER), path=OPENAI_CHAT)
    endpoint = Endpoint.of(OwnService("Ollama", service.openai_url, ("glm4:9b",), needs_key=needs_key))
    async with Client(endpoint, KEY if needs_key else "", tls=NO_ROOTS, clocks=AT_ONCE) as client:
        outcome = await ask(client, asked)
    assert (outcome.error, outcome.text) == (None, ANSWER)
    printed = await run(program, asked, endpoint, tmp_path)

    own, again = service.requests[-2:]
    assert again.path == OPENAI_CHAT
    assert again.body == own.body
    assert ANSWER[:4] in printed
    assert own.header("Authorization") == (f"Bearer {KEY}" if needs_key else "")
    if program == "cURL" or needs_key:
        assert again.header("Authorization") == own.header("Authorization")
