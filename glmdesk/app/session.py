"""One run of the window after its first paint: every part made once, wired, and closed in reverse order."""

import asyncio
import importlib
import logging
import os
import signal
from contextlib import AsyncExitStack, ExitStack
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from glmdesk.app.start import Application, Stage
from glmdesk.chat.backends import demo_connection, service_connection
from glmdesk.chat.connection import Connection
from glmdesk.desktop.logs import Level, crashes_to, log_to
from glmdesk.desktop.paths import resources
from glmdesk.desktop.redaction import Redactor
from glmdesk.desktop.secrets import Secrets
from glmdesk.domain.endpoint import MAINLAND_URL
from glmdesk.domain.errors import Action, Problem, UsageError, UserError
from glmdesk.i18n import _
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.journal import AnswerWriter
from glmdesk.storage.window_state import WindowState, load_window_state, save_window_state
from glmdesk.ui import loop
from glmdesk.ui.controllers.answers import TURN, AnswersController
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.controllers.key import KeyController
from glmdesk.ui.controllers.library import UNDO_S, LibraryController
from glmdesk.ui.controllers.settings import SettingsController
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.panes.chat_binding import ChatBinding
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.widgets.banner import Kind

if TYPE_CHECKING:
    from glmdesk.ui.widgets.transcript import Transcript

logger = logging.getLogger(__name__)

_UNDO = "undo:"

_CONSOLE_URL = "https://open.bigmodel.cn/usercenter/apikeys"
_BILLING_URL = "https://open.bigmodel.cn/finance-center/finance/pay"


def run_session(application: Application, stage: Stage, log_level: Level) -> tuple[int, bool | None]:
    """Run the window until it is closed.

    Return the exit code, and what comes next: None to end, True for the demo, False for the real service.
    """
    redactor = Redactor()
    with ExitStack() as files:
        stage.paths.create()
        files.enter_context(crashes_to(stage.paths.logs))
        files.enter_context(log_to(stage.paths.logs, level=log_level, redactor=redactor))
        session = Session(application, stage, redactor)
        code = loop.run(application, session.run())
        return code, session.next_demo


