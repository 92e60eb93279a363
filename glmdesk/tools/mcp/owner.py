"""One task owns a server from its start to its end: what the SDK opens is closed where it was opened."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, TypeVar, cast

from glmdesk.desktop.guarded_child import GuardedChild, guarded_child
from glmdesk.domain.connector import Connector
from glmdesk.domain.errors import Problem, UserError
from glmdesk.domain.tool import ToolResult
from glmdesk.i18n import _, ngettext
from glmdesk.tools.mcp import reasons
from glmdesk.tools.mcp.config import Program, Review, Site
from glmdesk.tools.mcp.definition import Definition
from glmdesk.tools.mcp.log import ServerLog
from glmdesk.tools.mcp.reasons import ServerFault
from glmdesk.tools.mcp.surroundings import Surroundings
from glmdesk.tools.mcp.values import State

if TYPE_CHECKING:
    from glmdesk.tools.mcp.client import Session, Transport

T = TypeVar("T")

START_S: Final = 90.0
"""Seconds for a server's first words: `npx` and `uvx` fetch it first."""

_PAUSES_S: Final = (1.0, 4.0, 16.0)
"""Seconds before a server that has run, and has ended by itself, is started again. After these it is left."""

_STABLE_S: Final = 60.0
"""Seconds after which a server counts as running well, and its end as the first."""


class Runner(Protocol):
    """What runs tasks, each under a name."""

    def start(self, name: str, work: Callable[[], Awaitable[None]], /) -> None:
        """Start a task; one of that name has ended before it begins."""
        ...

    def cancel(self, name: str, /) -> None:
        """Cancel the task of that name."""
        ...

    def is_running(self, name: str, /) -> bool:
        """Whether a task of that name runs."""
        ...

    async def ended(self, name: str, /) -> None:
        """Wait until none of that name runs."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which a server is run.

    Attributes:
        review: Return how it is started or reached, if that may be done now. Raises UserError.
        told: Takes the tools it has, whenever it says what they are.
        changed: Is called when there is something else to be seen of it.
    """

    review: Callable[[], Awaitable[Review]]
    told: Callable[[Sequence[Definition]], Awaitable[None]]
    changed: Callable[[], None]


