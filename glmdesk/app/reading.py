"""What goes with messages on the screen, wired. It takes long to load, and comes with the first of them."""

import asyncio
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from glmdesk.app.links import Links
from glmdesk.app.stage import Stage
from glmdesk.app.structured import Structured
from glmdesk.chat.image_source import ImageSource
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.catalog import Offer
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.message import Message
from glmdesk.i18n import _
from glmdesk.render import highlight
from glmdesk.render.attachments import digest_in, shown_name
from glmdesk.storage.attachments import Attachments
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.controllers.copying import CopyController
from glmdesk.ui.controllers.formulas import FormulasController
from glmdesk.ui.controllers.images import ImagesController
from glmdesk.ui.controllers.saving import Content, SaveController
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.panes.finding import Finding
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.widgets.transcript import Transcript


class Reading(QObject):
    """The transcript with what its reader can do besides asking. It ends with the window."""

    def __init__(
        self,
        stage: Stage,
        messages: MessageList,
        offer: Offer,
        tasks: TaskRunner,
        *,
        chat: ChatController,
        links: Links,
        image_source: ImageSource,
        attachments: Attachments,
        endpoint: Callable[[], Endpoint],
    ) -> None:
        """`endpoint` returns where the service in force is; it raises UsageError where it is nowhere."""
        super().__init__(stage.window)
        self._stage = stage
        self._tasks = tasks
        self._chat = chat
        self._messages = messages
        self._links = links
        self._attachments = attachments
        self._endpoint = endpoint
        self._formulas, self._pictures = Formulas(self), Images(self)
        self.transcript = self._made(messages, offer)
        self._finding = Finding(stage.window.chat, self.transcript, messages, tasks, stage.icons)
        self._saving = SaveController(tasks, self)
        self._copying = CopyController(tasks, self)
        self._structured = Structured(stage, tasks, self.transcript.model_title, self._ask_where)
        self._images = ImagesController(self._pictures, image_source, tasks)
        FormulasController(self._formulas, tasks)
        self._serve(self.transcript)
        self.transcript.data_requested.connect(self._open_data)
        self.transcript.code_requested.connect(self._show_code)
        self._images.open_requested.connect(self._links.follow)
        self._images.save_requested.connect(partial(self._ask_where, _("Save image")))
        self._chat.conversation_changed.connect(self._enter)
        self._stage.appearance.changed.connect(self._show_theme)
        self._finding.set_theme(stage.appearance.theme)

    def find(self) -> None:
        """Ask for a text to be found in the messages, where there are any."""
        self._finding.begin()

    def lead_to(self, message_id: str, words: str) -> None:
        """Show a message of the branch on the screen, with words marked in it."""
        row = self._messages.row_of(message_id)
        if row is not None:
            self._finding.lead_to(row, words)

    def find_match(self, step: int) -> None:
        """Go to the match before (-1) or after (1) the current one, if anything is being looked for."""
        self._finding.step(step)

    def beside(self, messages: MessageList, offer: Offer) -> Transcript:
        """Return a view of other messages of the conversation; nothing can be done with them as a whole."""
        transcript = self._made(messages, offer, has_actions=False)
        self._serve(transcript)
        transcript.data_requested.connect(partial(self._open_data_of, messages))
        return transcript

    def _made(self, messages: MessageList, offer: Offer, *, has_actions: bool = True) -> Transcript:
        return Transcript(
            messages,
            offer,
            self._stage.icons,
            self._stage.appearance.style,
            formulas=self._formulas,
            images=self._pictures,
            has_actions=has_actions,
        )

    def _serve(self, transcript: Transcript) -> None:
        transcript.link_activated.connect(self._follow)
        transcript.copy_requested.connect(self._copying.copy)
        transcript.marked.connect(self._copying.offer)
        transcript.save_requested.connect(partial(self._ask_where, _("Save code")))
        transcript.language_wanted.connect(partial(self._want_language, transcript))
        transcript.image_wanted.connect(self._images.act)

    def _enter(self) -> None:
        self._images.enter(self._chat.conversation.id)

    def _show_theme(self) -> None:
        appearance = self._stage.appearance
        self.transcript.set_style(appearance.style)
        self._finding.set_theme(appearance.theme)

    def _follow(self, href: str, text: str) -> None:
        digest = digest_in(href)
        if digest is None:
            self._links.follow(href, text)
            return
        for message in self._messages.messages:
            for attachment in message.attachments:
                # The same content may have another name elsewhere.
                if attachment.digest == digest and shown_name(attachment) == text:
                    self._tasks.start(f"attachment:{digest}", partial(self._save_copy, attachment))
                    return

    async def _save_copy(self, attachment: Attachment) -> None:
        """Ask where a copy of a file should be; it is never opened, because it may be a program."""
        content = await asyncio.to_thread(self._attachments.content, attachment)
        self._ask_where(_("Save a copy"), attachment.name, content)

    def _show_code(self, row: int) -> None:
        message = self._messages[row].message
        self._tasks.start(f"code:{message.id}", partial(self._open_code, message))

    async def _open_code(self, message: Message) -> None:
        """Show the request behind a message as code."""
        from glmdesk.ui.dialogs.request_code import RequestCodeDialog, coloured  # noqa: PLC0415 - for who opens it

        request = await self._chat.request_of(message)
        texts = await asyncio.to_thread(coloured, request, self._endpoint())
        appearance = self._stage.appearance
        dialog = RequestCodeDialog(self._stage.window, texts, appearance.style)
        appearance.changed.connect(dialog.set_style)
        dialog.save_requested.connect(partial(self._ask_where, _("Save code"), parent=dialog))
        dialog.open()

    def _ask_where(self, title: str, name: str, content: Content, *, parent: QWidget | None = None) -> None:
        from glmdesk.ui.dialogs.files import SaveDialog  # noqa: PLC0415 - for who saves something

        dialog = SaveDialog(parent or self._stage.window, title, name, self._saving.folder)
        dialog.chosen.connect(partial(self._saving.save, content))
        dialog.open()

    def _open_data_of(self, messages: MessageList, row: int, page: str) -> None:
        answer = messages[row].message
        self._structured.open(answer, (answer,), page)

    def _open_data(self, row: int, page: str) -> None:
        self._structured.open(self._messages[row].message, self._chat.variants(row), page)

    def _want_language(self, transcript: Transcript, language: str) -> None:
        name = f"language:{language}:{id(transcript)}"
        self._tasks.start(name, partial(self._load_language, transcript, language))

    async def _load_language(self, transcript: Transcript, language: str) -> None:
        await asyncio.to_thread(highlight.load, language)
        if isValid(transcript):
            transcript.colour()
