"""The controllers of the window, and how they and the panes are wired."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from glmdesk.app.attaching import Attaching
from glmdesk.app.comparing import Comparing
from glmdesk.app.links import Links
from glmdesk.app.outbox import Outbox
from glmdesk.app.purse import Purse
from glmdesk.app.servers import ToolServers
from glmdesk.app.services import Services
from glmdesk.app.shelf import Shelf
from glmdesk.app.stage import Stage
from glmdesk.app.undo import Undo
from glmdesk.app.ways import Ways
from glmdesk.chat.attached import AttachedFiles
from glmdesk.chat.connection import Backend, Connection
from glmdesk.chat.image_source import ImageSource
from glmdesk.desktop.opener import Opener
from glmdesk.desktop.secrets import Secrets
from glmdesk.domain.address import parse_address
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import Action, LocalDataError, Problem, UserError
from glmdesk.domain.message import Message, State
from glmdesk.domain.tool import ToolSource
from glmdesk.i18n import _
from glmdesk.storage.attachments import attachments_of
from glmdesk.storage.consents import Consents
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.drafts import Drafts
from glmdesk.storage.estimates import Estimates
from glmdesk.storage.journal import AnswerWriter
from glmdesk.storage.search.search import Found, Search
from glmdesk.storage.services_file import ServicesFile
from glmdesk.storage.settings import FONT_SIZES, Settings
from glmdesk.tools.toolbox import Toolbox
from glmdesk.ui import shortcuts
from glmdesk.ui.controllers.answers import TURN, AnswersController
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.controllers.drafts import DraftsController
from glmdesk.ui.controllers.key import KeyController
from glmdesk.ui.controllers.outbox import OutboxController
from glmdesk.ui.controllers.settings import SettingsController
from glmdesk.ui.controllers.tools import ToolsController
from glmdesk.ui.controllers.window import WindowController
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.panes.asking import Asking
from glmdesk.ui.panes.chat_binding import ChatBinding
from glmdesk.ui.panes.estimating import Estimating
from glmdesk.ui.panes.searching import Searching
from glmdesk.ui.shortcuts import Shortcut
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.widgets.banner import Kind
from glmdesk.ui.widgets.key_entry import KeyEntry
from glmdesk.ui.widgets.menu_button import MenuButton
from glmdesk.ui.widgets.model_picker import ModelPicker
from glmdesk.ui.widgets.ways_bar import WaysBar

if TYPE_CHECKING:
    from glmdesk.app.reading import Reading
    from glmdesk.tools.own.source import OwnTools
    from glmdesk.ui.dialogs.settings import Override, SettingsDialog
    from glmdesk.ui.models.found_list import Command
    from glmdesk.ui.widgets.key_row import KeyRow
    from glmdesk.ui.widgets.transcript import Transcript


class Desk(QObject):
    """Everything behind the window of one run.

    Signals:
        demo_switched(to_demo: bool): the run should end and another begin, in the demo or out of it.
        restore_requested(path: Path): the run should end and another begin, with a backup of the history.
        service_changed(): a setting changed that decides where questions go, or how.
        offer_changed(offer: Offer): another service is in force.
    """

    demo_switched = Signal(bool)
    restore_requested = Signal(object)
    service_changed = Signal()
    offer_changed = Signal(object)

    def __init__(
        self,
        stage: Stage,
        catalog: Catalog,
        tasks: TaskRunner,
        *,
        database: Database,
        connection: Connection,
        secrets: Secrets,
        opener: Opener,
        services: ServicesFile,
        load: Callable[[Endpoint], Backend],
        image_source: ImageSource,
        own_tools: "Callable[[], OwnTools]",
        tool_sources: Sequence[ToolSource] = (),
        notices: Sequence[Problem] = (),
    ) -> None:
        """`load` loads the way to a service that is tried."""
        super().__init__()
        self._stage = stage
        self._window, self._banner = stage.window, stage.window.chat.banner
        self._catalog = catalog
        self._offered, self._offer = connection.target, catalog.of(connection.target)
        self._tasks = tasks
        self._database = database
        self._connection = connection
        self._image_source = image_source
        self._own_tools, self._notices = own_tools, notices
        store = Conversations(database)
        self._shelf = Shelf(stage, database, catalog, tasks, default_model=self._default_model)
        self._messages = MessageList(self)
        self._reading: Reading | None = None
        """It comes with the first messages."""
        self._searching = Searching(stage.window.sidebar, Search(database), tasks, stage.appearance.theme)
        self._words = ""
        """What is to be marked in the message that the reader is led to."""
        self._key_entry = KeyEntry()
        self._purse = Purse(stage, database, catalog, tasks, lambda: self._offer)
        write = partial(AnswerWriter, database)
        self._answers = AnswersController(
            connection,
            catalog,
            tasks,
            write,
            require_budget=self._purse.require,
        )
        self._files = AttachedFiles(attachments_of(database.path))
        self._servers = ToolServers(stage, tasks, secrets, opener)
        self._tools = ToolsController(Toolbox((*tool_sources, self._servers)), Consents(database), write)
        self._reads = WindowController(
            store,
            Estimates(database),
            connection,
            catalog,
            tasks,
            tools=self._tools,
            files=self._files,
        )
        self._chat = ChatController(
            store,
            self._answers,
            tasks,
            tools=self._tools,
            window=self._reads,
            rows=self._shelf.rows,
            messages=self._messages,
            default_model=self._default_model,
        )
        self._key = KeyController(connection, secrets, tasks)
        self._settings = SettingsController(stage.settings, tasks)
        self._services = Services(
            stage, services, catalog, tasks, secrets=secrets, load=load, settings=self._settings
        )
        self._links = Links(stage, tasks, opener)
        self._outbox = Outbox(
            stage, OutboxController(store, self._chat, self._answers, tasks), self._chat.open_at
        )
        self._undo = Undo(
            self._banner,
            restore_conversation=self._shelf.conversations.restore,
            restore_message=self._chat.restore,
            unarchive=lambda it: self._shelf.conversations.archive([it], is_archived=False),
        )
        self._drafts = DraftsController(Drafts(database), tasks)
        self._binding = ChatBinding(
            stage.window.chat,
            self._key_entry,
            self._messages,
            self._offer,
            chat=self._chat,
            key=self._key,
            drafts=self._drafts,
            make_transcript=self._make_transcript,
        )
        self._attaching = Attaching(
            stage,
            self._files,
            tasks,
            self._binding.writing,
            offer=lambda: self._offer,
            conversation=lambda: self._chat.conversation,
        )
        self._comparing = Comparing(
            stage, self._chat, self._answers, lambda: self._offer, self._present_reading
        )
        self._estimating: Estimating | None = None
        self._ways = Ways(stage, database, self._chat, tasks, lambda: self._offer)

    @property
    def key_host(self) -> str | None:
        """The host for which the keyring is known to hold a key."""
        return self._key.keyring_host

    async def set_up(self, *, known_host: str | None) -> None:
        """Fill the window and let it be used. A key that is known to be there is not looked for."""
        stage, pane = self._stage, self._window.chat
        await self._shelf.fill()
        await self._drafts.load()
        picker, more = ModelPicker(self._offer, stage.language), MenuButton(_("More"))
        pane.header.add_controls(picker, more, stage.appearance.theme)
        asking = Asking(pane, WaysBar(stage.icons), self._chat, self._tools, self._tasks)
        asking.management_requested.connect(self._ways.open_consents)
        asking.settings_requested.connect(self._ways.open_settings)
        asking.own_tools_requested.connect(self._open_own_tools)
        self._estimating = Estimating(pane, self._chat, self._reads, self._binding.writing, self._tasks)
        asking.schema_requested.connect(self._ways.open_schema)
        pane.composer.set_send_key(with_control=stage.settings.send_with == "ctrl-enter")
        self._purse.begin()
        self._outbox.begin()
        self._window.order_stops()
        self._connect()
        self._chat.show_new()
        pane.composer.input.setFocus()
        if not stage.is_demo:
            self._key.look(known_host=known_host)
        found = (self._notices, stage.settings.notices, self._catalog.notices, self._database.notices)
        self._show_notices([*chain.from_iterable(found), *self._replacements()])
        if not self._database.refusal:
            self._tasks.start("clear-up", self._shelf.clear_up)
            self._outbox.look()
            self._searching.complete_index()
            if not stage.is_demo:
                self._shelf.backups.begin()

    async def put_away(self) -> None:
        """Store what is not stored yet: the window is about to close."""
        await self._drafts.finish()
        await self._answers.finish()

    def follow(self, connection: Connection) -> None:
        """Go where another connection leads from the next question on."""
        self._tasks.start("reconnect", lambda: self._follow(connection))

    def _connect(self) -> None:
        self._window.add_shortcuts()
        sidebar, pane, chat = self._window.sidebar, self._window.chat, self._chat
        sidebar.new_requested.connect(self._new_chat)
        sidebar.settings_requested.connect(self._open_settings)
        self._window.help_requested.connect(self._list_shortcuts)
        self._window.step_requested.connect(self._binding.go_to_message)
        self._window.search_requested.connect(self._searching.begin)
        self._window.palette_requested.connect(self._open_palette)
        self._searching.chosen.connect(self._open_found)
        chat.message_wanted.connect(self._lead_to)
        self._window.zoom_requested.connect(self._zoom)
        self._window.find_requested.connect(self._find)
        self._window.match_requested.connect(self._find_match)
        pane.header.find_requested.connect(self._find)
        sidebar.leave_demo_requested.connect(self._leave_demo)
        self._connect_shelf(self._shelf)
        self._connect_servers(self._servers)
        chat.message_deleted.connect(self._undo.offer_message)
        pane.header.compare_requested.connect(self._comparing.begin)
        pane.header.renamed.connect(self._shelf.conversations.rename)
        pane.header.export_requested.connect(self._export)
        pane.header.card_requested.connect(self._show_card)
        pane.header.delete_requested.connect(self._delete_shown)
        pane.composer.changed.connect(self._warm_up)
        chat.conversation_changed.connect(self._show_conversation)
        self._binding.demo_requested.connect(lambda: self.demo_switched.emit(True))
        self._binding.console_requested.connect(self._open_console)
        self._binding.settings_requested.connect(self._open_settings)
        self._binding.compare_requested.connect(self._comparing.begin_again)
        self._binding.spending_allowed.connect(self._purse.spending.allow)
        self._binding.spending_allowed.connect(self._outbox.look)
        self._key.kept.connect(self._outbox.look)
        self._settings.changed.connect(self._apply_setting)
        self._services.changed.connect(self._follow_services)
        self._answers.ended.connect(self._follow_answer)
        self._stage.appearance.changed.connect(self._show_theme)
        self._tasks.failed.connect(self._show_failure)
        self._tasks.crashed.connect(self._show_crash)

    def _connect_servers(self, servers: ToolServers) -> None:
        servers.resource_read.connect(self._attaching.take)
        servers.prompt_written.connect(self._binding.writing.begin)

    def _connect_shelf(self, shelf: Shelf) -> None:
        shelf.chosen.connect(self._chat.open)
        shelf.chosen.connect(self._binding.leave_key_entry)
        shelf.delete_requested.connect(self._delete)
        shelf.erase_requested.connect(self._erase)
        shelf.imported.connect(self._searching.complete_index)
        shelf.taken_back.connect(self._leave)
        shelf.restore_requested.connect(self.restore_requested)
        shelf.conversations.arranged.connect(self._chat.take_arrangement)
        shelf.conversations.renamed.connect(self._chat.renamed)
        shelf.conversations.deleted.connect(self._offer_undo)
        shelf.conversations.archived.connect(self._undo.offer_archived)
        shelf.conversations.restored.connect(self._chat.open)

    def _make_transcript(self) -> "Transcript":
        # The Markdown parser takes longer to load than a frame lasts; the first key stroke has loaded it.
        from glmdesk.app.reading import Reading  # noqa: PLC0415

        self._reading = Reading(
            self._stage,
            self._messages,
            self._offer,
            self._tasks,
            chat=self._chat,
            links=self._links,
            image_source=self._image_source,
            attachments=self._files.attachments,
            base_url=lambda: self._connection.endpoint.base_url,
        )
        self._reading.transcript.zoom_requested.connect(self._zoom)
        return self._reading.transcript

    def _present_reading(self) -> "Reading":
        assert self._reading is not None, "there are messages"
        return self._reading

    def _warm_up(self) -> None:
        """Load what a question needs while it is being written; an idle start does without."""
        if self._window.chat.composer.draft:
            self._window.chat.composer.changed.disconnect(self._warm_up)
            self._tasks.start("warm-up", self._load)

    async def _load(self) -> None:
        # Nothing that imports Qt: making its classes in a thread crashes the running window (PySide6 6.11).
        await asyncio.to_thread(_load_renderer)
        if self._connection.refusal:
            return
        backend = await self._connection.warm_up()
        if backend.warning:
            self._banner.show_message(Kind.NOTICE, backend.warning)

    async def _follow(self, connection: Connection) -> None:
        await self._connection.follow(connection)
        if self._connection.target != self._offered:
            self._offer_models()
        self._key.look_unasked()
        await self._load()

    def _offer_models(self) -> None:
        """Offer what the service in force has. A chat that has not begun may go on with its default."""
        self._offered = self._connection.target
        self._offer = self._catalog.of(self._offered)
        self._binding.set_offer(self._offer)
        if not self._chat.is_stored and self._offer.is_elsewhere(self._chat.conversation.model):
            self._chat.choose_model(self._default_model())
        self._purse.spending.refresh()
        self.offer_changed.emit(self._offer)
        if self._estimating is not None:
            self._estimating.measure_again()
        self._show_notices(self._replacements())

    def _replacements(self) -> list[Problem]:
        """Return what is to be said where new chats cannot begin with the model of the settings."""
        replacement = None if self._stage.is_demo else self._offer.replacement(self._stage.settings.model)
        return [replacement] if replacement else []

    def _open_settings(self) -> None:
        from glmdesk.ui.dialogs.settings import SettingsDialog  # noqa: PLC0415 - for who opens it
        from glmdesk.ui.widgets.key_row import KeyRow  # noqa: PLC0415

        key_row = None if self._stage.is_demo else KeyRow()
        dialog = SettingsDialog(
            self._stage.settings,
            self._offer,
            self._window,
            services=self._services.all,
            overrides=_overrides(self._connection),
            key_row=key_row,
        )
        dialog.change_requested.connect(self._settings.change)
        dialog.servers_requested.connect(self._servers.show)
        self._settings.refused.connect(dialog.show_problem)
        self.offer_changed.connect(dialog.set_offer)
        dialog.services_requested.connect(lambda: self._services.show(dialog))
        self._services.changed.connect(dialog.set_services)
        if key_row is not None:
            self._connect_key(key_row, dialog)
        dialog.open()

    def _export(self, conversation_id: str) -> None:
        self._shelf.export([conversation_id])

    def _open_own_tools(self) -> None:
        from glmdesk.app.own_tools import open_own_tools  # noqa: PLC0415 - for who opens it

        open_own_tools(self._window, self._own_tools(), self._tasks)

    def _open_palette(self) -> None:
        from glmdesk.ui.panes.palette import Palette  # noqa: PLC0415 - for who opens it

        palette = Palette(
            self._window,
            Search(self._database),
            self._tasks,
            self._stage.appearance.theme,
            commands=self._commands(),
            recent=lambda: self._shelf.conversations.recent,
        )
        palette.chosen.connect(self._open_found)
        palette.show()

    def _commands(self) -> "list[Command]":
        """Return everything that the window can be asked for."""
        from glmdesk.app.commands import command  # noqa: PLC0415 - for who opens the palette

        window = self._window
        themes = {"light": _("Light theme"), "dark": _("Dark theme"), "system": _("Theme of the system")}
        acts: list[tuple[Shortcut | str, Callable[[], object]]] = [
            (shortcuts.NEW_CHAT, self._new_chat),
            (shortcuts.FIND, self._find),
            (shortcuts.SEARCH, window.search),
            (shortcuts.SIDEBAR, window.toggle_sidebar),
            (shortcuts.SETTINGS, self._open_settings),
            (_("Chat settings"), self._ways.open_settings),
            (_("Compare models"), self._comparing.begin),
            (_("What the JSON has to be"), self._ways.open_schema),
            (_("What may run unasked"), self._ways.open_consents),
            (_("Your tools"), self._open_own_tools),
            (shortcuts.HELP, self._list_shortcuts),
            (_("Choose a model"), window.chat.header.open_picker),
            (shortcuts.MODEL, window.chat.header.ask_for_card),
            (_("Services"), partial(self._services.show, window)),
            (_("Spending"), self._purse.show),
            (_("MCP servers"), self._servers.show),
            *self._shelf.acts(),
            *(
                (name, partial(self._settings.change, Settings.theme, theme))
                for theme, name in themes.items()
            ),
        ]
        if self._chat.is_stored:
            export = partial(self._export, self._chat.conversation.id)
            acts.append((_("Export this conversation…"), export))
        return [command(what, act) for what, act in acts]

    def _open_found(self, found: Found, words: str) -> None:
        self._binding.leave_key_entry()
        if found.message_id is None:
            self._chat.open(found.conversation_id)
        else:
            self._words = words
            self._chat.open_at(found.conversation_id, found.message_id)

    def _lead_to(self, message_id: str) -> None:
        if self._reading is not None:
            self._reading.lead_to(message_id, self._words)

    def _zoom(self, step: int) -> None:
        """Show larger letters (1), smaller ones (-1), or those of the desktop (0)."""
        shown = self._stage.appearance.style.text.pointSize()
        wanted = min(max(shown + step, FONT_SIZES.minimum), FONT_SIZES.maximum) if step else 0
        self._settings.change(Settings.font_size, wanted)

    def _find(self) -> None:
        if self._reading is not None:
            self._reading.find()

    def _find_match(self, step: int) -> None:
        if self._reading is not None:
            self._reading.find_match(step)

    def _list_shortcuts(self) -> None:
        from glmdesk.ui.dialogs.shortcuts import ShortcutsDialog  # noqa: PLC0415 - for who opens it

        sends_with_control = self._stage.settings.send_with == "ctrl-enter"
        ShortcutsDialog(self._window, sends_with_control=sends_with_control).open()

    def _connect_key(self, row: "KeyRow", dialog: "SettingsDialog") -> None:
        row.entry_requested.connect(dialog.accept)
        row.entry_requested.connect(lambda: self._binding.act(Action.ENTER_KEY))
        row.removal_requested.connect(dialog.accept)
        row.removal_requested.connect(self._key.forget)
        row.keyring_requested.connect(self._key.look)
        self._key.state_changed.connect(row.show_state)
        row.show_state(self._key.state)
        self._key.look_unasked()

    def _apply_setting(self, key: str) -> None:
        settings = self._stage.settings
        match key:
            case "theme" | "font_size":
                self._stage.appearance.choose(settings.theme, settings.font_size)
            case "send_with":
                self._window.chat.composer.set_send_key(with_control=settings.send_with == "ctrl-enter")
            case "monthly_budget":
                self._purse.spending.refresh()
            case "language":
                self._banner.show_message(
                    Kind.NOTICE, _("The language changes with the next start of glmdesk.")
                )
            case "service" | "base_url" | "proxy" | "silence_s" | "waiting_notice_s" if (
                not self._stage.is_demo
            ):
                self.service_changed.emit()
            case _:
                pass

    def _follow_answer(self, answer: Message) -> None:
        if answer.state is State.COMPLETE and not self._stage.is_demo:
            self._key.take_up()
        self._searching.complete_index()
        self._purse.spending.refresh()

    def _follow_services(self) -> None:
        if not self._stage.is_demo:
            self.service_changed.emit()

    def _show_card(self, model_id: str) -> None:
        from glmdesk.ui.dialogs.model_card import ModelCard  # noqa: PLC0415 - for who looks

        successor = self._offer.successor(model_id)
        ModelCard(
            self._offer.described(model_id),
            self._window,
            language=self._stage.language,
            tier=self._stage.settings.tier,
            host=self._offer.host,
            successor=successor.title if successor else "",
        ).open()

    def _default_model(self) -> str:
        # The settings are shared with the demo, which answers for the models of the catalogue only.
        return self._offer.preselected(self._stage.settings.model, known_only=self._stage.is_demo)

    def _leave_demo(self) -> None:
        # Who leaves has stopped what is being written; the program does not end.
        self._answers.stop_all()
        self.demo_switched.emit(False)

    def _new_chat(self) -> None:
        self._chat.show_new()
        self._window.chat.composer.input.setFocus()

    def _show_conversation(self) -> None:
        self._window.show_title(self._chat.conversation.title)
        self._shelf.view.select(self._chat.conversation.id)

    def _delete(self, conversation_ids: Sequence[str]) -> None:
        for conversation_id in conversation_ids:
            self._answers.stop(conversation_id)
        self._shelf.conversations.delete(conversation_ids)

    def _erase(self, conversation_ids: Sequence[str]) -> None:
        self._tasks.start(
            f"erase:{','.join(conversation_ids)}", partial(self._end_and_erase, conversation_ids)
        )

    async def _end_and_erase(self, conversation_ids: Sequence[str]) -> None:
        for conversation_id in conversation_ids:
            await self._answers.end(conversation_id)
        self._leave(conversation_ids)
        await self._shelf.erase(conversation_ids)

    def _leave(self, conversation_ids: Sequence[str]) -> None:
        """Show a new chat where one of these is shown, which is there no more."""
        if self._chat.conversation.id in conversation_ids:
            self._chat.show_new()

    def _delete_shown(self, conversation_id: str) -> None:
        # The button that was pressed is of no use for the new chat that follows.
        self._window.chat.composer.input.setFocus()
        self._delete([conversation_id])

    def _offer_undo(self, conversation_id: str, title: str) -> None:
        self._leave([conversation_id])
        self._undo.offer_conversation(conversation_id, title)

    def _show_failure(self, name: str, error: UserError) -> None:
        # The error of a turn is a part of its answer, where it stays for as long as the answer does; but what
        # could not be stored is part of nothing.
        if isinstance(error, LocalDataError) or not name.startswith(f"{TURN}:"):
            self._banner.show_problem(error.problem)

    def _show_crash(self, text: str) -> None:
        fault = _("A fault of glmdesk: {fault}. Details are in the log.").format(fault=text)
        self._banner.show_message(Kind.ERROR, fault)

    def _show_notices(self, notices: list[Problem]) -> None:
        if notices:
            text = "\n".join(notice.words for notice in notices)
            self._banner.show_message(Kind.NOTICE, text)

    def _show_theme(self) -> None:
        self._window.set_theme(self._stage.appearance.theme)
        self._searching.set_theme(self._stage.appearance.theme)

    def _open_console(self, billing: bool) -> None:
        if refusal := self._connection.refusal:
            self._banner.show_problem(refusal)
            return
        endpoint = self._connection.endpoint
        url = endpoint.console_url(billing=billing)
        address = parse_address(url) if url else None
        if address is not None:
            self._links.open(address)
        else:
            words = _("glmdesk does not know the console of {host}. Look for it on its website.")
            self._banner.show_message(Kind.NOTICE, words.format(host=endpoint.host))


def _overrides(connection: Connection) -> "dict[str, Override]":
    """Return what the environment decides about the connection in place of the settings."""
    from glmdesk.ui.dialogs.settings import Override  # noqa: PLC0415 - for who opens them

    if not connection.variable:
        return {}
    problem = connection.refusal.words if connection.refusal else ""
    own = connection.target.own if connection.target else None
    return {
        "service": Override(own.name if own else _("At the address below"), connection.variable),
        "base_url": Override(connection.address, connection.variable, problem),
    }


def _load_renderer() -> None:
    """Load the Markdown parser, and the names of the languages of code."""
    from glmdesk.render.languages import language_of  # noqa: PLC0415
    from glmdesk.render.stream import BlockStream  # noqa: PLC0415

    BlockStream().feed("")
    language_of("python")