class Owner:
    """Starts a server when it is first used, keeps it, and ends it."""

    def __init__(
        self,
        server_id: str,
        terms: Terms,
        surroundings: Surroundings,
        runner: Runner,
        *,
        start_s: float = START_S,
        pauses_s: Sequence[float] = _PAUSES_S,
    ) -> None:
        self.state = State.READY
        self.problem: Problem | None = None
        """Why it does not run."""
        self.definitions: tuple[Definition, ...] | None = None
        """Its tools as it described them last; None as long as it has not."""
        self.about = ""
        """What it calls itself, and the revision of the protocol."""
        self.log = ServerLog(surroundings.redactor.redact, terms.changed)
        self._task = f"mcp:{server_id}"
        self._terms = terms
        self._surroundings = surroundings
        self._runner = runner
        self._start_s = start_s
        self._pauses_s = pauses_s
        self._session: Session | None = None
        self._turn = 0
        """How often it was started; what one start leaves behind is nothing to the next."""
        self._settled, self._stopping = asyncio.Event(), asyncio.Event()
        self._lost, self._stale = asyncio.Event(), asyncio.Event()
        self._rubbish, self._status, self._has_run = "", 0, False

    def start(self) -> None:
        """Let it run, if it does not."""
        if self._session is None and (self.state is not State.STARTING or not self._is_owned):
            self._turn += 1
            self._stopping, self._settled = asyncio.Event(), asyncio.Event()
            self._show(State.STARTING)
            self._runner.start(self._task, partial(self._own, self._turn))

    async def stop(self) -> None:
        """End it, and wait until it has ended."""
        self._stopping.set()
        if self._session is None:
            self._runner.cancel(self._task)
        await self._runner.ended(self._task)

    async def session(self) -> "Session":
        """Return the conversation with it; start it first where that is needed. Raises ServerFault."""
        self.start()
        await self._settled.wait()
        if self._session is None:
            raise ServerFault(self.problem or reasons.NOT_ALLOWED)
        return self._session

    async def call(self, definition: Definition, arguments: Mapping[str, object]) -> ToolResult:
        """Call a tool that is what its definition says. Raises ServerFault, and UserError."""
        session = await self.session()
        now = next((one for one in self.definitions or () if one.name == definition.name), None)
        if now is None or now.digest != definition.digest:
            return ToolResult(
                f"The server describes {definition.name} in another way than before. It is not called"
                " until the user has reviewed it.",
                is_error=True,
            )
        return await self.ask(session.call(definition.name, arguments))

    async def ask(self, question: Awaitable[T]) -> T:
        """Return what the server answers. Raises ServerFault."""
        from glmdesk.tools.mcp import client  # noqa: PLC0415 - there is a session, so it is loaded

        try:
            return await question
        except (ExceptionGroup, *client.FAULTS) as error:
            cause = _first(error)
            self.log.note(_("Answered with an error: {reason}").format(reason=_said(cause)))
            if client.is_gone(cause):
                self._session = None
                self._lost.set()
                raise ServerFault(reasons.GONE) from error
            raise ServerFault(reasons.broken_protocol(_said(cause))) from error

    @property
    def _is_owned(self) -> bool:
        return self._runner.is_running(self._task)

    async def _own(self, turn: int) -> None:
        """Run it until it is to stop; start it again where it has run and then ended."""
        loop, failures = asyncio.get_running_loop(), 0
        try:
            while True:
                began = loop.time()
                try:
                    await self._serve()
                except UserError as fault:
                    self._fail(fault.problem)
                else:
                    return
                failures = 0 if loop.time() - began > _STABLE_S else failures
                if not self._has_run or failures >= len(self._pauses_s) or await self._paused(failures):
                    return
                failures += 1
        finally:
            if turn == self._turn:  # else it is being started anew
                self._session = None
                if self.state is not State.FAILED:
                    self._show(State.READY)
                self._settled.set()

    async def _paused(self, failures: int) -> bool:
        """Wait before it is started again; whether it is to stop instead."""
        pause = self._pauses_s[failures]
        words = ngettext(
            "Starting again in {count} second.", "Starting again in {count} seconds.", round(pause)
        )
        self.log.note(words.format(count=f"{pause:g}"))
        try:
            async with asyncio.timeout(pause):
                await self._stopping.wait()
        except TimeoutError:
            return False
        return True

    async def _serve(self) -> None:
        """Run it once, until it is to stop. Raises UserError when it does not start, or ends."""
        if self._settled.is_set():
            self._settled = asyncio.Event()
        self._lost, self._stale = asyncio.Event(), asyncio.Event()
        self._rubbish, self._status, self._has_run = "", 0, False
        self.log.begin()
        self._show(State.STARTING)
        review = await self._terms.review()
        self.log.hide(value for _name, value in review.config.secrets)
        await self._load()
        match review.config.way:
            case Program() as program:
                await self._serve_program(program, review.file)
            case Site() as site:
                await self._serve_site(site)
            case Connector():
                # It is the service that speaks with it.
                raise ServerFault(reasons.NOT_ALLOWED)

    async def _load(self) -> None:
        """Import the SDK in a thread; nothing of Qt is below it. Raises ServerFault where it is missing."""
        try:
            await self._surroundings.beside(partial(import_module, "glmdesk.tools.mcp.client"))
        except ModuleNotFoundError as error:
            raise ServerFault(reasons.NOT_INSTALLED) from error

    async def _serve_program(self, program: Program, file: str) -> None:
        from glmdesk.tools.mcp import client  # noqa: PLC0415 - loaded by now

        if sys.platform == "win32":
            await self._serve_on_windows(program, file)
            return
        async with self._started(program, file) as child:
            try:
                await self._talk(client.streams_of(child, self._take_rubbish), child)
            except TimeoutError as error:
                said = self.log.last_errors(reasons.LAST_LINES)
                raise ServerFault(reasons.silent(self._start_s, said, self._rubbish)) from error
            except (ExceptionGroup, *client.FAULTS) as error:
                await child.last_words()
                self._require_alive(child)
                raise ServerFault(reasons.broken_protocol(_said(_first(error)))) from error
            if not self._stopping.is_set():
                await child.last_words()
                self._require_alive(child)

    async def _serve_on_windows(self, program: Program, file: str) -> None:
        from glmdesk.tools.mcp import client  # noqa: PLC0415 - loaded by now

        environ, folder = await self._prepared(program)
        try:
            await self._talk(client.streams_of_windows((file, *program.args), environ, folder), None)
        except TimeoutError as error:
            raise ServerFault(reasons.silent(self._start_s, "", "")) from error
        except OSError as error:
            raise ServerFault(reasons.not_started(program.command, error.strerror or str(error))) from error
        except (ExceptionGroup, *client.FAULTS) as error:
            raise ServerFault(reasons.broken_protocol(_said(_first(error)))) from error

    async def _prepared(self, program: Program) -> tuple[dict[str, str], str | None]:
        """Return the variables and the folder to start with. Raises ServerFault."""
        environ, folder = await self._surroundings.place_of(program)
        if program.folder and not await asyncio.to_thread(os.path.isdir, folder or ""):
            raise ServerFault(reasons.no_folder(program.folder))
        self.log.note(_("Starting: {command}").format(command=program.shown))
        return environ, folder

    @asynccontextmanager
    async def _started(self, program: Program, file: str) -> "AsyncGenerator[GuardedChild]":
        environ, folder = await self._prepared(program)
        async with AsyncExitStack() as stack:
            running = guarded_child((file, *program.args), environ, folder=folder, line=self.log.take)
            try:
                child = await stack.enter_async_context(running)
            except OSError as error:
                raise ServerFault(
                    reasons.not_started(program.command, error.strerror or str(error))
                ) from error
            yield child

    def _require_alive(self, child: GuardedChild) -> None:
        if child.exit_code is not None:
            said = self.log.last_errors(reasons.LAST_LINES)
            raise ServerFault(reasons.ended(child.exit_code, said))

    async def _serve_site(self, site: Site) -> None:
        from glmdesk.tools.mcp import client  # noqa: PLC0415 - loaded by now

        self.log.note(_("Connecting to {address}").format(address=site.url))
        try:
            await self._talk(
                client.streams_to(site, self._surroundings.proxy(site.url), self._take_status), None
            )
        except TimeoutError as error:
            raise ServerFault(reasons.silent(self._start_s, "", "")) from error
        except (ExceptionGroup, OSError, *client.FAULTS) as error:
            cause = _first(error)
            if self._status:
                raise ServerFault(reasons.http_status(self._status)) from error
            if client.is_of_network(cause):
                raise ServerFault(reasons.unreachable(site, _said(cause))) from error
            raise ServerFault(reasons.broken_protocol(_said(cause))) from error
        if not self._stopping.is_set():
            raise ServerFault(reasons.unreachable(site, _("the server has ended the session")))

    async def _talk(self, transport: "Transport", child: GuardedChild | None) -> None:
        """Hold the conversation until it is to stop, or the other side is gone."""
        from glmdesk.tools.mcp import client  # noqa: PLC0415 - loaded by now

        async with AsyncExitStack() as stack:
            async with asyncio.timeout(self._start_s):
                session = await stack.enter_async_context(
                    client.talk(transport, self._stale.set, self.log.hear)
                )
                definitions = await session.tools()
            self.about = " · ".join(filter(None, (session.title, f"MCP {session.revision}")))
            await self._take_definitions(definitions)
            # What was refused before it ran was only asked to know what it speaks.
            self._session, self._has_run, self._status = session, True, 0
            self._show(State.RUNNING)
            self._settled.set()
            self.log.note(_("Running: {about}").format(about=self.about))
            await self._until_over(session, child)

    async def _until_over(self, session: "Session", child: GuardedChild | None) -> None:
        async with asyncio.TaskGroup() as group:
            ends: list[asyncio.Task[object]] = [
                group.create_task(self._stopping.wait()),
                group.create_task(self._lost.wait()),
            ]
            if child is not None:
                ends.append(group.create_task(child.wait()))
            work = [
                group.create_task(session.listen(self._stale.set)),
                group.create_task(self._follow(session)),
            ]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for task in (*ends, *work):
                task.cancel()

    async def _follow(self, session: "Session") -> None:
        """Ask for the tools again whenever the server says that they are others."""
        while True:
            await self._stale.wait()
            self._stale.clear()
            try:
                await self._take_definitions(await self.ask(session.tools()))
            except ServerFault:
                # It is in the log; what was known of the tools stays.
                continue

    async def _take_definitions(self, definitions: tuple[Definition, ...]) -> None:
        self.definitions = definitions
        await self._terms.told(definitions)
        self._terms.changed()

    def _take_rubbish(self, line: str) -> None:
        clean = self.log.clean(line)
        self._rubbish = self._rubbish or clean
        self.log.note(_("Not MCP: {line}").format(line=clean))

    def _take_status(self, status: int) -> None:
        self._status = status
        self.log.note(f"HTTP {status}")

    def _fail(self, problem: Problem) -> None:
        self.problem = problem
        self._session = None
        self.log.note(problem.words)
        self._show(State.FAILED)
        self._settled.set()

    def _show(self, state: State) -> None:
        self.state = state
        if state is not State.FAILED:
            self.problem = None
        self._terms.changed()


def _first(error: BaseException) -> BaseException:
    """Return the first error in groups of them."""
    first = error
    while isinstance(first, BaseExceptionGroup):
        first = cast("BaseExceptionGroup[BaseException]", first).exceptions[0]
    return first


def _said(error: BaseException) -> str:
    words = str(error).strip().rstrip(".") or type(error).__name__
    return words if len(words) <= _LONGEST_REASON else f"{words[:_LONGEST_REASON]}…"


_LONGEST_REASON: Final = 400
