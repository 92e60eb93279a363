"""Finding a text in the chat: the bar that asks for it, what looks for it, and the messages that show it."""

from PySide6.QtCore import QObject

from glmdesk.render.selection import START
from glmdesk.ui.controllers.find import FindController
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.panes.chat_pane import ChatPane
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.find_bar import FindBar
from glmdesk.ui.widgets.selection import Spot
from glmdesk.ui.widgets.transcript import Transcript


class Finding(QObject):
    """Connects them. The bar is closed when there are no messages any more."""

    def __init__(
        self, pane: ChatPane, transcript: Transcript, messages: MessageList, tasks: TaskRunner, icons: Icons
    ) -> None:
        super().__init__(transcript)
        self._messages = messages
        self._transcript = transcript
        self._bar = FindBar(icons)
        self._find = FindController(messages, tasks, self)
        pane.add_find_bar(self._bar)
        self._bar.text_changed.connect(self._look)
        self._bar.step_requested.connect(self._find.step)
        self._bar.closed.connect(self._end)
        self._find.changed.connect(self._show)
        messages.reset.connect(self._follow)

    def set_theme(self, theme: Theme) -> None:
        """Show a theme's colours."""
        self._bar.set_theme(theme)

    def begin(self) -> None:
        """Ask for a text, where there are messages."""
        if self._transcript.isVisible():
            self._bar.open_bar()

    def lead_to(self, row: int, words: str) -> None:
        """Show a message, with words marked in it and in all others; without words its beginning."""
        self._transcript.bring_into_view(Spot(row, START))
        if words:
            self._bar.show_bar(words)
        self._transcript.setFocus()

    def step(self, step: int) -> None:
        """Go to the match before (-1) or after (1) the current one, if anything is being looked for."""
        if self._bar.isVisible():
            self._find.step(step)

    def _look(self, text: str) -> None:
        self._find.look_for(text, self._transcript.top_row)

    def _end(self) -> None:
        self._find.look_for("", 0)
        if self._transcript.isVisible():
            self._transcript.setFocus()

    def _follow(self) -> None:
        if not len(self._messages):
            self._bar.close_bar()

    def _show(self) -> None:
        find = self._find
        self._transcript.show_hits(find.hits, find.current)
        self._bar.show_count(find.number, find.count, is_looking=find.is_looking)
