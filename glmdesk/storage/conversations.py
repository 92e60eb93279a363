"""The conversations and their messages: stored, listed, changed, deleted and brought back."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import apsw

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import Action, ConversationGone, Problem
from glmdesk.domain.listing import EVERYTHING, Listing
from glmdesk.domain.message import Message, State, ended_by_program
from glmdesk.domain.options import Options
from glmdesk.i18n import N_
from glmdesk.storage.database import Database
from glmdesk.storage.ledger import record_cut
from glmdesk.storage.listing import folders, page
from glmdesk.storage.plain import attachments_in, dump, plain_cut, read
from glmdesk.storage.rows import (
    SELECT_CONVERSATION,
    bring_back_conversation,
    insert_conversation,
    insert_message,
    message_seq,
    options_column,
    read_conversation,
    read_messages,
    require_index,
    to_microseconds,
)
from glmdesk.storage.search.tables import index_new
from glmdesk.storage.sql import Value, execute, select

_ONE = SELECT_CONVERSATION + "WHERE conversation.id = ? AND conversation.deleted_at IS NULL"

_CHOSEN = "id IN (SELECT value FROM json_each(:ids))"

_SEVERAL = f"{SELECT_CONVERSATION} WHERE conversation.{_CHOSEN} AND conversation.deleted_at IS NULL"

_UPDATE = """
    UPDATE conversations
    SET title = coalesce(:title, title), model = coalesce(:model, model), system = coalesce(:system, system),
        options = iif(:has_options, :options, options)
    WHERE id = :id
"""

_ARRANGE = f"""
    UPDATE conversations
    SET pinned = coalesce(:pinned, pinned), archived = coalesce(:archived, archived),
        folder = coalesce(:folder, folder), unread = coalesce(:unread, unread)
    WHERE {_CHOSEN}
"""  # noqa: S608 - our own text

_STOP_WAITING = f"""
    UPDATE messages SET state = :state, problem = NULL WHERE {_CHOSEN} AND state = 'waiting'
"""  # noqa: S608 - our own text

_MARK_DELETED = f"UPDATE conversations SET deleted_at = :moment WHERE {_CHOSEN}"  # noqa: S608 - our own text

_FIND_WAITING = """
    SELECT answer.id, conversation.id, coalesce(question.text, ''), coalesce(question.attachments, '')
    FROM messages AS answer
    JOIN conversations AS conversation ON conversation.seq = answer.conversation_seq
    LEFT JOIN messages AS question ON question.seq = answer.parent_seq
    WHERE answer.state = 'waiting' AND answer.deleted_at IS NULL AND conversation.deleted_at IS NULL
    ORDER BY answer.seq
"""

_NAMED = """
    SELECT 1 FROM messages
    WHERE conversation_seq = (SELECT seq FROM conversations WHERE id = ?) AND model = ?
      AND iif(json_valid(problem), problem ->> '$.action', NULL) = ?
    LIMIT 1
"""

_RESUME = """
    UPDATE messages SET state = :state, writer = :writer, problem = NULL WHERE id = :id AND state <> :state
"""

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

_PURGE_DRAFTS = """
    DELETE FROM drafts
    WHERE place <> '' AND place NOT IN (SELECT id FROM conversations)
      AND place NOT IN (SELECT id FROM messages)
