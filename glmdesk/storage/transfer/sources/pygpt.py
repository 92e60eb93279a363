"""The database of PyGPT: each row is a question with its answer."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import apsw

from glmdesk.domain.errors import LocalDataError
from glmdesk.i18n import _
from glmdesk.storage.reading import opened_quietly
from glmdesk.storage.sql import Value, select
from glmdesk.storage.transfer.incoming import Incoming, Loss, Thread, moment, usage_of, words
from glmdesk.storage.transfer.sources import packed

TABLES: Final = frozenset(("ctx_meta", "ctx_item"))

_Row = Mapping[str, Any]


def read(path: Path, _names: Sequence[str | None]) -> Iterator[Incoming | Loss]:
    """Yield the contexts in a database."""
    try:
        with closing(opened_quietly(path)) as connection:
            yield from _contexts(connection)
    except (apsw.Error, UnicodeDecodeError) as error:
        raise LocalDataError(packed.unreadable(path, str(error))) from error


def tables(connection: apsw.Connection) -> set[str]:
    """Return the names of the tables in a database. Views and what a module makes up are none."""
    statement = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    return {name for (name,) in select(connection, statement)}


def _contexts(connection: apsw.Connection) -> Iterator[Incoming | Loss]:
    groups = {
        row.get("id"): words(row.get("name"))
        for row in _rows(connection, "ctx_group")
        if not isinstance(row, Loss)
    }
    for about in _rows(connection, "ctx_meta"):
        if isinstance(about, Loss):
            yield about
            continue
        rows = _rows(connection, "ctx_item", about.get("id"), words(about.get("name")))
        yield from _conversation(about, rows, groups.get(about.get("group_id"), ""))


def _rows(
    connection: apsw.Connection, table: str, meta_id: Value = None, name: str = ""
) -> Iterator[_Row | Loss]:
    """Yield the rows of a table, or those of one context, in their order; nothing where there is no table.

    A row with a text that is none is a loss, and so is what follows damage; `name` says what it is one of.
    """
    if table not in tables(connection):
        return
    columns = [row[1] for row in select(connection, f"PRAGMA table_info({table})")]
    which = " WHERE meta_id = :meta_id" if "meta_id" in columns else ""
    quoted = ", ".join('"' + column.replace('"', '""') + '"' for column in columns)
    statement = f"SELECT {quoted} FROM {table}{which} ORDER BY id"  # noqa: S608 - quoted, or our own names
    found = select(connection, statement, {"meta_id": meta_id} if which else {})
    number = 0
    while True:
        number += 1
        try:
            row = next(found, None)
        except (UnicodeDecodeError, apsw.CorruptError) as error:
            yield Loss(_("{name}, row {number}").format(name=name or table, number=number), str(error))
            if isinstance(error, apsw.CorruptError):
                return
            continue
        if row is None:
            return
        yield dict(zip(columns, row, strict=True))


def _conversation(about: _Row, rows: Iterator[_Row | Loss], folder: str) -> Iterator[Incoming | Loss]:
    thread = Thread("pygpt", words(about.get("uuid")) or str(about.get("id")), words(about.get("name")))
    thread.created, thread.updated = moment(about.get("created_ts")), moment(about.get("updated_ts"))
    thread.folder = folder
    thread.is_archived, thread.is_pinned = bool(about.get("is_archived")), bool(about.get("is_important"))
    for row in rows:
        if isinstance(row, Loss):
            yield row
        else:
            _add(thread, row)
    yield thread.finished(thread.title or str(about.get("id")))


def _add(thread: Thread, row: _Row) -> None:
    key = str(row.get("id"))
    if question := words(row.get("input")):
        thread.add(f"{key}/in", "user", question, parent=thread.last, at=moment(row.get("input_ts")))
    if answer := words(row.get("output")):
        thread.add(
            f"{key}/out",
            "assistant",
            answer,
            parent=thread.last,
            at=moment(row.get("output_ts")),
            model=words(row.get("model")) or None,
            usage=usage_of(row.get("input_tokens"), row.get("output_tokens")),
        )
