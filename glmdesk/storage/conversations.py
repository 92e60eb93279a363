"""The conversations and their messages: stored, listed, changed, deleted and brought back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import apsw

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.message import PROGRAM_ENDED, Message, State
from glmdesk.storage.database import Database
from glmdesk.storage.rows import (
    bring_back_conversation,
    insert_conversation,
    insert_message,
    message_seq,
    read_conversation,
    read_messages,
    require_index,
    to_microseconds,
)
from glmdesk.storage.search.tables import index_new
from glmdesk.storage.sql import Value, execute, select

_SELECT = """
    SELECT conversation.id, conversation.title, conversation.created_at, conversation.updated_at,
           conversation.model, leaf.id, conversation.system, conversation.pinned, conversation.archived
    FROM conversations AS conversation
    LEFT JOIN messages AS leaf ON leaf.seq = conversation.leaf_seq AND leaf.deleted_at IS NULL
"""

_ONE = _SELECT + "WHERE conversation.id = ? AND conversation.deleted_at IS NULL"

# Pages go on after the last row seen, not at an offset: they cost the same at any depth and repeat nothing.
_PAGE = (
    _SELECT  # noqa: S608 - our own text
    + """
    WHERE conversation.deleted_at IS NULL AND conversation.archived = :archived
      AND (conversation.pinned, conversation.updated_at, conversation.seq)
        < (:pinned, :updated_at, (SELECT seq FROM conversations WHERE id = :id))
    ORDER BY conversation.pinned DESC, conversation.updated_at DESC, conversation.seq DESC
    LIMIT :limit
"""
)

_UPDATE = """
    UPDATE conversations
    SET title = coalesce(:title, title), model = coalesce(:model, model), system = coalesce(:system, system),
        pinned = coalesce(:pinned, pinned), archived = coalesce(:archived, archived)
    WHERE id = :id
"""

_RESUME = "UPDATE messages SET state = :state, writer = :writer, problem = NULL WHERE id = :id"

_TOUCH = "UPDATE conversations SET updated_at = max(updated_at, ?) WHERE id = ?"

_FOLLOWING = """
    WITH RECURSIVE following (seq) AS (
        SELECT seq FROM messages WHERE id = :id
        UNION ALL
        SELECT child.seq FROM messages AS child JOIN following ON child.parent_seq = following.seq
    )
"""

_DELETE_MESSAGE = (
    _FOLLOWING  # noqa: S608 - our own text
    + """
    UPDATE messages SET deleted_at = :at
    WHERE seq IN (SELECT seq FROM following) AND deleted_at IS NULL
"""
)

# What was deleted before it stays deleted; below a message that is deleted nothing can be seen.
_RESTORE_MESSAGE = (
    _FOLLOWING  # noqa: S608 - our own text
    + """
    UPDATE messages SET deleted_at = NULL
    WHERE seq IN (SELECT seq FROM following)
      AND deleted_at = (SELECT deleted_at FROM messages WHERE id = :id)
      AND NOT EXISTS (
          SELECT 1 FROM messages AS restored JOIN messages AS parent ON parent.seq = restored.parent_seq
          WHERE restored.id = :id AND parent.deleted_at IS NOT NULL
      )
"""
)

# What follows refers to what is gone and goes in the same statement, also where the clock was put back.
_PURGE_MESSAGES = """
    WITH RECURSIVE gone (seq) AS (
        SELECT seq FROM messages WHERE deleted_at < ?
        UNION
        SELECT child.seq FROM messages AS child JOIN gone ON child.parent_seq = gone.seq
        WHERE child.deleted_at IS NOT NULL
    )
    DELETE FROM messages WHERE seq IN (SELECT seq FROM gone)
"""

# Another process may go on after a message that was deleted here.
_REVIVE = """
    WITH RECURSIVE before (seq, parent_seq) AS (
        SELECT seq, parent_seq FROM messages WHERE id = :id AND deleted_at IS NOT NULL
        UNION ALL
        SELECT parent.seq, parent.parent_seq
        FROM messages AS parent JOIN before ON parent.seq = before.parent_seq
        WHERE parent.deleted_at IS NOT NULL
    )
    UPDATE messages SET deleted_at = NULL WHERE seq IN (SELECT seq FROM before)
