"""Conversations and messages as rows of the database, and back."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import apsw

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.message import Message, Role, State, Timing
from glmdesk.domain.money import CURRENCIES, Currency, Money, amount_in
from glmdesk.domain.options import PLAIN, Options
from glmdesk.domain.usage import Usage
from glmdesk.storage.plain import (
    attachments_in,
    citations_in,
    cut_in,
    dump,
    parts_in,
    plain_attachments,
    plain_citations,
    plain_cut,
    plain_parts,
    plain_problem,
    plain_service_calls,
    plain_structured,
    plain_tool_calls,
    problem_in,
    read,
    service_calls_in,
    structured_in,
    tool_calls_in,
)
from glmdesk.storage.plain_options import options_in, plain_options
from glmdesk.storage.sql import Value, execute, scalar, select

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LATEST = (datetime(9000, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""What a damaged page says need not be a time; after this one other time zones come to an end."""

# A role or a state that only a newer version knows is passed over: the text is shown as it stands.
_ROLES: dict[str, Role] = {"system": "system", "user": "user", "assistant": "assistant", "tool": "tool"}
_STATES: dict[str, State] = {state.value: state for state in State}

_CONVERSATION = """
    conversation.id, conversation.title, conversation.created_at, conversation.updated_at, conversation.model,
    leaf.id, conversation.system, conversation.pinned, conversation.archived, conversation.folder,
    conversation.unread, conversation.options
"""
_FROM_CONVERSATIONS = """
    FROM conversations AS conversation
    LEFT JOIN messages AS leaf ON leaf.seq = conversation.leaf_seq AND leaf.deleted_at IS NULL
"""
SELECT_CONVERSATION = f"SELECT {_CONVERSATION} {_FROM_CONVERSATIONS}"
"""Reads what `read_conversation` takes."""
SELECT_NUMBERED_CONVERSATION = f"SELECT conversation.seq, {_CONVERSATION} {_FROM_CONVERSATIONS}"
"""Reads the number of a conversation before that."""

_INSERT_CONVERSATION = """
    INSERT INTO conversations (
        id, title, created_at, updated_at, model, system, pinned, archived, folder, unread, options
    ) VALUES (
        :id, :title, :created_at, :updated_at, :model, :system, :pinned, :archived, :folder, :unread, :options
    )
"""

_SELECT_MESSAGES = """
    SELECT message.seq, message.id, parent.id, message.role, message.created_at, message.text, message.state,
           message.model, message.reasoning, message.tool_calls, message.tool_call_id, message.citations,
           message.prompt_tokens, message.completion_tokens, message.cached_tokens, message.reasoning_tokens,
           message.cost_cny, message.cost_usd, message.first_token_s, message.total_s, message.problem,
           message.request_id, message.attachments, message.thought_s, message.saved, message.cut,
           message.structured, message.service_calls, message.is_compared, message.parts, message.exchanges,
           message.is_estimated
    FROM messages AS message LEFT JOIN messages AS parent ON parent.seq = message.parent_seq
    WHERE message.conversation_seq = (SELECT seq FROM conversations WHERE id = :conversation_id)
      AND message.seq > :after AND message.deleted_at IS NULL
    ORDER BY message.seq
    LIMIT :limit
"""

_INSERT_MESSAGE = """
    INSERT INTO messages (
        id, conversation_seq, parent_seq, role, created_at, text, state, writer, model, reasoning, tool_calls,
        tool_call_id, citations, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, cost_cny,
        cost_usd, first_token_s, total_s, problem, request_id, attachments, thought_s, saved, cut, structured,
        service_calls, is_compared, parts, exchanges, is_estimated
    ) VALUES (
        :id, :conversation_seq, :parent_seq, :role, :created_at, :text, :state, :writer, :model, :reasoning,
        :tool_calls, :tool_call_id, :citations, :prompt_tokens, :completion_tokens, :cached_tokens,
        :reasoning_tokens, :cost_cny, :cost_usd, :first_token_s, :total_s, :problem, :request_id,
        :attachments, :thought_s, :saved, :cut, :structured, :service_calls, :is_compared, :parts,
        :exchanges, :is_estimated
    )
"""

