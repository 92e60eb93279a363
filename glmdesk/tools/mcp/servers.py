"""All servers: what is on offer, what the user says of them, and who owns those that run."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from glmdesk.domain.connector import Connector, OfferedConnector
from glmdesk.domain.errors import LocalDataError, Problem, UsageError
from glmdesk.domain.tool import Tool
from glmdesk.tools.mcp import reasons
from glmdesk.tools.mcp.config import Program, Review, ServerConfig
from glmdesk.tools.mcp.definition import Definition, Standing, difference, standing
from glmdesk.tools.mcp.owner import START_S, Owner, Runner, Terms
from glmdesk.tools.mcp.reasons import ServerFault
from glmdesk.tools.mcp.store import Server, ServerStore
from glmdesk.tools.mcp.surroundings import Surroundings
from glmdesk.tools.mcp.tools import ServerTool, tools_of
from glmdesk.tools.mcp.values import Prompt, Resource, State

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ToolView:
    """A tool as it is shown to the user. `changes` says what is different from what was seen."""

    definition: Definition
    standing: Standing
    runs_silently: bool
    changes: str = ""

    @property
    def is_to_be_looked_at(self) -> bool:
        """Whether it is not what the user has seen."""
        return self.standing in (Standing.NEW, Standing.CHANGED)


@dataclass(frozen=True, slots=True)
class ServerView:
    """A server as it is shown to the user."""

    server: Server
    state: State
    problem: Problem | None
    about: str
    tools: tuple[ToolView, ...]

    @property
    def is_to_be_looked_at(self) -> bool:
        """Whether it says something else of its tools than the user has seen."""
        return any(tool.is_to_be_looked_at for tool in self.tools)


class Servers:
    """The servers of the user; a source of tools, and of servers that the service asks.

    None is started before one of its tools is called or the user asks for it: what a model is told of their
    tools is what the user has seen of them. `changed` is called with the id of a server of which something
    else is to be seen, or with "" when there are others.
    """

    def __init__(
        self, store: ServerStore, surroundings: Surroundings, runner: Runner, *, start_s: float = START_S
    ) -> None:
        self.changed: Callable[[str], None] = lambda _server_id: None
        self._store = store
        self._surroundings = surroundings
        self._runner = runner
        self._start_s = start_s
        self._owners: dict[str, Owner] = {}

    async def tools(self) -> Sequence[Tool]:
        """Return the tools on offer: of servers that may run, and as the user has seen them."""
        found: list[ServerTool] = []
        taken: set[str] = set()
        for server in await self._offered():
            if isinstance(server.config.way, Connector):
                continue
            for tool in tools_of(server, self._on_offer(server), self._owner(server.id).call):
                if tool.spec.name not in taken:
                    taken.add(tool.spec.name)
                    found.append(tool)
        return tuple(found)

    async def connectors(self) -> Sequence[OfferedConnector]:
        """Return the servers on offer that the service asks, without the values of their headers."""
        return tuple(
            OfferedConnector(server.id, server.config.name, server.config.way)
            for server in await self._offered()
            if isinstance(server.config.way, Connector)
        )

    async def connector(self, connector_id: str) -> Connector:
        """Return a server that the service asks, with what the keyring holds of it.

        Raises ServerFault where it is not what the user has looked at, KeyringProblem, LocalDataError.
        """
        way = (await self._reviewed(connector_id)).config.way
        if not isinstance(way, Connector):
            raise ServerFault(reasons.NOT_ALLOWED)
        return way

    async def _offered(self) -> Sequence[Server]:
        """Return the servers that may be used; none where they cannot be read."""
        try:
            servers = await self._store.all()
        except LocalDataError as error:
            # The dialog says so; other tools go on.
            logger.warning("Servers are left out: %s", error.problem.code)
            return ()
        return [server for server in servers if server.is_reviewed and server.is_on]

    async def views(self) -> tuple[ServerView, ...]:
        """Return all servers, as they are now."""
        return tuple(map(self._view, await self._store.all()))

    async def view(self, server_id: str) -> ServerView | None:
        """Return a server as it is now; None where it is there no more."""
        server = await self._store.get(server_id)
        return None if server is None else self._view(server)

    def log(self, server_id: str) -> str:
        """Return what a server has said beside its answers, and what became of it."""
        return self._owner(server_id).log.text

    async def review(self, server_id: str) -> Review:
        """Return all that is to be known of a server before it may run. Raises UserError."""
        return await self._review(await self._known(server_id))

    async def _review(self, server: Server) -> Review:
        config = await self._store.whole(server)
        if isinstance(config.way, Program):
            return Review(config, await self._surroundings.file_of(config.way))
        return Review(config)

    async def add(self, config: ServerConfig) -> str:
        """Add a server and return its id. It is not run. Raises UserError."""
        server = await self._store.add(await self._checked(config))
        self.changed("")
        return server.id

    async def change(self, server_id: str, config: ServerConfig) -> None:
        """Describe a server in another way: it is stopped, and looked at again. Raises UserError."""
        await self._store.change(server_id, await self._checked(config, server_id))
        await self.stop(server_id)
        self.changed("")

    async def _checked(self, config: ServerConfig, server_id: str = "") -> ServerConfig:
        """Return what can be used. Raises UsageError, also for a label by which another one answers."""
        checked = config.checked()
        if isinstance(checked.way, Connector):
            for other in await self._store.all():
                way = other.config.way
                if isinstance(way, Connector) and way.label == checked.way.label and other.id != server_id:
                    raise UsageError(reasons.same_label(way.label, other.config.name))
        return checked

    async def remove(self, server_id: str) -> None:
        """Stop and forget a server."""
        await self.stop(server_id)
        self._owners.pop(server_id, None)
        try:
            await self._store.remove(server_id)
        finally:
            # It is gone also where the keyring keeps what was secret of it.
            self.changed("")

    async def allow(self, server_id: str, digest: str) -> None:
        """Let a server run, or be asked: what has this digest, and nothing else. Raises UserError.

        One that runs here starts.
        """
        server = await self._known(server_id)
        if (await self._review(server)).digest != digest:
            raise ServerFault(reasons.other_configuration(server.config.name))
        await self._put(replace(server, consent=digest, is_on=True))
        if not isinstance(server.config.way, Connector):
            self._owner(server_id).start()

    async def switch(self, server_id: str, *, is_on: bool) -> None:
        """Offer the tools of a server, or stop it and offer them no more."""
        await self._put(replace(await self._known(server_id), is_on=is_on))
        if not is_on:
            await self.stop(server_id)

    async def read_silently(self, server_id: str, *, is_silent: bool) -> None:
        """Let tools of a server that only read, as it says, run without a question, or not."""
        await self._put(replace(await self._known(server_id), reads_silently=is_silent))

    async def accept(self, server_id: str, digests: Sequence[str]) -> None:
        """Take the tools for seen that a server has now. Raises ServerFault where they are others again."""
        server, now = await self._known(server_id), self._owner(server_id).definitions
        if now is None or [one.digest for one in now] != [*digests]:
            raise ServerFault(reasons.other_configuration(server.config.name))
        await self._put(replace(server, seen=now))

    async def start(self, server_id: str) -> None:
        """Start a server that may run. Raises ServerFault."""
        server = await self._known(server_id)
        if not server.is_reviewed or isinstance(server.config.way, Connector):
            raise ServerFault(reasons.NOT_ALLOWED)
        if not server.is_on:
            await self._put(replace(server, is_on=True))
        self._owner(server_id).start()

    async def stop(self, server_id: str) -> None:
        """Stop a server, if it runs; it starts again when it is used."""
        if server_id in self._owners:
            await self._owners[server_id].stop()

    async def resources(self, server_id: str) -> tuple[Resource, ...]:
        """Return what can be read of a server that may run. Raises ServerFault."""
        owner = await self._allowed(server_id)
        return await owner.ask((await owner.session()).resources())

    async def read(self, server_id: str, uri: str) -> bytes:
        """Return what a resource holds. Raises ServerFault."""
        owner = await self._allowed(server_id)
        return await owner.ask((await owner.session()).read(uri))

    async def prompts(self, server_id: str) -> tuple[Prompt, ...]:
        """Return the texts that a server has prepared. Raises ServerFault."""
        owner = await self._allowed(server_id)
        return await owner.ask((await owner.session()).prompts())

    async def prompt(self, server_id: str, name: str, arguments: Mapping[str, str]) -> str:
        """Return a prepared text. Raises ServerFault."""
        owner = await self._allowed(server_id)
        return await owner.ask((await owner.session()).prompt(name, arguments))

    async def stop_all(self) -> None:
        """Stop every server."""
        async with asyncio.TaskGroup() as group:
            for owner in self._owners.values():
                group.create_task(owner.stop())

    async def _allowed(self, server_id: str) -> Owner:
        server = await self._known(server_id)
        is_allowed = server.is_reviewed and server.is_on
        if not is_allowed or isinstance(server.config.way, Connector):
            raise ServerFault(reasons.NOT_ALLOWED)
        return self._owner(server_id)

    async def _known(self, server_id: str) -> Server:
        server = await self._store.get(server_id)
        if server is None:
            raise ServerFault(reasons.NOT_ALLOWED)
        return server

    async def _put(self, server: Server) -> None:
        await self._store.put(server)
        self.changed(server.id)

    def _owner(self, server_id: str) -> Owner:
        if server_id not in self._owners:
            terms = Terms(
                partial(self._reviewed, server_id),
                partial(self._told, server_id),
                lambda: self.changed(server_id),
            )
            self._owners[server_id] = Owner(
                server_id, terms, self._surroundings, self._runner, start_s=self._start_s
            )
        return self._owners[server_id]

    async def _reviewed(self, server_id: str) -> Review:
        """Return what may be run of a server now. Raises UserError."""
        server = await self._known(server_id)
        if not (server.is_reviewed and server.is_on):
            raise ServerFault(reasons.NOT_ALLOWED)
        review = await self._review(server)
        if isinstance(way := review.config.way, Program) and not review.file:
            # Nothing is run, and it may come back to where it was.
            environ, _folder = await self._surroundings.place_of(way)
            raise ServerFault(reasons.not_found(way, environ.get("PATH", "")))
        if review.digest != server.consent:
            # Somebody has written into the file or into the keyring, or the command names another program.
            await self._put(replace(server, consent=""))
            raise ServerFault(reasons.other_configuration(server.config.name))
        return review

    async def _told(self, server_id: str, definitions: Sequence[Definition]) -> None:
        """Keep the tools that a server has when it first runs; later ones are to be looked at."""
        server = await self._known(server_id)
        if server.seen is None:
            await self._put(replace(server, seen=tuple(definitions)))

    def _on_offer(self, server: Server) -> tuple[Definition, ...]:
        """Return the tools that were seen, without those that the server now describes in another way."""
        now = self._now(server.id)
        if now is None:
            return server.seen or ()
        by_name = {one.name: one.digest for one in now}
        return tuple(one for one in server.seen or () if by_name.get(one.name) == one.digest)

    def _now(self, server_id: str) -> tuple[Definition, ...] | None:
        return self._owners[server_id].definitions if server_id in self._owners else None

    def _view(self, server: Server) -> ServerView:
        owner = self._owners.get(server.id)
        state = owner.state if owner else State.READY
        problem = owner.problem if owner else None
        if not server.is_reviewed:
            state = State.UNREVIEWED
        elif not server.is_on:
            state, problem = State.OFF, None
        elif isinstance(server.config.way, Connector):
            state = State.ASKED
        return ServerView(server, state, problem, owner.about if owner else "", self._tool_views(server))

    def _tool_views(self, server: Server) -> tuple[ToolView, ...]:
        seen = {one.name: one for one in server.seen or ()}
        heard = self._now(server.id)
        now = seen if heard is None else {one.name: one for one in heard}
        return tuple(
            _tool_view(seen.get(name), now.get(name), server) for name in dict.fromkeys((*now, *seen))
        )


def _tool_view(seen: Definition | None, now: Definition | None, server: Server) -> ToolView:
    shown = now or seen
    assert shown is not None
    kind = standing(seen, now)
    changes = difference(seen, now) if kind is Standing.CHANGED and seen and now else ""
    return ToolView(shown, kind, server.reads_silently and shown.only_reads, changes)
