"""One run of the window after its first paint: what is opened, and closed in reverse order."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from glmdesk.app.arriving import raise_window
from glmdesk.app.desk import Desk
from glmdesk.app.engine import Engine
from glmdesk.app.instance import InstanceServer, Take
from glmdesk.app.interruptions import Interruptions
from glmdesk.app.log_out import end_before_return
from glmdesk.app.residence import Residence
from glmdesk.app.services import Services
from glmdesk.app.stage import Application, Stage, screen_set
from glmdesk.app.termination import termination_calls
from glmdesk.app.toolkit import Toolkit
from glmdesk.chat.backends import (
    SharedGates,
    demo_connection,
    service_connection,
    service_host,
    service_loader,
)
from glmdesk.chat.connection import Connection
from glmdesk.chat.image_source import ImageSource, NetworkImages, NoImages
from glmdesk.desktop.instance import Claim, InstanceCommand
from glmdesk.desktop.logs import Level, crashes_to, end_in_log, log_to
from glmdesk.desktop.opener import Opener, bundle_folder
from glmdesk.desktop.paths import resources
from glmdesk.desktop.redaction import Redactor
from glmdesk.desktop.secrets import Secrets
from glmdesk.domain.api_key import KEY_VARIABLE
from glmdesk.domain.errors import DatabaseDamaged, LocalDataError, Problem
from glmdesk.i18n import N_
from glmdesk.storage.database import Database
from glmdesk.storage.last_run import LastRun, load_last_run, save_last_run
from glmdesk.storage.models_file import load_catalog
from glmdesk.storage.services_file import ServicesFile
from glmdesk.tools.toolbox import Toolbox
from glmdesk.tools.web_search import WebSearchSource
from glmdesk.ui import loop
from glmdesk.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from glmdesk.app.quick import Quick

logger = logging.getLogger(__name__)

FAULT = 1
"""The exit code when the program itself is at fault; what it was is in the log."""


def run_session(
    application: Application,
    stage: Stage,
    log_level: Level,
    started_with: Mapping[str, str],
    *,
    notice: Problem | None = None,
    claim: Claim | None = None,
    command: InstanceCommand | None = None,
    ready: Callable[[], None] = lambda: None,
) -> tuple[int, bool | None, Problem | None]:
    """Run the window until it is closed; `started_with` is the environment that the programs we start get.

    `ready` is called when the window can be used.

    Return the exit code, and what comes next: None to end, True for the demo, False for the real service; and
    what is to be said then, as `notice` is said now.
    """
    redactor = Redactor()
    code = FAULT
    next_demo: bool | None = None
    next_notice: Problem | None = None
    with ExitStack() as files:
        unwritable = [
            files.enter_context(crashes_to(stage.paths.logs)),
            files.enter_context(log_to(stage.paths.logs, level=log_level, redactor=redactor)),
        ]
        files.push(end_in_log)
        application.setWindowIcon(stage.icons.logo())
        opener = Opener(redactor, started_with, bundle=bundle_folder())
        network = NetworkImages(stage.settings, os.environ, redactor.knows)
        images = NoImages() if stage.is_demo or stage.is_safe else network
        notices = [problem for problem in (*unwritable, notice) if problem]
        # Every session is told the key of the start; the demo before it has not used it up.
        os.environ.pop(KEY_VARIABLE, None)
        services = ServicesFile(stage.paths.config)
        first_host = service_host(stage.settings, os.environ, services.services)
        secrets = Secrets(redactor, first_host, environ=dict(started_with))
        session = Session(
            stage,
            secrets,
            opener,
            services=services,
            image_source=images,
            notices=notices,
            claim=claim,
            command=command,
            ready=ready,
        )
        application.commitDataRequest.connect(session.end_at_once)
        application.quit_asked.connect(session.end)
        open_files = partial(_open_files, application, session)
        application.files_opened.connect(open_files)
        open_files()
        code = loop.run(application, session.run())
        application.files_opened.disconnect(open_files)
        application.commitDataRequest.disconnect(session.end_at_once)
        application.quit_asked.disconnect(session.end)
        next_demo, next_notice = session.next_demo, session.next_notice
    return code, next_demo, next_notice


def _toolbox(connection: Connection, toolkit: Toolkit, *, is_safe: bool) -> Toolbox:
    if is_safe:
        return Toolbox(())
    return Toolbox((WebSearchSource(connection.client), *toolkit.sources), toolkit.servers)


def _open_files(application: Application, session: "Session") -> None:
    files, application.opened_files = tuple(application.opened_files), []
    if files:
        session.take(InstanceCommand("open", files=files))


class Session:
    """Opens the database and the way to the service, runs the window, and closes everything."""

    def __init__(
        self,
        stage: Stage,
        secrets: Secrets,
        opener: Opener,
        *,
        services: ServicesFile,
        image_source: ImageSource,
        notices: Sequence[Problem],
        claim: Claim | None = None,
        command: InstanceCommand | None = None,
        ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._claim = claim
        self._ready = ready
        self._was_started_for_quick = command is not None and command.act == "quick"
        self._wishes = [] if command is None or command.act == "raise" else [command]
        """What this start and others want, until everything is open."""
        self._take: Take = self._take_early
        self._server: InstanceServer | None = None
        self._stage = stage
        self._secrets = secrets
        self._opener = opener
        self._image_source = image_source
        self._notices = [*notices, *services.notices]
        self._services = services
        self._catalog = load_catalog(resources(), stage.paths.config)
        self._catalog.own_services = services.services
        self._gates = SharedGates(stage.settings, lambda: self._catalog)
        self._last_run_path = stage.paths.data / "last-run.json"
        self._database_path = stage.paths.data / "glmdesk.db"
        self._closing = asyncio.Event()
        self._quick: Quick | None = None
        self._quick_places: dict[str, tuple[int, int]] = {}
        self.next_demo: bool | None = None
        self.next_notice: Problem | None = None
        """What is to be said at the beginning of the next run."""
        self._backup: Path | None = None
        """That is to take the place of the history when this run has ended."""
        self._residence: Residence | None = None
        stage.window.closed.connect(self._take_close)
        stage.window.quit_requested.connect(self.end)

    def end(self) -> None:
        """End the run: close everything in its order, and return from `run`."""
        self._closing.set()

    def end_at_once(self) -> None:
        """End the run before this returns: the desktop logs out, and waits for nobody who has returned."""
        end_before_return(self.end)

    def _take_close(self) -> None:
        if self._residence is None or not self._residence.take_in_window():
            self.end()

    def take(self, command: InstanceCommand) -> bool:
        """Begin what is wanted from outside of the window, or keep it until it can be done.

        Return whether it can be.
        """
        return self._take(command)

    async def run(self) -> int:
        """Run until the window is closed; return the exit code."""
        with termination_calls(self.end):
            return await self._run()

    async def _run(self) -> int:
        window, last_run = self._stage.window, load_last_run(self._last_run_path)
        place = last_run.place(screen_set())
        if place is not None and last_run.sidebar_width is not None:
            window.restore(place, last_run.sidebar_width, is_sidebar_shown=last_run.is_sidebar_shown)
        if self._claim is not None:
            self._server = InstanceServer(self._claim, self.take)
        code = 0
        async with AsyncExitStack() as parts:
            try:
                await self._work(parts, last_run)
            except LocalDataError as error:
                code = error.exit_code
                await self._say_why_not(error)
            window.hide()
        window.deleteLater()
        if self._backup is not None:
            self.next_notice = self._restore(self._backup)
        return code

    def _restore(self, backup: Path) -> Problem:
        """Let a backup take the place of the history, which is closed; return what is to be said."""
        from glmdesk.storage.backups import restore  # noqa: PLC0415 - for who restores

        try:
            aside = restore(self._database_path, backup)
        except LocalDataError as error:
            return error.problem
        return Problem(
            "restored",
            N_("The history of the backup {backup} is restored."),
            N_("The one before it is kept as {aside}."),
            details={"backup": backup.name, "aside": str(aside)},
        )

    async def _work(self, parts: AsyncExitStack, last_run: LastRun) -> None:
        """Open everything and let it be used until the window is closed.

        Raises LocalDataError when nothing can be opened.
        """
        self._quick_places.update(last_run.quick_places)
        stage, window, tasks = self._stage, self._stage.window, TaskRunner()
        database = await parts.enter_async_context(Database(self._database_path))
        connection = self._connect()
        parts.push_async_callback(connection.close)
        parts.push_async_callback(tasks.shut_down)
        toolkit = Toolkit(stage, tasks, database=database, secrets=self._secrets, opener=self._opener)
        engine = Engine(
            stage.settings,
            self._catalog,
            tasks,
            database=database,
            connection=connection,
            secrets=self._secrets,
            toolbox=_toolbox(connection, toolkit, is_safe=stage.is_safe),
            is_demo=stage.is_demo,
        )
        parts.push_async_callback(engine.put_away)
        services = Services(
            stage,
            self._services,
            self._catalog,
            tasks,
            secrets=self._secrets,
            load=service_loader(stage.settings, os.environ, self._gates),
            settings=engine.settings,
        )
        desk = Desk(
            stage,
            engine,
            toolkit,
            services,
            opener=self._opener,
            image_source=self._image_source,
            notices=self._notices,
        )
        desk.demo_switched.connect(self._switch)
        desk.restore_requested.connect(self._end_for_backup)
        desk.service_changed.connect(lambda: engine.follow(self._connect()))
        desk.arriving.show_quick = lambda text: self._quick_of(engine, desk).open(text)
        try:
            await desk.set_up(known_host=last_run.key_host)
        except DatabaseDamaged:
            # Opening it read too little to notice. Now that it is known, opening it repairs it.
            await database.close()
            await database.open()
            await desk.set_up(known_host=last_run.key_host)
        self._take = desk.arriving.take
        for wish in self._wishes:
            desk.arriving.take(wish)
        self._residence = residence = Residence(stage, engine, desk, is_explained=last_run.is_tray_explained)
        residence.quit_requested.connect(self.end)
        residence.tray.window_requested.connect(self._dismiss_quick)
        residence.paused.connect(desk.hotkey.pause)
        self._begin_beside(parts, engine, desk, residence)
        self._ready()
        await self._wait_for_end()
        if self._quick is not None:
            self._quick.end()
        ended = LastRun(
            last_run.places_with(screen_set(), bytes(window.saveGeometry().data())),
            window.sidebar_width,
            engine.key.keyring_host,
            window.is_sidebar_shown,
            residence.is_explained,
            self._quick_places,
        )
        save_last_run(self._last_run_path, ended)

    def _begin_beside(self, parts: AsyncExitStack, engine: Engine, desk: Desk, residence: Residence) -> None:
        """Begin what goes on beside the window."""
        interruptions = Interruptions(engine)
        parts.callback(residence.end)
        parts.callback(desk.hotkey.end)
        parts.push_async_callback(interruptions.end)
        if not self._stage.is_safe:
            desk.hotkey.begin()
            engine.tasks.start("residence", residence.begin)
        engine.tasks.start("interruptions", interruptions.begin)

    def _quick_of(self, engine: Engine, desk: Desk) -> "Quick":
        """Return the quick questions, which come with the first."""
        from glmdesk.app.quick import Quick  # noqa: PLC0415 - most runs do without

        if self._quick is None:
            self._quick = Quick(self._stage, engine, desk, self._opener, self._image_source)
            self._quick.window.places = self._quick_places
            self._quick.window_wanted.connect(partial(raise_window, self._stage.window, InstanceCommand()))
            self._quick.left.connect(self._end_unseen)
        return self._quick

    def _dismiss_quick(self) -> None:
        """Hide what the first click of two has opened: it may not have been active, and so does not leave."""
        if self._quick is not None:
            self._quick.window.dismiss()

    def _end_unseen(self) -> None:
        """End the run that was started for a quick question alone, if there is no way back to it."""
        if self._was_started_for_quick and not self._stage.window.isVisible():
            self._take_close()

    async def _say_why_not(self, error: LocalDataError) -> None:
        """Say in the window, and to whoever started it, why nothing can be opened, until it is closed.

        What was to be asked stands there to be copied.
        """
        self._take = self._only_raise
        logger.error("nothing can be opened: %s", error)
        if sys.stderr is not None:  # a windowed program on Windows has none
            sys.stderr.write(f"glmdesk: {error}\n")
        chat = self._stage.window.chat
        chat.banner.show_problem(error.problem)
        texts = [chat.composer.text(), *(wish.text for wish in self._wishes)]
        chat.composer.set_text("\n\n".join(filter(None, texts)))
        self._stage.window.show()
        await self._wait_for_end()

    async def _wait_for_end(self) -> None:
        await self._closing.wait()
        if self._server is not None:
            # Who starts now finds nobody, and waits to be the instance.
            self._server.close()

    def _take_early(self, command: InstanceCommand) -> bool:
        """Show the window, or keep what is wanted until the history is open, which may take a while."""
        if command.act == "raise":
            raise_window(self._stage.window, command)
        else:
            self._wishes.append(command)
        return True

    def _only_raise(self, command: InstanceCommand) -> bool:
        raise_window(self._stage.window, command)
        return command.act == "raise"

    def _connect(self) -> Connection:
        if self._stage.is_demo:
            return demo_connection(self._catalog, resources())
        return service_connection(
            self._stage.settings, self._secrets, os.environ, self._gates, self._services.services
        )

    def _end_for_backup(self, backup: Path) -> None:
        self._backup = backup
        self._switch(self._stage.is_demo)

    def _switch(self, to_demo: bool) -> None:
        self.next_demo = to_demo
        self._closing.set()
