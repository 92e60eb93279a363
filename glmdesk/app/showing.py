"""What goes with messages wherever they are shown: formulas, images, links, copies and files."""

import asyncio
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from glmdesk.app.appearance import Appearance
from glmdesk.app.links import Links
from glmdesk.chat.image_source import ImageSource
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.catalog import Offer
from glmdesk.i18n import _
from glmdesk.render import highlight
from glmdesk.render.attachments import digest_in, shown_name
from glmdesk.storage.attachments import Attachments
from glmdesk.ui.controllers.copying import CopyController
from glmdesk.ui.controllers.formulas import FormulasController
from glmdesk.ui.controllers.images import ImagesController
from glmdesk.ui.controllers.saving import Content, SaveController
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.widgets.transcript import Transcript


class Showing(QObject):
    """Makes the views of messages in a window, and serves them. It ends with the window."""

    def __init__(
        self,
        window: QWidget,
        appearance: Appearance,
        icons: Icons,
        tasks: TaskRunner,
        *,
        links: Links,
        image_source: ImageSource,
        attachments: Attachments,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._appearance = appearance
        self._icons = icons
        self._tasks = tasks
        self._links = links
        self._attachments = attachments
        self._formulas, self._pictures = Formulas(self), Images(self)
        self._saving = SaveController(tasks, self)
        self._copying = CopyController(tasks, self)
        self._images = ImagesController(self._pictures, image_source, tasks)
        FormulasController(self._formulas, tasks)
        self._images.open_requested.connect(links.follow)
        self._images.save_requested.connect(partial(self.ask_where, _("Save image")))

    def transcript(
        self,
        messages: MessageList,
        offer: Offer,
        *,
        has_actions: bool = True,
        has_remedies: bool = True,
    ) -> Transcript:
        """Return a view of messages; `has_actions` says whether something can be done with each as a whole.

        `has_remedies` says whether something can be done about those that are not as they should be.
        """
        transcript = Transcript(
            messages,
            offer,
            self._icons,
            self._appearance.style,
            formulas=self._formulas,
            images=self._pictures,
            has_actions=has_actions,
            has_remedies=has_remedies,
        )
        self._appearance.changed.connect(transcript.set_style)
        transcript.link_activated.connect(partial(self._follow, messages))
        transcript.copy_requested.connect(self._copying.copy)
        transcript.marked.connect(self._copying.offer)
        transcript.save_requested.connect(partial(self.ask_where, _("Save code")))
        transcript.language_wanted.connect(partial(self._want_language, transcript))
        transcript.image_wanted.connect(self._images.act)
        return transcript

    def enter(self, conversation_id: str) -> None:
        """Forget the images of the conversation before."""
        self._images.enter(conversation_id)

    def _follow(self, messages: MessageList, href: str, text: str) -> None:
        digest = digest_in(href)
        if digest is None:
            self._links.follow(href, text)
            return
        for message in messages.messages:
            for attachment in message.attachments:
                # The same content may have another name elsewhere.
                if attachment.digest == digest and shown_name(attachment) == text:
                    self._tasks.start(f"attachment:{digest}", partial(self._save_copy, attachment))
                    return

    async def _save_copy(self, attachment: Attachment) -> None:
        """Ask where a copy of a file should be; it is never opened, because it may be a program."""
        content = await asyncio.to_thread(self._attachments.content, attachment)
        self.ask_where(_("Save a copy"), attachment.name, content)

    def ask_where(self, title: str, name: str, content: Content, *, parent: QWidget | None = None) -> None:
        """Ask where a file should be that has this content, and write it."""
        from glmdesk.ui.dialogs.files import SaveDialog  # noqa: PLC0415 - for who saves something

        dialog = SaveDialog(parent or self._window, title, name, self._saving.folder)
        dialog.chosen.connect(partial(self._saving.save, content))
        dialog.open()

    def _want_language(self, transcript: Transcript, language: str) -> None:
        name = f"language:{language}:{id(transcript)}"
        self._tasks.start(name, partial(self._load_language, transcript, language))

    async def _load_language(self, transcript: Transcript, language: str) -> None:
        await asyncio.to_thread(highlight.load, language)
        if isValid(transcript):
            transcript.colour()
