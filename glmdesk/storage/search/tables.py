"""The tables of the index, and how they are kept true to what is stored.

What is written is entered in `search_waiting` by triggers, whoever writes it, and indexed in the same
transaction by whoever can. What waits after that (of an older file, of another version of the program, of an
import) is indexed bit by bit beside everything else.
"""

import time
from dataclasses import dataclass
from typing import Final

import apsw

from glmdesk.domain.folding import fold
from glmdesk.storage.search.tokens import tokens, triples
from glmdesk.storage.sql import execute, scalar, select

VERSION: Final = 4
"""Of what stands in the index for a text. It is made anew when this has changed."""

# Only spaces divide tokens. Both kinds of quotation marks stand around this, and are doubled in it.
_TOKENIZER: Final = r"""ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\]^_`{|}~'"""
_OPTIONS: Final = f'content = "", contentless_delete = 1, detail = none, tokenize = "{_TOKENIZER}"'

_INDEX: Final = f"""
    CREATE VIRTUAL TABLE search_messages USING fts5 (tokens, {_OPTIONS});
    CREATE VIRTUAL TABLE search_titles USING fts5 (tokens, {_OPTIONS});
    CREATE VIRTUAL TABLE search_pieces USING fts5 (triples, content = '', columnsize = 0, tokenize = 'ascii');
    CREATE TABLE search_words (seq INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE) STRICT;

    -- Whoever writes is not to wait for older parts of the index to be put together.
    INSERT INTO search_messages (search_messages, rank) VALUES ('automerge', 0);
    INSERT INTO search_titles (search_titles, rank) VALUES ('automerge', 0);
    INSERT INTO search_pieces (search_pieces, rank) VALUES ('automerge', 0);

    -- Whoever looks for one of many words pays for each word in each part.
    INSERT INTO search_messages (search_messages, rank) VALUES ('usermerge', 2);
    INSERT INTO search_titles (search_titles, rank) VALUES ('usermerge', 2);
    INSERT INTO search_pieces (search_pieces, rank) VALUES ('usermerge', 2);
"""  # noqa: S608 - our own names

SCHEMA: Final = f"""
    {_INDEX}
    CREATE TABLE search_version (number INTEGER NOT NULL) STRICT;
    CREATE TABLE search_waiting (
        is_title INTEGER NOT NULL,
        seq      INTEGER NOT NULL,
        PRIMARY KEY (is_title, seq)
    ) STRICT, WITHOUT ROWID;

    INSERT INTO search_version VALUES ({VERSION});
    INSERT INTO search_waiting SELECT 0, seq FROM messages WHERE text <> '';
    INSERT INTO search_waiting SELECT 1, seq FROM conversations;

    CREATE TRIGGER message_is_new AFTER INSERT ON messages WHEN new.text <> '' BEGIN
        INSERT OR IGNORE INTO search_waiting VALUES (0, new.seq);
    END;
    CREATE TRIGGER message_says_more AFTER UPDATE OF text ON messages WHEN new.text <> old.text BEGIN
        INSERT OR IGNORE INTO search_waiting VALUES (0, new.seq);
    END;
    CREATE TRIGGER message_is_gone AFTER DELETE ON messages BEGIN
        DELETE FROM search_waiting WHERE is_title = 0 AND seq = old.seq;
        DELETE FROM search_messages WHERE rowid = old.seq;
    END;
    CREATE TRIGGER title_is_new AFTER INSERT ON conversations BEGIN
        INSERT OR IGNORE INTO search_waiting VALUES (1, new.seq);
    END;
    CREATE TRIGGER title_says_more AFTER UPDATE OF title ON conversations WHEN new.title <> old.title BEGIN
        INSERT OR IGNORE INTO search_waiting VALUES (1, new.seq);
    END;
    CREATE TRIGGER title_is_gone AFTER DELETE ON conversations BEGIN
        DELETE FROM search_waiting WHERE is_title = 1 AND seq = old.seq;
        DELETE FROM search_titles WHERE rowid = old.seq;
    END;
"""  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Source:
    """What is indexed.

    Attributes:
        table: What holds the texts, with a `seq`.
        column: The texts in it.
        index: What holds their tokens.
        is_title: What it is called in `search_waiting`.
    """

    table: str
    column: str
    index: str
    is_title: int


_VERSION: Final = "SELECT number FROM search_version"
_AT_ONCE: Final = 20
"""Texts that are read together."""

MESSAGES: Final = Source("messages", "text", "search_messages", 0)
TITLES: Final = Source("conversations", "title", "search_titles", 1)
_INDEXES: Final = (MESSAGES.index, TITLES.index, "search_pieces")
_OLD: Final = 20
"""Of so much of an index one may be in parts of its own."""
_WORDS_AT_ONCE: Final = 1000
_PAGES: Final = 64
"""Of an index, that are written at once when its parts are put together."""


def has_index(connection: apsw.Connection) -> bool:
    """Whether there is one of this version; not in an older file that can only be read."""
    there = "SELECT count(*) FROM sqlite_schema WHERE name = 'search_version'"
    return bool(scalar(connection, there)) and scalar(connection, _VERSION) == VERSION


def index_new(connection: apsw.Connection, count: int = 1) -> None:
    """Index so many texts that have just been written, in the transaction that they were written in."""
    if scalar(connection, _VERSION) == VERSION:
        for source in (TITLES, MESSAGES):
            for seq, text in _newest(connection, source, count):
                _index(connection, source, seq, text)


