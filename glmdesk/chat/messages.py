"""Conversations and messages as they begin: with an id and the time of day, and not stored yet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.draft import Draft
from glmdesk.domain.ids import new_id
from glmdesk.domain.message import Message, Parts, Role, State, Structured
from glmdesk.domain.tool import ToolCall


def new_conversation(model: str, *, title: str = "", system: str = "", folder: str = "") -> Conversation:
    """Return a conversation without messages."""
    now = datetime.now(UTC)
    return Conversation(new_id(), title, now, now, model, system=system, folder=folder)


def new_question(conversation: Conversation, parent_id: str | None, draft: Draft) -> Message:
    """Return a question that follows a message; None: the first one."""
    question = _new_message(conversation, parent_id, "user", draft.text)
    parts = None if draft.reader is None else Parts(draft.reader)
    return replace(question, attachments=draft.attachments, parts=parts)


def new_answer(conversation: Conversation, question_id: str | None) -> Message:
    """Return the empty answer to a question, to be written by the conversation's model."""
    empty = _new_message(conversation, question_id, "assistant", "")
    return replace(
        empty, state=State.STREAMING, model=conversation.model, structured=structured_in(conversation)
    )


def as_asked(conversation: Conversation, answer: Message) -> Conversation:
    """Return a conversation as an answer in it was asked for, prose or JSON, whatever it wants by now."""
    schema = answer.structured.schema if answer.structured else None
    return replace(conversation, options=replace(conversation.options, json_schema=schema))


def structured_in(conversation: Conversation) -> Structured | None:
    """Return what answers in a conversation have to be from now on."""
    schema = conversation.options.json_schema
    return None if schema is None else Structured(schema)


def new_result(parent: Message, call: ToolCall) -> Message:
    """Return what a tool will have answered to a call, after an answer or the result before it."""
    return Message(
        id=new_id(),
        conversation_id=parent.conversation_id,
        parent_id=parent.id,
        role="tool",
        created_at=datetime.now(UTC),
        text="",
        state=State.STREAMING,
        tool_call_id=call.id,
    )


def branched_off(
    conversation: Conversation, branch: Sequence[Message], title: str
) -> tuple[Conversation, tuple[Message, ...]]:
    """Return a copy of a conversation under another title that holds one branch, and the messages of it.

    The branch begins with a first message. What was said when, and what it cost, stays as it was.
    """
    copy = new_conversation(
        conversation.model, title=title, system=conversation.system, folder=conversation.folder
    )
    copy = replace(copy, options=conversation.options)
    copies: list[Message] = []
    for message in branch:
        parent_id = copies[-1].id if copies else None
        copies.append(replace(message, id=new_id(), conversation_id=copy.id, parent_id=parent_id))
    return replace(copy, leaf_id=copies[-1].id if copies else None), tuple(copies)


def _new_message(conversation: Conversation, parent_id: str | None, role: Role, text: str) -> Message:
    return Message(
        id=new_id(),
        conversation_id=conversation.id,
        parent_id=parent_id,
        role=role,
        created_at=datetime.now(UTC),
        text=text,
    )