"""

_PURGE_CONSENTS = "DELETE FROM consents WHERE place <> '' AND place NOT IN (SELECT id FROM conversations)"

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


_GONE = Problem(
    "conversation-gone",
    N_("This conversation was deleted in another window."),
    N_("The question is kept: ask it in a new chat."),
)


class Waiting(NamedTuple):
    """An answer that waits for the service, and the question, or what its files are called."""

    answer_id: str
    conversation_id: str
    question: str


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
            ConversationGone: The conversation or a parent does not exist.
        """
        slot = self._database.slot
        try:
            await self._database.write(lambda connection: _append(connection, messages, slot))
        except KeyError as error:
            raise ConversationGone(_GONE) from error

    async def cut(self, message: Message) -> None:
        """Keep where reading begins behind a message, and what that has cost. It is entered in the ledger."""
        cut = message.cut
        values = (dump(plain_cut(cut)) if cut else None, message.id)

        def work(connection: apsw.Connection) -> None:
            execute(connection, "UPDATE messages SET cut = ? WHERE id = ?", values)
            record_cut(connection, message, datetime.now(UTC))

        await self._database.write(work)

    async def resume(self, message_id: str) -> bool:
        """Let this process go on with an unfinished answer: it is `STREAMING` again and keeps its text.

        What an `AnswerWriter` takes from now on comes after it. It is brought back as by `append`. Return
        whether it is this process that goes on: another one may have begun to.
        """
        values: dict[str, Value] = {
            "id": message_id,
            "writer": self._database.slot,
            "state": State.STREAMING.value,
        }

        def work(connection: apsw.Connection) -> bool:
            execute(connection, _RESUME, values)
            is_ours = connection.changes() > 0
            if is_ours:
                _bring_back(connection, message_id)
            return is_ours

        return await self._database.write(work)

    async def has_named_successor(self, conversation_id: str, model_id: str) -> bool:
        """Return whether an answer of a model was refused and the successor of the model named."""
        values = (conversation_id, model_id, Action.ASK_SUCCESSOR.value)
        rows = await self._database.read(lambda connection: list(select(connection, _NAMED, values)))
        return bool(rows)

    async def waiting(self) -> tuple[Waiting, ...]:
        """Return the answers that wait for the service, in the order in which they were asked for."""

        def work(connection: apsw.Connection) -> tuple[Waiting, ...]:
            return tuple(
                Waiting(answer_id, conversation_id, Draft(text, attachments_in(read(files))).heading)
                for answer_id, conversation_id, text, files in select(connection, _FIND_WAITING)
            )

        return await self._database.read(work)

    async def stop_waiting(self, answer_ids: Collection[str]) -> None:
        """Let answers that wait for the service be stopped."""
        values: dict[str, Value] = {"ids": json.dumps(list(answer_ids)), "state": State.STOPPED.value}
        await self._database.write(lambda connection: execute(connection, _STOP_WAITING, values))

    async def page(
        self, listing: Listing = EVERYTHING, *, after: Conversation | None = None, limit: int = 50
    ) -> tuple[Conversation, ...]:
        """Return the next conversations of a list: pinned ones first, then the latest first.

        `after` is the last one of the page before. Fewer than `limit` means that the list ends here.
        """
        return await self._database.read(
            lambda connection: page(connection, listing, after=after, limit=limit)
        )

    async def folders(self) -> dict[str, int]:
        """Return the names of the folders, in order, and how many conversations each lists."""
        return await self._database.read(folders)

    async def get(self, conversation_id: str) -> Conversation | None:
        """Return a conversation, or None if it does not exist or is deleted."""
        rows = await self._database.read(
            lambda connection: list(select(connection, _ONE, (conversation_id,)))
        )
        return read_conversation(rows[0]) if rows else None

    async def several(self, conversation_ids: Collection[str]) -> tuple[Conversation, ...]:
        """Return those of these conversations that exist and are not deleted."""
        values: dict[str, Value] = {"ids": json.dumps(list(conversation_ids))}
        return await self._database.read(
            lambda connection: tuple(read_conversation(row) for row in select(connection, _SEVERAL, values))
        )

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
        options: Options | None = None,
    ) -> None:
        """Change what is given and leave the rest as it is."""
        values: dict[str, Value] = {
            "id": conversation_id,
            "title": title,
            "model": model,
            "system": system,
            "has_options": options is not None,
            "options": options_column(options) if options is not None else None,
        }

        def work(connection: apsw.Connection) -> None:
            execute(connection, _UPDATE, values)
            index_new(connection)

        await self._database.write(work)

    async def arrange(
        self,
        conversation_ids: Collection[str],
        *,
        pinned: bool | None = None,
        archived: bool | None = None,
        folder: str | None = None,
        unread: bool | None = None,
    ) -> None:
        """Change what is given of all these conversations, and leave the rest as it is."""
        values: dict[str, Value] = {
            "ids": json.dumps(list(conversation_ids)),
            "pinned": pinned,
            "archived": archived,
            "folder": folder,
            "unread": unread,
        }
        await self._database.write(lambda connection: execute(connection, _ARRANGE, values))

    async def rename_folder(self, name: str, new_name: str) -> None:
        """Call a folder something else; it joins the folder of that name. An empty name dissolves it."""
        rename = "UPDATE conversations SET folder = ? WHERE folder = ?"
        await self._database.write(lambda connection: execute(connection, rename, (new_name, name)))

    async def set_leaf(self, conversation_id: str, message_id: str) -> None:
        """Show the branch that ends at a message. Raises KeyError for an unknown message."""
        await self._database.write(lambda connection: _set_leaf(connection, conversation_id, message_id))

    async def delete(self, conversation_ids: Collection[str], at: datetime) -> None:
        """Put conversations out of sight; `restore` brings them back until they are purged."""
        await self._mark_deleted(conversation_ids, to_microseconds(at))

    async def restore(self, conversation_ids: Collection[str]) -> None:
        """Bring deleted conversations back."""
        await self._mark_deleted(conversation_ids, None)

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
            count = connection.changes()
            execute(connection, _PURGE_DRAFTS)
            execute(connection, _PURGE_CONSENTS)
            return count

        return await self._database.write(work)

    async def _mark_deleted(self, conversation_ids: Collection[str], moment: int | None) -> None:
        values: dict[str, Value] = {"ids": json.dumps(list(conversation_ids)), "moment": moment}
        await self._database.write(lambda connection: execute(connection, _MARK_DELETED, values))


def _append(connection: apsw.Connection, messages: Sequence[Message], slot: int) -> None:
    for message in messages:
        insert_message(connection, message, writer=slot)
        _bring_back(connection, message.parent_id or message.id)
    index_new(connection, len(messages))
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
    state, problem = ended_by_program(has_arrived=bool(message.text or message.reasoning))
    return replace(message, state=state, problem=problem)
