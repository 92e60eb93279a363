"""The schema, as numbered steps. A step that has been released is never edited: a new one is added after it.

`PRAGMA user_version` holds the number of the last step; it changes in the step's own transaction.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw

from glmdesk.domain.errors import DatabaseNewer, LocalDataError, Problem
from glmdesk.i18n import N_
from glmdesk.storage.backup import verified_copy
from glmdesk.storage.search.tables import SCHEMA as SEARCH_TABLES
from glmdesk.storage.sql import execute, pragma, scalar, select, transaction

APPLICATION_ID = 0x474C4D44
"""Marks a SQLite file as ours ("GLMD"), so that no other program's file is ever migrated."""

FIRST_TABLES = ("conversations", "messages", "journal")
"""Those of the first version."""
TABLES = (*FIRST_TABLES, "drafts", "spending", "presets", "consents", "estimates")
"""What holds the words of the user, in an order in which it can be copied."""

Step = Callable[[apsw.Connection], object]

# Rows are known by `seq` inside the database (small in indices, the order of writing, the rowid of a search
# index) and by `id` outside. Times are microseconds since 1970 in UTC. `writer` is the slot of the process
# that is writing a streaming answer (storage/presence.py). Texts of a closed set (role, state) have no CHECK:
# a newer version may add to them, and an older one must still read what it can.
_CONVERSATIONS = """
    CREATE TABLE conversations (
        seq         INTEGER PRIMARY KEY,
        id          TEXT    NOT NULL UNIQUE,
        title       TEXT    NOT NULL,
        created_at  INTEGER NOT NULL,
        updated_at  INTEGER NOT NULL,
        model       TEXT    NOT NULL,
        leaf_seq    INTEGER REFERENCES messages (seq) ON DELETE SET NULL,
        system      TEXT    NOT NULL DEFAULT '',
        pinned      INTEGER NOT NULL DEFAULT 0,
        archived    INTEGER NOT NULL DEFAULT 0,
        deleted_at  INTEGER
    ) STRICT;

    CREATE INDEX conversations_listed ON conversations (archived, pinned, updated_at)
        WHERE deleted_at IS NULL;
    CREATE INDEX conversations_deleted ON conversations (deleted_at) WHERE deleted_at IS NOT NULL;
    CREATE INDEX conversations_by_leaf ON conversations (leaf_seq);

    CREATE TABLE messages (
        seq               INTEGER PRIMARY KEY,
        id                TEXT    NOT NULL UNIQUE,
        conversation_seq  INTEGER NOT NULL REFERENCES conversations (seq) ON DELETE CASCADE,
        parent_seq        INTEGER REFERENCES messages (seq),
        role              TEXT    NOT NULL,
        created_at        INTEGER NOT NULL,
        text              TEXT    NOT NULL,
        state             TEXT    NOT NULL,
        writer            INTEGER,
        model             TEXT,
        reasoning         TEXT    NOT NULL DEFAULT '',
        tool_calls        TEXT,
        tool_call_id      TEXT,
        citations         TEXT,
        prompt_tokens     INTEGER,
        completion_tokens INTEGER,
        cached_tokens     INTEGER,
        reasoning_tokens  INTEGER,
        cost_cny          TEXT,
        first_token_s     REAL,
        total_s           REAL,
        problem           TEXT,
        request_id        TEXT
    ) STRICT;

    CREATE INDEX messages_by_conversation ON messages (conversation_seq);
    CREATE INDEX messages_by_parent ON messages (parent_seq);
    CREATE INDEX messages_streaming ON messages (writer) WHERE state = 'streaming';

    CREATE TABLE journal (
        seq          INTEGER PRIMARY KEY,
        message_seq  INTEGER NOT NULL REFERENCES messages (seq) ON DELETE CASCADE,
        text         TEXT    NOT NULL,
        reasoning    TEXT    NOT NULL
    ) STRICT;

    CREATE INDEX journal_by_message ON journal (message_seq);
"""


def _create_conversations(connection: apsw.Connection) -> None:
    pragma(connection, "application_id", APPLICATION_ID)
    execute(connection, _CONVERSATIONS)


# A deleted message is out of sight with all that follows it, each marked with the same time.
_DELETED_MESSAGES = """
    ALTER TABLE messages ADD COLUMN deleted_at INTEGER;

    CREATE INDEX messages_deleted ON messages (deleted_at) WHERE deleted_at IS NOT NULL;
"""


