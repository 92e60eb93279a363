"""Storing what comes from elsewhere: what is there already stays as it is, the rest is added."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

import apsw

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.domain.message import Message
from glmdesk.i18n import N_, _
from glmdesk.storage.attachments import Attachments, attachments_of
from glmdesk.storage.database import Database
from glmdesk.storage.rows import insert_conversation, insert_message, message_seq, to_microseconds
from glmdesk.storage.sql import execute, select
from glmdesk.storage.transfer.incoming import Content, Incoming, Loss
from glmdesk.storage.transfer.recognition import Source, recognised

logger = logging.getLogger(__name__)

_PIECE: Final = 50
"""Conversations that are read, and stored in one transaction, at a time."""

_OF_THE_FILE: Final = ("file-too-large", "file-unreadable", "import-unreadable")
"""Problems of a file that goes with a message; with any other nothing more can be stored."""

_OWNERS: Final = """
    SELECT message.id, conversation.id, message.deleted_at IS NULL AND conversation.deleted_at IS NULL
    FROM messages AS message JOIN conversations AS conversation ON conversation.seq = message.conversation_seq
    WHERE message.id IN (SELECT value FROM json_each(?))
"""
_KNOWN: Final = """
    SELECT id, deleted_at IS NULL FROM conversations WHERE id IN (SELECT value FROM json_each(?))
"""
_BRING_BACK: Final = "UPDATE conversations SET deleted_at = NULL WHERE id = ? AND deleted_at IS NOT NULL"
_BRING_MESSAGES_BACK: Final = """
    UPDATE messages SET deleted_at = NULL
    WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NOT NULL
"""
_STATE: Final = """
    SELECT leaf.id, conversation.updated_at
    FROM conversations AS conversation LEFT JOIN messages AS leaf ON leaf.seq = conversation.leaf_seq
    WHERE conversation.id = ?
"""
_PUT_BACK: Final = """
    UPDATE conversations
    SET leaf_seq = (SELECT seq FROM messages WHERE id = ? AND deleted_at IS NULL), updated_at = ?
    WHERE id = ?
"""
_SHOW: Final = "UPDATE conversations SET leaf_seq = ? WHERE id = ?"
_TOUCH: Final = "UPDATE conversations SET updated_at = max(updated_at, ?) WHERE id = ?"
_TAKE_BACK: Final = """
    UPDATE {table} SET deleted_at = :at
    WHERE id IN (SELECT value FROM json_each(:ids)) AND deleted_at IS NULL
"""

Progress = Callable[[int, int], object]
"""Takes how many conversations and messages have been read."""


@dataclass(slots=True)
class Tally:
    """What an import consists of. The counts of what is new are those of what is not stored yet."""

    program: str
    conversations: int = 0
    new_conversations: int = 0
    grown_conversations: int = 0
    """Those that are stored, and have messages that are not."""
    messages: int = 0
    new_messages: int = 0
    losses: list[Loss] = field(default_factory=list[Loss])

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be added."""
        return not (self.new_conversations or self.new_messages)


@dataclass(slots=True)
class Imported:
    """What an import has added, by ids, so that it can be taken back."""

    tally: Tally
    conversation_ids: list[str] = field(default_factory=list[str])
    message_ids: list[str] = field(default_factory=list[str])
    """Those that were added to conversations that were there."""
    states: dict[str, tuple[str | None, int]] = field(default_factory=dict[str, tuple[str | None, int]])
    """What of these conversations was shown last, and when they were used last."""


