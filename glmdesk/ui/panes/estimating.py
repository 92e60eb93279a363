"""What the next question takes, while it is written: in the composer, and above the messages."""

from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QTimer

from glmdesk.chat.price_forecast import with_images
from glmdesk.chat.sending import Estimate, Sending
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.tokens import features_of
from glmdesk.i18n import N_, _, ngettext
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.controllers.window import WindowController
from glmdesk.ui.panes.chat_pane import ChatPane
from glmdesk.ui.panes.writing import Writing
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.widgets.composer import Tone

_PAUSE_MS: Final = 150
"""Milliseconds between two estimates: they follow whoever types, and a key stroke costs nothing."""

_PARTS: Final = (
    ("system", N_("System prompt: {count}")),
    ("tools", N_("Tools: {count}")),
    ("history", N_("History: {count}")),
    ("files", N_("Files: {count}")),
    ("question", N_("What is written: {count}")),
)

_UNCOUNTED: Final = (
    ("has_images", N_("Images come to it: how many tokens they are, only the service knows.")),
    ("searches_web", N_("What is found on the web comes to it.")),
    ("asks_servers", N_("What servers tell the service comes to it.")),
    ("has_knowledge", N_("What is found in the knowledge base comes to it.")),
)


class _Wanted(NamedTuple):
    """What is measured: `version` changes with what comes before the question."""

    version: int
    edited_id: str | None
    attachments: tuple[Attachment, ...]


class Estimating(QObject):
    """Keeps the estimate true to what is written. What comes before is measured once, when it changes."""

    def __init__(
        self,
        pane: ChatPane,
        chat: ChatController,
        window: WindowController,
        writing: Writing,
        tasks: TaskRunner,
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._chat = chat
        self._window = window
        self._writing = writing
        self._tasks = tasks
        self._version = 0
        self._measured: _Wanted | None = None
        self._sending: Sending | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._follow)
        pane.composer.changed.connect(self._wake)
        chat.conversation_changed.connect(self.measure_again)
        window.learned.connect(self.measure_again)
        self.measure_again()

    def measure_again(self) -> None:
        """Take it that what comes before the question is another."""
        self._version += 1
        self._wake()

    def _wake(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _follow(self) -> None:
        attachments = self._pane.composer.draft.attachments
        wanted = _Wanted(self._version, self._writing.edited_id, attachments)
        if wanted == self._measured:
            self._show()
        elif self._chat.is_stored or self._pane.composer.draft:
            self._tasks.start("measure", partial(self._measure, wanted))
        else:
            # An empty chat takes nothing, and at its start the program measures nothing.
            self._pane.header.show_context(None, None)
            self._pane.composer.show_estimate((), "", Tone.QUIET)

    async def _measure(self, wanted: _Wanted) -> None:
        path = self._chat.path if wanted.edited_id is None else self._chat.path_before(wanted.edited_id)
        self._sending = await self._window.sending(self._chat.conversation, path, wanted.attachments)
        self._measured = wanted
        self._show()

    def _show(self) -> None:
        if self._sending is None:
            return
        draft = self._pane.composer.draft
        estimate = self._sending.estimate(features_of(draft.text.strip()))
        explanation = "\n".join(_explained(estimate))
        self._pane.header.show_context(
            estimate.used, estimate.window, explanation, is_estimated=estimate.exact is None
        )
        texts = tuple(_said(estimate)) if draft else ()
        self._pane.composer.show_estimate(texts, explanation, _tone(estimate))


def _tone(estimate: Estimate) -> Tone:
    if estimate.is_over:
        return Tone.ALARM
    return Tone.WARNING if estimate.left_out else Tone.QUIET


def _said(estimate: Estimate) -> Iterator[str]:
    """Yield what is said of a question in few words, and in fewer where there is less room."""
    count = f"{estimate.tokens.total:,}"
    if estimate.is_over and estimate.window is not None:
        window = f"{estimate.window:,}"
        yield _("Too long: ≈ {count} of {window} tokens").format(count=count, window=window)
        yield _("Too long: ≈ {count}").format(count=count)
        return
    tokens, figure = _("≈ {count} tokens").format(count=count), f"≈ {count}"
    if estimate.has_images:
        tokens, figure = with_images(tokens), with_images(figure)
    price = estimate.price.words if estimate.price.cost is not None else ""
    if estimate.left_out:
        yield " · ".join(filter(None, (_("oldest left out"), tokens, price)))
    yield " · ".join(filter(None, (tokens, price)))
    yield " · ".join(filter(None, (figure, price)))
    yield figure


def _explained(estimate: Estimate) -> Iterator[str]:
    """Yield the lines that say what an estimate consists of."""
    if estimate.exact is not None:
        yield _("The last exchange took {count} tokens.").format(count=f"{estimate.exact:,}")
    yield _("Tokens of the next question, about:")
    for name, words in _PARTS:
        if tokens := getattr(estimate.tokens, name):
            yield _(words).format(count=f"{tokens:,}")
    if estimate.window is not None:
        yield _("Room for the answer: {count}").format(count=f"{estimate.answer:,}")
        yield _("The model's window: {count}").format(count=f"{estimate.window:,}")
    if estimate.left_out:
        words = ngettext(
            "{count} of the oldest exchanges does not fit and is left out or summed up.",
            "{count} of the oldest exchanges do not fit and are left out or summed up.",
            estimate.left_out,
        )
        yield words.format(count=f"{estimate.left_out:,}")
    for name, words in _UNCOUNTED:
        if getattr(estimate, name):
            yield _(words)
    if estimate.price.answers and estimate.price.cost is not None:
        yield _("The price is that of what is read if none of it is cached; the answer comes to it.")