def _let_messages_be_deleted(connection: apsw.Connection) -> None:
    execute(connection, _DELETED_MESSAGES)


# Not a column for the currency: an older version that reads what a newer one wrote takes `cost_cny` for yuan.
_COSTS_IN_DOLLARS = "ALTER TABLE messages ADD COLUMN cost_usd TEXT;"


def _let_answers_cost_dollars(connection: apsw.Connection) -> None:
    execute(connection, _COSTS_IN_DOLLARS)


def _let_texts_be_found(connection: apsw.Connection) -> None:
    execute(connection, SEARCH_TABLES)


# A list is read from an index alone, in each of its orders.
_ARRANGED = """
    ALTER TABLE conversations ADD COLUMN folder TEXT NOT NULL DEFAULT '';
    ALTER TABLE conversations ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;

    DROP INDEX conversations_listed;
    CREATE INDEX conversations_by_use ON conversations (archived, pinned DESC, updated_at DESC, id)
        WHERE deleted_at IS NULL;
    CREATE INDEX conversations_by_creation ON conversations (archived, pinned DESC, created_at DESC, id)
        WHERE deleted_at IS NULL;
    CREATE INDEX conversations_in_folders
        ON conversations (folder, archived, pinned DESC, updated_at DESC, id) WHERE deleted_at IS NULL;
"""


def _let_conversations_be_arranged(connection: apsw.Connection) -> None:
    execute(connection, _ARRANGED)


# `place` is what a text is written for: a conversation, a message that is edited, or nothing yet.
_DRAFTS = """
    CREATE TABLE drafts (
        seq    INTEGER PRIMARY KEY,
        place  TEXT    NOT NULL UNIQUE,
        text   TEXT    NOT NULL
    ) STRICT;
"""


def _let_drafts_be_kept(connection: apsw.Connection) -> None:
    execute(connection, _DRAFTS)


# What was begun and has to be gone on with at the next start.
_UNFINISHED = "CREATE TABLE unfinished (task TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;"


def _let_work_be_finished(connection: apsw.Connection) -> None:
    execute(connection, _UNFINISHED)


# Without references: it stays when what was paid for is deleted. Amounts are exact, and so are texts.
_SPENDING = """
    CREATE TABLE spending (
        seq           INTEGER PRIMARY KEY,
        at            INTEGER NOT NULL,
        message       TEXT    NOT NULL,
        conversation  TEXT    NOT NULL,
        model         TEXT    NOT NULL,
        tokens_in     INTEGER NOT NULL,
        tokens_out    INTEGER NOT NULL,
        currency      TEXT    NOT NULL,
        amount        TEXT    NOT NULL
    ) STRICT;

    CREATE INDEX spending_by_time ON spending (at);
    CREATE INDEX spending_by_message ON spending (message);

    -- Branches hold copies of answers, which were paid for once.
    INSERT INTO spending (at, message, conversation, model, tokens_in, tokens_out, currency, amount)
    SELECT min(message.created_at), message.id, conversation.id, coalesce(message.model, ''),
           coalesce(message.prompt_tokens, 0), coalesce(message.completion_tokens, 0),
           iif(message.cost_cny IS NULL, 'USD', 'CNY'), coalesce(message.cost_cny, message.cost_usd)
    FROM messages AS message JOIN conversations AS conversation
      ON conversation.seq = message.conversation_seq
    WHERE message.cost_cny IS NOT NULL OR message.cost_usd IS NOT NULL
    GROUP BY coalesce(message.request_id, message.id)
    ORDER BY message.created_at;
"""


def _let_spending_be_kept(connection: apsw.Connection) -> None:
    execute(connection, _SPENDING)


_WAITING = "CREATE INDEX messages_waiting ON messages (seq) WHERE state = 'waiting';"


def _let_answers_wait(connection: apsw.Connection) -> None:
    execute(connection, _WAITING)


# Objects in a list. Few messages have any: those are found without a look at the others.
_ATTACHMENTS = """
    ALTER TABLE messages ADD COLUMN attachments TEXT;
    ALTER TABLE drafts ADD COLUMN attachments TEXT;

    CREATE INDEX messages_with_attachments ON messages (seq) WHERE attachments IS NOT NULL;
"""


