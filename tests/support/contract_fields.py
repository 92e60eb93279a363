"""The rules for the top-level fields of a chat request, but its messages and tools."""

from collections.abc import Iterator
from typing import Final

from tests.support.json_values import JsonObject, as_list, as_number, as_object, as_text, is_integer, objects
from tests.support.models import ALL_EFFORTS, Model
from tests.support.violation import Violation, forbidden, refused

FORMATS: Final = ("text", "json_object")


def check_fields(request: JsonObject, model: Model) -> Iterator[Violation]:
    """Yield what is wrong with the fields; null counts as unset, as it does for the service."""
    yield from _sampling(request)
    yield from _length(request, model)
    yield from _identity(request)
    yield from _flags(request)
    if request.get("tool_choice") not in (None, "auto"):
        yield refused("1210", "tool_choice", "only auto is supported")
    yield from _response_format(request)
    yield from _thinking(request, model)
    yield from _effort(request, model)


def _sampling(request: JsonObject) -> Iterator[Violation]:
    for field, lowest in (("temperature", 0.0), ("top_p", 0.01)):
        value = request.get(field)
        if value is None:
            continue
        number = as_number(value)
        if number is None or not lowest <= number <= 1:
            yield refused("1214", field, f"{value!r} is not between {lowest} and 1")
        elif number < 0.01:
            yield forbidden(field, "0 is sent as do_sample: false, without temperature and top_p")
        elif round(number, 2) != number:
            yield forbidden(field, f"{value!r} has more than two decimals")
        if request.get("do_sample") is False:
            yield forbidden(field, "has no effect with do_sample: false")


def _length(request: JsonObject, model: Model) -> Iterator[Violation]:
    limit = request.get("max_tokens")
    if limit is not None and not (
        isinstance(limit, int) and is_integer(limit) and 1 <= limit <= model.max_output
    ):
        yield refused("1214", "max_tokens", f"{limit!r} is not between 1 and {model.max_output}")
    stop = request.get("stop")
    if stop is None:
        return
    words = as_list(stop)
    if words is None or len(words) > 1 or not all(isinstance(word, str) for word in words):
        yield refused("1214", "stop", "takes an array of one string")
    elif words in ([], [""]):
        yield forbidden("stop", "is empty")


def _identity(request: JsonObject) -> Iterator[Violation]:
    for field, longest in (("request_id", 64), ("user_id", 128)):
        value = request.get(field)
        if value is not None and not 6 <= len(as_text(value)) <= longest:
            yield refused("1214", field, f"has not between 6 and {longest} characters")


def _flags(request: JsonObject) -> Iterator[Violation]:
    for field in ("stream", "do_sample", "tool_stream"):
        if not isinstance(request.get(field), bool | None):
            yield refused("1214", field, "is neither true nor false")


def _response_format(request: JsonObject) -> Iterator[Violation]:
    value = request.get("response_format")
    if value is None:
        return
    kind = (as_object(value) or {}).get("type")
    if kind not in FORMATS:
        yield refused("1210", "response_format", f"{kind!r} is none of {FORMATS}")
    elif kind == "json_object" and not _mentions(request, "json"):
        yield forbidden("response_format", "JSON mode without the word JSON in the messages")


def _mentions(request: JsonObject, word: str) -> bool:
    return any(word in str(message.get("content")).lower() for message in objects(request.get("messages")))


def _thinking(request: JsonObject, model: Model) -> Iterator[Violation]:
    value = request.get("thinking")
    if value is None:
        return
    kind = (as_object(value) or {}).get("type")
    if kind not in ("enabled", "disabled"):
        yield refused("1210", "thinking", f"{kind!r} is neither enabled nor disabled")
    elif model.thinking == "none":
        yield forbidden("thinking", f"{model.id} does not think")
    elif model.thinking == "always" and kind == "disabled":
        yield refused("1210", "thinking", f"{model.id} cannot stop thinking")


def _effort(request: JsonObject, model: Model) -> Iterator[Violation]:
    effort = request.get("reasoning_effort")
    if effort is not None:
        if effort not in ALL_EFFORTS or (model.efforts and effort not in model.efforts):
            yield refused("1210", "reasoning_effort", f"{effort!r} is none of {model.efforts or ALL_EFFORTS}")
        elif not model.efforts:
            yield forbidden("reasoning_effort", f"{model.id} has no such field")
    if request.get("tool_stream") is True:
        if not model.streams_tools:
            yield forbidden("tool_stream", f"{model.id} does not stream tool calls")
        elif request.get("stream") is not True:
            yield forbidden("tool_stream", "means nothing without stream")
