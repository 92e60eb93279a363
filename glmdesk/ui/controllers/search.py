"""Finding something in all conversations, and keeping the index of them complete."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Final

from PySide6.QtCore import QObject, Signal

from glmdesk.domain.errors import UsageError, joined
from glmdesk.i18n import _
from glmdesk.storage.search.excerpt import Excerpt, excerpt, marks_in
from glmdesk.storage.search.query import Query, parse_query
from glmdesk.storage.search.ranking import ranked
from glmdesk.storage.search.search import Found, Search
from glmdesk.ui.models.found_list import FoundList, FoundRow
from glmdesk.ui.tasks import TaskRunner

_INDEX_TASK: Final = "index"
_TITLES: Final = 20
_LOOKED_AT: Final = 200
_SHOWN: Final = 100
_REST_S: Final = 2.0
"""Seconds. Who has just started the program, or read an answer, has other things to do."""
_PAUSE_S: Final = 0.03
"""Seconds between two turns of indexing: everything else comes first."""
_MANY: Final = 1000
"""Texts. Fewer are indexed before anybody could read how far that is."""


class SearchController(QObject):
    """Looks for what a line asks for; each line takes the place of the one before.

    Signals:
        changed(): something else was found, or `problem` or `progress` are others.
    """

    changed = Signal()

    def __init__(
        self,
        search: Search,
        rows: FoundList,
        tasks: TaskRunner,
        parent: QObject,
        *,
        name: str = "search",
        offered: Callable[[Query], Sequence[FoundRow]] = lambda _query: (),
    ) -> None:
        """Look under a name of its own; `offered` are rows that stand above what is found, or alone."""
        super().__init__(parent)
        self._name = name
        self._offered = offered
        self._search = search
        self._rows = rows
        self._tasks = tasks
        self._query = Query()
        self.problem = ""
        """What is wrong with the line, in words."""
        self.progress: float | None = None
        """Which share of what waited is in the index; None when all is."""
        self.is_looking = False
        self.has_more = False
        """Whether there is, or may be, more than is shown."""

    @property
    def is_asked(self) -> bool:
        """Whether something is looked for."""
        return bool(self._query)

    @property
    def note(self) -> str:
        """What is to be said beside what is found; empty for nothing."""
        notes = [self.problem]
        if self.is_asked and not self.is_looking and not self._rows.rowCount():
            notes.append(_("Nothing was found."))
        elif self.is_asked and not self.is_looking and self.has_more:
            notes.append(_("There is more than is shown here. More words or a filter find it."))
        if self.progress is not None:
            words = _("Older messages are being indexed ({share}); until then searching takes longer.")
            notes.append(words.format(share=f"{self.progress:.0%}"))
        return reduce(joined, notes)

    def look_for(self, line: str) -> None:
        """Look for what a line asks for; nothing where it is empty."""
        self._tasks.cancel(self._name)
        try:
            self._query, self.problem = parse_query(line), ""
        except UsageError as error:
            self._query, self.problem = Query(), str(error)
        self.is_looking = bool(self._query)
        if self._query:
            self._tasks.start(self._name, partial(self._look, self._query))
        else:
            self._rows.show(self._offered(self._query))
        self.changed.emit()

    def end(self) -> None:
        """Look for nothing any more: nobody is there to see it."""
        self._tasks.cancel(self._name)

    def words_in(self, found: Found) -> str:
        """Return what is to be marked in a message that was found: the longest of what was looked for."""
        needles = [needle.folded for needle in self._query.needles if needle.is_in(found.text)]
        return max(needles, key=len, default="")

    def complete_index(self) -> None:
        """Index what waits, beside everything else."""
        self._tasks.start(_INDEX_TASK, self._index)

    async def _look(self, query: Query) -> None:
        titles = await self._search.titles(query, _TITLES)
        messages = await self._search.messages(query, _LOOKED_AT)
        # Long texts take their time to be folded.
        hits = await asyncio.to_thread(_best, titles, messages, query)
        self.has_more = len(titles) == _TITLES or len(messages) > _SHOWN
        self._rows.show([*self._offered(query), *hits])
        self.is_looking = False
        self.changed.emit()

    async def _index(self) -> None:
        await asyncio.sleep(_REST_S)
        total, done = await self._search.waiting(), 0
        while count := await self._search.index_some():
            done += count
            self._show_progress(done / total if done < total and total > _MANY else None)
            await asyncio.sleep(_PAUSE_S)

    def _show_progress(self, progress: float | None) -> None:
        if progress != self.progress:
            self.progress = progress
            self.changed.emit()


def _best(titles: Sequence[Found], messages: Sequence[Found], query: Query) -> list[FoundRow]:
    """Return what is shown of what was found."""
    best = ranked(messages, query)[:_SHOWN]
    return [found_row(found, query) for found in (*titles, *best)]


def found_row(found: Found, query: Query) -> FoundRow:
    """Return a hit as it is shown, with what was looked for marked in it."""
    title = Excerpt(found.title, marks_in(found.title, query.needles))
    text = Excerpt("", ()) if found.message_id is None else excerpt(found.text, query.needles)
    return FoundRow(found, title, text)