def _let_files_be_attached(connection: apsw.Connection) -> None:
    execute(connection, _ATTACHMENTS)


# How a conversation asks is an object, or nothing where all is left to the service.
_OPTIONS = """
    ALTER TABLE conversations ADD COLUMN options TEXT;

    CREATE TABLE presets (
        seq     INTEGER PRIMARY KEY,
        name    TEXT    NOT NULL UNIQUE,
        system  TEXT    NOT NULL,
        options TEXT    NOT NULL
    ) STRICT;
"""


def _let_options_be_chosen(connection: apsw.Connection) -> None:
    execute(connection, _OPTIONS)


# What tools may run unasked: in one conversation, or in all where `place` is empty.
_CONSENTS = """
    CREATE TABLE consents (
        seq      INTEGER PRIMARY KEY,
        digest   TEXT    NOT NULL,
        place    TEXT    NOT NULL,
        name     TEXT    NOT NULL,
        source   TEXT    NOT NULL,
        given_at INTEGER NOT NULL,
        UNIQUE (digest, place)
    ) STRICT;
"""


def _let_tools_be_allowed(connection: apsw.Connection) -> None:
    execute(connection, _CONSENTS)


_THOUGHTS = "ALTER TABLE messages ADD COLUMN thought_s REAL"


def _let_thoughts_take_time(connection: apsw.Connection) -> None:
    execute(connection, _THOUGHTS)


# What is saved is in the currency of what is paid. What is known of a model's tokens is an object.
_WINDOWS = """
    ALTER TABLE messages ADD COLUMN saved TEXT;
    ALTER TABLE messages ADD COLUMN cut TEXT;
    ALTER TABLE spending ADD COLUMN tokens_cached INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE spending ADD COLUMN saved TEXT;

    CREATE TABLE estimates (
        seq        INTEGER PRIMARY KEY,
        model      TEXT NOT NULL UNIQUE,
        knowledge  TEXT NOT NULL
    ) STRICT;
"""


def _let_windows_be_filled(connection: apsw.Connection) -> None:
    execute(connection, _WINDOWS)


# What an answer was asked to be, an object; nothing for prose.
_STRUCTURED = "ALTER TABLE messages ADD COLUMN structured TEXT;"


def _let_answers_be_structured(connection: apsw.Connection) -> None:
    execute(connection, _STRUCTURED)


# What the service had done for an answer, a list of objects; whether it was asked for together with others.
_SERVICE_CALLS = """
    ALTER TABLE messages ADD COLUMN service_calls TEXT;
    ALTER TABLE messages ADD COLUMN is_compared INTEGER NOT NULL DEFAULT 0;
"""


def _let_the_service_ask_servers(connection: apsw.Connection) -> None:
    execute(connection, _SERVICE_CALLS)


# How a question is asked part by part, or what was said of the parts, an object; nothing for all others.
_PARTS = "ALTER TABLE messages ADD COLUMN parts TEXT;"


def _let_files_be_read_in_parts(connection: apsw.Connection) -> None:
    execute(connection, _PARTS)


# How many requests the tokens of an answer are the sum of, and whether some of them were not counted by the
# service.
_ESTIMATED = """
    ALTER TABLE messages ADD COLUMN exchanges INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE messages ADD COLUMN is_estimated INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE spending ADD COLUMN is_estimated INTEGER NOT NULL DEFAULT 0;
"""


def _let_costs_be_estimated(connection: apsw.Connection) -> None:
    execute(connection, _ESTIMATED)


STEPS: tuple[Step, ...] = (
    _create_conversations,
    _let_messages_be_deleted,
    _let_answers_cost_dollars,
    _let_texts_be_found,
    _let_conversations_be_arranged,
    _let_drafts_be_kept,
    _let_work_be_finished,
    _let_spending_be_kept,
    _let_answers_wait,
    _let_files_be_attached,
    _let_options_be_chosen,
    _let_tools_be_allowed,
    _let_thoughts_take_time,
    _let_windows_be_filled,
    _let_answers_be_structured,
    _let_the_service_ask_servers,
    _let_files_be_read_in_parts,
    _let_costs_be_estimated,
)


def version(connection: apsw.Connection) -> int:
    """Return the number of the last step the database has seen; 0 for an empty one."""
    number: int = pragma(connection, "user_version")
    return number


