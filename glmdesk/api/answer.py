"""Assembles one answer from the records of its stream."""

import logging
from collections.abc import Iterable

import msgspec

from glmdesk.api.errors import (
    CONNECTION_LOST,
    INFERENCE_FAILED,
    NO_ANSWER,
    UNREADABLE,
    AttemptFailed,
    Refusal,
)
from glmdesk.api.records import RecordDecoder
from glmdesk.api.service_calls import ServiceCallCollector
from glmdesk.api.sse import ServerSentEvent
from glmdesk.api.wire import WireRecord, WireToolCall, citations, decode_record
from glmdesk.domain.events import (
    Citations,
    Culprit,
    Event,
    Finished,
    FinishReason,
    ReasoningDelta,
    ServiceCalls,
    TextDelta,
    ToolCalls,
    UsageReport,
)
from glmdesk.domain.message import Citation
from glmdesk.domain.tool import ToolCall
from glmdesk.domain.usage import Usage

logger = logging.getLogger(__name__)

_BROKEN_RECORDS_BORNE = 1


class AnswerReader:
    """Turns the body of a response into events and remembers what can only be told at the end."""

    def __init__(self, hidden: Iterable[str] = ()) -> None:
        """`hidden` are secrets of servers, which these may repeat in what they answer to the service."""
        self._records = RecordDecoder()
        self._calls = _ToolCallCollector()
        self._service_calls = ServiceCallCollector(hidden)
        self._citations: dict[str, Citation] = {}
        self._usage: Usage | None = None
        self._reason: FinishReason | None = None
        self._request_id: str | None = None
        self._culprit: Culprit | None = None
        self._failure: AttemptFailed | None = None
        self._has_spoken = False
        self._broken = 0

    @property
    def has_begun(self) -> bool:
        """Whether anything of the answer has arrived: a word, a source or a call, not only a sign of life."""
        return self._has_spoken or self._calls.has_any

    @property
    def is_finished(self) -> bool:
        """Whether the model said why it stopped. Records with usage or sources may still follow."""
        return self._reason is not None

    @property
    def is_done(self) -> bool:
        """Whether nothing more is to be read, even if the service keeps the connection open."""
        return self._records.is_done or self._failure is not None

    def feed(self, piece: bytes) -> list[Event]:
        """Return what a piece of the body, cut anywhere, adds.

        A record that is not JSON is passed over once. Raises AttemptFailed for an error of the service, and
        for a body that cannot be read; behind a text in the same piece it is left to `finish`.
        """
        return self._read_all(self._records.feed(piece))

    def finish(self) -> list[Event]:
        """Return what the end of the body completes, `Finished` last.

        Raises AttemptFailed when the model never said why it stopped, or reported a fault.
        """
        events = self._read_all(self._records.finish())
        if self._failure is not None:
            raise self._failure
        if self._reason is None:
            if self._has_spoken:
                raise CONNECTION_LOST.failure("connection-lost")
            raise NO_ANSWER.failure("no-answer")
        if self._reason is FinishReason.NETWORK_ERROR:
            raise INFERENCE_FAILED.failure("network_error")
        if calls := self._calls.complete():
            events.append(ToolCalls(calls))
        if self._usage is not None:
            events.append(UsageReport(self._usage))
        culprit = self._culprit if self._reason is FinishReason.SENSITIVE else None
        events.append(Finished(self._reason, self._request_id, culprit))
        return events

    def _read_all(self, records: Iterable[ServerSentEvent]) -> list[Event]:
        """Return what records add; an error behind a text is kept, so that the text is not lost with it."""
        events: list[Event] = []
        for record in records:
            try:
                events += self._read(record)
            except AttemptFailed as failure:
                if not events:
                    raise
                self._failure = failure
                break
        return events

    def _read(self, received: ServerSentEvent) -> list[Event]:
        if not received.data.strip():
            return []
        try:
            record = decode_record(received.data)
        except msgspec.DecodeError:
            record = self._pass_over(received)
        refusal = record.refusal()
        if refusal is None and received.name == "error":
            refusal = Refusal("", record.message or received.data.decode("utf-8", "replace"))
        if refusal is None:
            return self._take(record)
        if self._has_spoken and refusal.is_moderation:
            self._reason, self._culprit = FinishReason.SENSITIVE, refusal.culprit
            return []
        raise refusal.failure()

    def _pass_over(self, received: ServerSentEvent) -> WireRecord:
        """Return an empty record for one that cannot be read; only those of the answer itself are counted."""
        if received.name == "message":
            self._broken += 1
            logger.warning("A record of %d bytes is not readable.", len(received.data))
            if self._broken > _BROKEN_RECORDS_BORNE:
                raise UNREADABLE.failure("unreadable")
        return WireRecord()

    def _take(self, record: WireRecord) -> list[Event]:
        events: list[Event] = []
        self._request_id = record.request_id or (str(record.id) if record.id else self._request_id)
        for choice in (record.choices or ())[:1]:
            delta = choice.delta or choice.message
            if delta is not None:
                if self._service_calls.add(delta.tool_calls or ()):
                    events.append(ServiceCalls(self._service_calls.calls))
                if reasoning := delta.reasoning_content or delta.reasoning:
                    events.append(ReasoningDelta(reasoning))
                if text := delta.text():
                    events.append(TextDelta(text))
                self._calls.add(delta.tool_calls or ())
            if choice.finish_reason:
                self._reason = _reason(choice.finish_reason)
        self._culprit = record.culprit() or self._culprit
        if record.usage is not None:
            self._usage = record.usage.to_domain()
        if record.web_search:
            for citation in citations(record.web_search):
                self._citations[citation.ref or citation.link] = citation
            events.append(Citations(tuple(self._citations.values())))
        self._has_spoken = self._has_spoken or bool(events)
        return events


def _reason(name: str) -> FinishReason:
    try:
        return FinishReason(name)
    except ValueError:
        logger.warning("Unknown finish reason: %s", name)
        return FinishReason.STOP


class _ToolCallCollector:
    """Joins the pieces of tool calls.

    A piece with an id not seen before opens a call, whatever its index (GLM-4.5-Flash sends -1). Any other
    piece belongs to the call with its index, or else to the last one.
    """

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._names: list[str] = []
        self._arguments: list[list[str]] = []
        self._position_of_index: dict[int | None, int] = {}

    @property
    def has_any(self) -> bool:
        """Whether a call was opened."""
        return bool(self._ids)

    def add(self, pieces: Iterable[WireToolCall]) -> None:
        """Take the pieces of one record that are to be carried out here."""
        for piece in pieces:
            if piece.is_service_call:
                continue
            if piece.id and piece.id in self._ids:
                position = self._ids.index(piece.id)
            elif piece.id or not self._ids:
                position = self._open(piece)
            else:
                position = self._position_of_index.get(piece.index, len(self._ids) - 1)
            if piece.function is not None:
                self._names[position] = self._names[position] or piece.function.name or ""
                self._arguments[position].append(piece.function.arguments_text())

    def _open(self, piece: WireToolCall) -> int:
        self._ids.append(piece.id or "")
        self._names.append("")
        self._arguments.append([])
        position = len(self._ids) - 1
        self._position_of_index[piece.index] = position
        return position

    def complete(self) -> tuple[ToolCall, ...]:
        """Return the calls in the order they were opened; missing arguments mean an empty object."""
        return tuple(
            ToolCall(id=call_id or f"call_{position}", name=name, arguments="".join(arguments) or "{}")
            for position, (call_id, name, arguments) in enumerate(
                zip(self._ids, self._names, self._arguments, strict=True)
            )
        )
