"""What stands in the composer: the draft of a conversation, or another text for one of its messages."""

from PySide6.QtCore import QObject

from glmdesk.ui.controllers.drafts import DraftsController
from glmdesk.ui.widgets.composer import Composer


class Writing(QObject):
    """Lets every text wait where it was begun: in its conversation, in a new chat, or at its message."""

    def __init__(self, composer: Composer, drafts: DraftsController) -> None:
        super().__init__(composer)
        self._composer = composer
        self._drafts = drafts
        self._shown_id: str | None = None
        self._place = ""
        """The conversation's id; empty for a new one, of which there is but one."""
        self.edited_id: str | None = None
        """The message for which another text is being written."""
        self._original = ""
        composer.input.textChanged.connect(self._keep)
        composer.edit_cancelled.connect(self.end_edit)

    def show(self, conversation_id: str, *, is_stored: bool) -> None:
        """Show what was written in a conversation."""
        place = conversation_id if is_stored else ""
        if conversation_id == self._shown_id:
            self._move(place)
            return
        # The window can be written in before there is anything to be shown.
        typed = self._composer.text() if self._shown_id is None else ""
        self._shown_id, self._place = conversation_id, place
        self._show(None, _joined(self._drafts.text(place), typed))

    def _move(self, place: str) -> None:
        """Let what is written go with a new conversation, which is stored with its first question."""
        if place != self._place:
            self._drafts.put(self._place, "")
            self._place = place
            self._keep()

    def begin(self, beginning: str) -> None:
        """Put something before what is written."""
        self._composer.set_text(beginning + self._composer.text())
        self._composer.input.setFocus()

    def edit(self, message_id: str, text: str) -> None:
        """Let another text be written for a message, from what was written for it before or what it says."""
        self._original = text
        self._show(message_id, self._drafts.text(message_id) or text)
        self._composer.input.setFocus()

    def end_edit(self) -> None:
        """Edit nothing; what was being written besides comes back."""
        if self.edited_id is not None:
            self._drafts.put(self.edited_id, "")
            self._show(None, self._drafts.text(self._place))

    def give_back(self, conversation_id: str, text: str) -> None:
        """Put a question that was not stored before what has been written since, wherever that is."""
        draft = _joined(text, self._drafts.text(conversation_id))
        self._drafts.put(conversation_id, draft)
        if conversation_id == self._place and self.edited_id is None:
            self._composer.set_text(draft)

    def _show(self, edited_id: str | None, text: str) -> None:
        # First, because the text that is shown is kept at once.
        self.edited_id = edited_id
        self._composer.set_editing(is_editing=edited_id is not None)
        self._composer.set_text(text)

    def _keep(self) -> None:
        text = self._composer.text()
        if self.edited_id is not None:
            self._drafts.put(self.edited_id, "" if text == self._original else text)
        elif self._shown_id is not None:
            self._drafts.put(self._place, text)


def _joined(first: str, second: str) -> str:
    return "\n\n".join(filter(None, (first, second)))
