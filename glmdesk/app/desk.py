"""One window: its parts, and how they are connected with each other and with the engine."""

from collections.abc import Sequence
from functools import partial
from itertools import chain

from PySide6.QtCore import QObject, Signal

from glmdesk.app.arriving import Arriving
from glmdesk.app.commands import Act, Commands
from glmdesk.app.conversing import Conversing
from glmdesk.app.engine import Engine
from glmdesk.app.hotkey import Hotkey
from glmdesk.app.links import Links
from glmdesk.app.outbox import Outbox
from glmdesk.app.preferences import Preferences
from glmdesk.app.purse import Purse
from glmdesk.app.services import Services
from glmdesk.app.shelf import Shelf
from glmdesk.app.stage import Stage
from glmdesk.app.toolkit import Toolkit
from glmdesk.app.undo import Undo
from glmdesk.chat.image_source import ImageSource
from glmdesk.desktop.instance import InstanceCommand
from glmdesk.desktop.opener import Opener
from glmdesk.domain.conversation import Conversation
from glmdesk.domain.errors import Action, LocalDataError, Problem, UserError
from glmdesk.i18n import _
from glmdesk.storage.presets import Presets
from glmdesk.storage.search.search import Search
from glmdesk.ui import shortcuts
from glmdesk.ui.controllers.answers import TURN
from glmdesk.ui.panes.searching import Searching
from glmdesk.ui.widgets.banner import Kind