_UPDATE_MESSAGE = """
    UPDATE messages
    SET text = :text, state = :state, writer = :writer, model = :model, reasoning = :reasoning,
        tool_calls = :tool_calls, tool_call_id = :tool_call_id, citations = :citations,
        prompt_tokens = :prompt_tokens, completion_tokens = :completion_tokens,
        cached_tokens = :cached_tokens, reasoning_tokens = :reasoning_tokens, cost_cny = :cost_cny,
        cost_usd = :cost_usd, first_token_s = :first_token_s, total_s = :total_s, problem = :problem,
        request_id = :request_id, thought_s = :thought_s, saved = :saved, cut = :cut,
        structured = :structured, service_calls = :service_calls, is_compared = :is_compared,
        parts = :parts, exchanges = :exchanges, is_estimated = :is_estimated
    WHERE id = :id
"""

_UPDATE_PARTS = """
    UPDATE messages
    SET parts = :parts, prompt_tokens = :prompt_tokens, completion_tokens = :completion_tokens,
        cached_tokens = :cached_tokens, reasoning_tokens = :reasoning_tokens, cost_cny = :cost_cny,
        cost_usd = :cost_usd, saved = :saved, exchanges = :exchanges, is_estimated = :is_estimated
    WHERE id = :id AND state = 'streaming'
"""


_BRING_BACK = """
    UPDATE conversations SET deleted_at = NULL
    WHERE seq = (SELECT conversation_seq FROM messages WHERE id = ?) AND deleted_at IS NOT NULL
"""


def to_microseconds(moment: datetime) -> int:
    """Return the time as the database keeps it. `moment` must know its time zone."""
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(count: int) -> datetime:
    """Return a stored time, in UTC; one that no clock shows is the nearest that one does."""
    return _EPOCH + min(max(count, 0), _LATEST) * _MICROSECOND


def read_conversation(row: tuple[Any, ...]) -> Conversation:
    """Return the conversation in a row of `SELECT_CONVERSATION`."""
    id_, title, created_at, updated_at, model, leaf_id, system, pinned, archived, folder, unread, options = (
        row
    )
    return Conversation(
        id=id_,
        title=title,
        created_at=from_microseconds(created_at),
        updated_at=from_microseconds(updated_at),
        model=model,
        leaf_id=leaf_id,
        system=system,
        pinned=bool(pinned),
        archived=bool(archived),
        folder=folder,
        unread=bool(unread),
        options=options_in(read(options)) if options else PLAIN,
    )


def options_column(options: Options) -> str | None:
    """Return how a conversation asks as the database keeps it; None where all is left to the service."""
    return None if options == PLAIN else dump(plain_options(options))


def insert_conversation(connection: apsw.Connection, conversation: Conversation) -> None:
    """Store a new conversation. Its leaf is set when its messages are there."""
    values: dict[str, Value] = {
        "id": conversation.id,
        "title": conversation.title,
        "created_at": to_microseconds(conversation.created_at),
        "updated_at": to_microseconds(conversation.updated_at),
        "model": conversation.model,
        "system": conversation.system,
        "pinned": conversation.pinned,
        "archived": conversation.archived,
        "folder": conversation.folder,
        "unread": conversation.unread,
        "options": options_column(conversation.options),
    }
    execute(connection, _INSERT_CONVERSATION, values)


def read_messages(
    connection: apsw.Connection, conversation_id: str, *, after: int = 0, limit: int = -1
) -> Iterator[tuple[int, Message]]:
    """Yield the messages of a conversation with their numbers, in the order of writing, but for deleted ones.

    `after` is the number of the last one already seen; a `limit` of -1 means all. The text of an answer that
    is being written is what has been journalled of it.
    """
    values: dict[str, Value] = {"conversation_id": conversation_id, "after": after, "limit": limit}
    for row in select(connection, _SELECT_MESSAGES, values):
        yield row[0], _read_message(connection, conversation_id, row)