"""

_SHOW = """
    UPDATE conversations
    SET leaf_seq = (SELECT seq FROM messages WHERE id = :leaf_id AND deleted_at IS NULL)
    WHERE seq = (SELECT conversation_seq FROM messages WHERE id = :id)
"""

_BEFORE_ALL = {"pinned": 2, "updated_at": 0, "id": None}


class Conversations:
    """The stored conversations. A deleted one is out of sight, and can be restored until it is purged.

    Methods that change something by an unknown id (perhaps purged meanwhile) do nothing, unless they say so.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, conversation: Conversation, *messages: Message) -> None:
        """Store a new conversation with its first messages, parents first.

        Its leaf is the one it names, or else the last message.
        """
        slot = self._database.slot

        def work(connection: apsw.Connection) -> None:
            insert_conversation(connection, conversation)
            _append(connection, messages, slot)
            if conversation.leaf_id:
                _set_leaf(connection, conversation.id, conversation.leaf_id)

        await self._database.write(work)

    async def append(self, *messages: Message) -> None:
        """Store messages of one conversation, parents first, all or none; the last one becomes its leaf.

        What was deleted of what they follow is brought back, and their conversation too: another window may
        have it on its screen still.

        A question and the empty answer to it go in together, so that neither is ever alone. An answer whose
        state is `STREAMING` belongs to this process until `AnswerWriter.finish`, and to recovery if the
        process ends first.

        Raises:
            KeyError: The conversation or a parent does not exist.
        """
        slot = self._database.slot
        await self._database.write(lambda connection: _append(connection, messages, slot))

    async def resume(self, message_id: str) -> None:
        """Let this process go on with an unfinished answer: it is `STREAMING` again and keeps its text.

        What an `AnswerWriter` takes from now on comes after it. It is brought back as by `append`.
        """
        values: dict[str, Value] = {
            "id": message_id,
            "writer": self._database.slot,
            "state": State.STREAMING.value,
        }

        def work(connection: apsw.Connection) -> None:
            execute(connection, _RESUME, values)
            _bring_back(connection, message_id)

        await self._database.write(work)

    async def page(
        self, *, after: Conversation | None = None, limit: int = 50, archived: bool = False
    ) -> tuple[Conversation, ...]:
        """Return the next conversations of the list: pinned ones first, then the latest first.

        `after` is the last one of the page before. Fewer than `limit` means that the list ends here.
        """
        values: dict[str, Value] = {**_BEFORE_ALL, "archived": archived, "limit": limit}
        if after:
            values |= {
                "pinned": after.pinned,
                "updated_at": to_microseconds(after.updated_at),
                "id": after.id,
            }
        return await self._database.read(
            lambda connection: tuple(read_conversation(row) for row in select(connection, _PAGE, values))
        )

    async def get(self, conversation_id: str) -> Conversation | None:
        """Return a conversation, or None if it does not exist or is deleted."""
        rows = await self._database.read(
            lambda connection: list(select(connection, _ONE, (conversation_id,)))
        )
        return read_conversation(rows[0]) if rows else None

    async def messages(self, conversation_id: str) -> tuple[Message, ...]:
        """Return all messages of a conversation, of every branch, in the order of writing (parents first)."""

        def work(connection: apsw.Connection) -> list[Message]:
            messages = [message for _, message in read_messages(connection, conversation_id)]
            if not messages:
                require_index(connection, conversation_id)
            return messages

        messages = await self._database.read(work)
        # An answer that nobody can finish here is shown as what it is.
        return tuple(_settled(message) for message in messages) if self._database.refusal else tuple(messages)

    async def update(
        self,
        conversation_id: str,
        *,
        title: str | None = None,
        model: str | None = None,
        system: str | None = None,
        pinned: bool | None = None,
        archived: bool | None = None,
    ) -> None:
        """Change what is given and leave the rest as it is."""
        values: dict[str, Value] = {
            "id": conversation_id,
            "title": title,
            "model": model,
            "system": system,
            "pinned": pinned,
            "archived": archived,
        }

        def work(connection: apsw.Connection) -> None:
            execute(connection, _UPDATE, values)
            index_new(connection)

        await self._database.write(work)

    async def set_leaf(self, conversation_id: str, message_id: str) -> None:
        """Show the branch that ends at a message. Raises KeyError for an unknown message."""
        await self._database.write(lambda connection: _set_leaf(connection, conversation_id, message_id))

    async def delete(self, conversation_id: str, at: datetime) -> None:
        """Put a conversation out of sight; `restore` brings it back until it is purged."""
        await self._mark_deleted(conversation_id, to_microseconds(at))

    async def restore(self, conversation_id: str) -> None:
        """Bring a deleted conversation back."""
        await self._mark_deleted(conversation_id, None)

    async def delete_message(self, message_id: str, at: datetime, *, leaf_id: str | None) -> int:
        """Put a message and all that follows it out of sight; return how many messages that were.

        The branch that is shown from now on ends at `leaf_id`; None: no message is left to show.
        """
        values: dict[str, Value] = {"id": message_id, "at": to_microseconds(at), "leaf_id": leaf_id}

        def work(connection: apsw.Connection) -> int:
            execute(connection, _DELETE_MESSAGE, values)
            count = connection.changes()
            execute(connection, _SHOW, values)
            return count

        return await self._database.write(work)

    async def restore_message(self, message_id: str, *, leaf_id: str | None) -> None:
        """Bring back what was deleted with a message, and show the branch that ends at `leaf_id`.

        None leaves what is shown. What was deleted last has to come back first: nothing does below a message
        that is deleted.
        """
        values: dict[str, Value] = {"id": message_id, "leaf_id": leaf_id}

        def work(connection: apsw.Connection) -> None:
            execute(connection, _RESTORE_MESSAGE, values)
            if leaf_id is not None:
                execute(connection, _SHOW, values)

        await self._database.write(work)

    async def purge(self, deleted_before: datetime) -> int:
        """Remove for good what was deleted before a time; return the number of conversations.

        The time leaves the undo window of another process alone.
        """

        def work(connection: apsw.Connection) -> int:
            moment = to_microseconds(deleted_before)
            execute(connection, _PURGE_MESSAGES, (moment,))
            execute(connection, "DELETE FROM conversations WHERE deleted_at < ?", (moment,))
            return connection.changes()

        return await self._database.write(work)

    async def _mark_deleted(self, conversation_id: str, moment: int | None) -> None:
        update = "UPDATE conversations SET deleted_at = ? WHERE id = ?"
        await self._database.write(lambda connection: execute(connection, update, (moment, conversation_id)))


def _append(connection: apsw.Connection, messages: Sequence[Message], slot: int) -> None:
    for message in messages:
        insert_message(connection, message, writer=slot)
        _bring_back(connection, message.parent_id or message.id)
    if messages:
        last = messages[-1]
        _set_leaf(connection, last.conversation_id, last.id)
        execute(connection, _TOUCH, (to_microseconds(last.created_at), last.conversation_id))


def _bring_back(connection: apsw.Connection, message_id: str) -> None:
    execute(connection, _REVIVE, {"id": message_id})
    bring_back_conversation(connection, message_id)


def _set_leaf(connection: apsw.Connection, conversation_id: str, message_id: str) -> None:
    leaf = message_seq(connection, message_id)
    execute(connection, "UPDATE conversations SET leaf_seq = ? WHERE id = ?", (leaf, conversation_id))


def _settled(message: Message) -> Message:
    if message.state is not State.STREAMING:
        return message
    return replace(message, state=State.INTERRUPTED, problem=PROGRAM_ENDED)
