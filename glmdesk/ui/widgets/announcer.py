"""Lets a screen reader follow an answer while it is written, sentence by sentence, without interrupting."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from glmdesk.domain.message import Message, State
from glmdesk.render.markdown import parse
from glmdesk.render.plain_text import plain_text
from glmdesk.render.sentences import end_of_sentences


class Announcer:
    """Announces what was not announced yet. It does nothing while nobody listens."""

    def __init__(self, speaker: QWidget) -> None:
        self._speaker = speaker
        self._message_id = ""
        self._said = 0

    def follow(self, message: Message) -> None:
        """Announce the sentences that have ended since, and all that is left when the answer has ended."""
        if not QAccessible.isActive():
            return
        is_being_written = message.state is State.STREAMING
        if message.id != self._message_id:
            # What is there already is history, or was heard before it broke off.
            if is_being_written:
                self._message_id, self._said = message.id, len(message.text)
            return
        text, start = message.text, self._said
        self._said = end_of_sentences(text, start) if is_being_written else len(text)
        if not is_being_written:
            self._message_id = ""
        if words := plain_text(parse(text[start : self._said])):
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._speaker, words))
