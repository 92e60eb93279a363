"""Servers of tools: what the user says of them is done, and what becomes of them is told."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from glmdesk.domain.errors import UserError
from glmdesk.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from glmdesk.tools.mcp.config import ServerConfig
    from glmdesk.tools.mcp.servers import Servers
    from glmdesk.tools.mcp.values import Resource

_PAUSE_MS = 100
"""A server may say more than anybody can read."""


class ServersController(QObject):
    """Does what is asked of servers, one thing at a time.

    Signals:
        changed(views: tuple[ServerView, ...]): something else is to be seen; only while it is watched.
        added(server_id: str): there is one more.
        refused(problem: Problem): something was not done.
        looked_up(server_id: str, review: Review): how a server is started or reached, with all values.
        resources_found(server_id: str, resources: tuple[Resource, ...]): what can be read.
        prompts_found(server_id: str, prompts: tuple[Prompt, ...]): which texts are prepared.
        resource_read(name: str, content: bytes): a resource that is to go with the message.
        prompt_written(text: str): a text that is to go into the message.
    """

    changed = Signal(object)
    added = Signal(str)
    refused = Signal(object)
    looked_up = Signal(str, object)
    resources_found = Signal(str, object)
    prompts_found = Signal(str, object)
    resource_read = Signal(str, bytes)
    prompt_written = Signal(str)

    def __init__(self, servers: "Servers", tasks: TaskRunner) -> None:
        super().__init__()
        self._servers = servers
        self._tasks = tasks
        self._numbers = count()
        self._is_watched = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        servers.changed = self._hear

    def watch(self, *, is_watched: bool) -> None:
        """Tell what becomes of servers from now on, or no more."""
        self._is_watched = is_watched
        if is_watched:
            self._tell()

    def log(self, server_id: str) -> str:
        """Return what a server has said beside its answers."""
        return self._servers.log(server_id)

    def add(self, config: "ServerConfig") -> None:
        """Add a server, which is not run."""
        self._do(lambda: self._add([config]))

    def paste(self, text: str) -> None:
        """Add the servers that a text describes; none of them is run."""
        from glmdesk.tools.mcp.pasted import read_pasted  # noqa: PLC0415 - for who pastes one

        try:
            configs = read_pasted(text)
        except UserError as error:
            self.refused.emit(error.problem)
        else:
            self._do(lambda: self._add(configs))

    def change(self, server_id: str, config: "ServerConfig") -> None:
        """Describe a server in another way."""
        self._do(lambda: self._servers.change(server_id, config))

    def remove(self, server_id: str) -> None:
        """Stop and forget a server."""
        self._do(lambda: self._servers.remove(server_id))

    def look_up(self, server_id: str) -> None:
        """Find out how a server is started or reached."""
        self._do(lambda: self._look_up(server_id))

    def allow(self, server_id: str, digest: str) -> None:
        """Let a server run as it was shown."""
        self._do(lambda: self._servers.allow(server_id, digest))

    def switch(self, server_id: str, is_on: bool) -> None:
        """Offer the tools of a server, or no more."""
        self._do(lambda: self._servers.switch(server_id, is_on=is_on))

    def read_silently(self, server_id: str, is_silent: bool) -> None:
        """Let its tools that only read run without a question, or not."""
        self._do(lambda: self._servers.read_silently(server_id, is_silent=is_silent))

    def accept(self, server_id: str, digests: Sequence[str]) -> None:
        """Take its tools for seen as they were shown."""
        self._do(lambda: self._servers.accept(server_id, digests))

    def start(self, server_id: str) -> None:
        """Start a server."""
        self._do(lambda: self._servers.start(server_id))

    def stop(self, server_id: str) -> None:
        """Stop a server until it is used again."""
        self._do(lambda: self._servers.stop(server_id))

    def find_resources(self, server_id: str) -> None:
        """Find out what can be read of a server."""
        self._do(lambda: self._told(self._servers.resources(server_id), partial(self._found, server_id)))

    def find_prompts(self, server_id: str) -> None:
        """Find out which texts a server has prepared."""

        def tell(prompts: object) -> None:
            self.prompts_found.emit(server_id, prompts)

        self._do(lambda: self._told(self._servers.prompts(server_id), tell))

    def read(self, server_id: str, resource: "Resource") -> None:
        """Read a resource for the message that is being written."""
        tell = partial(self.resource_read.emit, _file_name(resource.title, resource.uri))
        self._do(lambda: self._told(self._servers.read(server_id, resource.uri), tell))

    def write_prompt(self, server_id: str, name: str, arguments: Mapping[str, str]) -> None:
        """Write a prepared text for the message that is being written."""
        self._do(
            lambda: self._told(self._servers.prompt(server_id, name, arguments), self.prompt_written.emit)
        )

    def _found(self, server_id: str, resources: object) -> None:
        self.resources_found.emit(server_id, resources)

    def _hear(self, _server_id: str) -> None:
        if self._is_watched and not self._pause.isActive():
            self._pause.start()

    def _tell(self) -> None:
        if self._is_watched:
            self._do(lambda: self._told(self._servers.views(), self.changed.emit))

    async def _add(self, configs: "Sequence[ServerConfig]") -> None:
        for config in configs:
            self.added.emit(await self._servers.add(config))

    async def _look_up(self, server_id: str) -> None:
        self.looked_up.emit(server_id, await self._servers.review(server_id))

    @staticmethod
    async def _told(found: Awaitable[object], tell: Callable[..., object]) -> None:
        tell(await found)

    def _do(self, work: Callable[[], Awaitable[object]]) -> None:
        # Numbered: what is asked of one server does not end what was asked of another.
        self._tasks.start(f"servers:{next(self._numbers)}", lambda: self._done(work))

    async def _done(self, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except UserError as error:
            self.refused.emit(error.problem)


def _file_name(title: str, uri: str) -> str:
    """Return what a resource is called as a file: its own name if that has an ending."""
    last = uri.rstrip("/").rpartition("/")[2]
    name = last if "." in last else title
    return name.replace("/", "_") or "resource"
