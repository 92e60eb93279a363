"""Finding a text in the conversation on the screen, in all of its messages."""

import asyncio
import time
from bisect import bisect_left
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from glmdesk.render.find import Hit, Needle
from glmdesk.render.shown import LONG, gradually_shown, shown_blocks
from glmdesk.ui.models.message_list import MessageList, Row
from glmdesk.ui.tasks import TaskRunner

_TASK: Final = "find"
_SLICE_S: Final = 0.006
"""Seconds that messages are searched in a row; then whoever waits has a turn."""


class FindController(QObject):
    """Keeps what was found true to the messages, whatever becomes of them.

    Signals:
        changed(): something else was found, or another hit is the current one.
    """

    changed = Signal()

    def __init__(self, messages: MessageList, tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._messages = messages
        self._tasks = tasks
        self._needle = Needle("")
        self._hits: dict[int, tuple[Hit, ...]] = {}
        self._current: tuple[int, Hit] | None = None
        self._from_row = 0
        self._is_looking = False
        messages.reset.connect(self._look_again)
        messages.appended.connect(self._look_in)
        messages.changed.connect(self._look_in)

    @property
    def hits(self) -> dict[int, tuple[Hit, ...]]:
        """What was found so far, by row."""
        return self._hits

    @property
    def current(self) -> tuple[int, Hit] | None:
        """The hit that the reader is led to, behind its row."""
        return self._current

    @property
    def count(self) -> int:
        """How many hits there are."""
        return sum(map(len, self._hits.values()))

    @property
    def number(self) -> int:
        """Which of them is the current one, from 1 on; 0 without one."""
        if self._current is None:
            return 0
        row, hit = self._current
        before = sum(len(hits) for other, hits in self._hits.items() if other < row)
        return before + bisect_left(self._hits.get(row, ()), hit) + 1

    @property
    def is_looking(self) -> bool:
        """Whether there may be more than was found so far."""
        return self._is_looking

    def look_for(self, text: str, from_row: int) -> None:
        """Look for a text of one line; the first hit from a row on becomes the current one."""
        self._needle = Needle(text)
        self._from_row = self._current[0] if self._current else from_row
        self._look_again()

    def step(self, step: int) -> None:
        """Make the hit before (-1) or after (1) the current one that; after the last comes the first."""
        rows = sorted(self._hits)
        if not rows:
            return
        flat = [(row, hit) for row in rows for hit in self._hits[row]]
        at = bisect_left(flat, self._current) if self._current else -1
        self._current = flat[(at + step) % len(flat)]
        self.changed.emit()

    def _look_again(self) -> None:
        if not self._needle and not self._hits:
            return
        self._hits, self._current = {}, None
        self._is_looking = bool(self._needle)
        self.changed.emit()
        if self._needle:
            self._tasks.start(_TASK, partial(self._look, self._needle))
        else:
            self._tasks.cancel(_TASK)

    async def _look(self, needle: Needle) -> None:
        """Look in every row, from the reader's on."""
        count = len(self._messages)
        began = time.monotonic()
        for number in range(count):
            row = (self._from_row + number) % count
            if row < len(self._messages):
                shown = self._messages[row]
                if len(shown.message.text) > LONG:
                    await self._read_and_take(row, needle)
                else:
                    self._take(row, needle)
            if time.monotonic() - began > _SLICE_S:
                self.changed.emit()
                await asyncio.sleep(0)
                began = time.monotonic()
        self._is_looking = False
        self.changed.emit()

    async def _read_and_take(self, row: int, needle: Needle) -> None:
        """Look in a long message, which is read bit by bit."""
        shown = self._messages[row]
        if not _may_show(needle, shown):
            self._keep(row, ())
            return
        reading = gradually_shown(shown.message, is_source=shown.is_source, results=shown.results)
        began = time.monotonic()
        for blocks in reading:
            if blocks is not None and row < len(self._messages) and self._messages[row] == shown:
                self._keep(row, tuple(needle.hits(blocks)))
            elif time.monotonic() - began > _SLICE_S:
                await asyncio.sleep(0)
                began = time.monotonic()

    def _look_in(self, row: int) -> None:
        """Look once more in a row that is new or has changed."""
        if not self._needle:
            return
        if len(self._messages[row].message.text) > LONG:
            self._look_again()
        else:
            self._take(row, self._needle)
            self.changed.emit()

    def _take(self, row: int, needle: Needle) -> None:
        shown = self._messages[row]
        hits: tuple[Hit, ...] = ()
        if _may_show(needle, shown):
            blocks = shown_blocks(shown.message, is_source=shown.is_source, results=shown.results)
            hits = tuple(needle.hits(blocks))
        self._keep(row, hits)

    def _keep(self, row: int, hits: tuple[Hit, ...]) -> None:
        if hits:
            self._hits[row] = hits
        else:
            self._hits.pop(row, None)
        is_lost = self._current is not None and self._current[0] == row and self._current[1] not in hits
        if self._current is None or is_lost:
            self._current = (row, hits[0]) if hits else None


def _may_show(needle: Needle, row: Row) -> bool:
    message = row.message
    shows_more = message.citations or message.tool_calls or message.service_calls or message.attachments
    return message.role == "tool" or bool(shows_more) or needle.may_be_in(message.text)
