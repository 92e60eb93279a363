"""A search of the web as a tool, at the real shape of the service."""

import msgspec
import pytest

from glmdesk.api.client import Client
from glmdesk.demo.service import DemoService
from glmdesk.domain.errors import KeyProblem, ServiceRefused
from glmdesk.domain.request import WebSearch
from glmdesk.domain.tool import Scene, ToolResult
from glmdesk.tools.web_search import WebSearchSource
from tests.api.asking import KEY, client_for
from tests.demo.asking import LIBRARY, OFFER, no_time
from tests.demo.asking import client_for as demo_client
from tests.support.script import Refuse
from tests.support.service import Service

pytestmark = pytest.mark.anyio

SCENE = Scene("conversation")


async def said(client: Client, **arguments: object) -> ToolResult:
    async def connect() -> Client:
        return client

    (tool,) = await WebSearchSource(connect).tools()
    return await tool.run(arguments, SCENE)


async def test_what_is_found_is_numbered_with_its_links(service: Service) -> None:
    async with client_for(service.base_url) as client:
        found = await client.search_web("杭州 展览", WebSearch())
        result = await said(client, query="杭州 展览", recency="oneWeek")

    assert found
    assert result.text.startswith(f"[1] {found[0].title}\n{found[0].link}")
    bodies = [exchange.body for exchange in service.requests if exchange.path == "/web_search"]
    assert bodies[0]["search_intent"] is False
    assert "search_recency_filter" not in bodies[0]
    assert bodies[1]["search_recency_filter"] == "oneWeek"


@pytest.mark.parametrize("query", [None, 7, "", " ", "x" * 71])
async def test_a_query_that_cannot_be_sent_is_not(service: Service, query: object) -> None:
    async with client_for(service.base_url) as client:
        result = await said(client, query=query)

    assert result.is_error
    assert "70 characters" in result.text
    assert service.requests == []


async def test_a_refusal_is_an_error_of_the_service(service: Service) -> None:
    async with client_for(service.base_url) as client:
        service.script(Refuse("1701"), path="/web_search")
        with pytest.raises(ServiceRefused):
            await said(client, query="杭州")
    async with client_for(service.base_url, key="bad.key") as client:
        with pytest.raises(KeyProblem):
            await said(client, query="杭州")


async def test_the_demo_finds_something_too() -> None:
    async with demo_client(DemoService(OFFER, LIBRARY, sleep=no_time)) as client:
        result = await said(client, query="weather in Hangzhou")

    assert not result.is_error
    assert result.text.startswith("[1] ")


async def test_the_schema_is_json_and_the_same_each_time(service: Service) -> None:
    async def connect() -> Client:
        raise AssertionError("nobody asks")

    (first,), (second,) = await WebSearchSource(connect).tools(), await WebSearchSource(connect).tools()

    assert msgspec.json.decode(first.spec.parameters)["required"] == ["query"]
    assert first.spec == second.spec
    assert KEY not in first.spec.parameters
