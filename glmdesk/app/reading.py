"""What goes with messages on the screen, wired. It takes long to load, and comes with the first of them."""

import asyncio
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from glmdesk.app.links import Links
from glmdesk.app.showing import Showing
from glmdesk.app.stage import Stage
from glmdesk.app.structured import Structured
from glmdesk.chat.image_source import ImageSource
from glmdesk.domain.catalog import Offer
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.message import Message
from glmdesk.i18n import _
from glmdesk.storage.attachments import Attachments
from glmdesk.ui.controllers.chat import ChatController
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
        self._endpoint = endpoint
        self._showing = Showing(
            stage.window,
            stage.appearance,
            stage.icons,
            tasks,
            links=links,
            image_source=image_source,
            attachments=attachments,
        )
        self.transcript = self._showing.transcript(messages, offer)
        self._finding = Finding(stage.window.chat, self.transcript, messages, tasks, stage.icons)
        self._structured = Structured(stage, tasks, self.transcript.model_title, self._showing.ask_where)
        self.transcript.data_requested.connect(self._open_data)
        self.transcript.code_requested.connect(self._show_code)
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
        transcript = self._showing.transcript(messages, offer, has_actions=False, has_remedies=False)
        transcript.data_requested.connect(partial(self._open_data_of, messages))
        return transcript

    def _enter(self) -> None:
        self._showing.enter(self._chat.conversation.id)

    def _show_theme(self) -> None:
        self._finding.set_theme(self._stage.appearance.theme)

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
        dialog.save_requested.connect(partial(self._showing.ask_where, _("Save code"), parent=dialog))
        dialog.open()

    def _open_data_of(self, messages: MessageList, row: int, page: str) -> None:
        answer = messages[row].message
        self._structured.open(answer, (answer,), page)

    def _open_data(self, row: int, page: str) -> None:
        self._structured.open(self._messages[row].message, self._chat.variants(row), page)
