"""Reading a body with an `AnswerReader`, in the pieces it came in."""

import pytest

from glmdesk.api.answer import AnswerReader
from glmdesk.api.errors import AttemptFailed
from glmdesk.domain.events import Event, Finished, FinishReason, TextDelta, ToolCalls
from tests.api.streams import end


def read(*pieces: bytes) -> list[Event]:
    reader = AnswerReader()
    events = [event for piece in pieces for event in reader.feed(piece)]
    return [*events, *reader.finish()]


def failure_of(*pieces: bytes) -> AttemptFailed:
    with pytest.raises(AttemptFailed) as caught:
        read(*pieces)
    return caught.value


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def calls_of(*pieces: bytes) -> list[tuple[str, str, str]]:
    found = [event for event in read(*pieces, end("tool_calls")) if isinstance(event, ToolCalls)]
    return [(call.id, call.name, call.arguments) for event in found for call in event.calls]


def reason_of(events: list[Event]) -> FinishReason:
    last = events[-1]
    assert isinstance(last, Finished)
    return last.reason
