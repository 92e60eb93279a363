"""What tests say to the service and ask of it, wherever they run."""

import asyncio
from collections.abc import Mapping
from typing import Final, Literal

from tests.support.account import Account
from tests.support.fault import Fault
from tests.support.models import MODELS, Model
from tests.support.request_log import Exchange, Progress
from tests.support.script import CHAT, Reply
from tests.support.violation import Violation

# Seconds. For whoever waits: a machine under load is slow, a failing test need not be.
PATIENCE_S: Final = 5.0

Moment = Literal["paused", "hung_up", "ended"]


class Controls:
    """The service without its socket: script, switches, and the log.

    Attributes:
        account: What the service remembers between requests.
    """

    def __init__(self, models: Mapping[str, Model] = MODELS) -> None:
        self.account = Account(models)

    @property
    def requests(self) -> list[Exchange]:
        """All exchanges since the last reset, oldest first."""
        return self.account.log.exchanges

    @property
    def chats(self) -> list[Exchange]:
        """The exchanges of `/chat/completions`."""
        return [exchange for exchange in self.requests if exchange.path == CHAT]

    @property
    def forbidden(self) -> list[Violation]:
        """What clients sent and glmdesk must never send."""
        return [violation for exchange in self.requests for violation in exchange.forbidden]

    def script(self, *replies: Reply, path: str = CHAT, when: str = "", model: str = "") -> None:
        """Say what comes next on a path; see `Script.add`."""
        self.account.script.add(replies, path=path, when=when, model=model)

    def always(self, reply: Reply | None, *, path: str = CHAT) -> None:
        """Say what comes whenever nothing is scripted; `None` ends it."""
        self.account.script.stand(reply, path=path)

    def set_faults(self, *faults: Fault) -> None:
        """Add faults to every chat answer from now on; none ends it."""
        self.account.faults = faults

    def limit(self, model: str, in_flight: int) -> None:
        """Refuse further requests of a model with 1302 while so many are being answered."""
        self.account.limits[model] = in_flight

    def release(self, exchange: Exchange | int) -> None:
        """Let an answer go on that pauses, or will."""
        self._progress(exchange).released.set()

    def reset(self) -> None:
        """Forget script, log, limits, files, everything but the connections."""
        log = self.account.log
        log.clear()
        self.account = Account(self.account.models, log=log)

    async def arrived(self, path: str = CHAT, count: int = 1, timeout_s: float = PATIENCE_S) -> Exchange:
        """Wait for so many requests on a path (any, when empty) and return the last of them."""
        async with asyncio.timeout(timeout_s):
            return await self.account.log.arrived(path, count)

    async def paused(self, exchange: Exchange | int, timeout_s: float = PATIENCE_S) -> Exchange:
        """Wait until an answer pauses."""
        return await self.wait_for("paused", exchange, timeout_s)

    async def hung_up(self, exchange: Exchange | int, timeout_s: float = PATIENCE_S) -> Exchange:
        """Wait until the client hangs up before an answer is over."""
        return await self.wait_for("hung_up", exchange, timeout_s)

    async def ended(self, exchange: Exchange | int, timeout_s: float = PATIENCE_S) -> Exchange:
        """Wait until an answer is over, in any way."""
        return await self.wait_for("ended", exchange, timeout_s)

    async def wait_for(self, moment: Moment, exchange: Exchange | int, timeout_s: float) -> Exchange:
        """Wait for a moment in the life of an exchange.

        Raises:
            TimeoutError: It did not come in time.
        """
        progress = self._progress(exchange)
        events = {"paused": progress.paused, "hung_up": progress.hung_up, "ended": progress.ended}
        async with asyncio.timeout(timeout_s):
            await events[moment].wait()
        return progress.exchange

    def _progress(self, exchange: Exchange | int) -> Progress:
        return self.account.log.progress[exchange if isinstance(exchange, int) else exchange.number]
