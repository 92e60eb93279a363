"""A server that speaks as OpenAI's does, on a path of its own: Ollama and vLLM as far as they agree.

Source: the chat-completion reference of OpenAI, and what Ollama and vLLM stream. Fields that it does not know
it refuses, as a strict server does: nothing of BigModel's own is to be sent to it.
"""

from collections.abc import Iterator
from typing import Final

from tests.support.account import Account
from tests.support.default_reply import last_question
from tests.support.json_values import JsonObject, as_object, as_text, objects
from tests.support.outgoing import STREAM_TYPE, Outgoing, json_response
from tests.support.replies import DONE, new_id, now_s, record
from tests.support.request_log import Exchange
from tests.support.script import Answer, Raw
from tests.support.tokens import count_tokens, prompt_tokens
from tests.support.violation import forbidden

OPENAI_BASE: Final = "/openai/v1"
OPENAI_CHAT: Final = f"{OPENAI_BASE}/chat/completions"
OPENAI_MODELS: Final = ("glm4:9b", "glm-4.7")
_KNOWN: Final = frozenset(
    {
        "model",
        "messages",
        "stream",
        "stream_options",
        "max_tokens",
        "temperature",
        "top_p",
        "stop",
        "tools",
        "tool_choice",
        "response_format",
        "reasoning_effort",
    }
)


def respond_compatibly(account: Account, exchange: Exchange) -> Outgoing:
    """Return the response to a request below `OPENAI_BASE`. A key is taken and not asked for."""
    scripted = account.script.take(exchange.path, last_question(exchange.body))
    if isinstance(scripted, Raw):
        return Outgoing(scripted.status, scripted.content_type, (scripted.body,), scripted, scripted.headers)
    if (exchange.method, exchange.path) == ("GET", f"{OPENAI_BASE}/models"):
        listed = [
            {"id": model, "object": "model", "created": now_s(), "owned_by": "me"} for model in OPENAI_MODELS
        ]
        return json_response({"object": "list", "data": listed})
    if (exchange.method, exchange.path) != ("POST", OPENAI_CHAT):
        return _refusal(404, "404 page not found")
    return _chat(exchange, scripted if isinstance(scripted, Answer) else None)


def _chat(exchange: Exchange, scripted: Answer | None) -> Outgoing:
    body = exchange.body
    exchange.violations = [
        forbidden(name, "OpenAI has no such field") for name in sorted(body.keys() - _KNOWN)
    ]
    exchange.violations += [
        forbidden("tools", f"OpenAI has no tool of this type: {tool.get('type')}")
        for tool in objects(body.get("tools"))
        if tool.get("type") != "function"
    ]
    if exchange.violations:
        return _refusal(400, f"Unrecognized request argument supplied: {exchange.violations[0].field}")
    model = as_text(body.get("model"))
    if model not in OPENAI_MODELS:
        return _refusal(404, f'model "{model}" not found, try pulling it first')
    answer = scripted or Answer(f"You said: “{last_question(body)}”.")
    return Outgoing(200, STREAM_TYPE, _records(body, answer), answer, chunked=True)


def _records(body: JsonObject, answer: Answer) -> Iterator[bytes]:
    """Yield the records of a stream; the usage comes in one of its own, and only if it was asked for."""
    head = {"id": new_id(), "object": "chat.completion.chunk", "created": now_s(), "model": body["model"]}
    for name, text in (("reasoning", answer.reasoning), ("content", answer.text)):
        for start in range(0, len(text), answer.chunk_size):
            delta = {"role": "assistant", name: text[start : start + answer.chunk_size]}
            yield record({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    last = {"index": 0, "delta": {"content": ""}, "finish_reason": answer.finish or "stop"}
    yield record({**head, "choices": [last]})
    if (as_object(body.get("stream_options")) or {}).get("include_usage") is True:
        read, written = prompt_tokens(body), count_tokens(answer.text + answer.reasoning)
        usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
        yield record({**head, "choices": [], "usage": usage})
    yield DONE


def _refusal(status: int, message: str) -> Outgoing:
    error = {"message": message, "type": "api_error", "param": None, "code": None}
    return json_response({"error": error}, status=status)
