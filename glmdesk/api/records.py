"""The body of an answer to its records, whatever shape it came in; incremental, no input or output."""

from glmdesk.api.errors import NOT_THE_SERVICE, UNREADABLE
from glmdesk.api.sse import EventTooLarge, ServerSentEvent, SseDecoder

# The bytes of a byte order mark and of blank space: before the first other byte they mean nothing.
_LEADING = b"\xef\xbb\xbf \t\r\n"
_DONE = b"[DONE]"
_BODY_BYTES = 16 * 1024 * 1024


class RecordDecoder:
    """Takes a body in pieces and gives its records.

    The content type is not trusted. A body that begins like JSON is one record: some faults, and services
    that do not stream, answer so. One that begins like a web page is a gateway's or a login page.
    """

    def __init__(self) -> None:
        self._sse = SseDecoder()
        self._is_stream = False
        self._json: bytearray | None = None
        self.is_done = False
        """Whether `[DONE]` was seen. What follows it is not read, and nobody has to wait for it."""

    def feed(self, piece: bytes) -> list[ServerSentEvent]:
        """Return the records completed by `piece`.

        Raises AttemptFailed for a web page and an endless record.
        """
        if self.is_done:
            return []
        if self._is_stream:
            return self._events(piece)
        if self._json is not None:
            if len(self._json) + len(piece) > _BODY_BYTES:
                raise UNREADABLE.failure("too-large")
            self._json += piece
            return []
        start = piece.lstrip(_LEADING)
        if not start:
            return []
        if start[:1] == b"<":
            raise NOT_THE_SERVICE.failure("web-page", status="200")
        if start[:1] in (b"{", b"["):
            self._json = bytearray(start)
            return []
        self._is_stream = True
        return self._events(start)

    def finish(self) -> list[ServerSentEvent]:
        """Return what the end of the body completes."""
        if self._json is not None:
            return [ServerSentEvent("message", bytes(self._json))]
        return [] if self.is_done else self._until_done(self._sse.finish())

    def _events(self, piece: bytes) -> list[ServerSentEvent]:
        try:
            return self._until_done(self._sse.feed(piece))
        except EventTooLarge:
            raise UNREADABLE.failure("too-large") from None

    def _until_done(self, events: list[ServerSentEvent]) -> list[ServerSentEvent]:
        for position, event in enumerate(events):
            if event.data.strip() == _DONE:
                self.is_done = True
                return events[:position]
        return events
