"""Sleep of this computer, and changes of its network: what is stored before, and connected anew after."""

import asyncio
from contextlib import suppress
from typing import Final

from PySide6.QtCore import QObject, QTimer

from glmdesk.app.engine import Engine
from glmdesk.desktop.network import NetworkWatch, network_watch
from glmdesk.desktop.sleep import SleepWatch, Work, sleep_watch

_STORING_S: Final = 1.0
"""Seconds. Systems let sleep wait for some seconds in all."""
_SETTLING_MS: Final = 1000
"""Milliseconds. A network that comes brings several addresses, and the first is of no use alone."""


class Interruptions(QObject):
    """Lets answers end as interrupted before sleep; begins anew after it, and with another network."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._sleep: SleepWatch | None = None
        self._network: NetworkWatch | None = None
        self._works = 0
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLING_MS)
        self._settling.timeout.connect(lambda: self._start(self._follow_network))

    async def begin(self) -> None:
        """Begin to listen."""
        self._sleep = await sleep_watch(self, self._start)
        self._network = network_watch(self._settling.start)

    async def end(self) -> None:
        """Listen no more."""
        self._settling.stop()
        if self._sleep is not None:
            self._sleep.end()
        if self._network is not None:
            self._network.end()

    async def before_sleep(self) -> None:
        """End what is being written, while it can be stored: its connection does not outlast sleep."""
        answers = self._engine.answers
        writing = answers.conversations_written_in
        await self._engine.offering.connection.close()
        # One without a word yet is asked for again by itself, and has nothing to be stored.
        with suppress(TimeoutError):
            async with asyncio.timeout(_STORING_S):
                for conversation_id in writing:
                    await answers.ended_in(conversation_id)

    async def after_sleep(self) -> None:
        """Leave every connection behind, and try what waits."""
        await self._engine.offering.connection.close()
        self._engine.outbox.resume()

    async def _follow_network(self) -> None:
        """Leave idle connections behind, which lead nowhere; answers being written notice it themselves."""
        await self._engine.offering.connection.renew()
        self._engine.outbox.resume()

    def _start(self, work: Work) -> None:
        # Each with a name of its own: what is to be done before sleep is not cut short by waking up.
        self._works += 1
        self._engine.tasks.start(f"interruption:{self._works}", work)
