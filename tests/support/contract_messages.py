"""The rules for the messages of a chat request: roles, contents, and who may follow whom."""

from collections.abc import Iterator
from typing import Final

import msgspec

from tests.support.json_values import JsonObject, as_list, as_object, as_text, objects
from tests.support.models import Model
from tests.support.violation import Violation, forbidden, refused

# Per role, what a message may have besides its role.
FIELDS: Final = {
    "system": {"content"},
    "user": {"content"},
    "assistant": {"content", "tool_calls", "reasoning_content"},
    "tool": {"content", "tool_call_id"},
}


def check_messages(request: JsonObject, model: Model) -> Iterator[Violation]:
    """Yield what is wrong with the messages, those the service refuses for the list as a whole first."""
    value = request.get("messages")
    if value is None:
        yield refused("1213", "messages", "no messages")
        return
    items = as_list(value)
    messages = objects(value)
    if not items or len(messages) != len(items):
        yield refused("1214", "messages", "is no array of one message or more")
        return
    if not any(message.get("role") == "user" for message in messages):
        yield refused("1214", "messages", "has no user message")
    for index, message in enumerate(messages):
        yield from _message(message, f"messages[{index}]", model)
    yield from _order(messages)
    yield from _tool_round_trips(messages)


def _message(message: JsonObject, path: str, model: Model) -> Iterator[Violation]:
    role = as_text(message.get("role"))
    if role not in FIELDS:
        yield refused("1214", f"{path}.role", f"{message.get('role')!r} is no role")
        return
    for name in message.keys() - FIELDS[role] - {"role"}:
        yield forbidden(f"{path}.{name}", f"a {role} message has no such field")
    if message.get("reasoning_content") is not None and model.thinking == "none":
        yield forbidden(f"{path}.reasoning_content", f"{model.id} does not think")
    yield from _content(message, role, path, model)
    if role == "assistant":
        yield from _tool_calls(message, path)


def _content(message: JsonObject, role: str, path: str, model: Model) -> Iterator[Violation]:
    content = message.get("content")
    field = f"{path}.content"
    may_be_empty = role == "assistant" and bool(as_list(message.get("tool_calls")))
    if content is None or content == "":
        if may_be_empty:
            return
        # A poisoned history: one empty message makes every later request fail. What the service does with
        # empty system and tool messages is not known.
        empty = "is empty"
        yield refused("1214", field, empty) if role in ("user", "assistant") else forbidden(field, empty)
    elif isinstance(content, str):
        if not content.strip() and not may_be_empty:
            yield forbidden(field, "has nothing but space")
    elif isinstance(content, list):
        yield from _parts(message, role, field, model)
    else:
        yield refused("1214", field, "is neither text nor an array of parts")


def _parts(message: JsonObject, role: str, field: str, model: Model) -> Iterator[Violation]:
    parts = objects(message.get("content"))
    if not parts or len(parts) != len(as_list(message.get("content")) or []):
        yield refused("1214", field, "is no array of one part or more")
    for index, part in enumerate(parts):
        kind = part.get("type")
        if kind == "text" and not as_text(part.get("text")):
            yield refused("1214", f"{field}[{index}].text", "is empty")
        elif kind != "text" and not model.sees:
            yield refused("1210", f"{field}[{index}].type", f"{model.id} reads text only")
    if role != "user" or not model.sees:
        # The templates of text models drop the text of such arrays without a word.
        yield forbidden(field, "is an array where a string belongs")


def _tool_calls(message: JsonObject, path: str) -> Iterator[Violation]:
    calls = message.get("tool_calls")
    if calls is None:
        return
    if not objects(calls) or len(objects(calls)) != len(as_list(calls) or []):
        yield forbidden(f"{path}.tool_calls", "is no array of one call or more")
    for index, call in enumerate(objects(calls)):
        yield from _tool_call(call, f"{path}.tool_calls[{index}]")


def _tool_call(call: JsonObject, field: str) -> Iterator[Violation]:
    function = as_object(call.get("function"))
    if not as_text(call.get("id")) or call.get("type") != "function" or function is None:
        yield refused("1214", field, "has not the id, the type and the function of a call")
        return
    for name in call.keys() - {"id", "type", "function"}:
        yield forbidden(f"{field}.{name}", "a call in a request has no such field")
    if not as_text(function.get("name")):
        yield refused("1214", f"{field}.function.name", "is empty")
    try:
        arguments = as_object(msgspec.json.decode(as_text(function.get("arguments"))))
    except msgspec.DecodeError:
        arguments = None
    if arguments is None:
        yield forbidden(f"{field}.function.arguments", "is not the JSON text of an object")


def _order(messages: list[JsonObject]) -> Iterator[Violation]:
    roles = [message.get("role") for message in messages]
    spoken = [(index, role) for index, role in enumerate(roles) if role != "system"]
    if spoken and spoken[0][1] != "user":
        yield forbidden(f"messages[{spoken[0][0]}]", "the first message after the system's is not the user's")
    if roles[-1] not in ("user", "tool"):
        yield forbidden(f"messages[{len(roles) - 1}]", "the last message is neither the user's nor a tool's")


def _tool_round_trips(messages: list[JsonObject]) -> Iterator[Violation]:
    """Every call is answered by a tool message before anyone else speaks, and every answer has its call."""
    waiting: set[str] = set()
    used: set[str] = set()
    for index, message in enumerate(messages):
        if message.get("role") == "tool":
            answered = as_text(message.get("tool_call_id"))
            if answered not in waiting:
                yield forbidden(f"messages[{index}].tool_call_id", f"answers no call: {answered!r}")
            waiting.discard(answered)
            continue
        yield from _unanswered(waiting, index)
        calls = [as_text(call.get("id")) for call in objects(message.get("tool_calls"))]
        if len(set(calls)) != len(calls) or used & set(calls):
            yield forbidden(f"messages[{index}].tool_calls", "an id of a call is used twice")
        waiting = set(calls)
        used |= waiting
    yield from _unanswered(waiting, len(messages))


def _unanswered(waiting: set[str], index: int) -> Iterator[Violation]:
    for call in sorted(waiting):
        yield forbidden(f"messages[{index - 1}]", f"the tool call {call!r} is not answered")
