"""What stands in the composer: the draft of a conversation, or another text for one of its messages."""

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from glmdesk.domain.draft import Draft
from glmdesk.ui.controllers.drafts import DraftsController
from glmdesk.ui.widgets.composer import Composer

if TYPE_CHECKING:
    from glmdesk.domain.attachment import Attachment
    from glmdesk.domain.message import Message


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
        self._original = Draft()
        self._expected: Counter[str] = Counter()
        """How many files are being read, by what they are for."""
        composer.changed.connect(self._keep)
        composer.edit_cancelled.connect(self.end_edit)

    def show(self, conversation_id: str, *, is_stored: bool) -> None:
        """Show what was written in a conversation."""
        place = conversation_id if is_stored else ""
        if conversation_id == self._shown_id:
            self._move(place)
            return
        # The window can be written in before there is anything to be shown.
        typed = self._composer.draft if self._shown_id is None else Draft()
        self._shown_id, self._place = conversation_id, place
        self._show(None, self._drafts.draft(place).followed_by(typed))

    def _move(self, place: str) -> None:
        """Let what is written go with a new conversation, which is stored with its first question."""
        if place != self._place:
            self._drafts.put(self._place, Draft())
            self._place = place
            self._keep()
            self._show_reading()

    def begin(self, beginning: str) -> None:
        """Put something before what is written."""
        self._composer.set_text(beginning + self._composer.text())
        self._composer.input.setFocus()

    def edit(self, message: "Message") -> None:
        """Let another question be written for one, from what was written for it before or what it says."""
        self._original = Draft(message.text, message.attachments)
        self._show(message.id, self._drafts.draft(message.id) or self._original)
        self._composer.input.setFocus()

    def end_edit(self) -> None:
        """Edit nothing; what was being written besides comes back."""
        if self.edited_id is not None:
            del self._expected[self.edited_id]
            self._drafts.put(self.edited_id, Draft())
            self._show(None, self._drafts.draft(self._place))

    def give_back(self, conversation_id: str, draft: Draft) -> None:
        """Put a question that was not stored before what has been written since, wherever that is."""
        self._add(conversation_id, draft.followed_by(self._drafts.draft(conversation_id)))

    @property
    def place(self) -> str:
        """What is written for: a conversation, a message that is edited, or nothing yet."""
        return self._place if self.edited_id is None else self.edited_id

    def expected(self, place: str) -> int:
        """Return how many files are being read for what is written somewhere."""
        return self._expected[place]

    def expect(self, place: str, count: int) -> None:
        """Read so many more files for what is written somewhere; it is not sent before they are there."""
        self._expected[place] = max(0, self._expected[place] + count)
        self._keep()
        self._show_reading()

    def attach(self, place: str, attachment: "Attachment") -> None:
        """Let an expected file go with what is written somewhere; nothing, where that has ended since."""
        if not self._expected[place]:
            return
        draft = self._composer.draft if place == self.place else self._drafts.draft(place)
        self._add(place, draft.followed_by(Draft("", (attachment,))))

    def _add(self, place: str, draft: Draft) -> None:
        self._drafts.put(place, draft)
        if place == self.place:
            self._composer.set_draft(draft)

    def _show(self, edited_id: str | None, draft: Draft) -> None:
        # First, because the text that is shown is kept at once.
        self.edited_id = edited_id
        self._composer.set_editing(is_editing=edited_id is not None)
        self._composer.set_draft(draft)
        self._show_reading()

    def _show_reading(self) -> None:
        self._composer.set_reading(is_reading=self._expected[self.place] > 0)

    def _keep(self) -> None:
        draft = self._composer.draft
        if self.edited_id is not None:
            # Files that are being read are to find what they go with.
            is_same = draft == self._original and not self._expected[self.edited_id]
            self._drafts.put(self.edited_id, Draft() if is_same else draft)
        elif self._shown_id is not None:
            self._drafts.put(self._place, draft)
