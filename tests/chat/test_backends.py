"""The real service and the demo: who is asked, through what, with which key."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from math import inf
from pathlib import Path
from types import MappingProxyType

import pytest

from glmdesk.chat.backends import (
    BASE_URL_VARIABLE,
    SharedGates,
    demo_connection,
    service_connection,
    service_host,
)
from glmdesk.chat.connection import Connection
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.endpoint import MAINLAND_URL, Endpoint
from glmdesk.domain.errors import Action, UsageError
from glmdesk.domain.events import TextDelta
from glmdesk.domain.own_service import OwnService
from glmdesk.domain.request import ChatRequest, PromptMessage
from glmdesk.storage.settings import Settings
from tests.api.asking import KEY
from tests.chat.examples import MODEL
from tests.support.script import Answer
from tests.support.service import Service
from tests.support.tripwire import NETWORK, tripwire

pytestmark = pytest.mark.anyio

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
NOTHING: Mapping[str, str] = MappingProxyType({})
REQUEST = ChatRequest(MODEL, (PromptMessage("user", "你好"),))


class OneKey:
    """The same key for every host."""

    async def read(self, host: str) -> str | None:
        return KEY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.toml")


def load_models() -> Catalog:
    return Catalog.from_toml((RESOURCES / "models.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_models()


def connection_by(
    settings: Settings, environ: Mapping[str, str] = NOTHING, *services: OwnService
) -> Connection:
    """Return the connection that settings and an environment lead to, where these services were added."""
    gates = SharedGates(settings, load_models)
    return service_connection(settings, OneKey(), environ, gates, services)


async def test_a_question_goes_to_the_address_of_the_settings(settings: Settings, service: Service) -> None:
    await settings.change(Settings.base_url, service.base_url)
    service.script(Answer("ok"))

    connection = connection_by(settings)
    client = await connection.client()
    async with aclosing(client.stream_chat(REQUEST)) as events:
        texts = [event.text async for event in events if isinstance(event, TextDelta)]
    await connection.close()

    assert "".join(texts) == "ok"
    assert service.chats[0].header("authorization") == f"Bearer {KEY}"


async def test_the_variable_beats_the_settings(settings: Settings) -> None:
    environ = {BASE_URL_VARIABLE: "http://127.0.0.1:1/variable"}

    assert connection_by(settings).endpoint.base_url == MAINLAND_URL
    assert connection_by(settings, environ).endpoint.base_url == "http://127.0.0.1:1/variable"


async def test_a_connection_knows_the_variable_that_decides_its_address(settings: Settings) -> None:
    environ = {BASE_URL_VARIABLE: "http://127.0.0.1:1/variable"}
    by_settings = connection_by(settings)
    by_variable = connection_by(settings, environ)

    assert (by_settings.variable, by_variable.variable) == ("", "GLMDESK_BASE_URL")
    await by_settings.follow(by_variable)
    assert by_settings.variable == "GLMDESK_BASE_URL"


async def test_an_empty_variable_is_none(settings: Settings) -> None:
    connection = connection_by(settings, {BASE_URL_VARIABLE: " "})

    assert (connection.endpoint.base_url, connection.variable) == (MAINLAND_URL, "")


UNUSABLE = ["nonsense", "ftp://example.org", "http://example.org/v4", "https://me:pw@h/v4", "https://h?a=b"]


@pytest.mark.parametrize("address", UNUSABLE)
async def test_a_variable_that_cannot_be_used_leads_nowhere(settings: Settings, address: str) -> None:
    # It led to the mainland's service, with whatever key was at hand.
    connection = connection_by(settings, {BASE_URL_VARIABLE: address})

    with tripwire(*NETWORK) as used, pytest.raises(UsageError) as raised:
        await connection.client()
    assert used == []
    assert raised.value.problem == connection.refusal
    assert connection.variable == BASE_URL_VARIABLE
    assert "GLMDESK_BASE_URL. Nothing is asked until" in str(raised.value)
    assert raised.value.problem.action is None
    assert "pw" not in str(raised.value)


@pytest.mark.parametrize("address", UNUSABLE)
async def test_a_setting_that_cannot_be_used_leads_nowhere(tmp_path: Path, address: str) -> None:
    (tmp_path / "settings.toml").write_text(f'base_url = "{address}"\n')
    connection = connection_by(Settings(tmp_path / "settings.toml"))

    assert connection.refusal is not None
    assert connection.variable == ""
    assert "Nothing is asked until another address is entered there." in connection.refusal.words
    assert connection.refusal.action is Action.OPEN_SETTINGS


async def test_a_variable_that_can_be_used_beats_a_setting_that_cannot(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('base_url = "nonsense"\n')
    settings = Settings(tmp_path / "settings.toml")

    connection = connection_by(settings, {BASE_URL_VARIABLE: "http://127.0.0.1:1/v4"})
    assert (connection.refusal, connection.address) == (None, "http://127.0.0.1:1/v4")


async def test_a_proxy_that_cannot_be_used_is_a_warning(settings: Settings) -> None:
    connection = connection_by(settings, {"https_proxy": "socks4://user:secret@proxy:1"})

    backend = await connection.warm_up()

    assert backend.warning is not None
    assert "socks4" in backend.warning or "proxy:1" in backend.warning
    assert "secret" not in backend.warning
    async with backend.make_client(KEY):
        pass


async def test_the_clocks_are_those_of_the_settings(settings: Settings, service: Service) -> None:
    await settings.change(Settings.silence_s, 7)
    await settings.change(Settings.waiting_notice_s, 9)

    backend = await connection_by(settings, {BASE_URL_VARIABLE: service.base_url}).warm_up()
    async with backend.make_client(KEY) as client:
        assert (client._clocks.silence_s, client._clocks.waiting_notice_s) == (7, 9)


async def test_as_much_is_in_flight_as_the_tier_allows_from_the_next_question_on(
    settings: Settings,
) -> None:
    gates = SharedGates(settings, load_models).loaded()

    assert gates.of("open.bigmodel.cn", "glm-4-airx")._capacity._ceiling == 5
    await settings.change(Settings.tier, "V2")
    assert gates.of("open.bigmodel.cn", "glm-4-airx")._capacity._ceiling == 40
    assert gates.of("open.bigmodel.cn", "nobody-knows")._capacity._ceiling == inf


async def test_another_connection_of_the_same_run_shares_the_gates(
    settings: Settings, service: Service
) -> None:
    gates = SharedGates(settings, load_models)
    environ = {BASE_URL_VARIABLE: service.base_url}
    one, other = (service_connection(settings, OneKey(), environ, gates) for _ in range(2))

    clients = [await one.client()]
    await one.renew()
    clients.append(await one.client())
    await one.follow(other)
    clients.append(await one.client())
    await one.close()

    assert len(set(map(id, clients))) == 3
    assert {client._gates for client in clients} == {gates.loaded()}


async def test_the_demo_answers_without_a_key_and_without_a_network(catalog: Catalog) -> None:
    connection = demo_connection(catalog, RESOURCES)

    with tripwire(*NETWORK) as used:
        client = await connection.client()
        async with aclosing(client.stream_chat(REQUEST)) as events:
            first = await anext(aiter(events))
        models = await client.list_models()
    await connection.close()

    assert isinstance(first, TextDelta)
    assert MODEL in models
    assert used == []


async def test_the_watch_sees_the_network_when_it_is_used(settings: Settings, service: Service) -> None:
    connection = connection_by(settings, {BASE_URL_VARIABLE: service.base_url})

    with tripwire(*NETWORK) as used:
        await (await connection.client()).list_models()
    await connection.close()

    assert used


OLLAMA = OwnService("Ollama", "http://127.0.0.1:11434/v1", ("glm4:9b",))
HOME = OwnService("Home", "http://192.168.1.5:8000/v1", ("glm4:9b",))


async def test_the_service_of_the_settings_is_asked_in_place_of_the_address(settings: Settings) -> None:
    await settings.change(Settings.service, "Ollama")
    connection = connection_by(settings, {}, HOME, OLLAMA)

    assert connection.endpoint == Endpoint.of(OLLAMA)
    assert service_host(settings, {}, [HOME, OLLAMA]) == "127.0.0.1"
    beaten = connection_by(settings, {BASE_URL_VARIABLE: MAINLAND_URL}, OLLAMA)
    assert beaten.endpoint == Endpoint.parse(MAINLAND_URL)


async def test_an_address_that_is_that_of_a_service_is_that_service(settings: Settings) -> None:
    environ = {BASE_URL_VARIABLE: f"{OLLAMA.base_url}/"}

    assert connection_by(settings, environ, OLLAMA).endpoint.own == OLLAMA
    assert connection_by(settings, environ).endpoint.own is None


async def test_a_service_that_is_gone_is_missed_and_nobody_else_asked(settings: Settings) -> None:
    await settings.change(Settings.service, "Ollama")
    connection = connection_by(settings, {}, HOME)

    assert connection.refusal is not None
    assert connection.refusal.action is Action.OPEN_SETTINGS
    assert connection.refusal.words == (
        "There is no service called “Ollama”. Nothing is asked until another one is chosen in the settings."
    )
    assert (connection.target, connection.address) == (None, "Ollama")
    assert service_host(settings, {}, [HOME]) == ""


async def test_a_service_without_encryption_is_asked_once_that_was_agreed_to(settings: Settings) -> None:
    await settings.change(Settings.service, "Home")
    agreed = replace(HOME, is_plain_allowed=True)

    assert connection_by(settings, {}, HOME).refusal is not None
    assert connection_by(settings, {}, agreed).endpoint.base_url == HOME.base_url


class NoKeyring:
    """A keyring that nobody is to ask."""

    async def read(self, host: str) -> str | None:
        raise AssertionError(host)


async def test_no_keyring_is_asked_for_a_service_without_a_key(settings: Settings, service: Service) -> None:
    own = OwnService("Ollama", service.openai_url, ("glm4:9b",))
    await settings.change(Settings.service, "Ollama")
    connection = service_connection(settings, NoKeyring(), {}, SharedGates(settings, load_models), [own])
    request = ChatRequest("glm4:9b", (PromptMessage("user", "你好"),))

    client = await connection.client()
    async with aclosing(client.stream_chat(request)) as events:
        texts = [event.text async for event in events if isinstance(event, TextDelta)]
    await connection.close()

    assert "".join(texts) == "You said: “你好”."
    assert service.requests[0].header("authorization") == ""
