"""Reading what can be read of a damaged database."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw

from glmdesk.domain.conversation import title_of
from glmdesk.storage.files import COMPANIONS, beside, quiet_uri, was_emptied
from glmdesk.storage.header import copy_with_new_header
from glmdesk.storage.migrations import FIRST_TABLES, STEPS, TABLES, lacks_columns
from glmdesk.storage.sql import Value, execute, pragma, scalar, select, transaction

# Far more rows than any database of ours holds: the search for readable ones ends there.
_LAST_SEQ = 1 << 40

# What SQLite says of a page that is not what it wrote, and of a sector the disk cannot read.
_UNREADABLE = (apsw.CorruptError, apsw.NotADBError, apsw.IOError)

_TYPES: dict[str, type | tuple[type, ...]] = {"TEXT": str, "INTEGER": int, "REAL": (float, int)}

# References to rows that could not be read. A message whose parent is lost follows the one before it, so that
# its conversation stays one thread; conversations that are lost are made again around their messages.
# Nothing is put below a message that was deleted.
_MEND = """
    INSERT INTO conversations (seq, id, title, created_at, updated_at, model)
    SELECT conversation_seq, min(id), '', min(created_at), max(created_at), coalesce(max(model), '')
    FROM messages
    WHERE conversation_seq NOT IN (SELECT seq FROM conversations)
    GROUP BY conversation_seq;

    UPDATE messages
    SET parent_seq = (
        SELECT max(earlier.seq) FROM messages AS earlier
        WHERE earlier.conversation_seq = messages.conversation_seq AND earlier.seq < messages.seq
          AND (earlier.deleted_at IS NULL OR messages.deleted_at IS NOT NULL)
    )
    WHERE parent_seq NOT IN (SELECT seq FROM messages);

    UPDATE conversations
    SET leaf_seq = (
        SELECT max(seq) FROM messages WHERE conversation_seq = conversations.seq AND deleted_at IS NULL
    )
    WHERE leaf_seq NOT IN (SELECT seq FROM messages)
       OR (leaf_seq IS NULL AND seq IN (SELECT conversation_seq FROM messages));

    DELETE FROM journal WHERE message_seq NOT IN (SELECT seq FROM messages);
"""

_UNNAMED = """
    SELECT conversation_seq, text FROM messages WHERE seq IN (
        SELECT min(messages.seq)
        FROM messages JOIN conversations ON conversations.seq = messages.conversation_seq
        WHERE conversations.title = '' AND messages.role = 'user' AND messages.deleted_at IS NULL
        GROUP BY conversation_seq
    )
