"""The drafts: at hand in memory, and on the disk a moment after each key."""

import logging

from PySide6.QtCore import QObject, QTimer

from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import LocalDataError
from glmdesk.storage.drafts import Drafts
from glmdesk.ui.tasks import TaskRunner

logger = logging.getLogger(__name__)

_DELAY_MS = 300
"""How long somebody may go on writing before it is stored."""


class DraftsController(QObject):
    """Keeps what is written and not sent, by what it is for (`storage.drafts`)."""

    def __init__(self, store: Drafts, tasks: TaskRunner) -> None:
        super().__init__()
        self._store = store
        self._tasks = tasks
        self._drafts: dict[str, Draft] = {}
        self._changed: set[str] = set()
        self._has_failed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self._begin_to_save)
        self._has_ended = False

    async def load(self) -> None:
        """Read what was written in an earlier run."""
        self._drafts = await self._store.all()

    def draft(self, place: str) -> Draft:
        """Return a draft; empty where there is none."""
        return self._drafts.get(place, Draft())

    def put(self, place: str, draft: Draft) -> None:
        """Keep a draft; an empty one is dropped."""
        if draft == self.draft(place):
            return
        if draft:
            self._drafts[place] = draft
        else:
            del self._drafts[place]
        if self._store.can_be_kept and not self._has_ended:
            self._changed.add(place)
            self._timer.start()

    async def finish(self) -> None:
        """Store at once what has not been stored yet: the program ends, and keeps nothing from now on."""
        self._has_ended = True
        self._timer.stop()
        try:
            await self._save()
        except LocalDataError as error:
            logger.warning("drafts cannot be stored: %s", error)

    def _begin_to_save(self) -> None:
        self._tasks.start("drafts", self._save)

    async def _save(self) -> None:
        if not self._changed:
            return
        changed, self._changed = self._changed, set()
        try:
            await self._store.put({place: self.draft(place) for place in changed})
        except LocalDataError as error:
            self._changed |= changed
            # It is said once, and not with every key.
            if not self._has_failed:
                self._has_failed = True
                raise
            logger.info("drafts cannot be stored: %s", error)
        else:
            self._has_failed = False