def index_waiting(connection: apsw.Connection, seconds: float) -> int:
    """Index what waits, titles first and then the newest, and put parts of the index together.

    It takes about so long; return how much was done, 0 when nothing is left to do.
    """
    _require_version(connection)
    until, count = time.monotonic() + seconds / 2, 0
    for source in (TITLES, MESSAGES):
        while time.monotonic() < until and (rows := _newest(connection, source, _AT_ONCE)):
            for seq, text in rows:
                _index(connection, source, seq, text)
            count += len(rows)
    is_complete = count == 0
    until += seconds / 2
    for index in _INDEXES:
        while time.monotonic() < until and _merge(connection, index, is_complete=is_complete):
            count += 1
    return count


def _merge(connection: apsw.Connection, index: str, *, is_complete: bool) -> bool:
    """Put some parts together that were written one by one; return whether there were any.

    All become one part again only in a complete index: whatever is added to it begins the next one.
    Source: https://www.sqlite.org/fts5.html#the_merge_command
    """
    before = connection.total_changes()
    _begin_merge(connection, index, _PAGES)
    if connection.total_changes() - before > 1:
        return True
    is_due = is_complete and _is_scattered(connection, index)
    if is_due:
        _begin_merge(connection, index, -_PAGES)
    return is_due


def _is_scattered(connection: apsw.Connection, index: str) -> bool:
    """Whether enough has been written since all was one part that it should be that again."""
    parts = select(connection, f"SELECT count(*) FROM {index}_idx GROUP BY segid")  # noqa: S608 - our own names
    sizes = [size for (size,) in parts]
    return len(sizes) > 1 and (sum(sizes) - max(sizes)) * _OLD > sum(sizes)


def _begin_merge(connection: apsw.Connection, index: str, pages: int) -> None:
    """Write some pages of an index anew; with a number below zero all of its parts are to become one."""
    execute(connection, f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)", (pages,))  # noqa: S608 - our own names


def mark_to_merge(connection: apsw.Connection) -> None:
    """Let all parts of the index be put together anew: older ones still hold what was deleted."""
    for index in _INDEXES:
        _begin_merge(connection, index, -_PAGES)


def merge_some(connection: apsw.Connection) -> bool:
    """Put some parts together; return whether anything is left to do."""
    # Of all indexes: the first that has something left is not the only one.
    return sum(_merge(connection, index, is_complete=True) for index in _INDEXES) > 0


def forget_words(connection: apsw.Connection, after: int) -> int | None:
    """Take words that no text has any more out of the dictionary: some of those behind the `after`th.

    Return the number to go on behind; None where there are no more.
    """
    statement = "SELECT seq, word FROM search_words WHERE seq > ? ORDER BY seq LIMIT ?"
    words = list(select(connection, statement, (after, _WORDS_AT_ONCE)))
    for seq, word in words:
        if not any(_is_in(connection, source, word) for source in (TITLES, MESSAGES)):
            values = (seq, _pieces(word))
            execute(
                connection,
                "INSERT INTO search_pieces (search_pieces, rowid, triples) VALUES ('delete', ?, ?)",
                values,
            )
            execute(connection, "DELETE FROM search_words WHERE seq = ?", (seq,))
    return words[-1][0] if words else None


def _is_in(connection: apsw.Connection, source: Source, word: str) -> bool:
    statement = f"SELECT 1 FROM {source.index} WHERE {source.index} MATCH ? LIMIT 1"  # noqa: S608 - our own names
    return scalar(connection, statement, (f'"{word}"',)) is not None


def waiting(connection: apsw.Connection) -> int:
    """Return how much waits to be indexed."""
    _require_version(connection)
    count: int = scalar(connection, "SELECT count(*) FROM search_waiting")
    return count


def _require_version(connection: apsw.Connection) -> None:
    """Let everything wait where the index is one of another version."""
    if scalar(connection, _VERSION) == VERSION:
        return
    for index in _INDEXES:
        execute(connection, f"DROP TABLE {index}")
    execute(connection, f"DROP TABLE search_words; {_INDEX}")
    execute(
        connection,
        """
        INSERT OR IGNORE INTO search_waiting SELECT 0, seq FROM messages WHERE text <> '';
        INSERT OR IGNORE INTO search_waiting SELECT 1, seq FROM conversations;
        """,
    )
    execute(connection, "UPDATE search_version SET number = ?", (VERSION,))


def _newest(connection: apsw.Connection, source: Source, count: int) -> list[tuple[int, str]]:
    """Return the newest of what waits: numbers and texts."""
    statement = f"""
        SELECT waiting.seq, coalesce(source.{source.column}, '')
        FROM search_waiting AS waiting LEFT JOIN {source.table} AS source ON source.seq = waiting.seq
        WHERE waiting.is_title = ?
        ORDER BY waiting.seq DESC
        LIMIT ?
    """  # noqa: S608 - our own names
    return [(seq, text) for seq, text in select(connection, statement, (source.is_title, count))]


def _index(connection: apsw.Connection, source: Source, seq: int, text: str) -> None:
    found, words = tokens(fold(text))
    values = (seq, " ".join(found))
    execute(connection, f"INSERT OR REPLACE INTO {source.index} (rowid, tokens) VALUES (?, ?)", values)  # noqa: S608 - our own names
    for word in words:
        _learn(connection, word)
    execute(connection, "DELETE FROM search_waiting WHERE is_title = ? AND seq = ?", (source.is_title, seq))


def _learn(connection: apsw.Connection, word: str) -> None:
    """Enter a word in the dictionary."""
    execute(connection, "INSERT OR IGNORE INTO search_words (word) VALUES (?)", (word,))
    if connection.changes():
        values = (connection.last_insert_rowid(), _pieces(word))
        execute(connection, "INSERT INTO search_pieces (rowid, triples) VALUES (?, ?)", values)


def _pieces(word: str) -> str:
    """Return what stands in the index of words for one; its last character alone marks its end."""
    return " ".join((*triples(word), word[-1]))
