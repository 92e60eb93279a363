"""What one streamed event costs, against the HTTP library alone reading the same events on the same loop."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import httpx
from PySide6.QtWidgets import QApplication

from glmdesk.api.client import Client
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.request import ChatRequest, PromptMessage
from glmdesk.ui.loop import Loop
from tests.bench._report import alternate, report
from tests.support.remote import ServiceProcess
from tests.support.script import Answer

EVENTS = 1000
ROUNDS = 7
# Seconds between events: 200 a second is faster than any model writes.
PACE_S = 0.005
KEY = "bench.secret"
QUESTION = ChatRequest("glm-4-flash-250414", (PromptMessage("user", "count"),))


async def read_with_client(base_url: str) -> None:
    """Read a stream as the program does."""
    async with (
        Client(Endpoint.parse(base_url), KEY) as client,
        aclosing(client.stream_chat(QUESTION)) as events,
    ):
        async for _event in events:
            pass


async def read_with_library(base_url: str) -> None:
    """Read the same bytes and look at none of them."""
    body = {"model": QUESTION.model, "stream": True, "messages": [{"role": "user", "content": "count"}]}
    headers = {"Authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
        url = f"{base_url}/chat/completions"
        async with http.stream("POST", url, json=body, headers=headers) as response:
            async for _piece in response.aiter_bytes():
                pass


def main() -> None:
    """Measure and print."""
    application = QApplication(["bench", "-platform", "offscreen"])
    with ServiceProcess() as service, asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:

        def microseconds(read: Callable[[str], Awaitable[None]]) -> float:
            async def once() -> None:
                await read(service.base_url)

            started = time.process_time()
            runner.run(once())
            return (time.process_time() - started) * 1e6 / EVENTS

        for title, pace_s in (("200 events/s, one packet each", PACE_S), ("as fast as possible", 0.0)):
            service.always(Answer("词" * EVENTS, chunk_size=1, delay_s=pace_s, flush_each=pace_s > 0))
            figures = alternate(
                {
                    "httpx alone": lambda: microseconds(read_with_library),
                    "glmdesk client": lambda: microseconds(read_with_client),
                },
                rounds=ROUNDS if not pace_s else 3,
            )
            report(f"CPU per event, {title}", "µs", figures, baseline="httpx alone", goal="≤ 1.3 ×")


if __name__ == "__main__":
    main()