def insert_message(connection: apsw.Connection, message: Message, *, writer: int) -> int:
    """Store a new message and return its number. `writer` is the slot of the process that is writing it.

    Raises:
        KeyError: The conversation or the parent does not exist.
    """
    values = _values(message, writer)
    values["conversation_seq"] = conversation_seq(connection, message.conversation_id)
    values["parent_seq"] = message_seq(connection, message.parent_id) if message.parent_id else None
    execute(connection, _INSERT_MESSAGE, values)
    return connection.last_insert_rowid()


def update_message(connection: apsw.Connection, message: Message) -> None:
    """Store an answer that has ended, and drop its journal. Nothing happens if the message is gone."""
    execute(connection, _UPDATE_MESSAGE, _values(message, writer=None))
    execute(
        connection,
        "DELETE FROM journal WHERE message_seq = (SELECT seq FROM messages WHERE id = ?)",
        (message.id,),
    )


def update_parts(connection: apsw.Connection, message: Message) -> None:
    """Store what an answer that is being written is made of so far, and what that has taken."""
    execute(connection, _UPDATE_PARTS, _values(message, writer=None))


def bring_back_conversation(connection: apsw.Connection, message_id: str) -> None:
    """Let the conversation of a message be no longer deleted: what is written into it is not to be purged."""
    execute(connection, _BRING_BACK, (message_id,))


def require_index(connection: apsw.Connection, conversation_id: str) -> None:
    """Raise apsw.CorruptError where a conversation is stored and its index does not know it.

    SQLite believes a damaged index: without this an empty conversation would be shown, and nothing repaired.
    """
    by_index = scalar(connection, "SELECT seq FROM conversations WHERE id = ?", (conversation_id,))
    by_row = scalar(connection, "SELECT seq FROM conversations NOT INDEXED WHERE id = ?", (conversation_id,))
    if by_index != by_row:
        raise apsw.CorruptError("a conversation is missing in its index")


def conversation_seq(connection: apsw.Connection, conversation_id: str) -> int:
    """Return a conversation's number. Raises KeyError for an unknown id."""
    return _seq(connection, "SELECT seq FROM conversations WHERE id = ?", conversation_id)


def message_seq(connection: apsw.Connection, message_id: str) -> int:
    """Return a message's number. Raises KeyError for an unknown id."""
    return _seq(connection, "SELECT seq FROM messages WHERE id = ?", message_id)


def journalled(connection: apsw.Connection, seq: int) -> tuple[str, str]:
    """Return the text and the reasoning that were journalled for the answer with this number."""
    statement = "SELECT text, reasoning FROM journal WHERE message_seq = ? ORDER BY seq"
    pieces = list(select(connection, statement, (seq,)))
    return "".join(piece[0] for piece in pieces), "".join(piece[1] for piece in pieces)


def _seq(connection: apsw.Connection, statement: str, id_: str) -> int:
    seq: int | None = scalar(connection, statement, (id_,))
    if seq is None:
        raise KeyError(id_)
    return seq


def _read_message(connection: apsw.Connection, conversation_id: str, row: tuple[Any, ...]) -> Message:
    text, state, reasoning = row[5], _STATES.get(row[6], State.COMPLETE), row[8]
    if state is State.STREAMING:
        more_text, more_reasoning = journalled(connection, row[0])
        text, reasoning = text + more_text, reasoning + more_reasoning
    # WORKAROUND: a call with twenty names leaves a tuple of them behind, up to two thousand in all (CPython
    # 3.11 puts tuples of that size aside and never takes one back), so three are not named.
    return Message(
        row[1],
        conversation_id,
        row[2],
        role=_ROLES.get(row[3], "assistant"),
        created_at=from_microseconds(row[4]),
        text=text,
        state=state,
        model=row[7],
        reasoning=reasoning,
        tool_calls=tool_calls_in(read(row[9])) if row[9] else (),
        tool_call_id=row[10],
        citations=citations_in(read(row[11])) if row[11] else (),
        usage=_read_usage(row[12:16], row[30:32]),
        cost=_read_cost(row[16:18], is_estimated=bool(row[31])),
        timing=None if row[18] is None else Timing(row[18], row[19], row[23]),
        problem=problem_in(read(row[20])) if row[20] else None,
        request_id=row[21],
        attachments=attachments_in(read(row[22])) if row[22] else (),
        saved=_read_saved(row[16:18], row[24]),
        cut=cut_in(read(row[25])) if row[25] else None,
        structured=structured_in(read(row[26])) if row[26] else None,
        service_calls=service_calls_in(read(row[27])) if row[27] else (),
        is_compared=bool(row[28]),
        parts=parts_in(read(row[29])) if row[29] else None,
    )


