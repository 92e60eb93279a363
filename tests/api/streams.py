"""Streams as the service sends them, built by hand or at random, and the ways to cut them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

BOM = b"\xef\xbb\xbf"
DONE = b"data: [DONE]\n\n"
USAGE = {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}


def cuts(data: bytes) -> SearchStrategy[list[bytes]]:
    """Return the ways to cut bytes into pieces, empty ones among them."""
    borders = st.lists(st.integers(0, len(data)), max_size=20).map(sorted)
    return borders.map(lambda at: [data[start:end] for start, end in pairwise([0, *at, len(data)])])


def chunk(delta: object = None, finish: str | None = None, **top: object) -> dict[str, object]:
    """Return a chunk with one choice; `top` stands beside the choices."""
    choice: dict[str, object] = {"index": 0}
    if finish is not None:
        choice["finish_reason"] = finish
    if delta is not None:
        choice["delta"] = delta
    return {"id": "20261123101500a1b2c3d4e5f60718", "created": 1795400100, "choices": [choice], **top}


def record(value: object) -> bytes:
    """Return an event whose data is the JSON of a value."""
    return b"data: " + msgspec.json.encode(value) + b"\n\n"


def text(content: object) -> bytes:
    """Return the event of a chunk that adds text."""
    return record(chunk({"role": "assistant", "content": content}))


def end(reason: str = "stop", **top: object) -> bytes:
    """Return the last two events of an answer."""
    return record(chunk({"role": "assistant", "content": ""}, reason, usage=USAGE, **top)) + DONE


def piece(
    call_id: str | None = None,
    index: int | None = None,
    name: str | None = None,
    arguments: object = None,
) -> dict[str, object]:
    """Return a tool call, or a piece of one, with only what is given."""
    function = {"name": name, "arguments": arguments}
    call = {"id": call_id, "index": index, "function": {k: v for k, v in function.items() if v is not None}}
    return {"type": "function"} | {k: v for k, v in call.items() if v is not None}


def calls(*pieces: Mapping[str, object]) -> bytes:
    """Return the event of a chunk with tool calls or pieces of some."""
    return record(chunk({"role": "assistant", "tool_calls": list(pieces)}))


@dataclass(frozen=True, slots=True)
class Streamed:
    """A whole stream, and what it says."""

    body: bytes
    text: str
    reasoning: str
    calls: tuple[tuple[str, str, str], ...]
    links: tuple[str, ...]
    reason: str


# Characters of one to four bytes, those that other decoders take for line ends, and what JSON escapes.
_TEXTS = st.text(st.sampled_from('ab "\\\n\r\t\x85  é中文。😀{}:,'), max_size=6)
_REASONS = ("stop", "length", "sensitive", "model_context_window_exceeded")


@st.composite
def streams(draw: DrawFn) -> Streamed:
    """Draw a whole answer of the service, framed in one of the ways the standard allows."""
    reasoning = draw(st.lists(_TEXTS, max_size=2))
    texts = draw(st.lists(_TEXTS, max_size=5))
    tools = draw(st.lists(_tool_calls(), max_size=3, unique_by=lambda call: call[0]))
    links = draw(st.lists(st.sampled_from(["https://a.cn/", "https://b.cn/", "https://c.cn/"]), max_size=2))
    reason = "tool_calls" if tools else draw(st.sampled_from(_REASONS))
    chunks = [chunk({"role": "assistant", "reasoning_content": part}) for part in reasoning]
    chunks += [chunk({"role": "assistant", "content": part}) for part in texts]
    chunks += draw(_spread(tools))
    sources = [{"refer": f"ref_{number}", "link": link} for number, link in enumerate(links, 1)]
    last = chunk({"role": "assistant", "content": ""}, reason, usage=USAGE)
    chunks.append(last | ({"web_search": sources} if sources else {}))
    body = b"".join(draw(_framed(value)) for value in chunks)
    return Streamed(
        body=draw(st.sampled_from([b"", BOM, b"\n", b": ok\n\n"])) + draw(_ended(body)),
        text="".join(texts),
        reasoning="".join(reasoning),
        calls=tuple(tools),
        links=tuple(links),
        reason=reason,
    )


def _tool_calls() -> SearchStrategy[tuple[str, str, str]]:
    arguments = st.dictionaries(_TEXTS, _TEXTS, max_size=2).map(
        lambda value: msgspec.json.encode(value).decode()
    )
    return st.tuples(st.text("abc123_", min_size=1, max_size=6), st.sampled_from(["find", "note"]), arguments)


@st.composite
def _spread(draw: DrawFn, tools: list[tuple[str, str, str]]) -> list[dict[str, object]]:
    """Draw the chunks of tool calls: whole ones, all in one chunk, or in pieces."""
    whole = [piece(call_id, index, name, text) for index, (call_id, name, text) in enumerate(tools)]
    shape = draw(st.sampled_from(["one chunk", "one each", "index -1", "pieces"]))
    if shape == "one chunk":
        return [chunk({"tool_calls": whole}, "tool_calls")] if whole else []
    if shape == "one each":
        return [chunk({"tool_calls": [call]}) for call in whole]
    if shape == "index -1":
        return [chunk({"tool_calls": [call | {"index": -1}]}) for call in whole]
    chunks: list[dict[str, object]] = []
    for index, (call_id, name, arguments) in enumerate(tools):
        chunks.append(chunk({"tool_calls": [piece(call_id, index, name, "")]}))
        middle = draw(st.integers(0, len(arguments)))
        parts = (arguments[:middle], arguments[middle:])
        chunks += [chunk({"tool_calls": [piece(index=index, arguments=part)]}) for part in parts]
    return chunks


@st.composite
def _framed(draw: DrawFn, value: object) -> bytes:
    """Draw an event: its line end, its other lines, and its data on one line or two."""
    line_end = draw(st.sampled_from([b"\n", b"\r\n", b"\r"]))
    field = draw(st.sampled_from([b"data: ", b"data:"]))
    data = msgspec.json.encode(value)
    lines = [field + data]
    if draw(st.booleans()):
        first, comma, rest = data.partition(b",")
        lines = [field + first + comma, field + rest]
    before = draw(st.sampled_from([[], [b": keep-alive"], [b"id: 7", b"retry: 3000"], [b"event: message"]]))
    after = draw(st.sampled_from([[], [b"event: ping", b"data:", b""], [b"data", b""]]))
    return b"".join(line + line_end for line in [*before, *lines, b"", *after])


def _ended(body: bytes) -> SearchStrategy[bytes]:
    """Return the ways a complete stream ends."""
    return st.sampled_from(
        [
            body + DONE,
            body + b"data:[DONE]",
            body + DONE + text("too late"),
            body,
            body.rstrip(b"\r\n"),
        ]
    )
