"""Servers that the service asks: inert until somebody has looked at them, their secrets in the keyring."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from glmdesk.domain.connector import Connector
from glmdesk.domain.errors import LocalDataError, UsageError
from glmdesk.tools.mcp.config import ServerConfig
from glmdesk.tools.mcp.reasons import ServerFault
from glmdesk.tools.mcp.store import FILE
from glmdesk.tools.mcp.values import State
from glmdesk.tools.toolbox import Toolbox
from tests.tools.mcp.run import Bench, bench

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet_log")]

SECRET = "Bearer s3cr3t-of-a-server"
NOTES = Connector("notes", "https://example.org/mcp", "sse", ("find",), (("Authorization", SECRET),))


def _files(folder: Path) -> list[str]:
    """Return what is in the files below a folder."""
    return [path.read_text() for path in folder.rglob("*") if path.is_file()]


async def offered(it: Bench) -> list[tuple[str, Connector]]:
    return [(one.name, one.connector) for one in await it.servers.connectors()]


async def test_one_that_nobody_has_looked_at_is_not_on_offer(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        server_id = await it.servers.add(ServerConfig("My notes", NOTES))

        assert await offered(it) == []
        with pytest.raises(ServerFault):
            await it.servers.connector(server_id)
        assert await Toolbox((it.servers,), it.servers).connectors([server_id]) == ()


async def test_after_a_look_it_is_on_offer_without_its_secrets_and_nothing_runs_here(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        server_id = await it.allowed(NOTES, "My notes")

        assert await offered(it) == [("My notes", NOTES.with_values(""))]
        assert await it.servers.connector(server_id) == NOTES
        assert await it.servers.tools() == ()
        assert not it.tasks.running
        view = await it.servers.view(server_id)
        assert view is not None
        assert (view.state, view.problem, view.tools) == (State.ASKED, None, ())


async def test_its_secrets_are_in_the_keyring_and_in_no_file(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        server_id = await it.allowed(NOTES)
        it.begin_anew()

        assert await it.servers.connector(server_id) == NOTES
        files = _files(tmp_path)
        assert any("example.org" in text for text in files)
        assert not any("s3cr3t" in text for text in files)
        await it.servers.remove(server_id)
        assert it.keys.kept == {}


async def test_it_is_asked_by_nobody_here(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        server_id = await it.allowed(NOTES)
        for asking in (it.servers.start, it.servers.resources, it.servers.prompts):
            with pytest.raises(ServerFault):
                await asking(server_id)
        assert not it.tasks.running


async def test_one_that_is_switched_off_is_not_on_offer(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        server_id = await it.allowed(NOTES)
        await it.servers.switch(server_id, is_on=False)

        assert await offered(it) == []
        view = await it.servers.view(server_id)
        assert view is not None
        assert view.state is State.OFF


@pytest.mark.parametrize(
    "changed",
    [
        replace(NOTES, label="other"),
        replace(NOTES, url="https://elsewhere.example.org/mcp"),
        replace(NOTES, allowed_tools=()),
        replace(NOTES, headers=(("Authorization", "Bearer other"),)),
    ],
)
async def test_described_in_another_way_it_is_looked_at_again(tmp_path: Path, changed: Connector) -> None:
    async with bench(tmp_path) as it:
        server_id = await it.allowed(NOTES)
        await it.servers.change(server_id, ServerConfig("plain", changed))

        assert await offered(it) == []


async def test_consent_does_not_go_with_what_somebody_writes_into_the_file(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        server_id = await it.allowed(NOTES, "My notes")
        file = tmp_path / FILE
        document = json.loads(file.read_text())
        document["servers"][0]["url"] = "https://evil.example.org/mcp"
        file.write_text(json.dumps(document))
        it.begin_anew()

        with pytest.raises(ServerFault) as refused:
            await it.servers.connector(server_id)
        assert "My notes" in refused.value.problem.headline
        assert await offered(it) == []


async def test_where_the_keyring_has_lost_its_secrets_it_is_said_of_which_server(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        server_id = await it.allowed(NOTES, "My notes")
        it.keys.kept.clear()

        with pytest.raises(LocalDataError) as refused:
            await Toolbox((), it.servers).connectors([server_id])
        assert "My notes" in refused.value.problem.headline


async def test_two_servers_cannot_have_one_label(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        server_id = await it.allowed(NOTES, "My notes")
        other_id = await it.servers.add(ServerConfig("other", Connector("other")))

        with pytest.raises(UsageError):
            await it.servers.add(ServerConfig("second", Connector("notes")))
        with pytest.raises(UsageError):
            await it.servers.change(other_id, ServerConfig("other", Connector("notes")))
        await it.servers.change(server_id, ServerConfig("renamed", NOTES))
        assert [name for name, _connector in await offered(it)] == ["renamed"]


async def test_those_that_are_chosen_come_in_the_order_of_the_choice(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        first, second = await it.allowed(NOTES, "a"), await it.allowed(Connector("sogou"), "b")
        toolbox = Toolbox((it.servers,), it.servers)

        chosen = await toolbox.connectors([second, "gone", first])
        assert [connector.label for connector in chosen] == ["sogou", "notes"]
        assert [one.name for one in await toolbox.offered()] == ["a", "b"]