def _read_usage(counts: Sequence[Any], about: Sequence[Any]) -> Usage | None:
    if counts[0] is None:
        return None
    prompt, completion, cached, reasoning = counts
    exchanges, is_estimated = about
    return Usage(prompt, completion, cached, reasoning, exchanges, is_estimated=bool(is_estimated))


def _read_saved(costs: Sequence[str | None], text: str | None) -> Money | None:
    """Return what was saved; it is in the currency of what was paid."""
    cost, amount = _read_cost(costs), amount_in(text) if text else None
    return None if cost is None or amount is None else Money(amount, cost.currency)


def _read_cost(amounts: Sequence[str | None], *, is_estimated: bool = False) -> Money | None:
    """Return what a message cost, from one column for each currency."""
    for currency, text in zip(CURRENCIES, amounts, strict=True):
        amount = amount_in(text) if text else None
        if amount is not None:
            return Money(amount, currency, is_estimated)
    return None


def _cost_in(message: Message, currency: Currency) -> str | None:
    cost = message.cost
    return str(cost.amount) if cost is not None and cost.currency == currency else None


def _values(message: Message, writer: int | None) -> dict[str, Value]:
    is_withheld = message.state is State.WITHHELD
    usage, timing = message.usage, message.timing
    return {
        "id": message.id,
        "role": message.role,
        "created_at": to_microseconds(message.created_at),
        # What the service withdrew is never kept, whoever asks for it.
        "text": "" if is_withheld else message.text,
        "reasoning": "" if is_withheld else message.reasoning,
        "state": message.state.value,
        "writer": writer if message.state is State.STREAMING else None,
        "model": message.model,
        "tool_calls": dump(plain_tool_calls(message.tool_calls)) if message.tool_calls else None,
        "tool_call_id": message.tool_call_id,
        "citations": dump(plain_citations(message.citations)) if message.citations else None,
        "prompt_tokens": usage.prompt_tokens if usage else None,
        "completion_tokens": usage.completion_tokens if usage else None,
        "cached_tokens": usage.cached_tokens if usage else None,
        "reasoning_tokens": usage.reasoning_tokens if usage else None,
        "exchanges": usage.exchanges if usage else 1,
        "is_estimated": usage is not None and usage.is_estimated,
        "cost_cny": _cost_in(message, "CNY"),
        "cost_usd": _cost_in(message, "USD"),
        "first_token_s": timing.first_token_s if timing else None,
        "total_s": timing.total_s if timing else None,
        "thought_s": timing.thought_s if timing else None,
        "problem": dump(plain_problem(message.problem)) if message.problem else None,
        "request_id": message.request_id,
        "attachments": dump(plain_attachments(message.attachments)) if message.attachments else None,
        "saved": str(message.saved.amount) if message.saved else None,
        "cut": dump(plain_cut(message.cut)) if message.cut else None,
        "structured": dump(plain_structured(message.structured, is_withheld=is_withheld))
        if message.structured
        else None,
        "service_calls": dump(plain_service_calls(message.service_calls))
        if message.service_calls and not is_withheld
        else None,
        "is_compared": message.is_compared,
        "parts": dump(plain_parts(message.parts)) if message.parts else None,
    }
