"""The tools of the program and of the user, for the window; their code is loaded when one is asked for."""

import asyncio
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar

from glmdesk.app.stage import Stage
from glmdesk.desktop.opener import bundle_folder
from glmdesk.desktop.paths import resources
from glmdesk.desktop.redaction import Redactor
from glmdesk.domain.tool import ToolSource
from glmdesk.storage.attachments import attachments_of
from glmdesk.storage.database import Database
from glmdesk.tools.builtin import NAMES
from glmdesk.tools.late import LateTools
from glmdesk.ui.threads import unnoticed

if TYPE_CHECKING:
    from glmdesk.tools.builtin.source import BuiltInTools
    from glmdesk.tools.own.source import OwnTools

T = TypeVar("T")

_OTHERS: Final = ("search_web",)
"""Names of tools that come from elsewhere in the program."""


class Toolkit:
    """Makes the sources. `started_with` is the environment that programs we start get."""

    def __init__(
        self, stage: Stage, redactor: Redactor, started_with: Mapping[str, str], database: Database
    ) -> None:
        self._stage = stage
        self._redactor = redactor
        self._started_with = started_with
        self._database = database
        self._own: OwnTools | None = None
        # The first question comes in a thread, and the dialog may open meanwhile.
        self._making = Lock()

    @property
    def sources(self) -> tuple[ToolSource, ...]:
        """Where tools come from, in this order."""
        return LateTools(self._built_in, _unnoticed), LateTools(self.own, _unnoticed)

    def own(self) -> "OwnTools":
        """Return the functions of the user, the same ones each time."""
        from glmdesk.tools.own.folder import Folder  # noqa: PLC0415 - for who has tools
        from glmdesk.tools.own.running import Runner  # noqa: PLC0415
        from glmdesk.tools.own.source import OwnTools  # noqa: PLC0415

        with self._making:
            if self._own is None:
                folder, settings = resources(), self._stage.settings
                runner = Runner(
                    folder / "tool_child.py",
                    self._redactor,
                    self._started_with,
                    named_python=lambda: settings.tools_python,
                    bundle=bundle_folder(),
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
