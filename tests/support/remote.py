"""The controls from outside: over the control path, for code that has no event loop.

`ServiceThread` for synchronous tests, `ServiceProcess` for tests of the whole program.
"""

import asyncio
import http.client
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Final, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from tests.support.control import CONTROL, AlwaysCommand, FaultsCommand, LimitCommand, ScriptCommand
from tests.support.controls import PATIENCE_S, Moment
from tests.support.endpoints import BASE_PATHS
from tests.support.fault import Fault
from tests.support.openai_compatible import OPENAI_BASE
from tests.support.request_log import Exchange
from tests.support.script import CHAT, Reply
from tests.support.service import Service
from tests.support.violation import Violation

T = TypeVar("T")

# Seconds. Starting and ending take long on a busy machine.
START_S: Final = 20.0
ROOT: Final = Path(__file__).resolve().parents[2]


class Remote:
    """Talks to a service that has its control path open. Exchanges are as they were when asked for."""

    def __init__(self, port: int = 0) -> None:
        self.port: int = port

    @property
    def base_url(self) -> str:
        """What a client is given."""
        return f"http://127.0.0.1:{self.port}{BASE_PATHS[0]}"

    @property
    def openai_url(self) -> str:
        """Where the same server speaks as OpenAI's does."""
        return f"http://127.0.0.1:{self.port}{OPENAI_BASE}"

    @property
    def requests(self) -> list[Exchange]:
        """All exchanges since the last reset, oldest first."""
        return self._get("requests", list[Exchange])

    @property
    def chats(self) -> list[Exchange]:
        """The exchanges of `/chat/completions`."""
        return self._get("requests", list[Exchange], path=CHAT)

    @property
    def forbidden(self) -> list[Violation]:
        """What clients sent and glmdesk must never send."""
        return [violation for exchange in self.requests for violation in exchange.forbidden]

    def script(self, *replies: Reply, path: str = CHAT, when: str = "", model: str = "") -> None:
        """Say what comes next on a path; see `Script.add`."""
        self._post("script", ScriptCommand(replies, path, when, model))

    def always(self, reply: Reply | None, *, path: str = CHAT) -> None:
        """Say what comes whenever nothing is scripted; `None` ends it."""
        self._post("always", AlwaysCommand(reply, path))

    def set_faults(self, *faults: Fault) -> None:
        """Add faults to every chat answer from now on; none ends it."""
        self._post("faults", FaultsCommand(faults))

    def limit(self, model: str, in_flight: int) -> None:
        """Refuse further requests of a model with 1302 while so many are being answered."""
        self._post("limit", LimitCommand(model, in_flight))

    def release(self, exchange: Exchange | int) -> None:
        """Let an answer go on that pauses, or will."""
        self._post(f"requests/{_number(exchange)}/release")

    def reset(self) -> None:
        """Forget script, log, limits, files, everything but the connections."""
        self._post("reset")

    def arrived(self, path: str = CHAT, count: int = 1, timeout_s: float = PATIENCE_S) -> Exchange:
        """Wait for so many requests on a path (any, when empty) and return the last of them."""
        return self._get("arrived", Exchange, path=path, count=str(count), timeout_s=str(timeout_s))

    def paused(self, exchange: Exchange | int, timeout_s: float = PATIENCE_S) -> Exchange:
        """Wait until an answer pauses."""
        return self._wait("paused", exchange, timeout_s)

    def hung_up(self, exchange: Exchange | int, timeout_s: float = PATIENCE_S) -> Exchange:
        """Wait until the client hangs up before an answer is over."""
        return self._wait("hung_up", exchange, timeout_s)

    def ended(self, exchange: Exchange | int, timeout_s: float = PATIENCE_S) -> Exchange:
        """Wait until an answer is over, in any way."""
        return self._wait("ended", exchange, timeout_s)

    def _wait(self, moment: Moment, exchange: Exchange | int, timeout_s: float) -> Exchange:
        return self._get(f"requests/{_number(exchange)}/{moment}", Exchange, timeout_s=str(timeout_s))

    def _get(self, command: str, kind: type[T], **query: str) -> T:
        return msgspec.json.decode(self._ask("GET", f"{command}?{urlencode(query)}", b""), type=kind)

    def _post(self, command: str, body: object = None) -> None:
        self._ask("POST", command, msgspec.json.encode(body))

    def _ask(self, method: str, command: str, body: bytes) -> bytes:
        # The service bounds every wait itself; this is for a service that is gone.
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, CONTROL + command, body)
            response = connection.getresponse()
            answer = response.read()
        if response.status == 504:
            raise TimeoutError(command)
        if response.status != 200:
            raise ValueError(f"{command}: {answer.decode()}")
        return answer


def _number(exchange: Exchange | int) -> int:
    return exchange if isinstance(exchange, int) else exchange.number


class ServiceThread(Remote):
    """A service on an event loop in a thread: `with ServiceThread() as service`."""

    def __init__(self, *, is_strict: bool = False) -> None:
        super().__init__()
        self._is_strict = is_strict
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="service")
        self._run: Future[None] = Future()
        self._stop: Callable[[], object] = lambda: None

    def __enter__(self) -> "ServiceThread":
        started = Future[tuple[int, Callable[[], object]]]()
        self._run = self._executor.submit(asyncio.run, self._serve(started))
        self.port, self._stop = started.result(START_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        self._executor.shutdown()
        self._run.result()

    async def _serve(self, started: "Future[tuple[int, Callable[[], object]]]") -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        async with Service(has_control=True, is_strict=self._is_strict) as service:
            started.set_result((service.port, lambda: loop.call_soon_threadsafe(stop.set)))
            await stop.wait()


class ServiceProcess(Remote):
    """A service in a process of its own: `with ServiceProcess() as service`.

    With a port it can be started again where it was.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "ServiceProcess":
        command = [sys.executable, "-m", "tests.support.service", "--control", "--port", str(self.port)]
        self._process = process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        # Its first line says that it listens, and where; a process that died ends the wait too.
        address: str = process.stdout.readline()
        self.port = urlsplit(address).port or 0
        if not self.port:
            self.stop()
            raise RuntimeError("the service did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process, as a service that goes down; entering again starts it on the same port."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        process.communicate(timeout=START_S)
        if process.returncode != 0:
            raise RuntimeError(f"the service failed, exit code {process.returncode}")