def require_readable(connection: apsw.Connection, path: Path, steps: Sequence[Step]) -> None:
    """Check that the file is ours and not from the future.

    Raises:
        apsw.CorruptError: It is ours, but its header says otherwise.
        LocalDataError: It is another program's database.
        DatabaseNewer: A newer version of the program wrote it.
    """
    tables = set(_tables(connection))
    is_ours = pragma(connection, "application_id") == APPLICATION_ID and version(connection) > 0
    if not is_ours and tables.issuperset(FIRST_TABLES):
        raise apsw.CorruptError("our tables below a header that is not ours")
    if not is_ours and tables:
        raise LocalDataError(
            Problem(
                "database-foreign",
                N_("{path} is not a database of glmdesk."),
                N_("Choose another folder, or move that file away."),
                details={"path": str(path)},
            )
        )
    if version(connection) > len(steps):
        raise DatabaseNewer(
            Problem(
                "database-newer",
                N_("{path} was written by a newer version of glmdesk."),
                N_("Everything can be read; install the newer version to go on."),
                details={"path": str(path)},
            )
        )


def read_as_present(connection: apsw.Connection, steps: Sequence[Step]) -> None:
    """Let an older schema that cannot be migrated be read as the present one.

    In place of a table that lacks columns stands a view of this connection, with what the columns are when
    nothing was written in them; in place of one that is not there, an empty one. Raises apsw.SQLError where
    nothing can stand for a column.
    """
    with closing(apsw.Connection(":memory:")) as expected:
        for step in steps:
            step(expected)
        for table in TABLES:
            there = {row[1] for row in select(connection, f"PRAGMA table_info({table})")}
            lacking = [row for row in select(expected, f"PRAGMA table_info({table})") if row[1] not in there]
            if not there:
                statement = scalar(expected, "SELECT sql FROM sqlite_schema WHERE name = ?", (table,))
                execute(connection, statement.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
            elif lacking:
                _stand_in(connection, table, lacking)


def lacks_columns(connection: apsw.Connection, steps: Sequence[Step], tables: Sequence[str] = TABLES) -> bool:
    """Whether the schema does not name every column that is there after some steps."""
    with closing(apsw.Connection(":memory:")) as expected:
        for step in steps:
            step(expected)
        return any(not _names(connection, table) >= _names(expected, table) for table in tables)


def _names(connection: apsw.Connection, table: str) -> set[str]:
    return {row[1] for row in select(connection, f"PRAGMA table_info({table})")}


def _stand_in(connection: apsw.Connection, table: str, columns: Sequence[tuple[Any, ...]]) -> None:
    for _number, name, _type, is_needed, default, _key in columns:
        if is_needed and default is None:
            raise apsw.SQLError(f"{table} has no {name}")
    added = ", ".join(f"{default or 'NULL'} AS {name}" for _n, name, _t, _needed, default, _k in columns)
    execute(connection, f"CREATE TEMP VIEW {table} AS SELECT *, {added} FROM main.{table}")  # noqa: S608


def migrate(connection: apsw.Connection, path: Path, steps: Sequence[Step]) -> Path | None:
    """Bring the schema up to the last step.

    A database that holds anything is copied beside itself first; return that copy. Foreign keys must not be
    enforced yet, because a step may have to rebuild a table; they are checked at the end of every step
    instead.
    """
    before = version(connection)
    copy = None
    if 0 < before < len(steps):
        copy = path.with_name(f"{path.stem}.v{before}-{datetime.now(UTC):%Y%m%d-%H%M%S}{path.suffix}")
        verified_copy(connection, copy)
    for number, step in enumerate(steps[before:], start=before + 1):
        with transaction(connection):
            step(connection)
            if scalar(connection, "PRAGMA foreign_key_check") is not None:
                raise apsw.ConstraintError(f"step {number} leaves references to missing rows")
            pragma(connection, "user_version", number)
    return copy


def _tables(connection: apsw.Connection) -> list[str]:
    """Return the names of all tables. It is the first that is read, so a header of nonsense shows here."""
    try:
        return [row[0] for row in select(connection, "SELECT name FROM sqlite_schema WHERE type = 'table'")]
    except apsw.SQLError as error:
        raise apsw.CorruptError(str(error)) from error