class Session:
    """The parts of one run, and how they are wired."""

    def __init__(self, application: Application, stage: Stage, redactor: Redactor) -> None:
        self._stage = stage
        self._window = stage.window
        self._tasks = TaskRunner()
        self._secrets = Secrets(redactor)
        self._state_path = stage.paths.data / "window.json"
        self._closing = asyncio.Event()
        self.next_demo: bool | None = None
        application.quit_requested.connect(self._closing.set)
        self._window.closed.connect(self._closing.set)

    async def run(self) -> int:
        """Open everything, run until the window is closed, and close everything."""
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, self._closing.set)
        self._restore_window()
        self._tasks.failed.connect(self._show_failure)
        self._tasks.crashed.connect(self._show_crash)
        async with AsyncExitStack() as parts:
            database = await parts.enter_async_context(Database(self._stage.paths.data / "glmdesk.db"))
            connection = self._connection()
            parts.push_async_callback(connection.close)
            parts.push_async_callback(self._tasks.shut_down)
            await self._start(database, connection)
            await self._closing.wait()
            self._save_window()
            self._window.hide()
        self._window.deleteLater()
        return 0

    def _connection(self) -> Connection:
        if self._stage.is_demo:
            return demo_connection(self._stage.catalog, resources())
        settings, keys = self._stage.settings, self._secrets
        try:
            return service_connection(settings, keys, os.environ)
        except UsageError as error:
            self._window.chat.banner.show_problem(error.problem)
            return service_connection(settings, keys, os.environ, MAINLAND_URL)

    async def _start(self, database: Database, connection: Connection) -> None:
        stage, window, tasks = self._stage, self._window, self._tasks
        store = Conversations(database)
        rows, messages = window.sidebar.model, MessageList(window)
        self._library = LibraryController(store, rows, tasks)
        self._answers = AnswersController(
            connection, stage.catalog, tasks, lambda message_id: AnswerWriter(database, message_id)
        )
        self._chat = ChatController(
            store, self._answers, tasks, rows=rows, messages=messages, default_model=self._default_model
        )
        self._key = KeyController(connection, self._secrets, tasks)
        self._settings = SettingsController(stage.settings, tasks)
        self._settings.changed.connect(lambda key: self._apply_setting(key, connection))
        await self._library.load()
        await asyncio.to_thread(importlib.import_module, "glmdesk.ui.widgets.transcript")
        self._add_transcript(messages)
        window.chat.key_entry.set_host(connection.endpoint.host)
        window.chat.composer.set_send_key(with_control=stage.settings.send_with == "ctrl-enter")
        self._connect_sidebar()
        self._chat.show_new()
        window.chat.composer.input.setFocus()
        self._show_notices([*stage.settings.notices, *database.notices])
        if not stage.is_demo:
            await self._key.look()
        tasks.start("purge", self._library.purge)
        tasks.start("warm-up", lambda: self._warm_up(connection))

    def _add_transcript(self, messages: MessageList) -> None:
        # Imported in a thread just before: the Markdown parser takes longer to load than a frame lasts.
        from glmdesk.ui.widgets.transcript import Transcript  # noqa: PLC0415

        stage = self._stage
        transcript = Transcript(messages, stage.catalog, stage.icons, stage.appearance.style)
        self._window.chat.add_transcript(transcript)
        transcript.link_activated.connect(self._open_link)
        self._binding = ChatBinding(self._window.chat, transcript, messages, self._chat, self._key)
        self._binding.demo_requested.connect(lambda: self._switch(to_demo=True))
        self._binding.console_requested.connect(self._open_console)
        stage.appearance.changed.connect(lambda: self._show_theme(transcript))

    def _connect_sidebar(self) -> None:
        sidebar, library, chat = self._window.sidebar, self._library, self._chat
        sidebar.new_requested.connect(self._new_chat)
        sidebar.settings_requested.connect(lambda: self._tasks.start("settings", self._open_settings))
        sidebar.leave_demo_requested.connect(lambda: self._switch(to_demo=False))
        sidebar.view.chosen.connect(chat.open)
        sidebar.view.delete_requested.connect(self._delete)
        sidebar.model.renamed.connect(chat.renamed)
        self._window.chat.header.renamed.connect(self._rename_shown)
        chat.conversation_changed.connect(self._show_conversation)
        library.deleted.connect(self._offer_undo)
        library.restored.connect(chat.open)
        self._window.chat.banner.acted.connect(self._undo)

    async def _open_settings(self) -> None:
        await asyncio.to_thread(importlib.import_module, "glmdesk.ui.dialogs.settings")
        from glmdesk.ui.dialogs.settings import SettingsDialog  # noqa: PLC0415 - as the transcript

        dialog = SettingsDialog(self._stage.settings, self._stage.catalog, self._window)
        dialog.change_requested.connect(self._settings.change)
        dialog.key_entry_requested.connect(dialog.accept)
        dialog.key_entry_requested.connect(lambda: self._binding.act(Action.ENTER_KEY))
        dialog.key_removal_requested.connect(dialog.accept)
        dialog.key_removal_requested.connect(self._key.forget)
        self._settings.refused.connect(dialog.show_problem)
        dialog.show_key_state(await self._key.describe())
        dialog.open()

    def _apply_setting(self, key: str, connection: Connection) -> None:
        settings, composer = self._stage.settings, self._window.chat.composer
        match key:
            case "theme" | "font_size":
                self._stage.appearance.choose(settings.theme, settings.font_size)
            case "send_with":
                composer.set_send_key(with_control=settings.send_with == "ctrl-enter")
            case "language":
                notice = _("The language changes with the next start of glmdesk.")
                self._window.chat.banner.show_message(Kind.NOTICE, notice)
            case "base_url" | "proxy" | "silence_s" | "waiting_notice_s" if not self._stage.is_demo:
                self._tasks.start("reconnect", lambda: self._reconnect(connection))
            case _:
                pass

    async def _reconnect(self, connection: Connection) -> None:
        await connection.follow(self._connection())
        self._window.chat.key_entry.set_host(connection.endpoint.host)
        await self._key.look()
        await self._warm_up(connection)

    async def _warm_up(self, connection: Connection) -> None:
        backend = await connection.warm_up()
        if backend.warning:
            self._window.chat.banner.show_message(Kind.NOTICE, backend.warning)

    def _default_model(self) -> str:
        return self._stage.settings.model or self._stage.catalog.default.id

    def _new_chat(self) -> None:
        self._chat.show_new()
        self._window.chat.composer.input.setFocus()

    def _rename_shown(self, title: str) -> None:
        self._library.rename(self._chat.conversation.id, title)
        self._chat.renamed(self._chat.conversation.id, title)

    def _show_conversation(self) -> None:
        conversation = self._chat.conversation
        self._window.show_title(conversation.title)
        self._window.sidebar.select(conversation.id)

    def _delete(self, conversation_id: str) -> None:
        self._answers.stop(conversation_id)
        self._library.delete(conversation_id)

    def _offer_undo(self, conversation_id: str, title: str) -> None:
        if conversation_id == self._chat.conversation.id:
            self._chat.show_new()
        self._window.chat.banner.show_message(
            Kind.NOTICE,
            _("“{title}” was deleted.").format(title=title),
            action=f"{_UNDO}{conversation_id}",
            label=_("Undo"),
            seconds=UNDO_S,
        )

    def _undo(self, action: str) -> None:
        if action.startswith(_UNDO):
            self._library.restore(action.removeprefix(_UNDO))

    def _show_failure(self, name: str, error: UserError) -> None:
        # The error of a turn is a part of its answer, where it stays for as long as the answer does.
        if not name.startswith(f"{TURN}:"):
            self._window.chat.banner.show_problem(error.problem)

    def _show_crash(self, text: str) -> None:
        self._window.chat.banner.show_message(
            Kind.ERROR, _("A fault of glmdesk: {fault}. Details are in the log.").format(fault=text)
        )

    def _show_notices(self, notices: list[Problem]) -> None:
        if notices:
            self._window.chat.banner.show_message(
                Kind.NOTICE, "\n".join(f"{notice.headline} {notice.remedy}" for notice in notices)
            )

    def _show_theme(self, transcript: "Transcript") -> None:
        self._window.set_theme(self._stage.appearance.theme)
        transcript.set_style(self._stage.appearance.style)

    def _switch(self, *, to_demo: bool) -> None:
        self.next_demo = to_demo
        self._closing.set()

    def _open_console(self, billing: bool) -> None:
        QDesktopServices.openUrl(QUrl(_BILLING_URL if billing else _CONSOLE_URL))

    def _open_link(self, url: str) -> None:
        QDesktopServices.openUrl(QUrl(url))

    def _restore_window(self) -> None:
        state = load_window_state(self._state_path)
        if state.geometry is not None and state.sidebar_width is not None:
            self._window.restore(state.geometry, state.sidebar_width)

    def _save_window(self) -> None:
        geometry = bytes(self._window.saveGeometry().data())
        save_window_state(self._state_path, WindowState(geometry, self._window.sidebar_width))
