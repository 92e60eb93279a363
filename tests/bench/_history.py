"""A database full of conversations of real words."""

from pathlib import Path

import apsw

from glmdesk.storage.migrations import STEPS
from glmdesk.storage.opening import Opened, Place, open_database
from glmdesk.storage.search.tables import index_waiting
from glmdesk.storage.sql import execute, transaction
from tests.bench._words import texts

LENGTH = 100
"""Messages in a conversation, questions and answers in turn."""

_CONVERSATION = """
    INSERT INTO conversations (seq, id, title, created_at, updated_at, model)
    VALUES (?1, 'conversation ' || ?1, ?2, ?3, ?3, 'glm-4-plus')
"""
_MESSAGE = """
    INSERT INTO messages (seq, id, conversation_seq, parent_seq, role, created_at, text, state)
    VALUES (?1, 'message ' || ?1, ?2, ?3, ?4, ?5, ?6, 'complete')
"""
_LEAVES = """
    UPDATE conversations
    SET leaf_seq = (SELECT max(seq) FROM messages WHERE conversation_seq = conversations.seq)
"""
_MINUTE = 60_000_000


def open_at(path: Path) -> Opened:
    """Open a database, which is made with all its tables."""
    return open_database(Place(path, STEPS, lambda _path: None))


def fill(connection: apsw.Connection, count: int) -> None:
    """Store so many messages, the later the higher their number, from 1; nothing is indexed."""
    with transaction(connection):
        for seq, text in enumerate(texts(count), 1):
            conversation, place = divmod(seq - 1, LENGTH)
            if place == 0:
                last = min(seq + LENGTH - 1, count)
                execute(connection, _CONVERSATION, (conversation + 1, text[:20], last * _MINUTE))
            role = "assistant" if place % 2 else "user"
            parent = seq - 1 if place else None
            execute(connection, _MESSAGE, (seq, conversation + 1, parent, role, seq * _MINUTE, text))
        execute(connection, _LEAVES)


def index_all(connection: apsw.Connection) -> None:
    """Index in turns as the program does."""
    while True:
        with transaction(connection):
            if not index_waiting(connection, 0.5):
                return
