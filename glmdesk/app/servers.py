"""Servers of tools: what they offer, and the dialog in which they are added, looked at and switched."""

import asyncio
import os
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from glmdesk.app.stage import Stage
from glmdesk.desktop.opener import Opener
from glmdesk.desktop.secrets import Secrets
from glmdesk.domain.connector import Connector, OfferedConnector
from glmdesk.domain.tool import Tool
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.threads import unnoticed
from glmdesk.ui.widgets.banner import Kind

if TYPE_CHECKING:
    from glmdesk.tools.mcp.servers import Servers
    from glmdesk.ui.controllers.servers import ServersController
    from glmdesk.ui.dialogs.servers import ServersDialog

T = TypeVar("T")


class ToolServers(QObject):
    """The servers of the user, loaded when they are first asked for: a source of tools.

    It is one too of servers that the service itself asks.

    Signals:
        resource_read(name: str, content: bytes): a resource is to go with the message as a file.
        prompt_written(text: str): a text is to go into the message.
    """

    resource_read = Signal(str, bytes)
    prompt_written = Signal(str)

    def __init__(self, stage: Stage, tasks: TaskRunner, secrets: Secrets, opener: Opener) -> None:
        super().__init__(stage.window)
        self._stage = stage
        self._tasks = tasks
        self._secrets = secrets
        self._opener = opener
        self._servers: Servers | None = None
        self._controller: ServersController | None = None

    async def tools(self) -> Sequence[Tool]:
        """Return what servers have that may run; none of them is started."""
        return await (await self._present()).tools()

    async def connectors(self) -> Sequence[OfferedConnector]:
        """Return the servers on offer that the service asks."""
        return await (await self._present()).connectors()

    async def connector(self, connector_id: str) -> Connector:
        """Return one of them with its secrets. Raises UserError."""
        return await (await self._present()).connector(connector_id)

    def show(self) -> None:
        """Show the servers."""
        from glmdesk.ui.dialogs.servers import ServersDialog  # noqa: PLC0415 - for who opens it

        controller = self._controlled()
        dialog = ServersDialog(self._stage.window, self._stage.appearance.style.code, controller.log)
        self._connect(controller, dialog)
        controller.watch(is_watched=True)
        dialog.finished.connect(lambda: controller.watch(is_watched=False))
        dialog.open()

    @staticmethod
    def _connect(controller: "ServersController", dialog: "ServersDialog") -> None:
        dialog.described.connect(controller.add)
        dialog.pasted.connect(controller.paste)
        dialog.redescribed.connect(controller.change)
        dialog.look_requested.connect(controller.look_up)
        dialog.allowed.connect(controller.allow)
        dialog.start_requested.connect(controller.start)
        dialog.stop_requested.connect(controller.stop)
        dialog.remove_requested.connect(controller.remove)
        dialog.switched.connect(controller.switch)
        dialog.silenced.connect(controller.read_silently)
        dialog.accepted_tools.connect(controller.accept)
        dialog.resources_requested.connect(controller.find_resources)
        dialog.prompts_requested.connect(controller.find_prompts)
        dialog.resource_chosen.connect(controller.read)
        dialog.prompt_chosen.connect(controller.write_prompt)
        controller.changed.connect(dialog.show_views)
        controller.added.connect(dialog.show_added)
        controller.refused.connect(dialog.show_problem)
        controller.looked_up.connect(dialog.show_review)
        controller.resources_found.connect(dialog.show_resources)
        controller.prompts_found.connect(dialog.show_prompts)
        # What goes into the message is written on in the window.
        controller.resource_read.connect(dialog.accept)
        controller.prompt_written.connect(dialog.accept)

    def _controlled(self) -> "ServersController":
        if self._controller is None:
            from glmdesk.ui.controllers.servers import ServersController  # noqa: PLC0415 - for who opens them

            self._controller = ServersController(self._loaded(), self._tasks)
            self._controller.resource_read.connect(self.resource_read)
            self._controller.prompt_written.connect(self.prompt_written)
        return self._controller

    async def _present(self) -> "Servers":
        if self._servers is None:
            await _unnoticed(_import)
        return self._loaded()

    def _loaded(self) -> "Servers":
        if self._servers is None:
            from glmdesk.tools.mcp.servers import Servers  # noqa: PLC0415 - every start is measured
            from glmdesk.tools.mcp.store import ServerStore  # noqa: PLC0415
            from glmdesk.tools.mcp.surroundings import Surroundings  # noqa: PLC0415

            surroundings = Surroundings(
                self._opener.environ,
                self._opener.redactor,
                bundle=self._opener.bundle,
                proxy=self._proxy,
                beside=_unnoticed,
            )
            store = ServerStore(self._stage.paths.config, self._secrets)
            self._servers = Servers(store, surroundings, self._tasks)
        return self._servers

    def _proxy(self, url: str) -> str | None:
        from glmdesk.api.proxy import choose_proxy  # noqa: PLC0415 - for who has a server elsewhere

        choice = choose_proxy(self._stage.settings.proxy, url, os.environ)
        if choice.warning:
            self._stage.window.chat.banner.show_message(Kind.NOTICE, choice.warning)
        return choice.url


def _import() -> None:
    """Load what `_loaded` uses, which takes longer than a frame lasts."""
    for name in ("servers", "store", "surroundings"):
        import_module(f"glmdesk.tools.mcp.{name}")


async def _unnoticed(work: Callable[[], T]) -> T:
    """Do work in a thread that the window does not notice."""
    with unnoticed():
        return await asyncio.to_thread(work)
