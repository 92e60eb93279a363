"""Which messages of a branch the model reads, in a form the service accepts whatever the user did before.

The service refuses a conversation for ever once it holds an empty message, an unanswered tool call or two
questions without an answer between them. So a request is not the history itself but is made from it: the same
branch always gives the same messages, byte for byte, and a longer branch begins with those of a shorter one.
"""

from collections.abc import Sequence
from itertools import groupby

from glmdesk.domain.message import Message, State
from glmdesk.domain.request import PromptMessage

CONTINUE_PROMPT = (
    "Your last answer broke off. Go on exactly where it stopped, in the same language and format. "
    "Repeat nothing and do not comment on this request."
)

_REFUSED_BY_FILTER = frozenset({"1300", "1301"})
_UNREADABLE_STATES = frozenset({State.WITHHELD, State.FAILED, State.STREAMING})


def prompt_messages(branch: Sequence[Message], *, system: str = "") -> tuple[PromptMessage, ...]:
    """Return what the model reads of a branch that ends with a question (or with tool results).

    Left out are answers that were withheld, failed or are not written yet, the questions the content filter
    refused (unless asked again), and empty messages. Questions in a row become one. An answer before the
    first question is left out, because a conversation starts with a user.
    """
    refused = {message.parent_id for message in branch if _was_refused(message)}
    readable = [message for message in branch if _is_readable(message) and message.id not in refused]
    merged = _merged(_without_open_calls(readable))
    first_question = next((i for i, message in enumerate(merged) if message.role == "user"), len(merged))
    opening = (PromptMessage("system", system.strip()),) if system.strip() else ()
    return (*opening, *merged[first_question:])


def continuation_messages(branch: Sequence[Message], *, system: str = "") -> tuple[PromptMessage, ...]:
    """Return what the model reads to go on with the unfinished answer at the end of a branch."""
    return (*prompt_messages(branch, system=system), PromptMessage("user", CONTINUE_PROMPT))


def _is_readable(message: Message) -> bool:
    if message.role == "system" or message.state in _UNREADABLE_STATES:
        return False
    return bool(message.text.strip()) or bool(message.tool_calls)


def _was_refused(answer: Message) -> bool:
    code = answer.problem.code if answer.problem else ""
    return answer.state is State.WITHHELD or code in _REFUSED_BY_FILTER


def _without_open_calls(messages: Sequence[Message]) -> list[Message]:
    """Leave out calls that were never answered, and results that no call asked for."""
    kept: list[Message] = []
    position = 0
    while position < len(messages):
        message = messages[position]
        position += 1
        if message.role == "tool":
            continue
        if not message.tool_calls:
            kept.append(message)
            continue
        results: list[Message] = []
        while position < len(messages) and messages[position].role == "tool":
            results.append(messages[position])
            position += 1
        asked = [call.id for call in message.tool_calls]
        if sorted(asked) == sorted(result.tool_call_id or "" for result in results):
            kept += [message, *results]
    return kept


def _merged(messages: Sequence[Message]) -> list[PromptMessage]:
    merged: list[PromptMessage] = []
    for role, group in groupby(messages, key=lambda message: message.role):
        run = list(group)
        if role == "user":
            merged.append(PromptMessage("user", "\n\n".join(message.text.strip() for message in run)))
        else:
            merged += [
                PromptMessage(role, message.text, message.tool_calls, message.tool_call_id) for message in run
            ]
    return merged
