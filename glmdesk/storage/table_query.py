"""SQL over tables that are given: a database in memory that can only be read, in bounds of time and room.

What is asked comes from a model, and the tables from wherever their file does. SQLite is told what a
statement may do when it is prepared (its authorizer), and asks while it runs whether it may go on.
Source: "Defense Against The Dark Arts", SQLite documentation.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final

import apsw

from glmdesk.storage.sql import Value, execute, select

MOST_SECONDS: Final = 5.0
MOST_BYTES: Final = 256 << 20
"""More than the tables take, for what a statement needs to sort, to group and to remember."""
_ALIAS: Final = "t"
_UNWANTED: Final = "it is not wanted any more"
_MOST_COLUMNS: Final = 500
_LONGEST_VALUE: Final = 1_000_000
_LONGEST_STATEMENT: Final = 20_000
_STEPS: Final = 200
"""Of SQLite's machine between two looks at the clock. Each may make a value as long as the longest."""
_ALLOWED: Final = frozenset(
    {apsw.SQLITE_SELECT, apsw.SQLITE_READ, apsw.SQLITE_FUNCTION, apsw.SQLITE_RECURSIVE}
)
_FUNCTIONS_DENIED: Final = frozenset({"load_extension", "fts3_tokenizer", "edit", "readfile", "writefile"})


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `types` are INTEGER, REAL or TEXT, one for each column; rows are as long as these are many."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Iterable[Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Rows:
    """What came of a statement: the first rows, and how many there are; `is_whole`: all were counted."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    count: int
    is_whole: bool


class NotAnswered(Exception):
    """A statement is wrong, not allowed, or takes too much; the words are for whoever wrote it."""


def query(
    tables: Sequence[Table],
    statement: str,
    *,
    most_rows: int,
    is_over: Callable[[], bool] = lambda: False,
    most_seconds: float = MOST_SECONDS,
) -> Rows:
    """Return what a statement selects; the first table is also called `t`. Raises NotAnswered.

    It blocks for up to `most_seconds` once the tables are there, and ends early where `is_over` says so.
    """
    with closing(apsw.Connection(":memory:")) as connection:
        execute(connection, "PRAGMA temp_store = memory; PRAGMA trusted_schema = off")
        try:
            for table in tables:
                _fill(connection, table, is_over)
            if _ALIAS not in {table.name.lower() for table in tables}:
                execute(connection, f"CREATE VIEW {_ALIAS} AS SELECT * FROM {quoted(tables[0].name)}")  # noqa: S608 - the name is quoted
            guard = _Guard(is_over, most_seconds)
            _close_up(connection, guard)
            return _answer(connection, _encodable(statement), most_rows, guard)
        except apsw.Error as error:
            raise NotAnswered(str(error)) from error
        except UnicodeDecodeError as error:
            raise NotAnswered("A result is no text: use hex().") from error


class _Guard:
    """Says while a statement runs whether it has to end."""

    def __init__(self, is_over: Callable[[], bool], most_seconds: float) -> None:
        self.is_over = is_over
        self._until = time.monotonic() + most_seconds
        # Of the whole process, which reads and writes its history meanwhile, in little room.
        self._most_memory = apsw.memory_used() + MOST_BYTES
        self.reason = ""

    def ends(self) -> bool:
        """Whether the statement has to end now."""
        if self.is_over():
            self.reason = _UNWANTED
        elif time.monotonic() > self._until:
            self.reason = "it takes too long"
        elif apsw.memory_used() > self._most_memory:
            self.reason = "it needs too much memory"
        return bool(self.reason)


def _fill(connection: apsw.Connection, table: Table, is_over: Callable[[], bool]) -> None:
    columns = ", ".join(
        f"{quoted(name)} {kind}" for name, kind in zip(table.columns, table.types, strict=True)
    )
    execute(connection, f"CREATE TABLE {quoted(table.name)} ({columns})")
    places = ", ".join("?" * len(table.columns))
    insert = f"INSERT INTO {quoted(table.name)} VALUES ({places})"  # noqa: S608 - the name is quoted
    execute(connection, "BEGIN")
    for row in table.rows:
        if is_over():
            raise NotAnswered(f"The statement was ended: {_UNWANTED}.")
        execute(connection, insert, row)
    execute(connection, "COMMIT")


def _close_up(connection: apsw.Connection, guard: _Guard) -> None:
    """Let nothing be done from now on but reading, and that in bounds."""
    for limit, value in (
        (apsw.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE),
        (apsw.SQLITE_LIMIT_SQL_LENGTH, _LONGEST_STATEMENT),
        (apsw.SQLITE_LIMIT_COLUMN, _MOST_COLUMNS),
        (apsw.SQLITE_LIMIT_EXPR_DEPTH, 100),
        (apsw.SQLITE_LIMIT_COMPOUND_SELECT, 20),
        (apsw.SQLITE_LIMIT_FUNCTION_ARG, 20),
        (apsw.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200),
        (apsw.SQLITE_LIMIT_ATTACHED, 0),
        (apsw.SQLITE_LIMIT_TRIGGER_DEPTH, 0),
        (apsw.SQLITE_LIMIT_WORKER_THREADS, 0),
    ):
        connection.limit(limit, value)
    connection.enable_load_extension(False)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    execute(connection, "PRAGMA query_only = on")
    connection.authorizer = _authorize
    connection.set_progress_handler(guard.ends, _STEPS)


def _authorize(operation: int, first: str | None, second: str | None, *_where: str | None) -> int:
    is_denied = operation not in _ALLOWED or (
        operation == apsw.SQLITE_FUNCTION and (second or first or "").lower() in _FUNCTIONS_DENIED
    )
    return apsw.SQLITE_DENY if is_denied else apsw.SQLITE_OK


def _answer(connection: apsw.Connection, statement: str, most_rows: int, guard: _Guard) -> Rows:
    began: list[tuple[str, ...]] = []

    def begin(cursor: apsw.Cursor, _statement: str, _values: object) -> bool:
        if began:
            raise NotAnswered("Only one statement is run.")
        began.append(tuple(name for name, _type in cursor.get_description()))
        return True

    connection.exec_trace = begin
    shown: list[tuple[Value, ...]] = []
    count, is_whole = 0, True
    try:
        for row in select(connection, statement):
            count += 1
            if count <= most_rows:
                shown.append(row)
    except apsw.InterruptError as error:
        if guard.is_over() or not shown:
            raise NotAnswered(f"The statement was ended: {guard.reason}.") from error
        is_whole = False
    if not any(began):
        raise NotAnswered("There is no statement.")
    return Rows(began[0], tuple(shown), count, is_whole)


def quoted(name: str) -> str:
    """Return a name as SQL has it."""
    return '"' + _encodable(name).replace('"', '""') + '"'


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
