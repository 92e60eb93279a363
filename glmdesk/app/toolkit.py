"""The tools of the program, of the user and of servers; their code is loaded when one is asked for."""

import asyncio
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar

from glmdesk.app.commands import Act
from glmdesk.app.servers import ToolServers
from glmdesk.app.stage import Stage
from glmdesk.desktop.opener import Opener
from glmdesk.desktop.paths import resources
from glmdesk.desktop.secrets import Secrets
from glmdesk.domain.tool import ToolSource
from glmdesk.i18n import _
from glmdesk.storage.attachments import attachments_of
from glmdesk.storage.database import Database
from glmdesk.tools.builtin import NAMES
from glmdesk.tools.late import LateTools
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.threads import unnoticed

if TYPE_CHECKING:
    from glmdesk.tools.builtin.source import BuiltInTools
    from glmdesk.tools.own.source import OwnTools

T = TypeVar("T")

_OTHERS: Final = ("search_web",)
"""Names of tools that come from elsewhere in the program."""


class Toolkit:
    """Makes the sources, and opens the dialogs about them."""

    def __init__(
        self, stage: Stage, tasks: TaskRunner, *, database: Database, secrets: Secrets, opener: Opener
    ) -> None:
        self._stage = stage
        self._tasks = tasks
        self._database = database
        self._opener = opener
        self.servers = ToolServers(stage, tasks, secrets, opener)
        self._own: OwnTools | None = None
        # The first question comes in a thread, and the dialog may open meanwhile.
        self._making = Lock()

    @property
    def sources(self) -> tuple[ToolSource, ...]:
        """Where tools come from, in this order; nowhere after a safe start."""
        if self._stage.is_safe:
            return ()
        return LateTools(self._built_in, _unnoticed), LateTools(self._loaded_own, _unnoticed), self.servers

    def acts(self) -> list[Act]:
        """Return what can be done about tools."""
        if self._stage.is_safe:
            return []
        return [(_("Your tools"), self.show_own), (_("MCP servers"), self.servers.show)]

    def show_own(self) -> None:
        """Show the functions of the user."""
        from glmdesk.app.own_tools import open_own_tools  # noqa: PLC0415 - for who opens them

        open_own_tools(self._stage, self._loaded_own(), self._tasks)

    def _loaded_own(self) -> "OwnTools":
        """Return the functions of the user, the same ones each time."""
        from glmdesk.tools.own.folder import Folder  # noqa: PLC0415 - for who has tools
        from glmdesk.tools.own.running import Runner  # noqa: PLC0415
        from glmdesk.tools.own.source import OwnTools  # noqa: PLC0415

        with self._making:
            if self._own is None:
                folder, settings = resources(), self._stage.settings
                runner = Runner(
                    folder / "tool_child.py",
                    self._opener.redactor,
                    self._opener.environ,
                    named_python=lambda: settings.tools_python,
                    bundle=self._opener.bundle,
                )
                files = Folder(self._stage.paths.data, folder / "own-tools")
                self._own = OwnTools(files, runner, taken=(*NAMES, *_OTHERS), beside=_unnoticed)
            return self._own

    def _built_in(self) -> "BuiltInTools":
        from glmdesk.chat.attached import AttachedFiles  # noqa: PLC0415 - for who has tools
        from glmdesk.tools.builtin.source import BuiltInTools  # noqa: PLC0415

        files = AttachedFiles(attachments_of(self._database.path))
        return BuiltInTools(self._database, files.text, _unnoticed)


async def _unnoticed(work: Callable[[], T]) -> T:
    """Do work in a thread that the window does not notice."""
    with unnoticed():
        return await asyncio.to_thread(work)
