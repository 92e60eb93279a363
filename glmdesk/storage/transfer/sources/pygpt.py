"""The database of PyGPT: each row is a question with its answer."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import apsw

from glmdesk.domain.errors import LocalDataError
from glmdesk.storage.files import quiet_uri
from glmdesk.storage.sql import Value, select
from glmdesk.storage.transfer.incoming import Incoming, Loss, Thread, moment, usage_of, words
from glmdesk.storage.transfer.sources import packed

TABLES: Final = frozenset(("ctx_meta", "ctx_item"))


def read(path: Path, _names: Sequence[str | None]) -> Iterator[Incoming | Loss]:
    """Yield the contexts in a database."""
    try:
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        with closing(apsw.Connection(quiet_uri(path), flags=flags)) as connection:
            groups = {row.get("id"): words(row.get("name")) for row in _rows(connection, "ctx_group")}
            for about in _rows(connection, "ctx_meta"):
                rows = _rows(connection, "ctx_item", about.get("id"))
                yield _conversation(about, rows, groups.get(about.get("group_id"), ""))
    except apsw.Error as error:
        raise LocalDataError(packed.unreadable(path, str(error))) from error


def _rows(connection: apsw.Connection, table: str, meta_id: Value = None) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a table, or those of one context, in their order; nothing where there is no table."""
    columns = [row[1] for row in select(connection, f"PRAGMA table_info({table})")]
    if not columns:
        return
    which = " WHERE meta_id = :meta_id" if "meta_id" in columns else ""
    statement = f"SELECT * FROM {table}{which} ORDER BY id"  # noqa: S608 - our own names
    for row in select(connection, statement, {"meta_id": meta_id} if which else {}):
        yield dict(zip(columns, row, strict=True))


def _conversation(
    about: Mapping[str, Any], rows: Iterator[Mapping[str, Any]], folder: str
) -> Incoming | Loss:
    thread = Thread("pygpt", words(about.get("uuid")) or str(about.get("id")), words(about.get("name")))
    thread.created, thread.updated = moment(about.get("created_ts")), moment(about.get("updated_ts"))
    thread.folder = folder
    thread.is_archived, thread.is_pinned = bool(about.get("is_archived")), bool(about.get("is_important"))
    for row in rows:
        _add(thread, row)
    return thread.finished(thread.title or str(about.get("id")))


def _add(thread: Thread, row: Mapping[str, Any]) -> None:
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
