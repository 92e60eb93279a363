"""The service on its socket, and what tests say to it and ask of it.

In a process of its own: `python -m tests.support.service [--port-file FILE] [--port N] [--control]`; the
first line it writes is its base URL.
"""

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import msgspec

from tests.support.connection import Connection, Request
from tests.support.control import CONTROL, control
from tests.support.controls import Controls
from tests.support.endpoints import BASE_PATHS, path_below_base, respond
from tests.support.json_values import as_object
from tests.support.models import MODELS, Model
from tests.support.openai_compatible import OPENAI_BASE
from tests.support.request_log import Exchange, Progress


class Service(Controls):
    """BigModel v4 on loopback: `async with Service() as service`.

    Runs on the loop it is entered on. Leaving closes every connection and raises what went wrong inside.

    Attributes:
        is_strict: Leaving fails when a client sent what glmdesk must never send.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        models: Mapping[str, Model] = MODELS,
        has_control: bool = False,
        is_strict: bool = False,
    ) -> None:
        super().__init__(models)
        self.is_strict = is_strict
        self._port = port
        self._has_control = has_control
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections = 0
        self._failures: list[Exception] = []

    async def __aenter__(self) -> "Service":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if self._failures:
            raise ExceptionGroup("the test service failed", self._failures)
        if error is None and self.is_strict and self.forbidden:
            raise AssertionError(f"sent what must never be sent: {self.forbidden}")

    @property
    def port(self) -> int:
        """The port it listens on, also after it has stopped."""
        return self._port

    @property
    def base_url(self) -> str:
        """What a client is given, as `http://127.0.0.1:40000/api/paas/v4`."""
        return f"http://127.0.0.1:{self._port}{BASE_PATHS[0]}"

    @property
    def openai_url(self) -> str:
        """Where the same server speaks as OpenAI's does."""
        return f"http://127.0.0.1:{self._port}{OPENAI_BASE}"

    @property
    def connections(self) -> int:
        """How many TCP connections were accepted."""
        return self._connections

    @property
    def open_connections(self) -> int:
        """How many TCP connections are open."""
        return len(self._tasks)

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._server is not None:
            await self._server.wait_closed()
        self._server = None

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        connection = Connection(reader, writer, self._connections)
        task = asyncio.create_task(self._serve(connection))
        self._tasks.add(task)
        task.add_done_callback(lambda task: self._served(task, connection))

    def _served(self, task: asyncio.Task[None], connection: Connection) -> None:
        self._tasks.discard(task)
        # A task cancelled before its first step has closed nothing.
        connection.abort()
        if not task.cancelled():
            error = task.exception()
            if isinstance(error, Exception):
                self._failures.append(error)

    async def _serve(self, connection: Connection) -> None:
        try:
            while request := await connection.receive():
                await self._exchange(connection, request)
        finally:
            await connection.close()

    async def _exchange(self, connection: Connection, request: Request) -> None:
        path = path_below_base(request.target)
        is_control = self._has_control and path.startswith(CONTROL)
        exchange = Exchange(
            number=0 if is_control else self.account.log.next_number(),
            connection=connection.number,
            method=request.method,
            path=path,
            target=request.target,
            headers=list(request.headers),
            body=_json_object(request.body),
            raw=request.body,
            started_at=time.monotonic(),
        )
        if is_control:
            await connection.send(await control(self, exchange), Progress(exchange))
            return
        progress = self.account.log.add(exchange)
        try:
            outgoing = respond(self.account, exchange)
            exchange.status = outgoing.status
            await connection.send(outgoing, progress)
        finally:
            progress.end()


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        return cast("dict[str, Any]", as_object(msgspec.json.decode(body)) or {})
    except msgspec.DecodeError:
        return {}


async def _run(port: int, port_file: Path | None, *, has_control: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no such handlers; there the process just ends.
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    async with Service(port=port, has_control=has_control) as service:
        if port_file is not None:
            # Whoever waits for the file must not read half of it.
            unfinished = port_file.with_name(f"{port_file.name}.unfinished")
            unfinished.write_text(f"{service.port}\n")
            unfinished.replace(port_file)
        sys.stdout.write(f"{service.base_url}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Run the service until it is told to end."""
    parser = argparse.ArgumentParser(description="BigModel v4 on loopback, for tests.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--port-file", type=Path, help="write the port there")
    parser.add_argument("--control", action="store_true", help="obey requests below /_control")
    options = parser.parse_args()
    asyncio.run(_run(options.port, options.port_file, has_control=options.control))


if __name__ == "__main__":
    main()
