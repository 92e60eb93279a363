"""Asking the simulated service as the program does, without waiting."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from glmdesk.api.client import Client, Clocks
from glmdesk.demo.phrases import load_library
from glmdesk.demo.service import DemoService, Sleep
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.connector import Connector, ServiceCall
from glmdesk.domain.endpoint import MAINLAND_URL, Endpoint
from glmdesk.domain.events import (
    Citations,
    Event,
    Finished,
    FinishReason,
    ReasoningDelta,
    ServiceCalls,
    TextDelta,
    UsageReport,
)
from glmdesk.domain.message import Citation
from glmdesk.domain.request import ChatRequest, PromptMessage, WebSearch
from glmdesk.domain.usage import Usage

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
OFFER = Catalog.from_toml((RESOURCES / "models.toml").read_text("utf-8")).at("open.bigmodel.cn")
LIBRARY = load_library(RESOURCES / "demo")

FREE_MODEL = "glm-4-flash-250414"
CACHING_MODEL = "glm-4-air-250414"


async def no_time(_seconds: float) -> None:
    """Let others run, as a sleep does, and be back."""
    await asyncio.sleep(0)


def client_for(service: DemoService, *, silence_s: float = 60.0) -> Client:
    """Return a client of the service that asks again at once."""
    clocks = Clocks(silence_s=silence_s, retry_factor=0.0)
    return Client(Endpoint.parse(MAINLAND_URL), "any.key", transport=service, clocks=clocks)


def request_of(
    *texts: str,
    model: str = FREE_MODEL,
    max_tokens: int | None = None,
    stop: str | None = None,
    json_mode: bool = False,
    web_search: WebSearch | None = None,
    thinking: bool | None = None,
    connectors: tuple[Connector, ...] = (),
) -> ChatRequest:
    """Return a chat of questions and answers in turn, a question last."""
    messages = tuple(
        PromptMessage("assistant" if position % 2 else "user", text) for position, text in enumerate(texts)
    )
    return ChatRequest(
        model,
        messages,
        max_tokens=max_tokens,
        stop=stop,
        json_mode=json_mode,
        web_search=web_search,
        thinking=thinking,
        connectors=connectors,
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back."""

    events: Sequence[Event]

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def pieces(self) -> list[str]:
        """The text as it came."""
        return [event.text for event in self.events if isinstance(event, TextDelta)]

    @property
    def reasoning(self) -> str:
        """What was reasoned before the answer."""
        return "".join(event.text for event in self.events if isinstance(event, ReasoningDelta))

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The sources, none when there was no search."""
        found = [event.citations for event in self.events if isinstance(event, Citations)]
        return found[-1] if found else ()

    @property
    def service_calls(self) -> list[tuple[ServiceCall, ...]]:
        """What the service had done by servers, as it became known."""
        return [event.calls for event in self.events if isinstance(event, ServiceCalls)]

    @property
    def usage(self) -> Usage:
        """What was counted."""
        return next(event.usage for event in self.events if isinstance(event, UsageReport))

    @property
    def reason(self) -> FinishReason:
        """Why it ended."""
        last = self.events[-1]
        assert isinstance(last, Finished)
        return last.reason


async def ask(request: ChatRequest, *, sleep: Sleep = no_time) -> Answered:
    """Return the whole answer to a request."""
    async with (
        client_for(DemoService(OFFER, LIBRARY, sleep=sleep)) as client,
        aclosing(client.stream_chat(request)) as events,
    ):
        return Answered([event async for event in events])


async def answer_to(question: str) -> str:
    """Return the text of the answer to a single question."""
    return (await ask(request_of(question))).text
