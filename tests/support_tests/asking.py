"""Asking the service in tests, without any client of ours."""

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec

from tests.support.service import Service

Body = dict[str, Any]


def question(text: str = "hello", **fields: Any) -> Body:
    """Return a request that is right, with other fields besides."""
    return {"model": "glm-4-air-250414", "messages": [{"role": "user", "content": text}], **fields}


def function(name: str = "get_weather", **parameters: Any) -> Body:
    """Return a tool on offer."""
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    details = {"name": name, "description": "Tells the weather", "parameters": parameters or schema}
    return {"type": "function", "function": details}


def web_search(**fields: Any) -> Body:
    """Return the web search as a tool on offer."""
    return {"type": "web_search", "web_search": {"enable": True, "search_engine": "search_std", **fields}}


def retrieval(knowledge_id: Any, **fields: Any) -> Body:
    """Return a knowledge base as a tool on offer."""
    return {"type": "retrieval", "retrieval": {"knowledge_id": knowledge_id, **fields}}


REMOTE: Body = {
    "server_url": "https://mcp.example.org/mcp",
    "transport_type": "streamable-http",
    "allowed_tools": ["find"],
    "headers": {"Authorization": "Bearer t"},
}
"""What is said of a server that the service does not have itself."""


def mcp(label: Any, **fields: Any) -> Body:
    """Return a server that the service is to ask as a tool on offer."""
    return {"type": "mcp", "mcp": {"server_label": label, **fields}}


def client(service: Service, key: str | None = "id.secret") -> httpx.AsyncClient:
    """Return a client for the service; without a key it sends no such header."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    # Without TLS there is no need for certificates, and loading them takes long.
    return httpx.AsyncClient(base_url=service.base_url, headers=headers, trust_env=False, verify=False)


async def ask(
    service: Service, body: object, key: str | None = "id.secret", **headers: str
) -> httpx.Response:
    """Return the whole answer to a chat request."""
    async with client(service, key) as asking:
        return await asking.post("/chat/completions", json=body, headers=headers)


@asynccontextmanager
async def asked(service: Service, body: Mapping[str, object]) -> AsyncGenerator[httpx.Response]:
    """Ask, and give the response before its body has been read; leaving hangs up."""
    async with client(service) as asking, asking.stream("POST", "/chat/completions", json=body) as response:
        yield response


async def stream(service: Service, body: Mapping[str, object]) -> bytes:
    """Return the bytes of a streamed answer."""
    async with asked(service, {**body, "stream": True}) as response:
        return await response.aread()


def payloads(answer: bytes) -> Iterator[bytes]:
    """Yield the data of the records in a stream without faults."""
    for record in answer.split(b"\n\n")[:-1]:
        yield record.removeprefix(b"data: ")


def chunks(answer: bytes) -> list[Body]:
    """Return the chunks of a stream without faults, `[DONE]` left out."""
    *first, last = payloads(answer)
    assert last == b"[DONE]"
    return [msgspec.json.decode(payload, type=Body) for payload in first]


def text(answer: bytes, field: str = "content") -> str:
    """Return what the chunks of a stream say."""
    deltas = (choice["delta"] for chunk in chunks(answer) for choice in chunk["choices"])
    return "".join(delta.get(field) or "" for delta in deltas)
