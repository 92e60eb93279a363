"""Conversations that nobody has asked to be kept: they are in memory, and what they cost is in the ledger."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import apsw

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.errors import Action
from glmdesk.domain.message import Message, State
from glmdesk.storage.database import Database
from glmdesk.storage.ledger import record, record_cut


class PassingConversations:
    """Takes the place of the stored conversations, and is emptied by `forget`."""

    def __init__(self, database: Database) -> None:
        """`database` is where it is entered what answers have cost."""
        self._database = database
        self._conversations: dict[str, Conversation] = {}
        self._messages: dict[str, Message] = {}
        """In the order of writing, parents first."""

    async def create(self, conversation: Conversation, *messages: Message) -> None:
        """Take in a new conversation with its first messages, parents first."""
        self._conversations[conversation.id] = conversation
        await self.append(*messages)

    async def append(self, *messages: Message) -> None:
        """Take in messages of one conversation, parents first; those of a forgotten one are dropped."""
        there = (message for message in messages if message.conversation_id in self._conversations)
        self._messages |= {message.id: message for message in there}

    async def get(self, conversation_id: str) -> Conversation | None:
        """Return a conversation, or None for one that is not there."""
        return self._conversations.get(conversation_id)

    async def messages(self, conversation_id: str) -> tuple[Message, ...]:
        """Return the messages of a conversation, parents first."""
        everything = self._messages.values()
        return tuple(message for message in everything if message.conversation_id == conversation_id)

    async def resume(self, message_id: str) -> bool:
        """Let an answer be written on; return whether it is there."""
        if message_id in self._messages:
            resumed = replace(self._messages[message_id], state=State.STREAMING, problem=None)
            self._messages[message_id] = resumed
        return message_id in self._messages

    async def has_named_successor(self, conversation_id: str, model_id: str) -> bool:
        """Return whether an answer of a model was refused and the successor of the model named."""
        asked = (message for message in await self.messages(conversation_id) if message.model == model_id)
        return any(it.problem is not None and it.problem.action is Action.ASK_SUCCESSOR for it in asked)

    async def stop_waiting(self, answer_ids: Collection[str]) -> None:
        """Let answers wait for the service no longer."""
        for answer_id in self._messages.keys() & set(answer_ids):
            stopped = replace(self._messages[answer_id], state=State.STOPPED, problem=None)
            self._messages[answer_id] = stopped

    async def cut(self, message: Message) -> None:
        """Keep where reading begins behind a message, and enter what that has cost."""
        self.put(message)
        await self._database.write(partial(_enter_cut, message))

    def put(self, message: Message) -> None:
        """Take in the new state of a message, if it is still there."""
        if message.id in self._messages:
            self._messages[message.id] = message

    def forget(self, conversation_id: str) -> None:
        """Drop a conversation with its messages."""
        self._conversations.pop(conversation_id, None)
        self._messages = {
            message.id: message
            for message in self._messages.values()
            if message.conversation_id != conversation_id
        }

    def writer(self, _message_id: str) -> "PassingWriter":
        """Return what takes an answer while it arrives."""
        return PassingWriter(self, self._database)


class PassingWriter:
    """Takes an answer of such a conversation: its text goes nowhere until it ends."""

    def __init__(self, store: PassingConversations, database: Database) -> None:
        self._store = store
        self._database = database

    def write(self, *, text: str = "", reasoning: str = "") -> None:
        """Do nothing: whoever shows the answer has the text too."""

    async def keep(self, message: Message) -> None:
        """Enter what an answer has taken that goes on. Raises LocalDataError."""
        await self._database.write(partial(_enter, message))

    async def finish(self, message: Message) -> None:
        """Take in the answer as it ended, and enter what it has cost.

        Raises:
            LocalDataError: That could not be entered. It may be tried again.
        """
        self._store.put(message)
        await self._database.write(partial(_enter, message))


def _enter(message: Message, connection: apsw.Connection) -> None:
    record(connection, message, datetime.now(UTC))


def _enter_cut(message: Message, connection: apsw.Connection) -> None:
    record_cut(connection, message, datetime.now(UTC))
