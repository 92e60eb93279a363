"""One SQLite file, the one thread on which every statement runs, and transactions."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import apsw

from glmdesk.domain.errors import DatabaseDamaged, DatabaseNewer, Problem
from glmdesk.storage.faults import damaged, translated
from glmdesk.storage.filesystem import network_filesystem
from glmdesk.storage.migrations import STEPS, Step, lacks_columns
from glmdesk.storage.opening import Opened, Place, open_database
from glmdesk.storage.repair import mark_suspect
from glmdesk.storage.sql import snapshot, transaction

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Database:
    """A SQLite file that several processes of glmdesk may have open at once, each through one of these.

    Nothing is bound to an event loop; every await runs on the caller's. Work is a function of the connection;
    it runs on the database's own thread, one after the other in the order of asking, and must not keep the
    connection.

    Every method raises `LocalDataError` for what the disk or another process refuses. A file that cannot be
    written, or that a newer version wrote, is opened for reading: `refusal` says so and every write raises
    it.
    """

    def __init__(
        self,
        path: Path,
        *,
        steps: Sequence[Step] = STEPS,
        network_filesystem: Callable[[Path], str | None] = network_filesystem,
    ) -> None:
        """Touch nothing yet. `steps` and `network_filesystem` are other ones in tests only."""
        self._place = Place(path.absolute(), steps, network_filesystem)
        self._thread: ThreadPoolExecutor | None = None
        self._opened: Opened | None = None

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._place.path

    async def open(self) -> Self:
        """Open or create the file; migrate it, repair damage, recover answers that were cut off."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="glmdesk-database")
        try:
            await asyncio.shield(self._begin(self._open))
        except BaseException:
            await self.close()
            raise
        return self

    async def close(self) -> None:
        """Wait for all that was asked, then close the file. It may be opened again."""
        if self._thread is None:
            return
        thread, closed = self._thread, self._begin(self._close)
        self._thread = None
        thread.shutdown(wait=False)
        await asyncio.shield(closed)

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def notices(self) -> tuple[Problem, ...]:
        """What the user should be told about the state the file was found in."""
        return self._open_file.notices

    @property
    def refusal(self) -> Problem | None:
        """Why nothing can be written; None if it can."""
        refusal = self._open_file.refusal
        return refusal.problem if refusal else None

    @property
    def slot(self) -> int:
        """The number under which this process marks the answers it is writing; 0 when it may not write."""
        presence = self._open_file.presence
        return presence.slot if presence else 0

    @property
    def is_exclusive(self) -> bool:
        """Whether nobody else can read the file meanwhile, not even through another connection of ours."""
        return self._open_file.is_exclusive

    async def read(self, work: Callable[[apsw.Connection], T]) -> T:
        """Return what `work` reads, all of it as of one moment.

        Work whose caller is cancelled before its turn is left out.
        """
        return await self._begin(lambda: self._guarded(lambda connection: _in_snapshot(connection, work)))

    async def write(self, work: Callable[[apsw.Connection], T]) -> T:
        """Return what `work` does in one transaction: all of it or nothing.

        What was asked is done even if the caller is cancelled meanwhile, so this may be awaited in a
        `finally`.
        """
        future = self.start_write(work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            future.add_done_callback(_log_failure)
            raise

    async def maintain(self, work: Callable[[apsw.Connection], T]) -> T:
        """Return what `work` does outside of a transaction, as some statements have to be run.

        As with `write`, what was asked is done even if the caller is cancelled meanwhile.
        """
        if refusal := self._open_file.refusal:
            raise refusal.with_traceback(None)
        return await asyncio.shield(self._begin(lambda: self._guarded(work)))

    def start_write(self, work: Callable[[apsw.Connection], T]) -> asyncio.Future[T]:
        """Begin a `write` without waiting for it; what is begun first is done first."""
        if refusal := self._open_file.refusal:
            raise refusal.with_traceback(None)
        return self._begin(lambda: self._guarded(lambda connection: _in_transaction(connection, work)))

    @property
    def _open_file(self) -> Opened:
        if self._opened is None:
            raise RuntimeError("the database is not open")
        return self._opened

    def _begin(self, job: Callable[[], T]) -> asyncio.Future[T]:
        if self._thread is None:
            raise RuntimeError("the database is not open")
        return asyncio.wrap_future(self._thread.submit(job), loop=asyncio.get_running_loop())

    def _open(self) -> None:
        self._opened = open_database(self._place)

    def _close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _guarded(self, work: Callable[[apsw.Connection], T]) -> T:
        opened, path = self._open_file, self._place.path
        try:
            with translated(path):
                return work(opened.connection)
        except DatabaseDamaged:
            if opened.presence:
                mark_suspect(path)
            raise
        except apsw.SQLError as error:
            # A newer version's tables may lack what we ask for.
            if isinstance(opened.refusal, DatabaseNewer):
                raise opened.refusal from error
            if opened.refusal is None and self._is_schema_damaged(opened.connection):
                mark_suspect(path)
                raise DatabaseDamaged(damaged(path)) from error
            raise

    def _is_schema_damaged(self, connection: apsw.Connection) -> bool:
        """Whether it is the file that does not know what a statement names."""
        try:
            return lacks_columns(connection, self._place.steps)
        except (apsw.Error, UnicodeDecodeError):
            return True


def _in_snapshot(connection: apsw.Connection, work: Callable[[apsw.Connection], T]) -> T:
    with snapshot(connection):
        return work(connection)


def _in_transaction(connection: apsw.Connection, work: Callable[[apsw.Connection], T]) -> T:
    with transaction(connection):
        return work(connection)


def _log_failure(write: "asyncio.Future[T]") -> None:
    """Say in the log how a write failed whose caller no longer waits for it."""
    if error := write.exception():
        logger.error("a write that nobody waits for failed: %s", error)