class Importer:
    """Imports into a database. New questions in what other programs have made go to `model`."""

    def __init__(self, database: Database, model: str) -> None:
        self._database = database
        self._model = model

    async def preview(self, path: Path, progress: Progress | None = None) -> Tally:
        """Return what importing a file or a folder would add.

        Raises LocalDataError for what is no history.
        """
        source = await asyncio.to_thread(recognised, path)
        tally = Tally(source.program)
        async with aclosing(_pieces(source)) as pieces:
            async for piece in pieces:
                await self._database.read(partial(_count, piece, tally))
                _tell(progress, tally)
        return tally

    async def run(self, path: Path, progress: Progress | None = None) -> Imported:
        """Store what is not stored yet, all of it or nothing.

        What has been stored is taken back when it is cancelled or fails. Where the program is killed it
        stays, and importing again adds the rest. Raises LocalDataError, which says what became of it.
        """
        source = await asyncio.to_thread(recognised, path)
        imported = Imported(Tally(source.program))
        try:
            await self._add(source, imported, progress)
        except asyncio.CancelledError:
            await self.take_back(imported)
            raise
        except LocalDataError as error:
            raise type(error)(await self._after_failure(imported, error.problem)) from error
        return imported

    async def _add(self, source: Source, imported: Imported, progress: Progress | None) -> None:
        attachments = attachments_of(self._database.path)
        async with aclosing(_pieces(source)) as pieces:
            async for piece in pieces:
                await asyncio.to_thread(_keep_files, attachments, piece, imported.tally)
                await self._database.write(partial(self._store, piece, imported))
                _tell(progress, imported.tally)

    async def _after_failure(self, imported: Imported, cause: Problem) -> Problem:
        """Take back what was added; return what is said of it all."""
        try:
            await self.take_back(imported)
        except LocalDataError:
            logger.exception("an import that failed cannot be taken back")
            return _outcome(
                cause,
                N_("{cause} A part of it was imported."),
                N_("Import it again once that is mended: what is there is not added twice."),
            )
        return _outcome(cause, N_("{cause} Nothing was imported."), cause.advice)

    async def take_back(self, imported: Imported) -> None:
        """Put what an import has added out of sight, as if it was deleted."""
        at = to_microseconds(datetime.now(UTC))

        def work(connection: apsw.Connection) -> None:
            for table, ids in (
                ("conversations", imported.conversation_ids),
                ("messages", imported.message_ids),
            ):
                statement = _TAKE_BACK.format(table=table)
                execute(connection, statement, {"at": at, "ids": json.dumps(ids)})
            for conversation_id, (leaf_id, updated_at) in imported.states.items():
                execute(connection, _PUT_BACK, (leaf_id, updated_at, conversation_id))

        await self._database.write(work)

    def _store(
        self, piece: Sequence[Incoming | Loss], imported: Imported, connection: apsw.Connection
    ) -> None:
        for addition in _additions(connection, piece, imported.tally):
            _store_addition(connection, addition, self._model, imported)


def _outcome(cause: Problem, what: str, advice: str) -> Problem:
    return replace(cause, what=what, advice=advice, details={**cause.details, "cause": cause.headline})


def _keep_files(attachments: Attachments, piece: Sequence[Incoming | Loss], tally: Tally) -> None:
    """Keep what is in the files of conversations; one that is not what it is said to be is a loss."""
    contents = [content for one in piece if isinstance(one, Incoming) for content in one.contents]
    for content in contents:
        expected = content.attachment
        if attachments.has(expected.digest):
            attachments.renew(expected.digest)
        elif loss := _loss_of(content, attachments):
            tally.losses.append(loss)


def _loss_of(content: Content, attachments: Attachments) -> Loss | None:
    """Keep what is in a file, or return what is wrong with it. Raises LocalDataError."""
    expected = content.attachment
    try:
        kept = attachments.keep(expected.name, content.pieces())
    except LocalDataError as error:
        if error.problem.code in _OF_THE_FILE:
            return Loss(expected.name, error.problem.headline)
        raise
    # What was kept in its place is swept.
    return None if kept.digest == expected.digest else Loss(expected.name, _("It is damaged."))


