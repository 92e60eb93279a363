"""How a test says what the service answers next.

The values travel over the control path as JSON, hence structs with tags.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import msgspec

from tests.support.fault import Fault

CHAT: Final = "/chat/completions"
ASYNC_CHAT: Final = "/async/chat/completions"

FinishReason = Literal[
    "stop", "tool_calls", "length", "sensitive", "network_error", "model_context_window_exceeded"
]
ToolCallShape = Literal["glm-4", "glm-4.5", "glm-5", "pieces"]


class Delivery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an answer goes out: its pace, its cuts and its faults. A record is one SSE event.

    Attributes:
        faults: What goes wrong, or is unusual.
        fault_at: Before which record a fault strikes; `None` is the middle of the stream.
        error_code: The code in faults that carry an error.
        first_byte_delay_s: Silence before the status line.
        delay_s: Silence before every record.
        pause_after: After so many records the stream waits until the test calls `release`.
        write_size: Cut what is written every so many bytes.
        flush_each: Write every record for itself, even without a delay.
    """

    faults: tuple[Fault, ...] = ()
    fault_at: int | None = None
    error_code: str = "1234"
    first_byte_delay_s: float = 0.0
    delay_s: float = 0.0
    pause_after: int | None = None
    write_size: int | None = None
    flush_each: bool = False


class ToolCall(msgspec.Struct, frozen=True):
    """A function the model asks for; `arguments` is JSON text, valid or not."""

    name: str
    arguments: str = "{}"
    id: str = ""


class ServiceCall(msgspec.Struct, frozen=True):
    """What the service had a server of tools do; without a name it was asked for its tools.

    `arguments` and `output` are any JSON; texts are sent as texts.
    """

    server: str
    name: str = ""
    arguments: Any = ""
    output: Any = None
    error: str | None = None


class SearchResult(msgspec.Struct, frozen=True):
    """One source found by the web search; any field may be empty."""

    title: str = ""
    link: str = ""
    content: str = ""
    media: str = ""
    icon: str = ""
    refer: str = ""
    publish_date: str = ""


class Usage(msgspec.Struct, frozen=True):
    """What an answer costs, where a test wants other figures than the counted ones."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None


class Answer(Delivery, frozen=True, tag="answer"):
    """A completion, streamed or not as the request asks.

    Attributes:
        text: What the model says.
        chunk_size: Characters per record.
        finish: `None` is `tool_calls` with tool calls, else `stop`. `sensitive` without text says that the
            input was blocked, with text that the output was.
        tool_shape: `None` is the shape of the model's family, or pieces when `tool_stream` asks for them.
        usage: `None` is counted.
        service_calls: They come before the text.
        service_calls_in_pieces: Each comes as a beginning, fragments of its arguments, and its output.
        wrapped_sources: The sources come as `[{"search_result": […]}]`.
    """

    text: str = ""
    chunk_size: int = 4
    finish: FinishReason | None = None
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_shape: ToolCallShape | None = None
    service_calls: tuple[ServiceCall, ...] = ()
    service_calls_in_pieces: bool = False
    web_search: tuple[SearchResult, ...] = ()
    wrapped_sources: bool = False
    usage: Usage | None = None


class Refuse(Delivery, frozen=True, tag="refuse"):
    """An error body with its status; `None` takes what the error table has.

    Attributes:
        code: The business code; the empty one is the plain 500.
        moderated: Who wrote what was blocked: adds `contentFilter` beside the error.
        number: The code is a number, as proxies make it.
    """

    code: str
    message: str | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    moderated: Literal["user", "assistant", "history"] | None = None
    number: bool = False


class Raw(Delivery, frozen=True, tag="raw"):
    """Bytes of the test's own as the body, or with `verbatim` in place of the whole HTTP response.

    Attributes:
        chunked: Sent with chunked transfer, as streams are; else with its length.
    """

    body: bytes = b""
    status: int = 200
    content_type: str = "text/event-stream;charset=UTF-8"
    headers: tuple[tuple[str, str], ...] = ()
    chunked: bool = True
    verbatim: bool = False


Reply: TypeAlias = Answer | Refuse | Raw


@dataclass(frozen=True, slots=True)
class _Entry:
    reply: Reply
    path: str
    when: str
    model: str


class Script:
    """What comes next, per path: each entry answers one request, then the standing answers apply."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._standing: dict[str, Reply] = {}

    def add(self, replies: Sequence[Reply], *, path: str = CHAT, when: str = "", model: str = "") -> None:
        """Append replies; with `when` they are for requests whose last user message contains it.

        With `model` they are for requests to that model.

        Raises:
            ValueError: An answer is scripted on a path where nobody chats.
        """
        for reply in replies:
            _check(reply, path)
        self._entries += [_Entry(reply, path, when, model) for reply in replies]

    def stand(self, reply: Reply | None, *, path: str = CHAT) -> None:
        """Answer everything unscripted on a path this way; `None` ends it."""
        if reply is None:
            self._standing.pop(path, None)
        else:
            _check(reply, path)
            self._standing[path] = reply

    def take(self, path: str, question: str = "", model: str = "") -> Reply | None:
        """Return the reply to a request and strike it off; `None` when nothing is scripted."""
        for entry in self._entries:
            is_for_it = entry.when in question and entry.model in ("", model)
            if entry.path == path and is_for_it:
                self._entries.remove(entry)
                return entry.reply
        return self._standing.get(path)

    @property
    def pending(self) -> int:
        """How many scripted replies nobody has fetched."""
        return len(self._entries)


def _check(reply: Reply, path: str) -> None:
    if isinstance(reply, Answer) and not path.endswith(CHAT):
        raise ValueError(f"nobody chats on {path}: script Refuse or Raw there")