"""


def salvage(damaged: Path, new: apsw.Connection) -> dict[str, int]:
    """Copy every readable row into a new database; return how many the new one has, by table.

    Rows keep their numbers. Only columns that both know are copied, so the damaged database may be of any
    version. Bytes that are no text are replaced by U+FFFD. The new database must not enforce foreign keys.
    """
    with _opened(damaged, _first_page(new)) as old, transaction(new):
        for table in TABLES:
            _copy_table(old, new, table)
        execute(new, _MEND)
        _name(new)
    return {table: scalar(new, f"SELECT count(*) FROM {table}") for table in TABLES}  # noqa: S608 - our own


def _first_page(new: apsw.Connection) -> bytes:
    """Return a database whose first page says where the tables of the first version are.

    There they are in every database of ours, whatever was added to it later, and to them.
    """
    with closing(apsw.Connection(":memory:")) as copy:
        STEPS[0](copy)
        pragma(copy, "writable_schema", "on")
        for table in FIRST_TABLES:
            statement = scalar(new, "SELECT sql FROM sqlite_schema WHERE name = ?", (table,))
            execute(copy, "UPDATE sqlite_schema SET sql = ? WHERE name = ?", (statement, table))
        return copy.serialize("main")


def _name(new: apsw.Connection) -> None:
    """Name the conversations without a title by their first questions."""
    for seq, text in list(select(new, _UNNAMED)):
        execute(new, "UPDATE conversations SET title = ? WHERE seq = ?", (title_of(text), seq))


@contextmanager
def _opened(damaged: Path, fresh: bytes) -> Generator[apsw.Connection]:
    """Open the database; where it knows nothing of our tables, a copy with less and less of its first page.

    `fresh` begins with the first page of a new database.
    """
    copy = beside(damaged, ".copy")
    connection = _connection(damaged)
    try:
        for schema in (b"", fresh):
            if was_emptied(damaged) or _knows_first_tables(connection):
                break
            connection.close()
            copy_with_new_header(damaged, copy, schema)
            connection = _connection(copy)
        yield connection
    finally:
        connection.close()
        for suffix in ("", *COMPANIONS):
            beside(copy, suffix).unlink(missing_ok=True)


def _connection(path: Path) -> apsw.Connection:
    return apsw.Connection(quiet_uri(path), flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)


def _knows_first_tables(connection: apsw.Connection) -> bool:
    """Whether the schema names the columns of the first version; a bit that has changed may be in a name."""
    try:
        return not lacks_columns(connection, STEPS[:1], FIRST_TABLES)
    except (*_UNREADABLE, apsw.SQLError, UnicodeDecodeError):
        return False


def _copy_table(old: apsw.Connection, new: apsw.Connection, table: str) -> None:
    known = _columns(old, table)
    columns = {name: kind for name, kind in _columns(new, table).items() if name in known}
    marks = ", ".join("?" * len(columns))
    insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
    for row in _Reader(old, table, columns).rows() if columns else ():
        try:
            execute(new, insert, row)
        except apsw.ConstraintError:
            continue  # two rows with one id, or nothing where something must be


def _columns(connection: apsw.Connection, table: str) -> dict[str, str]:
    """Return the types of a table's columns by their names; empty when the schema cannot be read."""
    try:
        return {row[1]: row[2] for row in select(connection, f"PRAGMA table_info({table})")}
    except (*_UNREADABLE, apsw.SQLError, UnicodeDecodeError):  # the last two: a header of nonsense
        return {}


class _Reader:
    """Reads a table in the order of `seq`, around what cannot be read. The first column is `seq`."""

    def __init__(self, connection: apsw.Connection, table: str, columns: dict[str, str]) -> None:
        # A text may have lost its encoding, and a value its type: any text is read as bytes.
        values = ", ".join(f"iif(typeof({name}) = 'text', CAST({name} AS BLOB), {name})" for name in columns)
        self._kinds = tuple(columns.values())
        self._select = f"SELECT {values} FROM {table} WHERE seq >= ? ORDER BY seq"  # noqa: S608 - our own names
        self._connection = connection

    def rows(self) -> Iterator[tuple[Value, ...]]:
        start = 1
        while start <= _LAST_SEQ:
            try:
                for row in select(self._connection, self._select, (start,)):
                    start = row[0] + 1
                    yield tuple(map(_fitting, row, self._kinds))
            except _UNREADABLE:
                start = self._next_start(start)
            else:
                return

    def _next_start(self, unreadable: int) -> int:
        """Return the first number from which rows can be read again: double the step, then halve the gap."""
        low, step = unreadable, 1
        while step <= _LAST_SEQ and not self._can_read_from(unreadable + step):
            low = unreadable + step
            step *= 2
        high = unreadable + step
        while high - low > 1:
            middle = (low + high) // 2
            if self._can_read_from(middle):
                high = middle
            else:
                low = middle
        return high

    def _can_read_from(self, start: int) -> bool:
        try:
            execute(self._connection, self._select + " LIMIT 1", (start,))
        except _UNREADABLE:
            return False
        return True


def _fitting(value: Value, kind: str) -> Value:
    """Return a value as a column of this type takes it; None where it is of another type."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value if isinstance(value, _TYPES[kind]) else None