class Desk(QObject):
    """Everything behind one window that is not behind all of them. Each part lists what it can be asked for.

    Signals:
        demo_switched(to_demo: bool): the run should end and another begin, in the demo or out of it.
        restore_requested(path: Path): the run should end and another begin, with a backup of the history.
        service_changed(): a setting changed that decides where questions go, or how.
        work_done(words: str): an import or an export has ended well.
    """

    demo_switched = Signal(bool)
    restore_requested = Signal(object)
    service_changed = Signal()
    work_done = Signal(str)

    def __init__(
        self,
        stage: Stage,
        engine: Engine,
        toolkit: Toolkit,
        services: Services,
        *,
        opener: Opener,
        image_source: ImageSource,
        notices: Sequence[Problem] = (),
    ) -> None:
        super().__init__()
        self._stage = stage
        self._window, self._banner = stage.window, stage.window.chat.banner
        self._engine = engine
        self._toolkit = toolkit
        self._notices = notices
        offering, tasks, search = engine.offering, engine.tasks, Search(engine.database)
        self._shelf = Shelf(
            stage,
            engine.database,
            engine.catalog,
            engine.answers,
            tasks,
            default_model=offering.default_model,
        )
        self._searching = Searching(stage.window.sidebar, search, tasks, stage.appearance.theme)
        self._links = Links(self._window, self._banner, stage.appearance, tasks, opener)
        self._conversing = Conversing(stage, engine, self._shelf.rows, self._links, image_source)
        self.arriving = Arriving(stage.window, self._conversing, offering, tasks)
        self._purse = Purse(stage, engine.ledger, engine.spending, engine.catalog, tasks)
        self._outbox = Outbox(stage, engine.outbox, self._conversing.chat.open_at)
        self.hotkey = Hotkey(stage, engine.settings, tasks)
        self._preferences = Preferences(
            stage,
            engine.settings,
            offering,
            engine.key,
            services=services,
            hotkey=self.hotkey,
            presets=Presets(engine.database),
            tasks=tasks,
        )
        self._undo = Undo(
            self._banner,
            restore_conversation=self._shelf.conversations.restore,
            restore_message=self._conversing.chat.restore,
            unarchive=lambda it: self._shelf.conversations.archive([it], is_archived=False),
        )
        self._commands = Commands(
            stage,
            search,
            tasks,
            lambda: self.recent_conversations,
            (
                self._conversing.acts,
                self._acts,
                self._preferences.acts,
                self._purse.acts,
                toolkit.acts,
                self._shelf.acts,
            ),
        )

    async def set_up(self, *, known_host: str | None) -> None:
        """Fill the window and let it be used. A key that is known to be there is not looked for."""
        engine, is_demo = self._engine, self._stage.is_demo
        await self._shelf.fill()
        await engine.drafts.load()
        self._purse.begin()
        self._outbox.begin()
        self._connect()
        self._conversing.begin()
        self._window.order_stops()
        if not is_demo:
            engine.key.look(known_host=known_host)
        files = (self._stage.settings.notices, engine.catalog.notices, engine.database.notices)
        notices = chain(self._notices, *files, _given(engine.offering.replacement))
        self._show_notices(list(notices))
        if not engine.database.refusal:
            engine.tasks.start("clear-up", self._shelf.clear_up)
            engine.outbox.look()
            self._searching.complete_index()
            if not is_demo:
                self._shelf.backups.begin()

    @property
    def recent_conversations(self) -> list[Conversation]:
        """The conversations that are listed, the last used first."""
        return self._shelf.conversations.recent

    def open_chat(self, conversation_id: str) -> None:
        """Show a stored conversation."""
        self._conversing.open(conversation_id)

    def new_chat(self) -> None:
        """Show an empty chat to be written in."""
        self._conversing.new()

    def show_settings(self) -> None:
        """Show the settings."""
        self._preferences.show()

    def list_chat(self, conversation: Conversation) -> None:
        """Let a conversation that has just been stored be seen in the list, and found."""
        self._shelf.rows.put(conversation)
        self._searching.complete_index()

    def act(self, action: Action) -> None:
        """Do in the window what a button beside an error offers."""
        self._conversing.binding.act(action)

    def _connect(self) -> None:
        self._window.add_shortcuts()
        self._connect_window()
        self._connect_shelf(self._shelf)
        self._connect_conversing(self._conversing)
        self._connect_engine(self._engine)
        self._connect_preferences(self._preferences)
        self._connect_hotkey(self.hotkey)
        self._searching.chosen.connect(self._conversing.open_found)
        self._commands.chosen.connect(self._conversing.open_found)
        self._stage.appearance.changed.connect(self._show_theme)

    def _connect_window(self) -> None:
        window, sidebar = self._window, self._window.sidebar
        sidebar.new_requested.connect(self._conversing.new)
        sidebar.settings_requested.connect(self._preferences.show)
        sidebar.leave_demo_requested.connect(self._leave_demo)
        sidebar.usual_start_requested.connect(self._start_as_usual)
        window.help_requested.connect(self._list_shortcuts)
        window.search_requested.connect(self._searching.begin)
        window.palette_requested.connect(self._commands.open)
        window.zoom_requested.connect(self._preferences.zoom)
        header = window.chat.header
        header.renamed.connect(self._shelf.conversations.rename)
        header.export_requested.connect(self._export)
        header.delete_requested.connect(self._delete_shown)

    def _connect_shelf(self, shelf: Shelf) -> None:
        chat = self._conversing.chat
        shelf.chosen.connect(self._conversing.open)
        shelf.imported.connect(self._searching.complete_index)
        shelf.taken_back.connect(chat.leave)
        shelf.restore_requested.connect(self.restore_requested)
        shelf.work_done.connect(self.work_done)
        shelf.conversations.arranged.connect(chat.take_arrangement)
        shelf.conversations.renamed.connect(chat.renamed)
        shelf.conversations.deleted.connect(self._offer_undo)
        shelf.conversations.archived.connect(self._undo.offer_archived)
        shelf.conversations.restored.connect(chat.open)

    def _connect_conversing(self, conversing: Conversing) -> None:
        binding, servers = conversing.binding, self._toolkit.servers
        conversing.chat.message_deleted.connect(self._undo.offer_message)
        conversing.chat.conversation_changed.connect(self._show_conversation)
        conversing.zoom_requested.connect(self._preferences.zoom)
        conversing.own_tools_requested.connect(self._toolkit.show_own)
        binding.demo_requested.connect(lambda: self.demo_switched.emit(True))
        binding.console_requested.connect(self._open_console)
        binding.settings_requested.connect(self._preferences.show)
        binding.spending_allowed.connect(self._engine.spending.allow)
        binding.spending_allowed.connect(self._engine.outbox.look)
        servers.resource_read.connect(conversing.attaching.take)
        servers.prompt_written.connect(binding.writing.begin)

    def _connect_engine(self, engine: Engine) -> None:
        engine.answers.ended.connect(self._searching.complete_index)
        engine.offering.changed.connect(self._tell_replacement)
        engine.offering.warned.connect(self._warn)
        engine.tasks.failed.connect(self._show_failure)
        engine.tasks.crashed.connect(self._show_crash)

    def _connect_preferences(self, preferences: Preferences) -> None:
        preferences.service_changed.connect(self.service_changed)
        preferences.key_entry_requested.connect(lambda: self._conversing.binding.act(Action.ENTER_KEY))
        preferences.servers_requested.connect(self._toolkit.servers.show)

    def _connect_hotkey(self, hotkey: Hotkey) -> None:
        hotkey.pressed.connect(self._summon_quick)
        self.arriving.quick_wanted.connect(hotkey.heard)

    def _summon_quick(self, token: str) -> None:
        self.arriving.take(InstanceCommand("quick", activation_token=token))

    def _acts(self) -> list[Act]:
        """Return what can be done with the window as a whole, and with the shown chat as one of many."""
        acts: list[Act] = [
            (shortcuts.SEARCH, self._window.search),
            (shortcuts.SIDEBAR, self._window.toggle_sidebar),
            (shortcuts.HELP, self._list_shortcuts),
            (_("Quick ask"), self._ask_quickly),
        ]
        chat = self._conversing.chat
        if chat.is_stored:
            acts.append((_("Export this conversation…"), partial(self._export, chat.conversation.id)))
        return acts

    def _ask_quickly(self) -> None:
        # Looked up each time: the window for it is made when it is wanted.
        self.arriving.show_quick("")

    def _export(self, conversation_id: str) -> None:
        self._shelf.export([conversation_id])

    def _list_shortcuts(self) -> None:
        from glmdesk.ui.dialogs.shortcuts import ShortcutsDialog  # noqa: PLC0415 - for who opens it

        sends_with_control = self._stage.settings.send_with == "ctrl-enter"
        ShortcutsDialog(self._window, sends_with_control=sends_with_control).open()

    def _leave_demo(self) -> None:
        # Who leaves has stopped what is being written; the program does not end.
        self._engine.answers.stop_all()
        self.demo_switched.emit(False)

    def _start_as_usual(self) -> None:
        self._engine.answers.stop_all()
        self.demo_switched.emit(self._stage.is_demo)

    def _show_conversation(self) -> None:
        conversation = self._conversing.chat.conversation
        self._window.show_title(conversation.title)
        self._shelf.view.select(conversation.id)

    def _delete_shown(self, conversation_id: str) -> None:
        # The button that was pressed is of no use for the new chat that follows.
        self._window.chat.composer.input.setFocus()
        self._shelf.delete([conversation_id])

    def _offer_undo(self, conversation_id: str, title: str) -> None:
        self._conversing.chat.leave([conversation_id])
        self._undo.offer_conversation(conversation_id, title)

    def _show_failure(self, name: str, error: UserError) -> None:
        # The error of a turn is a part of its answer, where it stays for as long as the answer does; but what
        # could not be stored is part of nothing.
        if isinstance(error, LocalDataError) or not name.startswith(f"{TURN}:"):
            self._banner.show_problem(error.problem)

    def _show_crash(self, text: str) -> None:
        fault = _("A fault of glmdesk: {fault}. Details are in the log.").format(fault=text)
        self._banner.show_message(Kind.ERROR, fault)

    def _show_notices(self, notices: Sequence[Problem]) -> None:
        if notices:
            self._warn("\n".join(notice.words for notice in notices))

    def _tell_replacement(self) -> None:
        self._show_notices(_given(self._engine.offering.replacement))

    def _warn(self, text: str) -> None:
        self._banner.show_message(Kind.NOTICE, text)

    def _show_theme(self) -> None:
        self._window.set_theme(self._stage.appearance.theme)
        self._searching.set_theme(self._stage.appearance.theme)

    def _open_console(self, billing: bool) -> None:
        from glmdesk.domain.address import parse_address  # noqa: PLC0415 - for who follows a link

        connection = self._engine.offering.connection
        if refusal := connection.refusal:
            self._banner.show_problem(refusal)
            return
        endpoint = connection.endpoint
        url = endpoint.console_url(billing=billing)
        address = parse_address(url) if url else None
        if address is not None:
            self._links.open(address)
        else:
            words = _("glmdesk does not know the console of {host}. Look for it on its website.")
            self._warn(words.format(host=endpoint.host))


def _given(problem: Problem | None) -> list[Problem]:
    return [problem] if problem else []
