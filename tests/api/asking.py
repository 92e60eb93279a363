"""Putting questions to a client, and keeping what it answers and how it ends."""

import ssl
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import dataclass, field

from glmdesk.api.client import Client, Clocks
from glmdesk.api.limiter import Gates
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import UserError
from glmdesk.domain.events import Event, Progress, Queued, Retrying, TextDelta
from glmdesk.domain.request import ChatRequest, PromptMessage

KEY = "0123456789abcdef.secret"
QUESTION = ChatRequest("glm-4-flash-250414", (PromptMessage("user", "你好"),))

# Asks again without a pause, where it asks again, and never passes a test by giving up.
AT_ONCE = Clocks(silence_s=3600, after_finish_s=3600, retry_factor=0.0)

# Making a context with the system's roots takes longer than most tests.
NO_ROOTS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def client_for(
    base_url: str,
    *,
    key: str = KEY,
    clocks: Clocks = AT_ONCE,
    tls: ssl.SSLContext = NO_ROOTS,
    proxy: str | None = None,
    gates: Gates | None = None,
) -> Client:
    """Return a client for an address of this machine."""
    return Client(Endpoint.parse(base_url), key, tls=tls, proxy=proxy, clocks=clocks, gates=gates)


@dataclass(slots=True)
class Outcome:
    """What came of a question: the events, what was told meanwhile, and the error at the end if any."""

    events: list[Event] = field(default_factory=list[Event])
    progress: list[Progress] = field(default_factory=list[Progress])
    error: UserError | None = None

    @property
    def text(self) -> str:
        """The text of the answer as far as it came."""
        return text_of(self.events)

    @property
    def retries(self) -> list[Retrying]:
        """The announcements of further attempts."""
        return [told for told in self.progress if isinstance(told, Retrying)]

    @property
    def queue(self) -> list[Queued]:
        """How the question stood in the queue."""
        return [told for told in self.progress if isinstance(told, Queued)]

    @property
    def reasons(self) -> list[str]:
        """The codes of what kept the question from being asked or answered at once."""
        problems = [told.reason for told in self.queue] + [retry.problem for retry in self.retries]
        return [problem.code for problem in problems if problem]

    @property
    def code(self) -> str:
        """The code of the error."""
        assert self.error is not None
        return self.error.problem.code


def text_of(events: Iterable[Event]) -> str:
    """Return the text in some events."""
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def ask(client: Client, request: ChatRequest = QUESTION) -> Outcome:
    """Ask until the answer ends, rightly or not."""
    outcome = Outcome()
    try:
        async with aclosing(client.stream_chat(request, outcome.progress.append)) as events:
            async for event in events:
                outcome.events.append(event)
    except UserError as error:
        outcome.error = error
    return outcome
