"""Removing conversations so that nothing of them can be read from the files of the history again.

Deleting leaves a text in free pages, in the log and in parts of the index that were written before. So the
index is put together anew, the database is written anew without free pages, the log is emptied, and the files
that went with them are removed. Where the program ends in between, the rest is done at the next start
(`Erasure.finish`).
"""

import asyncio
import json
from collections.abc import Collection, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

import apsw

from glmdesk.storage.attachments import attachments_of, held
from glmdesk.storage.database import Database
from glmdesk.storage.faults import translated
from glmdesk.storage.files import siblings
from glmdesk.storage.reading import opened_quietly
from glmdesk.storage.search.tables import forget_words, mark_to_merge, merge_some
from glmdesk.storage.sql import execute, large_temporary_files, scalar, select

_TASK: Final = "erase"
_FILE: Final = "erase-file:"
"""Before the digest of a content that is to be removed, unless something else has it."""

_DRAFTS: Final = """
    DELETE FROM drafts WHERE place IN (SELECT value FROM json_each(:ids)) OR place IN (
        SELECT id FROM messages WHERE conversation_seq IN (
            SELECT seq FROM conversations WHERE id IN (SELECT value FROM json_each(:ids))
        )
    )
"""
_CONSENTS: Final = "DELETE FROM consents WHERE place IN (SELECT value FROM json_each(:ids))"
_ROWS: Final = "DELETE FROM conversations WHERE id IN (SELECT value FROM json_each(:ids))"
_SPENDING: Final = """
    UPDATE spending SET message = '', conversation = ''
    WHERE conversation IN (SELECT value FROM json_each(:ids))
"""
_HELD: Final = "SELECT count(*) FROM conversations WHERE id IN (SELECT value FROM json_each(?))"


class Erasure:
    """Erases conversations of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def erase(self, conversation_ids: Collection[str]) -> bool:
        """Remove conversations for good, as `finish` does; it takes as long as writing the whole history.

        Raises LocalDataError; what is left to do then is done by the next `finish`.
        """
        ids = json.dumps(list(conversation_ids))
        await self._database.write(lambda connection: _remove(connection, ids))
        return await self.finish()

    async def finish(self) -> bool:
        """Do what is left of an erasure that did not come to its end; mostly nothing is.

        Return whether it has come to its end: while somebody reads the history, what was erased is still in
        its log.
        """
        if not await self._database.read(_is_unfinished):
            return True
        after: int | None = 0
        while after is not None:
            after = await self._database.write(partial(forget_words, after=after))
        await self._database.write(mark_to_merge)
        while await self._database.write(merge_some):
            pass
        await self._remove_files()
        is_done = await self._database.maintain(_write_anew)
        if is_done:
            await self._database.write(lambda connection: execute(connection, "DELETE FROM unfinished"))
        return is_done

    async def _remove_files(self) -> None:
        digests = await self._database.read(_to_be_removed)
        if digests:
            await asyncio.to_thread(_unlink, self._database.path, digests)


def _remove(connection: apsw.Connection, ids: str) -> None:
    execute(connection, "INSERT OR IGNORE INTO unfinished VALUES (?)", (_TASK,))
    before = held(connection)
    execute(connection, _DRAFTS, {"ids": ids})
    execute(connection, _CONSENTS, {"ids": ids})
    execute(connection, _ROWS, {"ids": ids})
    # What was spent is still known, and no longer for what.
    execute(connection, _SPENDING, {"ids": ids})
    for digest in before - held(connection):
        execute(connection, "INSERT OR IGNORE INTO unfinished VALUES (?)", (_FILE + digest,))


def _to_be_removed(connection: apsw.Connection) -> set[str]:
    """Return the contents that went with what was erased, but for what has been attached again since."""
    tasks = select(connection, "SELECT task FROM unfinished WHERE task LIKE ?", (f"{_FILE}%",))
    return {task.removeprefix(_FILE) for (task,) in tasks} - held(connection)


def _unlink(database: Path, digests: Collection[str]) -> None:
    with translated(database.parent):
        for digest in digests:
            attachments_of(database).remove(digest)


def _is_unfinished(connection: apsw.Connection) -> bool:
    return bool(scalar(connection, "SELECT count(*) FROM unfinished WHERE task = ?", (_TASK,)))


def _write_anew(connection: apsw.Connection) -> bool:
    """Write the file without free pages and empty the log; whether nobody else kept the old one in use."""
    with large_temporary_files(connection):
        execute(connection, "VACUUM")
    is_kept = scalar(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
    return not is_kept


def holders(database: Path, folders: Iterable[Path], conversation_ids: Collection[str]) -> list[Path]:
    """Return which other files beside a database, and which backups in `folders`, hold any of these.

    What cannot be read is among them: it may.
    """
    ids = json.dumps(list(conversation_ids))
    others = {*siblings(database), *(path for folder in folders for path in _backups_in(folder))}
    # The folder of the history may be that of the backups too.
    return [path for path in sorted(others - {database}) if _holds(path, ids)]


def _backups_in(folder: Path) -> list[Path]:
    """Return the backups in a folder; the folder itself where nobody is let look into it."""
    try:
        # A half is of a program that was killed, and may hold anything already.
        return [path for path in folder.iterdir() if path.name.endswith((".db", ".db.part"))]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError:
        return [folder]


def _holds(path: Path, ids: str) -> bool:
    try:
        with closing(opened_quietly(path)) as connection:
            return bool(scalar(connection, _HELD, (ids,)))
    except (apsw.Error, OSError):
        return True
