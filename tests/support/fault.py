"""The names of everything that can be unusual or wrong about an answer."""

from enum import Enum


class Fault(Enum):
    """One fault switch. Several can be on: they strike in the order in which they stand here."""

    # What a chunk may look like. The extra chunk comes at `fault_at`.
    CHOICES_EMPTY = "choices_empty"
    CHOICES_MISSING = "choices_missing"
    CHOICES_NULL = "choices_null"
    DELTA_MISSING = "delta_missing"
    CONTENT_NULL = "content_null"
    U2028 = "u2028"
    """An extra chunk whose text has U+2028, U+2029 and U+0085, raw as JSON allows."""
    TOOL_INDEX_MINUS_ONE = "tool_index_minus_one"
    TOOL_INDEX_NONE = "tool_index_none"
    USAGE_CHUNK = "usage_chunk"
    """The usage in a chunk of its own, with empty choices, after the last one."""

    # Records that are no chunks. They come at `fault_at`; what is an error ends the stream.
    BROKEN_RECORD = "broken_record"
    BROKEN_RECORDS = "broken_records"
    """Every second record from `fault_at` on is broken."""
    PING_EVENT = "ping_event"
    EMPTY_DATA = "empty_data"
    ERROR_RECORD = "error_record"
    ERROR_EVENT = "error_event"
    FLAT_ERROR = "flat_error"

    # How a stream ends.
    NO_DONE = "no_done"
    NO_FINISH_NO_DONE = "no_finish_no_done"
    LAST_RECORD_UNTERMINATED = "last_record_unterminated"
    """The record with the finish reason has no blank line, and nothing follows."""
    DONE_WITHOUT_BLANK_LINE = "done_without_blank_line"
    DATA_AFTER_DONE = "data_after_done"
    CUT_JSON_AT_EOF = "cut_json_at_eof"

    # How records are written; a client must not notice.
    COMMENTS = "comments"
    ID_AND_RETRY_LINES = "id_and_retry_lines"
    MESSAGE_EVENT = "message_event"
    MULTI_LINE_DATA = "multi_line_data"
    NO_SPACE = "no_space"
    BOM = "bom"
    CRLF = "crlf"
    CR = "cr"

    # What the whole response is instead.
    SSE_AS_JSON_TYPE = "sse_as_json_type"
    ERROR_JSON_BODY_200 = "error_json_body_200"
    FLAT_ERROR_BODY_200 = "flat_error_body_200"
    COMPLETION_BODY_200 = "completion_body_200"
    HTML_502 = "html_502"
    HTTP_500_EMPTY = "http_500_empty"
    NO_CONTENT_204 = "no_content_204"
    EMPTY_BODY_200 = "empty_body_200"

    # What happens on the socket.
    SLOW_FIRST_BYTE = "slow_first_byte"
    """Silence before the status line until `release`."""
    THREE_BYTE_WRITES = "three_byte_writes"
    UTF8_CUT = "utf8_cut"
    """Every write ends within a character of several bytes."""
    STALL = "stall"
    """Silence from `fault_at` on, until the client hangs up."""
    RST = "rst"
    MISSING_CHUNK_TERMINATOR = "missing_chunk_terminator"
    """The connection is closed at `fault_at`, in the middle of the chunked body."""
    DONE_THEN_HOLD = "done_then_hold"
    """Everything is sent, and the response not ended until the client hangs up."""
