"""The real service and the demo: who is asked, through what, with which key."""

from contextlib import aclosing
from pathlib import Path

import pytest

from glmdesk.chat.backends import BASE_URL_VARIABLE, demo_connection, service_connection
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.endpoint import MAINLAND_URL
from glmdesk.domain.errors import Action, UsageError
from glmdesk.domain.events import TextDelta
from glmdesk.domain.request import ChatRequest, PromptMessage
from glmdesk.storage.settings import Settings
from tests.api.asking import KEY
from tests.chat.examples import MODEL
from tests.support.script import Answer
from tests.support.service import Service
from tests.support.tripwire import NETWORK, tripwire

pytestmark = pytest.mark.anyio

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
REQUEST = ChatRequest(MODEL, (PromptMessage("user", "你好"),))


class OneKey:
    """The same key for every host."""

    async def read(self, host: str) -> str | None:
        return KEY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.toml")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.from_toml((RESOURCES / "models.toml").read_text(encoding="utf-8"))


async def test_a_question_goes_to_the_address_of_the_settings(settings: Settings, service: Service) -> None:
    await settings.change(Settings.base_url, service.base_url)
    service.script(Answer("ok"))

    connection = service_connection(settings, OneKey(), {})
    client = await connection.client()
    async with aclosing(client.stream_chat(REQUEST)) as events:
        texts = [event.text async for event in events if isinstance(event, TextDelta)]
    await connection.close()

    assert "".join(texts) == "ok"
    assert service.chats[0].header("authorization") == f"Bearer {KEY}"


async def test_the_variable_beats_the_settings(settings: Settings) -> None:
    environ = {BASE_URL_VARIABLE: "http://127.0.0.1:1/variable"}

    assert service_connection(settings, OneKey(), {}).endpoint.base_url == MAINLAND_URL
    assert service_connection(settings, OneKey(), environ).endpoint.base_url == "http://127.0.0.1:1/variable"


async def test_a_connection_knows_the_variable_that_decides_its_address(settings: Settings) -> None:
    environ = {BASE_URL_VARIABLE: "http://127.0.0.1:1/variable"}
    by_settings = service_connection(settings, OneKey(), {})
    by_variable = service_connection(settings, OneKey(), environ)

    assert (by_settings.variable, by_variable.variable) == ("", "GLMDESK_BASE_URL")
    await by_settings.follow(by_variable)
    assert by_settings.variable == "GLMDESK_BASE_URL"


async def test_an_empty_variable_is_none(settings: Settings) -> None:
    connection = service_connection(settings, OneKey(), {BASE_URL_VARIABLE: " "})

    assert (connection.endpoint.base_url, connection.variable) == (MAINLAND_URL, "")


UNUSABLE = ["nonsense", "ftp://example.org", "http://example.org/v4", "https://me:pw@h/v4", "https://h?a=b"]


@pytest.mark.parametrize("address", UNUSABLE)
async def test_a_variable_that_cannot_be_used_leads_nowhere(settings: Settings, address: str) -> None:
    # It led to the mainland's service, with whatever key was at hand.
    connection = service_connection(settings, OneKey(), {BASE_URL_VARIABLE: address})

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
    connection = service_connection(Settings(tmp_path / "settings.toml"), OneKey(), {})

    assert connection.refusal is not None
    assert connection.variable == ""
    assert "Nothing is asked until another address is entered there." in connection.refusal.words
    assert connection.refusal.action is Action.OPEN_SETTINGS


async def test_a_variable_that_can_be_used_beats_a_setting_that_cannot(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('base_url = "nonsense"\n')
    settings = Settings(tmp_path / "settings.toml")

    connection = service_connection(settings, OneKey(), {BASE_URL_VARIABLE: "http://127.0.0.1:1/v4"})
    assert (connection.refusal, connection.address) == (None, "http://127.0.0.1:1/v4")


async def test_a_proxy_that_cannot_be_used_is_a_warning(settings: Settings) -> None:
    connection = service_connection(settings, OneKey(), {"https_proxy": "socks4://user:secret@proxy:1"})

    backend = await connection.warm_up()

    assert backend.warning is not None
    assert "socks4" in backend.warning or "proxy:1" in backend.warning
    assert "secret" not in backend.warning
    async with backend.make_client(KEY):
        pass


async def test_the_clocks_are_those_of_the_settings(settings: Settings, service: Service) -> None:
    await settings.change(Settings.silence_s, 7)
    await settings.change(Settings.waiting_notice_s, 9)

    backend = await service_connection(settings, OneKey(), {BASE_URL_VARIABLE: service.base_url}).warm_up()
    async with backend.make_client(KEY) as client:
        assert (client._clocks.silence_s, client._clocks.waiting_notice_s) == (7, 9)


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
    connection = service_connection(settings, OneKey(), {BASE_URL_VARIABLE: service.base_url})

    with tripwire(*NETWORK) as used:
        await (await connection.client()).list_models()
    await connection.close()

    assert used
