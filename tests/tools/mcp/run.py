"""Servers of a test: a store in a folder, a keyring in memory, and tasks as the window runs them."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

from glmdesk.desktop.redaction import Redactor
from glmdesk.domain.connector import Pairs
from glmdesk.domain.tool import Scene, Tool, ToolResult
from glmdesk.tools.mcp.config import Program, ServerConfig, Way
from glmdesk.tools.mcp.servers import Servers, ServerView
from glmdesk.tools.mcp.store import ServerStore
from glmdesk.tools.mcp.surroundings import Surroundings
from glmdesk.tools.mcp.values import State

HERE = Path(__file__).parent
SCENE = Scene("conversation")
SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}}

# Seconds. Servers are other programs, and machines under load are slow.
PATIENCE_S = 25.0


@dataclass(slots=True)
class Keys:
    """A keyring in memory."""

    kept: dict[str, str] = field(default_factory=dict[str, str])

    async def read(self, host: str) -> str | None:
        return self.kept.get(host)

    async def store(self, host: str, key: str) -> None:
        self.kept[host] = key

    async def delete(self, host: str) -> None:
        self.kept.pop(host, None)


@dataclass(slots=True)
class Tasks:
    """Tasks by name, as `ui.tasks.TaskRunner` has them, where there is no Qt."""

    running: dict[str, asyncio.Task[None]] = field(default_factory=dict[str, "asyncio.Task[None]"])
    faults: list[BaseException] = field(default_factory=list[BaseException])

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        older = self.running.get(name)

        async def run() -> None:
            if older is not None and not older.done():
                older.cancel()
                await asyncio.wait([older])
            try:
                await work()
            except Exception as error:
                self.faults.append(error)
                raise

        self.running[name] = asyncio.get_running_loop().create_task(run(), name=name)

    def cancel(self, name: str) -> None:
        if self.is_running(name):
            self.running[name].cancel()

    def is_running(self, name: str) -> bool:
        return name in self.running and not self.running[name].done()

    async def ended(self, name: str) -> None:
        if self.is_running(name):
            await asyncio.wait([self.running[name]])


@dataclass(slots=True)
class Bench:
    """Servers, and what is behind them."""

    folder: Path
    environ: dict[str, str]
    keys: Keys = field(default_factory=Keys)
    tasks: Tasks = field(default_factory=Tasks)
    redactor: Redactor = field(default_factory=Redactor)
    start_s: float = PATIENCE_S
    servers: Servers = field(init=False)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Be a program that has just started, with the same files and the same keyring."""
        surroundings = Surroundings(self.environ, self.redactor, proxy=lambda _url: None)
        store = ServerStore(self.folder, self.keys)
        self.servers = Servers(store, surroundings, self.tasks, start_s=self.start_s)
        self.servers.changed = lambda _id: self.news.set()

    async def allowed(self, way: Way, name: str = "plain") -> str:
        """Add a server and let it run, as who has looked at it."""
        server_id = await self.servers.add(ServerConfig(name, way))
        await self.servers.allow(server_id, (await self.servers.review(server_id)).digest)
        return server_id

    async def running(self, way: Way, name: str = "plain") -> str:
        server_id = await self.allowed(way, name)
        view = await self.settled(server_id)
        assert view.state is State.RUNNING, f"{view.problem and view.problem.words}"
        return server_id

    async def settled(self, server_id: str) -> ServerView:
        """Return a server that runs, or has failed."""
        return await self.until(server_id, lambda view: view.state in (State.RUNNING, State.FAILED))

    async def until(self, server_id: str, is_so: Callable[[ServerView], object]) -> ServerView:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                view = await self.servers.view(server_id)
                assert view is not None
                if is_so(view):
                    return view
                self.news.clear()
                await self.news.wait()

    async def tool(self, name: str) -> Tool:
        return {tool.spec.name: tool for tool in await self.servers.tools()}[name]

    async def call(self, name: str, **arguments: object) -> ToolResult:
        return await (await self.tool(name)).run(arguments, SCENE)

    async def names(self) -> list[str]:
        return [tool.spec.name for tool in await self.servers.tools()]


@asynccontextmanager
async def bench(
    folder: Path, environ: Mapping[str, str] | None = None, *, start_s: float = PATIENCE_S
) -> AsyncIterator[Bench]:
    """Yield servers, and end them."""
    found = Bench(folder, dict(os.environ if environ is None else environ), start_s=start_s)
    # The shell of whoever runs the tests is no part of them.
    found.environ["SHELL"] = "/bin/sh"
    try:
        yield found
    finally:
        await found.servers.stop_all()
    assert not found.tasks.faults


def tool(name: str, description: str = "Does something.", **more: object) -> dict[str, object]:
    """Return what a server says of a tool."""
    return {"name": name, "description": description, "inputSchema": SCHEMA, **more}


def plain_server(
    folder: Path,
    tools: Sequence[Mapping[str, object]],
    *,
    later: Sequence[Mapping[str, object]] = (),
    says: Sequence[Mapping[str, object]] = ({"type": "text", "text": "said"},),
    env: Pairs = (),
) -> Program:
    """Return a server of the standard library, with these tools."""
    book = folder / "book.json"
    book.write_text(json.dumps({"tools": list(tools), "later": list(later), "says": list(says)}))
    return Program(sys.executable, (str(HERE / "plain_server.py"), str(book)), env)


@contextmanager
def sdk_server(token: str = "") -> Iterator[str]:
    """Yield the address of a server that is reached over HTTP."""
    command = [sys.executable, str(HERE / "sdk_server.py"), token]
    with Popen(command, stdout=PIPE, stderr=DEVNULL, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        try:
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            process.kill()


def is_alive(pid: int) -> bool:
    """Whether a process runs, and is not only waiting to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


Json = dict[str, Any]
