"""The order of things in one turn: ask, keep what arrives, and end in a stored state whatever happens.

The only place that knows it. The question and an empty answer are in the database before this begins.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Protocol

from glmdesk.chat.live import LiveAnswer
from glmdesk.chat.window import tokens_in
from glmdesk.domain.errors import UserError
from glmdesk.domain.events import Event, Progress, ReasoningDelta, Repairing, Sent, TextDelta
from glmdesk.domain.message import Message
from glmdesk.domain.request import ChatRequest


class ChatService(Protocol):
    """What answers questions."""

    def stream_chat(
        self, request: ChatRequest, progress: Callable[[Progress], None] = ...
    ) -> AsyncGenerator[Event, None]:
        """Yield the answer as it is written."""
        ...


class Writer(Protocol):
    """Where the text of a running answer is kept safe."""

    def write(self, *, text: str = "", reasoning: str = "") -> None:
        """Take the next piece; it is on disk soon."""
        ...

    async def finish(self, message: Message) -> None:
        """Store the whole answer in its last state."""
        ...


async def run_turn(
    connect: Callable[[], Awaitable[ChatService]],
    request: ChatRequest,
    live: LiveAnswer,
    writer: Writer,
    progress: Callable[[Progress], None],
    *,
    prompt_tokens: int,
) -> AsyncGenerator[Event, None]:
    """Yield the answer's events while `live` and `writer` take them. Close the generator to stop.

    An answer that is not the JSON it was to be is asked for once more; that one's text is no event.

    When it ends, by itself or by being closed, the answer is stored. About so many `prompt_tokens` are asked:
    that is what it has cost where the service does not say. Raises what `connect` and the service
    raise.
    """

    def tell(told: Progress) -> None:
        if isinstance(told, Sent):
            live.start_clock()
        progress(told)

    try:
        service = await connect()
        live.begin_exchange(prompt_tokens)
        async with aclosing(service.stream_chat(request, tell)) as events:
            async for event in events:
                live.apply(event)
                if isinstance(event, TextDelta):
                    writer.write(text=event.text)
                elif isinstance(event, ReasoningDelta):
                    writer.write(reasoning=event.text)
                yield event
        if repair := live.repair(request):
            progress(Repairing())
            live.begin_exchange(tokens_in(repair))
            async with aclosing(service.stream_chat(repair, progress)) as events:
                async for event in events:
                    live.apply(event)
                    # What was shown stays until something better is whole.
                    if not isinstance(event, (TextDelta, ReasoningDelta)):
                        yield event
    except UserError as error:
        live.break_off(error)
        raise
    finally:
        live.break_off(None)
        live.end_exchange()
        # A second cancellation, at the program's end, must not keep the answer from being stored.
        await asyncio.shield(writer.finish(live.message))
