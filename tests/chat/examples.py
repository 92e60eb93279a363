"""Messages of a conversation to build branches from, and answers in every state."""

from datetime import UTC, datetime
from itertools import count

from glmdesk.domain.message import Message, State
from glmdesk.domain.tool import ToolCall

NOON = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)
MODEL = "glm-4-flash-250414"
CONVERSATION = "conversation"

_numbers = count(1)


def question(text: str = "你好", parent: Message | None = None) -> Message:
    return Message(_new_id(), CONVERSATION, parent.id if parent else None, "user", NOON, text)


def answer(
    parent: Message,
    text: str = "",
    state: State = State.COMPLETE,
    *,
    tool_calls: tuple[ToolCall, ...] = (),
) -> Message:
    return Message(
        _new_id(),
        CONVERSATION,
        parent.id,
        "assistant",
        NOON,
        text,
        state,
        model=MODEL,
        tool_calls=tool_calls,
    )


def tool_result(parent: Message, call_id: str, text: str = "42") -> Message:
    return Message(_new_id(), CONVERSATION, parent.id, "tool", NOON, text, tool_call_id=call_id)


def _new_id() -> str:
    return f"message-{next(_numbers)}"
