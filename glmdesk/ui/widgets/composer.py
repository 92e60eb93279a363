"""Where a message is written: its files, a growing text area, and the one button that is Send or Stop."""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from glmdesk.domain.draft import Draft
from glmdesk.i18n import _
from glmdesk.ui.icons import Icons
from glmdesk.ui.shortcuts import ATTACH
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.quotes import QuoteHighlighter
from glmdesk.ui.widgets.tab_order import follow_in_order
from glmdesk.ui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glmdesk.domain.attachment import Attachment
    from glmdesk.ui.widgets.attachment_chips import AttachmentChips
    from glmdesk.ui.widgets.ways_bar import WaysBar


class Tone(StrEnum):
    """How something is said."""

    QUIET = "muted"
    WARNING = "notice"
    ALARM = "danger"


_MOST_LINES = 10
_BUTTON_SIDE = 34
_SPARE = 4


class Composer(QFrame):
    """The message being written.

    Signals:
        submitted(draft: Draft): a message without surrounding blanks, never empty. The composer has been
        emptied.
        fit_wanted(draft: Draft): one with files should be sent; nothing is before `send` is called.
        changed(): what is written is another text, or goes with other files.
        attach_requested(): files should be chosen that go with the message.
        files_given(paths: list[str]): these files should go with it.
        image_given(data: bytes): this image should go with it, a PNG that is no file.
        stop_requested(): the running answer should end.
        recall_requested(): the last message should be put back for another try.
        edit_cancelled(): Escape was pressed while a message is edited.
    """

    submitted = Signal(object)
    fit_wanted = Signal(object)
    changed = Signal()
    attach_requested = Signal()
    files_given = Signal(list)
    image_given = Signal(object)
    stop_requested = Signal()
    recall_requested = Signal()
    edit_cancelled = Signal()

    asks_for_fit = False
    """Whether somebody looks at messages with files before they are sent."""

    leaves_escape = False
    """Whether Escape is for the window around it, and an answer that is being written goes on."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("composer")
        self._icons = icons
        self._theme: Theme | None = None
        self._is_answering = self._is_editing = self._is_reading = False
        self._is_ready = True
        self._attachments: tuple[Attachment, ...] = ()
        self._chips: AttachmentChips | None = None
        """They come with the first file."""
        self._ways: WaysBar | None = None
        self._quotes: QuoteHighlighter | None = None
        self._estimate: QLabel | None = None
        """It comes with the first words."""
        self._estimates: Sequence[str] = ()
        self.input = TextInput()
        self.input.setAccessibleName(_("Message"))
        self.input.setPlaceholderText(_("Ask anything"))
        self.input.setFrameShape(QFrame.Shape.NoFrame)
        self.input.document().setDocumentMargin(2)
        self.input.textChanged.connect(self._text_changed)
        self.input.resized.connect(self._fit)
        self.input.submitted.connect(self._submit)
        self.input.cancelled.connect(self._cancel)
        self.input.recall_requested.connect(self.recall_requested)
        self.input.focus_changed.connect(self._show_focus)
        self.input.files_given.connect(self.files_given)
        self.input.image_given.connect(self.image_given)
        self._attach = self._make_attach()
        self._hint = QLabel()
        self._hint.setProperty("kind", "muted")
        self._hint.setWordWrap(True)
        self.button = QToolButton()
        self.button.setProperty("kind", "round")
        self.button.setFixedSize(_BUTTON_SIDE, _BUTTON_SIDE)
        self.button.setIconSize(QSize(18, 18))
        self.button.clicked.connect(self._press)
        self._column, self._row = QVBoxLayout(self), QHBoxLayout()
        self._lay_out()
        self._show_state()

    def _make_attach(self) -> QToolButton:
        button = QToolButton()
        button.setIconSize(QSize(18, 18))
        button.setAccessibleName(_("Attach"))
        button.setToolTip(ATTACH.added_to(_("Attach files")))
        button.clicked.connect(self.attach_requested)
        return button

    def _lay_out(self) -> None:
        row = self._row
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._attach)
        row.addWidget(self._hint, 1)
        row.addWidget(self.button)
        self._column.setContentsMargins(12, 10, 10, 10)
        self._column.setSpacing(6)
        self._column.addWidget(self.input)
        self._column.addLayout(row)
        self._fit_height()

    def set_theme(self, theme: Theme) -> None:
        """Colour the drawings of the buttons."""
        self._theme = theme
        self._attach.setIcon(self._icons.icon("attach", theme.muted))
        for added in (self._chips, self._ways):
            if added is not None:
                added.set_theme(theme)
        self._show_state()

    def add_ways(self, bar: "WaysBar") -> None:
        """Add what questions are asked with: the first paint can do without it."""
        self._ways = bar
        self._row.insertWidget(1, bar)
        bar.changed.connect(self._show_hint)
        if self._theme is not None:
            bar.set_theme(self._theme)

    def show_estimate(self, texts: Sequence[str], explanation: str, tone: Tone) -> None:
        """Say what the question takes, in the first of some texts for which there is room."""
        if self._estimate is None:
            if not texts:
                return
            self._estimate = QLabel()
            self._estimate.setAccessibleName(_("Estimate"))
            # It has fewer words in a narrow window, and does not keep that from being narrow.
            self._estimate.setMinimumWidth(1)
            self._row.insertWidget(self._row.indexOf(self.button), self._estimate)
        self._estimates = texts
        self._estimate.setToolTip(explanation)
        if self._estimate.property("kind") != tone.value:
            self._estimate.setProperty("kind", tone.value)
            self._estimate.style().polish(self._estimate)
        self._show_hint()

    def _fit_estimate(self) -> None:
        if self._estimate is None:
            return
        advance = self._estimate.fontMetrics().horizontalAdvance
        # The hint takes a gap too, however little it says.
        room = self._room - 2 * self._row.spacing() - _SPARE
        text = next((text for text in self._estimates if advance(text) <= room), "")
        self._estimate.setText(text)
        self._estimate.setVisible(bool(text))
        said = self._estimates[0] if self._estimates else ""
        self._estimate.setAccessibleDescription("\n".join(filter(None, (said, self._estimate.toolTip()))))

    def leave_out_files(self) -> None:
        """Take words only."""
        self._attach.hide()

    def set_send_key(self, *, with_control: bool) -> None:
        """Choose whether Ctrl+Enter sends, or Enter."""
        self.input.sends_with_control = with_control
        self._show_state()

    def set_ready(self, *, is_ready: bool) -> None:
        """Say whether somebody takes what is sent; as long as nobody does, it stays in the input."""
        self._is_ready = is_ready
        if is_ready and self._quotes is None:
            # The first paint can do without.
            self._quotes = QuoteHighlighter(self.input.document())
        self._show_state()

    def set_answering(self, is_answering: bool) -> None:
        """Turn the button into Stop while an answer is written, and back into Send."""
        self._is_answering = is_answering
        self._show_state()

    def set_editing(self, is_editing: bool) -> None:
        """Say that what is written replaces an earlier message."""
        self._is_editing = is_editing
        self._show_state()

    def set_reading(self, *, is_reading: bool) -> None:
        """Say whether files are being read that go with the message; it is not sent before they are there."""
        self._is_reading = is_reading
        self._show_state()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in this order."""
        chips = self._chips.stops if self._chips is not None else ()
        ways = self._ways.stops if self._ways is not None else ()
        return *chips, self.input, self._attach, *ways, self.button

    @property
    def draft(self) -> Draft:
        """What is written, as it is, and the files that go with it."""
        return Draft(self.text(), self._attachments)

    def show_tokens(self, tokens: "Mapping[str, int]") -> None:
        """Show about how many tokens files are, by their digests."""
        if self._chips is not None:
            self._chips.show_tokens(tokens)

    def set_draft(self, draft: Draft) -> None:
        """Replace what is written and the files; the cursor goes to the end of the text."""
        self._set_attachments(draft.attachments)
        if draft.text != self.text():
            self.set_text(draft.text)

    def text(self) -> str:
        """Return what is written, as it is."""
        return self.input.toPlainText()

    def set_text(self, text: str) -> None:
        """Replace what is written; the cursor goes to its end."""
        self.input.setPlainText(text)
        self.input.moveCursor(QTextCursor.MoveOperation.End)

    def _show_focus(self, has_focus: bool) -> None:
        # Not a focus proxy: a screen reader would find the focus twice.
        self.setProperty("focused", has_focus)
        self.style().polish(self)

    def _press(self) -> None:
        if self._is_answering:
            self.stop_requested.emit()
        else:
            self._submit()

    def _cancel(self) -> None:
        if self._is_editing:
            self.edit_cancelled.emit()
        elif self._is_answering and not self.leaves_escape:
            self.stop_requested.emit()

    def _submit(self) -> None:
        self.input.finish_composition()
        if self.asks_for_fit and self._attachments and self._can_send:
            self.fit_wanted.emit(self._message)
        else:
            self.send()

    def send(self, reader: str | None = None) -> None:
        """Send what is written, if that can be done now; a `reader` is to read the files part by part."""
        draft = self._message
        if draft and self._can_send:
            self._set_attachments(())
            self.input.clear()
            self.submitted.emit(draft._replace(reader=reader))

    @property
    def _message(self) -> Draft:
        return Draft(self.text().strip(), self._attachments)

    @property
    def _can_send(self) -> bool:
        return self._is_ready and not (self._is_answering or self._is_reading)

    def _set_attachments(self, attachments: "tuple[Attachment, ...]") -> None:
        if attachments == self._attachments:
            return
        self._attachments = attachments
        if self._chips is None:
            self._add_chips()
        assert self._chips is not None, "they have just been made"
        self._chips.show_attachments(attachments)
        # Away from the input and back to it, so that all else stays in its order.
        follow_in_order((self.input, *self._chips.stops, self.input))
        self._show_state()
        self.changed.emit()

    def _add_chips(self) -> None:
        from glmdesk.ui.widgets.attachment_chips import AttachmentChips  # noqa: PLC0415 - for who attaches

        self._chips = AttachmentChips(self._icons)
        if self._theme is not None:
            self._chips.set_theme(self._theme)
        self._chips.removed.connect(self._detach)
        self._column.insertWidget(0, self._chips)
        # Screen readers read what was made first.
        self._chips.lower()

    def _detach(self, attachment: "Attachment") -> None:
        self._set_attachments(tuple(one for one in self._attachments if one is not attachment))
        self.input.setFocus()

    def _text_changed(self) -> None:
        self._fit_height()
        self._show_state()
        self.changed.emit()

    def _fit(self) -> None:
        self._fit_height()
        self._show_hint()

    def _fit_height(self) -> None:
        self.input.setFixedHeight(
            math.ceil(sum(self._line_heights()) + 2 * self.input.document().documentMargin() + 1)
        )

    def _line_heights(self) -> list[float]:
        """Return the heights of the first lines as they are laid out; fonts for other scripts are higher."""
        heights: list[float] = []
        block = self.input.document().begin()
        while block.isValid():
            # Asked for its place, a block is laid out if it was not yet.
            self.input.document().documentLayout().blockBoundingRect(block)
            layout = block.layout()
            heights += [layout.lineAt(number).height() for number in range(layout.lineCount())]
            if len(heights) >= _MOST_LINES:
                break
            block = block.next()
        return heights[:_MOST_LINES] or [float(self.input.fontMetrics().lineSpacing())]

    def _show_state(self) -> None:
        name = _("Stop") if self._is_answering else _("Send")
        self.button.setAccessibleName(name)
        self.button.setToolTip(name)
        self._show_hint()
        is_written = bool(self._attachments) or bool(self.text().strip())
        is_enabled = self._is_answering or (self._can_send and is_written)
        self.button.setEnabled(is_enabled)
        if self._theme is not None:
            colour = self._theme.on_accent if is_enabled else self._theme.muted
            self.button.setIcon(self._icons.icon("stop" if self._is_answering else "send", colour))

    def _show_hint(self) -> None:
        """Say what is going on, or else what Enter does, where there is room for that in one line."""
        if self._ways is not None:
            self._ways.fit(self._room + self._ways.sizeHint().width())
        self._fit_estimate()
        if self._is_reading:
            self._hint.setText(_("Reading the files…"))
        elif self._is_editing:
            self._hint.setText(_("Editing an earlier message. Esc cancels."))
        else:
            keys = _("Enter sends, Shift+Enter breaks the line")
            if self.input.sends_with_control:
                keys = _("Ctrl+Enter sends, Enter breaks the line")
            has_room = self._hint.fontMetrics().horizontalAdvance(keys) < self._room_for_hint
            self._hint.setText(keys if has_room else "")

    @property
    def _room(self) -> int:
        """The width that is left beside the buttons."""
        attach = None if self._attach.isHidden() else self._attach
        others = filter(None, (attach, self._ways, self.button))
        taken = sum(widget.sizeHint().width() + self._row.spacing() for widget in others)
        return self.input.width() - taken

    @property
    def _room_for_hint(self) -> int:
        estimate = self._estimate
        if estimate is None or estimate.isHidden():
            return self._room
        return self._room - estimate.sizeHint().width() - self._row.spacing()
