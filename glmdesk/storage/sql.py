"""Running statements, with types.

apsw's own types name `collections.abc.Buffer`, which Python knows from 3.12 on; a type checker for 3.11 takes
all of its results for unknown. They get their types here.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

Value = str | int | float | bytes | None
"""What a column holds."""

Values = Sequence[Value] | Mapping[str, Value]
"""What is bound to a statement, by position or by name."""


def execute(connection: apsw.Connection, statement: str, values: Values = ()) -> None:
    """Run one or more statements to their end."""
    for _ in select(connection, statement, values):
        pass


def select(connection: apsw.Connection, statement: str, values: Values = ()) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a statement, which runs on as they are taken.

    A text that UTF-8 cannot hold is bound without what is wrong with it: halves of a surrogate pair are
    joined, lone ones become U+FFFD.
    """
    try:
        return connection.execute(statement, values)  # pyright: ignore[reportUnknownMemberType]
    except UnicodeEncodeError:
        return connection.execute(statement, _encodable(values))  # pyright: ignore[reportUnknownMemberType]


def scalar(connection: apsw.Connection, statement: str, values: Values = ()) -> Any:
    """Return the first column of the first row, or None if there is no row."""
    rows = list(select(connection, statement, values))
    return rows[0][0] if rows else None


def pragma(connection: apsw.Connection, name: str, value: str | int | None = None) -> Any:
    """Return what a pragma says, after setting it to `value` if there is one."""
    if value is None:
        return connection.pragma(name)  # pyright: ignore[reportUnknownMemberType]
    return connection.pragma(name, value)  # pyright: ignore[reportUnknownMemberType]


@contextmanager
def snapshot(connection: apsw.Connection) -> Generator[None]:
    """Read as of one moment, whatever other processes write meanwhile. They are not held up."""
    execute(connection, "BEGIN DEFERRED")
    try:
        yield
    finally:
        if connection.in_transaction:  # an error may have ended it
            execute(connection, "ROLLBACK")


@contextmanager
def large_temporary_files(connection: apsw.Connection) -> Generator[None]:
    """Let what does not fit into memory be beside the database in the block, for its owner only.

    Elsewhere it is in memory: no text of a message is to be in a folder for all. SQLite removes the names of
    such files as soon as it has them open.
    """
    folder = str(Path(connection.filename).parent)
    quoted = folder.replace("'", "''")
    execute(connection, f"PRAGMA temp_store_directory = '{quoted}'; PRAGMA temp_store = file")
    try:
        yield
    finally:
        execute(connection, "PRAGMA temp_store = memory; PRAGMA temp_store_directory = ''")


@contextmanager
def transaction(connection: apsw.Connection) -> Generator[None]:
    """Do all of what follows or nothing of it."""
    execute(connection, "BEGIN IMMEDIATE")
    try:
        yield
        execute(connection, "COMMIT")
    except BaseException:
        # A full disk has ended it already, and another error in place of that one would say nothing.
        if connection.in_transaction:
            execute(connection, "ROLLBACK")
        raise


def _encodable(values: Values) -> Values:
    if isinstance(values, Mapping):
        return {name: _mended(value) for name, value in values.items()}
    return [_mended(value) for value in values]


def _mended(value: Value) -> Value:
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value
