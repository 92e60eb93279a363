"""The chat on the screen of a window: asked in, read, and all that goes with either."""

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from glmdesk.app.attaching import Attaching
from glmdesk.app.commands import Act
from glmdesk.app.comparing import Comparing
from glmdesk.app.engine import Engine
from glmdesk.app.fitting import Fitting
from glmdesk.app.links import Links
from glmdesk.app.sending import FileSending
from glmdesk.app.stage import Stage
from glmdesk.app.ways import Ways
from glmdesk.chat.image_source import ImageSource
from glmdesk.domain.catalog import Offer
from glmdesk.i18n import _
from glmdesk.storage.search.search import Found
from glmdesk.ui import shortcuts
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.panes.asking import Asking
from glmdesk.ui.panes.chat_binding import ChatBinding
from glmdesk.ui.panes.estimating import Estimating
from glmdesk.ui.widgets.key_entry import KeyEntry
from glmdesk.ui.widgets.menu_button import MenuButton
from glmdesk.ui.widgets.model_picker import ModelPicker
from glmdesk.ui.widgets.ways_bar import WaysBar

if TYPE_CHECKING:
    from glmdesk.app.reading import Reading
    from glmdesk.ui.widgets.transcript import Transcript


class Conversing(QObject):
    """Wires the chat pane. What it shows is one conversation; every other one goes on without it.

    Signals:
        zoom_requested(step: int): larger letters (1), smaller ones (-1), or those of the desktop (0).
        own_tools_requested(): the user's tools should be shown.
    """

    zoom_requested = Signal(int)
    own_tools_requested = Signal()

    def __init__(
        self, stage: Stage, engine: Engine, rows: ConversationList, links: Links, image_source: ImageSource
    ) -> None:
        super().__init__()
        self._stage = stage
        self._pane = stage.window.chat
        self._engine = engine
        self._links = links
        self._image_source = image_source
        self._messages = MessageList(self, shows_sources=stage.is_safe)
        offering, tasks = engine.offering, engine.tasks
        self.chat = ChatController(
            engine.store,
            engine.turns,
            engine.answers,
            tasks,
            window=engine.context,
            rows=rows,
            messages=self._messages,
            default_model=offering.default_model,
        )
        self.binding = ChatBinding(
            self._pane,
            KeyEntry(),
            self._messages,
            offering.offer,
            chat=self.chat,
            key=engine.key,
            drafts=engine.drafts,
            make_transcript=self._make_transcript,
        )
        writing = self.binding.writing
        self.attaching = Attaching(stage, engine.files, tasks, writing)
        fitting = Fitting(stage, engine.files, tasks, offering)
        self._sending = FileSending(stage, fitting, writing, self.chat)
        self._comparing = Comparing(
            stage,
            self.chat,
            engine.answers,
            fitting=fitting,
            offering=offering,
            reading=self._present_reading,
        )
        self._ways = Ways(stage, engine.database, self.chat, tasks, offering)
        self._estimating: Estimating | None = None
        self._reading: Reading | None = None
        """It comes with the first messages."""
        self._words = ""
        """What is to be marked in the message that the reader is led to."""

    def begin(self) -> None:
        """Add what the first paint does without, and show a new chat."""
        engine, pane, stage = self._engine, self._pane, self._stage
        picker = ModelPicker(engine.offering.offer, stage.language)
        pane.header.add_controls(picker, MenuButton(_("More")), stage.appearance.theme)
        asking = Asking(
            pane,
            WaysBar(stage.icons),
            self.chat,
            engine.tools,
            engine.tasks,
            offer=lambda: engine.offering.offer,
        )
        engine.offering.changed.connect(asking.refresh)
        asking.management_requested.connect(self._ways.open_consents)
        asking.settings_requested.connect(self._ways.open_settings)
        asking.schema_requested.connect(self._ways.open_schema)
        asking.own_tools_requested.connect(self.own_tools_requested)
        self._estimating = Estimating(pane, self.chat, engine.context, self.binding.writing, engine.tasks)
        self._connect()
        self.new()

    def _connect(self) -> None:
        window, header = self._stage.window, self._pane.header
        window.step_requested.connect(self.binding.go_to_message)
        window.find_requested.connect(self._find)
        window.match_requested.connect(self._find_match)
        header.find_requested.connect(self._find)
        header.compare_requested.connect(self._comparing.begin)
        header.card_requested.connect(self._show_card)
        self._pane.composer.changed.connect(self._warm_up)
        self.chat.message_wanted.connect(self._lead_to)
        self.binding.compare_requested.connect(self._comparing.begin_again)
        self.attaching.attached.connect(self._sending.warn)
        self._engine.offering.changed.connect(self._take_offer)

    def acts(self) -> list[Act]:
        """Return what can be done with the chat on the screen."""
        header = self._pane.header
        return [
            (shortcuts.NEW_CHAT, self.new),
            (shortcuts.FIND, self._find),
            (_("Chat settings"), self._ways.open_settings),
            (_("Compare models"), self._comparing.begin),
            (_("What the JSON has to be"), self._ways.open_schema),
            (_("What may run unasked"), self._ways.open_consents),
            (_("Choose a model"), header.open_picker),
            (shortcuts.MODEL, header.ask_for_card),
        ]

    def new(self) -> None:
        """Show an empty chat to be written in."""
        self.chat.show_new()
        self._pane.composer.input.setFocus()

    def open(self, conversation_id: str) -> None:
        """Show a stored conversation."""
        self.binding.leave_key_entry()
        self.chat.open(conversation_id)

    def open_found(self, found: Found, words: str) -> None:
        """Show what was found, with the words marked that were looked for."""
        self.binding.leave_key_entry()
        if found.message_id is None:
            self.chat.open(found.conversation_id)
        else:
            self._words = words
            self.chat.open_at(found.conversation_id, found.message_id)

    def _make_transcript(self) -> "Transcript":
        # The Markdown parser takes longer to load than a frame lasts; the first key stroke has loaded it.
        from glmdesk.app.reading import Reading  # noqa: PLC0415

        offering = self._engine.offering
        self._reading = Reading(
            self._stage,
            self._messages,
            offering.offer,
            self._engine.tasks,
            chat=self.chat,
            links=self._links,
            image_source=self._image_source,
            attachments=self._engine.files.attachments,
            endpoint=lambda: offering.connection.endpoint,
        )
        self._reading.transcript.zoom_requested.connect(self.zoom_requested)
        return self._reading.transcript

    def _present_reading(self) -> "Reading":
        assert self._reading is not None, "there are messages"
        return self._reading

    def _warm_up(self) -> None:
        """Load what a question needs while it is being written; an idle start does without."""
        if self._pane.composer.draft:
            self._pane.composer.changed.disconnect(self._warm_up)
            self._engine.tasks.start("warm-up", self._load)

    async def _load(self) -> None:
        # Nothing that imports Qt: making its classes in a thread crashes the running window (PySide6 6.11).
        await asyncio.to_thread(_load_renderer)
        await self._engine.offering.warm_up()

    def _take_offer(self, offer: Offer) -> None:
        """Offer other models. A chat that has not begun may go on with another default."""
        self.binding.set_offer(offer)
        if not self.chat.is_stored and offer.is_elsewhere(self.chat.conversation.model):
            self.chat.choose_model(self._engine.offering.default_model())
        if self._estimating is not None:
            self._estimating.measure_again()

    def _lead_to(self, message_id: str) -> None:
        if self._reading is not None:
            self._reading.lead_to(message_id, self._words)

    def _find(self) -> None:
        if self._reading is not None:
            self._reading.find()

    def _find_match(self, step: int) -> None:
        if self._reading is not None:
            self._reading.find_match(step)

    def _show_card(self, model_id: str) -> None:
        from glmdesk.ui.dialogs.model_card import ModelCard  # noqa: PLC0415 - for who looks

        stage, offer = self._stage, self._engine.offering.offer
        successor = offer.successor(model_id)
        ModelCard(
            offer.described(model_id),
            stage.window,
            language=stage.language,
            tier=stage.settings.tier,
            host=offer.host,
            successor=successor.title if successor else "",
        ).open()


def _load_renderer() -> None:
    """Load the Markdown parser, and the names of the languages of code."""
    from glmdesk.render.languages import language_of  # noqa: PLC0415
    from glmdesk.render.stream import BlockStream  # noqa: PLC0415

    BlockStream().feed("")
    language_of("python")
