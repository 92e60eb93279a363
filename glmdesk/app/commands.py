"""The palette: one box for chats, messages, and everything that the parts of a window can be asked for."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from glmdesk.app.stage import Stage
from glmdesk.domain.conversation import Conversation
from glmdesk.i18n import _
from glmdesk.storage.search.search import Search
from glmdesk.ui.shortcuts import Shortcut
from glmdesk.ui.tasks import TaskRunner

Act: TypeAlias = tuple[Shortcut | str, Callable[[], object]]
"""Something that can be asked for, by what it is called; a shortcut gives it its name and its keys."""


class Commands(QObject):
    """Opens the palette.

    Signals:
        chosen(found: Found, words: str): something that is stored should be shown.
    """

    chosen = Signal(object, str)

    def __init__(
        self,
        stage: Stage,
        search: Search,
        tasks: TaskRunner,
        recent: Callable[[], Sequence[Conversation]],
        acts: Sequence[Callable[[], Sequence[Act]]],
    ) -> None:
        """Each of `acts` returns what one part can be asked for, which may depend on what is shown."""
        super().__init__(stage.window)
        self._stage = stage
        self._search = search
        self._tasks = tasks
        self._recent = recent
        self._acts = acts

    def open(self) -> None:
        """Open the palette."""
        from glmdesk.ui.models.found_list import Command  # noqa: PLC0415 - for who opens it
        from glmdesk.ui.panes.palette import Palette  # noqa: PLC0415

        commands = [
            Command(_(what.does), act, what.shown_keys) if isinstance(what, Shortcut) else Command(what, act)
            for what, act in chain.from_iterable(acts() for acts in self._acts)
        ]
        palette = Palette(
            self._stage.window,
            self._search,
            self._tasks,
            self._stage.appearance.theme,
            commands=commands,
            recent=self._recent,
        )
        palette.chosen.connect(self.chosen)
        palette.show()
