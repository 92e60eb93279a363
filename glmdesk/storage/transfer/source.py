"""Reading conversations in pieces that fit into memory, however much there is."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import apsw

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.conversation import Conversation
from glmdesk.domain.message import Message
from glmdesk.storage.attachments import attachments_of
from glmdesk.storage.database import Database
from glmdesk.storage.rows import SELECT_NUMBERED_CONVERSATION, read_conversation, read_messages
from glmdesk.storage.sql import Value, select

_CONVERSATIONS_PER_PIECE = 100
_MESSAGES_PER_PIECE = 50
_PIECE = 48 * 1024
"""Bytes; three of them are four characters of base64."""

_SELECT = f"""
    {SELECT_NUMBERED_CONVERSATION}
    WHERE conversation.seq > :after AND conversation.deleted_at IS NULL
      AND (:ids IS NULL OR conversation.id IN (SELECT value FROM json_each(:ids)))
    ORDER BY conversation.seq
    LIMIT :limit
"""  # noqa: S608 - our own text

_BRANCH = """
    WITH RECURSIVE branch (seq, parent_seq) AS (
        SELECT seq, parent_seq FROM messages WHERE id = ?
        UNION
        SELECT parent.seq, parent.parent_seq
        FROM messages AS parent JOIN branch ON parent.seq = branch.parent_seq
    )
    SELECT seq FROM branch
"""


async def conversations(
    database: Database, conversation_ids: Sequence[str] | None
) -> AsyncGenerator[Conversation, None]:
    """Yield the conversations with these ids, or all for None, in the order in which they were made."""
    values: dict[str, Value] = {
        "after": 0,
        "ids": None if conversation_ids is None else json.dumps(list(conversation_ids)),
        "limit": _CONVERSATIONS_PER_PIECE,
    }

    def work(connection: apsw.Connection) -> list[tuple[int, Conversation]]:
        return [(row[0], read_conversation(row[1:])) for row in select(connection, _SELECT, values)]

    while piece := await database.read(work):
        for seq, conversation in piece:
            values["after"] = seq
            yield conversation


async def messages(database: Database, conversation_id: str) -> AsyncGenerator[tuple[int, Message], None]:
    """Yield all messages of a conversation with their numbers, in the order of writing (parents first)."""
    after = 0

    def work(connection: apsw.Connection) -> list[tuple[int, Message]]:
        return list(read_messages(connection, conversation_id, after=after, limit=_MESSAGES_PER_PIECE))

    while piece := await database.read(work):
        for after, message in piece:
            yield after, message


async def branch(database: Database, leaf_id: str) -> frozenset[int]:
    """Return the numbers of the messages from the first one to a leaf."""
    return await database.read(
        lambda connection: frozenset(seq for (seq,) in select(connection, _BRANCH, (leaf_id,)))
    )


async def shown_messages(
    database: Database, conversation_id: str, leaf_id: str
) -> AsyncGenerator[tuple[Message, list[Message]], None]:
    """Yield the messages of a branch, each with what tools answered to its calls, which follows it."""
    numbers = await branch(database, leaf_id)
    answer: Message | None = None
    results: list[Message] = []
    async with aclosing(messages(database, conversation_id)) as found:
        async for seq, message in found:
            if seq not in numbers:
                continue
            if message.role == "tool" and answer is not None and answer.tool_calls:
                results.append(message)
                continue
            if answer is not None:
                yield answer, results
            answer, results = message, []
    if answer is not None:
        yield answer, results


async def file_pieces(database: Database, attachment: Attachment) -> AsyncGenerator[bytes, None]:
    """Yield what is in a file of a message, in pieces that base64 can be written of one after the other.

    An empty one has a piece too, and one that is lost has none. Raises LocalDataError.
    """
    attachments = attachments_of(database.path)
    if not await asyncio.to_thread(attachments.has, attachment.digest):
        return
    pieces = attachments.pieces(attachment.digest, _PIECE)
    piece: bytes | None = await asyncio.to_thread(next, pieces, b"")
    while piece is not None:
        yield piece
        piece = await asyncio.to_thread(next, pieces, None)
