"""Completions and chunks as the service words them, from what a test says the model answers.

Source: captures of glm-4-flash, glm-4.5-flash and glm-5 with tools, of web search in a stream, and the chat
specification.
"""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final, cast

import msgspec

from tests.support.models import Model
from tests.support.script import Answer, ToolCall, Usage
from tests.support.tokens import count_tokens

BEIJING: Final = timezone(timedelta(hours=8))
DONE: Final = b"data: [DONE]\n\n"
# Characters per piece where tool calls are streamed; small enough to cut names and escapes apart.
FRAGMENT: Final = 5

ENCODER: Final = msgspec.json.Encoder()


def new_id() -> str:
    """Return an id as completions have it: Beijing time and 16 hexadecimal digits."""
    return f"{datetime.now(BEIJING):%Y%m%d%H%M%S}{secrets.token_hex(8)}"


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer to one request: what its body, or its chunks, have in common."""

    answer: Answer
    model: Model
    id: str
    created: int
    request_id: str
    usage: Usage
    names_object: bool = True
    tool_stream: bool = False
    sources_first: bool = False

    @property
    def finish_reason(self) -> str:
        """The finish reason of the last chunk."""
        return self.answer.finish or ("tool_calls" if self.answer.tool_calls else "stop")

    @property
    def moderated(self) -> str:
        """Who wrote what was blocked, if anything was."""
        return "assistant" if self.answer.text else "user"


def counted_usage(answer: Answer, model: Model, prompt_tokens: int, cached_tokens: int) -> Usage:
    """Return what an answer costs; models without a cache say nothing of it."""
    if answer.usage is not None:
        return answer.usage
    reasoning = count_tokens(answer.reasoning)
    calls = sum(count_tokens(call.name + call.arguments) for call in answer.tool_calls)
    return Usage(
        prompt_tokens,
        count_tokens(answer.text) + reasoning + calls,
        cached_tokens if model.caches else None,
        reasoning if model.thinking != "none" else None,
    )


def usage_object(usage: Usage) -> dict[str, object]:
    """Return the value of `usage`."""
    counts: dict[str, object] = {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
    }
    if usage.cached_tokens is not None:
        counts["prompt_tokens_details"] = {"cached_tokens": usage.cached_tokens}
    if usage.reasoning_tokens is not None:
        counts["completion_tokens_details"] = {"reasoning_tokens": usage.reasoning_tokens}
    return counts


def completion(turn: Turn) -> dict[str, object]:
    """Return the body of an answer that is not streamed."""
    answer = turn.answer
    message: dict[str, object] = {
        "role": "assistant",
        "content": answer.text or (None if answer.tool_calls else ""),
    }
    if answer.reasoning:
        message["reasoning_content"] = answer.reasoning
    if answer.tool_calls or answer.service_calls:
        message["tool_calls"] = [*_service_calls(turn), *_calls(turn)]
    body = {
        **_head(turn, "chat.completion"),
        "request_id": turn.request_id,
        "choices": [{"index": 0, "finish_reason": turn.finish_reason, "message": message}],
        "usage": usage_object(turn.usage),
    }
    if answer.web_search:
        body["web_search"] = _sources(answer)
    return body


def records(turn: Turn) -> Iterator[bytes]:
    """Yield the SSE records of a streamed answer, `[DONE]` last."""
    answer = turn.answer
    if turn.sources_first and answer.web_search:
        yield record({**_chunk(turn, _delta("")), "web_search": _sources(answer)})
    yield from _texts(turn, "reasoning_content", answer.reasoning)
    yield from _service_call_records(turn)
    yield from _texts(turn, "content", answer.text)
    if answer.tool_calls:
        yield from _tool_call_records(turn)
    yield record(_last_chunk(turn))
    yield DONE


def record(value: object) -> bytes:
    """Return an SSE record whose data is the JSON of a value."""
    return b"data: " + ENCODER.encode(value) + b"\n\n"


def _head(turn: Turn, kind: str) -> dict[str, object]:
    head: dict[str, object] = {"id": turn.id, "created": turn.created}
    if turn.names_object:
        head["object"] = kind
    return {**head, "model": turn.model.id}


def _chunk(turn: Turn, delta: object, finish_reason: str = "") -> dict[str, object]:
    choice: dict[str, object] = {"index": 0}
    if finish_reason:
        choice["finish_reason"] = finish_reason
    return {**_head(turn, "chat.completion.chunk"), "choices": [{**choice, "delta": delta}]}


def _delta(content: str, role: str = "assistant") -> dict[str, object]:
    return {"role": role, "content": content}


def _texts(turn: Turn, field: str, text: str) -> Iterator[bytes]:
    """Yield one record per piece of a text; only the piece is encoded anew, for benchmarks wait."""
    hole = "\N{OBJECT REPLACEMENT CHARACTER}"
    pattern = record(_chunk(turn, {"role": "assistant", field: hole}))
    before, after = pattern.split(ENCODER.encode(hole))
    size = turn.answer.chunk_size
    for start in range(0, len(text), size):
        yield before + ENCODER.encode(text[start : start + size]) + after


def _last_chunk(turn: Turn) -> dict[str, object]:
    answer = turn.answer
    if turn.finish_reason == "sensitive":
        role = turn.moderated
        chunk = _chunk(turn, _delta("", role), "sensitive")
        return {**chunk, "usage": None, "content_filter": [{"role": role, "level": 1}]}
    chunk = {**_chunk(turn, _delta(""), turn.finish_reason), "usage": usage_object(turn.usage)}
    if answer.web_search and not turn.sources_first:
        chunk["web_search"] = _sources(answer)
    return chunk


def _sources(answer: Answer) -> list[object]:
    sources = list[object](answer.web_search)
    return [{"search_result": sources}] if answer.wrapped_sources else sources


def _calls(turn: Turn) -> list[dict[str, object]]:
    return [_call(turn, index, call) for index, call in enumerate(turn.answer.tool_calls)]


def _call(turn: Turn, index: int, call: ToolCall) -> dict[str, object]:
    own = f"call_{turn.id}_{index}" if turn.model.tool_calls == "glm-4" else f"call_{secrets.token_hex(12)}"
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id or own, "index": index, "type": "function", "function": function}


def _service_calls(turn: Turn) -> list[dict[str, object]]:
    """Return what the service had servers do, as whole entries."""
    entries: list[dict[str, object]] = []
    for index, call in enumerate(turn.answer.service_calls):
        mcp: dict[str, object] = {"id": f"mcp_{turn.id}_{index}", "server_label": call.server}
        if call.name:
            mcp |= {"type": "mcp_call", "name": call.name, "arguments": call.arguments, "output": call.output}
        else:
            mcp |= {"type": "mcp_list_tools", "tools": call.output}
        mcp["error"] = call.error
        entries.append({"id": f"call_{turn.id}_mcp_{index}", "index": index, "type": "mcp", "mcp": mcp})
    return entries


def _service_call_records(turn: Turn) -> Iterator[bytes]:
    """Yield these entries. How the service streams them is not documented."""
    for entry, call in zip(_service_calls(turn), turn.answer.service_calls, strict=True):
        whole = cast("dict[str, object]", entry["mcp"])
        if not turn.answer.service_calls_in_pieces or not isinstance(call.arguments, str):
            yield record(_chunk(turn, {"role": "assistant", "tool_calls": [entry]}))
            continue
        said = {"arguments", "output", "tools", "error"}
        begun = {name: value for name, value in whole.items() if name not in said}
        rest = {name: whole[name] for name in ("output", "tools", "error") if name in whole}
        fragments = [call.arguments[at : at + FRAGMENT] for at in range(0, len(call.arguments), FRAGMENT)]
        yield record(_chunk(turn, {"role": "assistant", "tool_calls": [{**entry, "mcp": begun}]}))
        for piece in (*({"arguments": fragment} for fragment in fragments), rest):
            yield record(_chunk(turn, {"tool_calls": [{"index": entry["index"], "mcp": piece}]}))


def _tool_call_records(turn: Turn) -> Iterator[bytes]:
    shape = turn.answer.tool_shape or ("pieces" if turn.tool_stream else turn.model.tool_calls)
    calls = _calls(turn)
    match shape:
        case "glm-4":
            # The reason stands here already, and again on the last chunk.
            yield record(_chunk(turn, {"role": "assistant", "tool_calls": calls}, turn.finish_reason))
        case "glm-4.5":
            yield record(_chunk(turn, _delta("\n")))
            for call in calls:
                yield record(_chunk(turn, {"tool_calls": [{**call, "index": -1}]}))
        case "glm-5":
            yield record(_chunk(turn, {"role": "assistant", "tool_calls": calls}))
        case "pieces":
            for first, asked in zip(calls, turn.answer.tool_calls, strict=True):
                yield from _pieces(turn, first, asked)


def _pieces(turn: Turn, first: dict[str, object], call: ToolCall) -> Iterator[bytes]:
    function = {"name": call.name, "arguments": ""}
    yield record(_chunk(turn, {"role": "assistant", "tool_calls": [{**first, "function": function}]}))
    for start in range(0, len(call.arguments), FRAGMENT):
        piece = {"index": first["index"], "function": {"arguments": call.arguments[start : start + FRAGMENT]}}
        yield record(_chunk(turn, {"role": "assistant", "tool_calls": [piece]}))


def now_s() -> int:
    """Return the time as `created` has it."""
    return int(time.time())
