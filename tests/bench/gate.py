"""What share of the calls is refused when 500 questions meet a service that takes less than the tier says."""

import asyncio
import time
from contextlib import aclosing
from dataclasses import dataclass

from glmdesk.api.client import Client
from glmdesk.api.limiter import Gates
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import UserError
from glmdesk.domain.request import ChatRequest, PromptMessage
from tests.support.remote import ServiceProcess
from tests.support.script import Answer

JOBS = 500
KEY = "bench.secret"
QUESTION = ChatRequest("glm-4-flash-250414", (PromptMessage("user", "你好"),))
# Five records, one after the other.
PACE_S = 0.02
ANSWER = Answer("你好，世界。再见。", chunk_size=3, delay_s=PACE_S, flush_each=True)
ANSWER_S = 5 * PACE_S
# What the service takes, and what the tier says; None: nothing.
CASES = ((5, None), (2, 5), (7, 50), (25, 50), (50, 50), (60, 200))


@dataclass(frozen=True, slots=True)
class Run:
    """What came of as many questions as there are."""

    seconds: float
    calls: int
    refused: int
    failed: int

    @property
    def words(self) -> str:
        """The figures, as they are printed."""
        share = self.refused / self.calls
        return f"{self.seconds:6.1f} s  {self.refused:4d} refused ({share:.2%})  {self.failed:4d} failed"


async def ask(client: Client) -> bool:
    """Ask once; return whether it was answered."""
    try:
        async with aclosing(client.stream_chat(QUESTION)) as events:
            async for _event in events:
                pass
    except UserError:
        return False
    return True


async def ask_all(service: ServiceProcess, client: Client) -> Run:
    """Ask all questions at once."""
    before, started = len(service.chats), time.monotonic()
    answered = await asyncio.gather(*(ask(client) for _ in range(JOBS)))
    seconds = time.monotonic() - started
    calls = service.chats[before:]
    refused = sum(call.code == "1302" for call in calls)
    return Run(seconds, len(calls), refused, answered.count(False))


async def measure(service: ServiceProcess, takes: int, tier: int | None) -> tuple[Run, Run]:
    """Ask all questions twice: while the limit is being found, and when it is."""
    service.reset()
    service.limit(QUESTION.model, takes)
    service.always(ANSWER)
    gates = Gates(lambda _host, _model: tier)
    async with Client(Endpoint.parse(service.base_url), KEY, gates=gates) as client:
        return await ask_all(service, client), await ask_all(service, client)


def main() -> None:
    """Measure and print."""
    print(f"\n{JOBS} questions at once, twice (goal: none failed; under 1 % refused the second time)")
    with ServiceProcess() as service:
        for takes, tier in CASES:
            finding, found = asyncio.run(measure(service, takes, tier))
            least_s = JOBS / takes * ANSWER_S
            print(f"  takes {takes}, tier {tier or 'unknown'}; at least {least_s:.1f} s")
            print(f"    finding it out {finding.words}\n    then           {found.words}")


if __name__ == "__main__":
    main()
