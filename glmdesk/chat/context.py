"""Which messages of a branch the model reads, in a form the service accepts whatever the user did before.

The service refuses a conversation for ever once it holds an empty message, an unanswered tool call or two
questions without an answer between them. So a request is not the history itself but is made from it: the same
branch always gives the same messages, byte for byte, and a longer branch begins with those of a shorter one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count, groupby
from types import MappingProxyType

from glmdesk.chat.attached import quoted
from glmdesk.domain.attachment import told_name
from glmdesk.domain.message import Message, Role, State
from glmdesk.domain.request import PromptImage, PromptMessage
from glmdesk.domain.tool import ToolCall, parse_arguments

CONTINUE_PROMPT = (
    "Your last answer broke off. Go on exactly where it stopped, in the same language and format. "
    "Repeat nothing and do not comment on this request."
)

SUMMARY_HEAD = "Summary of what was said before in this conversation:"

_REFUSED_BY_FILTER = frozenset({"1300", "1301"})
_Files = Mapping[str, str | PromptImage]
_NO_FILES: _Files = MappingProxyType({})
_UNREADABLE_STATES = frozenset({State.WITHHELD, State.FAILED, State.STREAMING, State.WAITING})
_RESULT_STATES = frozenset({State.COMPLETE, State.FAILED})
"""Of what a tool answered: that a call failed is an answer too."""


def prompt_messages(
    branch: Sequence[Message],
    *,
    system: str = "",
    files: _Files = _NO_FILES,
    summary: str = "",
) -> tuple[PromptMessage, ...]:
    """Return what the model reads of a branch that ends with a question (or with tool results).

    `files` are the texts and images that are attached, by digest; they stand before the words they go with. A
    summary of what came before the branch stands before its first question.

    Left out are answers that were withheld, failed or are not written yet, the questions the content filter
    refused (unless asked again) with what came of them, and empty messages. Questions in a row become one. An
    answer before the first question is left out, because a conversation starts with a user.
    """
    refused_ids = {
        refused_id
        for message in branch
        if _was_refused(message)
        for refused_id in (message.parent_id, message.id)
    }
    readable = [message for message in branch if _is_readable(message) and message.id not in refused_ids]
    merged = _merged(_without_open_calls(readable), files)
    first_question = next((i for i, message in enumerate(merged) if message.role == "user"), len(merged))
    opening = (PromptMessage("system", system.strip()),) if system.strip() else ()
    return (*opening, *_after(summary, merged[first_question:]))


def _after(summary: str, messages: Sequence[PromptMessage]) -> Sequence[PromptMessage]:
    """Return messages that begin with a question, with a summary before that."""
    if not (summary and messages):
        return messages
    first, *others = messages
    return (replace(first, text=f"{SUMMARY_HEAD}\n\n{summary}\n\n---\n\n{first.text}"), *others)


def continuation_messages(
    branch: Sequence[Message],
    *,
    system: str = "",
    files: _Files = _NO_FILES,
    summary: str = "",
) -> tuple[PromptMessage, ...]:
    """Return what the model reads to go on with the unfinished answer at the end of a branch.

    When there is nothing to read of that answer, its question is asked again.
    """
    *before, unfinished = branch
    # The content filter may have broken it off; whoever continues it wants it read all the same.
    read = [*before, replace(unfinished, problem=None)]
    messages = prompt_messages(read, system=system, files=files, summary=summary)
    if messages and messages[-1].role in ("user", "tool"):
        return messages
    return (*messages, PromptMessage("user", CONTINUE_PROMPT))


def goes_on(messages: Sequence[PromptMessage]) -> bool:
    """Return whether messages ask for the rest of an answer, which by itself is no JSON even where all is."""
    return bool(messages) and messages[-1] == PromptMessage("user", CONTINUE_PROMPT)


def _is_readable(message: Message) -> bool:
    if message.role == "tool":
        return message.state in _RESULT_STATES and bool(message.text.strip())
    if message.role == "system" or message.state in _UNREADABLE_STATES:
        return False
    return bool(message.text.strip() or message.attachments or message.tool_calls)


def _was_refused(answer: Message) -> bool:
    code = answer.problem.code if answer.problem else ""
    return answer.state is State.WITHHELD or code in _REFUSED_BY_FILTER


def _without_open_calls(messages: Sequence[Message]) -> list[Message]:
    """Leave out calls that were never answered or cannot be sent, and results that no call asked for."""
    kept: list[Message] = []
    used_ids: set[str] = set()
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
        is_answered = sorted(asked) == sorted(result.tool_call_id or "" for result in results)
        if is_answered and len({*asked}) == len(asked) and all(asked):
            kept += _with_own_ids(message, results, used_ids)
    return kept


def _with_own_ids(answer: Message, results: Sequence[Message], used_ids: set[str]) -> Iterator[Message]:
    """Yield an answer with calls, and their results, under ids that no call before has; note them as used.

    Some servers count calls anew in each answer.
    """
    names: dict[str, str] = {}
    for call in answer.tool_calls:
        spare = (f"{call.id}-{number}" for number in count(2))
        names[call.id] = next(name for name in chain([call.id], spare) if name not in used_ids)
        used_ids.add(names[call.id])
    yield replace(answer, tool_calls=tuple(replace(call, id=names[call.id]) for call in answer.tool_calls))
    for result in results:
        yield replace(result, tool_call_id=names[result.tool_call_id or ""])


def _sendable(call: ToolCall) -> ToolCall:
    """Return a call whose arguments the service takes; why others could not be used says its result."""
    is_readable = bool(call.arguments) and parse_arguments(call.arguments) is not None
    return call if is_readable else replace(call, arguments="{}")


def _role(message: Message) -> Role:
    return message.role


def _merged(messages: Sequence[Message], files: _Files) -> list[PromptMessage]:
    merged: list[PromptMessage] = []
    for role, group in groupby(messages, key=_role):
        run = list(group)
        if role == "user":
            said = "\n\n".join(_said(message, messages, files) for message in run)
            merged.append(PromptMessage("user", said, images=tuple(_images(run, files))))
        else:
            merged += [
                PromptMessage(
                    role, message.text, tuple(map(_sendable, message.tool_calls)), message.tool_call_id
                )
                for message in run
            ]
    return merged


def _images(questions: Iterable[Message], files: _Files) -> Iterator[PromptImage]:
    for question in questions:
        for file in question.attachments:
            content = files.get(file.digest)
            if isinstance(content, PromptImage):
                yield content


def quotations(question: Message, branch: Iterable[Message], files: _Files) -> list[str]:
    """Return the files of a question in a branch as the model reads them.

    Of those that were read part by part it has the answer that was made of that.
    """
    was_read_whole = any(
        message.parent_id == question.id and message.parts is None and _is_readable(message)
        for message in branch
    )
    if question.parts is None or was_read_whole:
        return [quoted(file.name, files.get(file.digest)) for file in question.attachments]
    return [
        f"{told_name(file.name)}: (too long to be shown here; it was read part by part for the answer)"
        for file in question.attachments
    ]


def _said(question: Message, branch: Iterable[Message], files: _Files) -> str:
    parts = quotations(question, branch, files)
    return "\n\n".join(filter(None, (*parts, question.text.strip())))
