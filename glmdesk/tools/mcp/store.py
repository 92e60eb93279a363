"""Which servers there are, and what the user has said of them: a file, without variables and headers.

Those are in the keyring. Whoever can write the file can name another program; it is not run, because consent
is to the digest of everything, the values in the keyring included.
"""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, Protocol, cast

from glmdesk.domain.connector import Connector, Pairs, transport_in
from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.domain.ids import new_id
from glmdesk.i18n import N_
from glmdesk.storage.atomic import replace_text
from glmdesk.storage.faults import translated
from glmdesk.tools.mcp.config import Program, ServerConfig, Site, Way
from glmdesk.tools.mcp.definition import Definition

logger = logging.getLogger(__name__)

FILE: Final = "mcp-servers.json"
_VERSION: Final = 1
_KEYRING_PREFIX: Final = "mcp-server:"


@dataclass(frozen=True, slots=True)
class Server:
    """A server and what the user has said of it.

    Attributes:
        config: How it is started or reached; variables and headers have their names and no values.
        consent: The digest of the review of what may be run; empty as long as there was none.
        is_on: Whether its tools are on offer.
        reads_silently: Whether tools that only read, as it says, run without a question.
        seen: The tools as the user has seen them: what a model is told, and what may be called. None before
            the server has ever said what it has.
    """

    id: str
    config: ServerConfig
    consent: str = ""
    is_on: bool = True
    reads_silently: bool = False
    seen: tuple[Definition, ...] | None = None

    @property
    def is_reviewed(self) -> bool:
        """Whether the user has said that it may run."""
        return bool(self.consent)


class Keyring(Protocol):
    """What keeps secrets, by name. All may raise KeyringProblem but `store`, which keeps them for a while."""

    async def read(self, host: str, /) -> str | None:
        """Return a secret."""
        ...

    async def store(self, host: str, key: str, /) -> object:
        """Keep a secret."""
        ...

    async def delete(self, host: str, /) -> None:
        """Forget a secret."""
        ...


