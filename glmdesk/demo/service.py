"""The simulated service: stands in for the network below the HTTP client and speaks BigModel's wire."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Generator

import httpx
import msgspec

from glmdesk.demo.chat import Chat, decode_chat, decode_search
from glmdesk.demo.keywords import (
    CROWDED,
    NOTHING_ASKED,
    TOO_LONG,
    UNKNOWN_METHOD,
    UNKNOWN_MODEL,
    UNREADABLE,
    Fate,
    Refusal,
    effect_of,
)
from glmdesk.demo.language import language_of
from glmdesk.demo.pacing import REFUSAL_S
from glmdesk.demo.phrases import Library
from glmdesk.demo.records import error_body, model_list, search_result
from glmdesk.demo.script import Accident, Pause, Step, steps
from glmdesk.domain.catalog import Offer
from glmdesk.domain.model import Model
from glmdesk.typed import override

logger = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[object]]

# Refusals until there is room again: enough to see the pauses grow.
_CROWDED_TIMES = 2

_GATEWAY_PAGE = (
    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
)


class DemoService(httpx.AsyncBaseTransport):
    """Answers as the service would, for the models it has, whatever the host and the key.

    `sleep` waits for some seconds; it is what makes an answer take its time.
    """

    def __init__(self, offer: Offer, library: Library, *, sleep: Sleep = asyncio.sleep) -> None:
        self._offer = offer
        self._library = library
        self._sleep = sleep
        self._crowded: Counter[str] = Counter()
        """By question: how often it was one too many."""

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response. Raises httpx.ConnectError for a question that asks for it."""
        content = await request.aread()
        path = request.url.path
        if path.endswith("/chat/completions"):
            return await self._chat(content)
        if path.endswith("/models"):
            return _json(200, model_list(model.id for model in self._offer))
        if path.endswith("/web_search"):
            return self._search(content)
        return _refused(UNKNOWN_METHOD, "")

    def _search(self, content: bytes) -> httpx.Response:
        try:
            search = decode_search(content)
        except msgspec.DecodeError:
            return _refused(UNREADABLE, "")
        found = self._library[language_of(search.search_query)].findings[: search.count]
        return _json(200, search_result(found))

    async def _chat(self, content: bytes) -> httpx.Response:
        try:
            chat = decode_chat(content)
        except msgspec.DecodeError:
            logger.info("A chat request of %d bytes is not readable.", len(content))
            return _refused(UNREADABLE, "")
        model = self._offer.get(chat.model)
        if model is None:
            return await self._refuse(UNKNOWN_MODEL, chat)
        effect = _objection(chat, model) or effect_of(chat.question)
        if effect is CROWDED and not self._is_crowded_for(chat.question):
            effect = None
        match effect:
            case Refusal():
                return await self._refuse(effect, chat)
            case Fate.UNREACHABLE:
                raise httpx.ConnectError("All connection attempts failed")
            case Fate.GATEWAY_PAGE:
                return httpx.Response(502, html=_GATEWAY_PAGE)
            case _:
                body = _Body(steps(chat, model, self._library, effect), self._sleep)
                return httpx.Response(
                    200, headers={"Content-Type": "text/event-stream;charset=UTF-8"}, stream=body
                )

    def _is_crowded_for(self, question: str) -> bool:
        """Whether a question is one too many now; when it is asked often enough, it is not."""
        self._crowded[question] += 1
        if self._crowded[question] > _CROWDED_TIMES:
            del self._crowded[question]
        return question in self._crowded

    async def _refuse(self, refusal: Refusal, chat: Chat) -> httpx.Response:
        await self._sleep(REFUSAL_S)
        return _refused(refusal, chat.question)


def _objection(chat: Chat, model: Model) -> Refusal | None:
    """Return what the service itself has against a request."""
    if not chat.question.strip():
        return NOTHING_ASKED
    window = model.context_window
    return TOO_LONG if window is not None and chat.prompt_tokens() > window else None


def _refused(refusal: Refusal, question: str) -> httpx.Response:
    message = refusal.chinese if language_of(question) == "zh" else refusal.english
    return _json(refusal.status, error_body(refusal.code, message, is_moderation=refusal.is_moderation))


def _json(status: int, body: bytes) -> httpx.Response:
    return httpx.Response(status, headers={"Content-Type": "application/json"}, content=body)


class _Body(httpx.AsyncByteStream):
    """The body of an answer, written while it is read. Closing it ends the writing."""

    def __init__(self, steps: Generator[Step], sleep: Sleep) -> None:
        self._steps = steps
        self._sleep = sleep

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        for step in self._steps:
            match step:
                case bytes():
                    yield step
                case Pause(seconds):
                    await self._sleep(seconds)
                case Accident.CONNECTION_LOST:
                    raise httpx.ReadError("The connection was reset")
                case Accident.SILENCE:
                    await asyncio.Event().wait()

    @override
    async def aclose(self) -> None:
        self._steps.close()