@dataclass(frozen=True, slots=True)
class _Addition:
    """What of a conversation is not there yet.

    Attributes:
        is_stored: Whether the conversation is stored, perhaps as a deleted one.
        is_shown: Whether it is there.
        messages: What is not stored.
        deleted_ids: Messages that are stored and deleted.
    """

    conversation: Conversation
    is_stored: bool
    is_shown: bool
    messages: tuple[Message, ...]
    deleted_ids: tuple[str, ...]


def _count(piece: Sequence[Incoming | Loss], tally: Tally, connection: apsw.Connection) -> None:
    for _addition in _additions(connection, piece, tally):
        pass


def _additions(
    connection: apsw.Connection, piece: Sequence[Incoming | Loss], tally: Tally
) -> Iterator[_Addition]:
    """Yield what a piece would add, and count it."""
    found = [one for one in piece if isinstance(one, Incoming)]
    tally.losses += [one for one in piece if isinstance(one, Loss)]
    ids = json.dumps([message.id for one in found for message in one.messages])
    rows = list(select(connection, _OWNERS, (ids,)))
    owners = {message_id: owner for message_id, owner, _is_shown in rows}
    shown = {message_id for message_id, _owner, is_shown in rows if is_shown}
    ids = json.dumps([one.conversation.id for one in found])
    known: dict[str, bool] = dict(select(connection, _KNOWN, (ids,)))
    for one in found:
        tally.conversations += 1
        tally.messages += len(one.messages)
        conversation_id = one.conversation.id
        if any(owners.get(message.id, conversation_id) != conversation_id for message in one.messages):
            tally.losses.append(Loss(one.conversation.title, _("It has a message of another conversation.")))
            continue
        fresh = tuple(message for message in one.messages if message.id not in owners)
        deleted = tuple(
            message.id for message in one.messages if message.id in owners and message.id not in shown
        )
        is_stored, is_shown = conversation_id in known, bool(known.get(conversation_id))
        known[conversation_id] = True
        owners |= {message.id: conversation_id for message in fresh}
        shown |= {message.id for message in one.messages}
        tally.new_conversations += not is_shown
        tally.grown_conversations += bool(fresh or deleted) and is_shown
        tally.new_messages += len(fresh) + len(deleted)
        yield _Addition(one.conversation, is_stored, is_shown, fresh, deleted)


def _store_addition(connection: apsw.Connection, addition: _Addition, model: str, imported: Imported) -> None:
    conversation, fresh = addition.conversation, addition.messages
    if not addition.is_stored:
        insert_conversation(connection, replace(conversation, model=conversation.model or model))
    ids = (*addition.deleted_ids, *(message.id for message in fresh))
    if addition.is_shown and ids:
        (state,) = select(connection, _STATE, (conversation.id,))
        imported.states.setdefault(conversation.id, state)
        imported.message_ids += ids
    elif not addition.is_shown:
        imported.conversation_ids.append(conversation.id)
    execute(connection, _BRING_BACK, (conversation.id,))
    execute(connection, _BRING_MESSAGES_BACK, (json.dumps(addition.deleted_ids),))
    for message in fresh:
        # The index takes it in later, beside everything else.
        insert_message(connection, message, writer=0)
    if not ids:
        return
    leaf_id = conversation.leaf_id if conversation.leaf_id in ids else ids[-1]
    execute(connection, _SHOW, (message_seq(connection, leaf_id), conversation.id))
    if addition.is_stored and fresh:
        latest = max(message.created_at for message in fresh)
        execute(connection, _TOUCH, (to_microseconds(latest), conversation.id))


async def _pieces(source: Source) -> AsyncGenerator[list[Incoming | Loss], None]:
    """Yield what is read, in pieces; reading does not keep anybody waiting."""
    conversations = source.conversations()
    while piece := await asyncio.to_thread(_next, conversations):
        yield piece


def _next(conversations: Iterator[Incoming | Loss]) -> list[Incoming | Loss]:
    return list(islice(conversations, _PIECE))


def _tell(progress: Progress | None, tally: Tally) -> None:
    if progress is not None:
        progress(tally.conversations, tally.messages)