class ServerStore:
    """The servers in a file and a keyring. The file is read when they are first asked for."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._path = folder / FILE
        self._keyring = keyring
        self._servers: dict[str, Server] | None = None
        self._writing = asyncio.Lock()

    async def all(self) -> tuple[Server, ...]:
        """Return every server, in the order they were added. Raises LocalDataError."""
        return tuple((await self._loaded()).values())

    async def get(self, server_id: str) -> Server | None:
        """Return a server that is still there."""
        return (await self._loaded()).get(server_id)

    async def add(self, config: ServerConfig) -> Server:
        """Add a server, which is not run before somebody has looked at it. Its name is made its own."""
        servers = await self._loaded()
        names = {server.config.name for server in servers.values()}
        server = Server(new_id(), replace(config, name=_free_name(config.name, names)))
        await self._keep_secrets(server, config.secrets)
        await self.put(server)
        return servers[server.id]

    async def change(self, server_id: str, config: ServerConfig) -> Server:
        """Describe a server anew: it is to be looked at again where that is another one."""
        server = (await self._loaded())[server_id]
        is_same = (await self.whole(server)).way == config.way
        changed = replace(server, config=config, consent=server.consent if is_same else "")
        await self._keep_secrets(changed, config.secrets, is_known=bool(server.config.secrets))
        await self.put(changed)
        return (await self._loaded())[server_id]

    async def put(self, server: Server) -> None:
        """Store what the user has said of a server. Raises LocalDataError."""
        servers = await self._loaded()
        servers[server.id] = replace(server, config=_nameless(server.config))
        await self._write()

    async def remove(self, server_id: str) -> None:
        """Forget a server with its secrets."""
        servers = await self._loaded()
        server = servers.pop(server_id)
        await self._write()
        if server.config.secrets:
            await self._keyring.delete(_KEYRING_PREFIX + server_id)

    async def whole(self, server: Server) -> ServerConfig:
        """Return how a server is started or reached, with the values of its variables and headers.

        Raises KeyringProblem, and LocalDataError where the keyring does not have them any more.
        """
        if not server.config.secrets:
            return server.config
        text = await self._keyring.read(_KEYRING_PREFIX + server.id)
        try:
            values: object = json.loads(text or "null")
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise LocalDataError(replace(_NO_SECRETS, details={"name": server.config.name}))
        known = cast("dict[str, object]", values)
        return server.config.with_secrets(
            tuple((name, str(known.get(name, ""))) for name, _nothing in server.config.secrets)
        )

    async def _keep_secrets(self, server: Server, secrets: Pairs, *, is_known: bool = False) -> None:
        name = _KEYRING_PREFIX + server.id
        if secrets:
            await self._keyring.store(name, json.dumps(dict(secrets)))
        elif is_known:
            await self._keyring.delete(name)

    async def _loaded(self) -> dict[str, Server]:
        async with self._writing:
            if self._servers is None:
                self._servers = await asyncio.to_thread(_read, self._path)
        return self._servers

    async def _write(self) -> None:
        async with self._writing:
            assert self._servers is not None
            text = _written(tuple(self._servers.values()))
            await asyncio.to_thread(_replace, self._path, text)


def _replace(path: Path, text: str) -> None:
    with translated(path):
        replace_text(path, text)


def _read(path: Path) -> dict[str, Server]:
    if not path.exists():
        return {}
    try:
        with translated(path):
            document: object = json.loads(path.read_bytes())
        return {server.id: server for server in _servers(document)}
    except (ValueError, KeyError, TypeError) as error:
        raise LocalDataError(
            Problem(
                "servers-unreadable",
                N_("{path} cannot be read: it is not what glmdesk has written."),
                N_("Mend it, or put it aside and add the servers anew."),
                details={"path": str(path)},
            )
        ) from error


def _servers(document: object) -> list[Server]:
    table = cast("Mapping[str, object]", document)
    if table["version"] != _VERSION:
        raise ValueError(table["version"])
    return [_server(one) for one in cast("Sequence[Mapping[str, object]]", table["servers"])]


def _server(table: Mapping[str, object]) -> Server:
    return Server(
        str(table["id"]),
        ServerConfig(str(table["name"]), _way(table)),
        str(table["consent"]),
        table["on"] is True,
        table["reads_silently"] is True,
        _seen(table["seen"]),
    )


def _way(table: Mapping[str, object]) -> Way:
    names = tuple((str(name), "") for name in cast("Sequence[object]", table["secrets"]))
    if "label" in table:
        transport, tools = transport_in(table["transport"]), _words(table["allowed_tools"])
        if transport is None:
            raise ValueError(table["transport"])
        return Connector(str(table["label"]), str(table["url"]), transport, tools, names)
    if "url" in table:
        return Site(str(table["url"]), names)
    return Program(str(table["command"]), _words(table["args"]), names, str(table["folder"]))


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(word) for word in cast("Sequence[object]", value))


def _seen(value: object) -> tuple[Definition, ...] | None:
    return None if value is None else tuple(map(_definition, cast("Sequence[Mapping[str, object]]", value)))


def _definition(table: Mapping[str, object]) -> Definition:
    name, title, description, parameters = (
        str(table[key]) for key in ("name", "title", "description", "parameters")
    )
    json.loads(parameters)
    return Definition(name, title, description, parameters, table["only_reads"] is True)


def _written(servers: Sequence[Server]) -> str:
    document = {"version": _VERSION, "servers": [_plain(server) for server in servers]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _plain(server: Server) -> dict[str, object]:
    return {
        "id": server.id,
        "name": server.config.name,
        **_described(server.config.way),
        "secrets": [name for name, _value in server.config.secrets],
        "consent": server.consent,
        "on": server.is_on,
        "reads_silently": server.reads_silently,
        "seen": None if server.seen is None else [asdict(one) for one in server.seen],
    }


def _described(way: Way) -> dict[str, object]:
    match way:
        case Program(command, args, _env, folder):
            return {"command": command, "args": list(args), "folder": folder}
        case Site(url):
            return {"url": url}
        case Connector(label, url, transport, tools):
            return {"label": label, "url": url, "transport": transport, "allowed_tools": list(tools)}


def _nameless(config: ServerConfig) -> ServerConfig:
    """Return a description whose variables and headers have no values."""
    return config.with_secrets(tuple((name, "") for name, _value in config.secrets))


def _free_name(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free


_NO_SECRETS = Problem(
    "server-secrets-gone",
    N_("The keyring does not have the variables or headers of {name}."),
    N_("Edit the server and enter them again."),
)
