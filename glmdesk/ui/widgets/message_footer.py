"""Below a message: how it ended and what can be done about it, then the row of actions and figures."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from typing import cast

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, Qt
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from glmdesk.domain.message import State
from glmdesk.i18n import _
from glmdesk.render.parts import Manner
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.message_list import Row
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.elided_label import ElidedLabel
from glmdesk.ui.widgets.menu_button import Choice, MenuButton
from glmdesk.ui.widgets.message_data import MessageData
from glmdesk.ui.widgets.message_figures import explained, figures
from glmdesk.ui.widgets.message_outcome import MessageOutcome, leads_to_retry, outcome_of

# Pixels. Large letters make the row higher; an error keeps its distance from what was said.
_ROW_HEIGHT = 28
_ABOVE_OUTCOME = 8
_COPIED_MS = 1500
"""Milliseconds that a copy is confirmed for."""


class MessageFooter(QWidget):
    """Actions on one message.

    The row is always there for the keyboard and for screen readers; it is seen while the message is pointed
    at, one of its buttons has the focus, or its menu is open.

    Signals:
        copy_requested(manner: Manner): of the whole message.
        edit_requested(), retry_requested(), continue_requested(): of this message.
        retry_with_requested(model_id: str): another model should answer, this once.
        branch_requested(): a new conversation should begin with what was said up to this message.
        source_toggled(): its Markdown should be shown as it is written, or what it stands for again.
        code_requested(): the request behind it should be shown as code.
        delete_requested(): it should go with all that follows it.
        variant_requested(step: int): -1 for the variant before this one, 1 for the next.
        remedy_requested(action: Action): what the message's problem offers besides continuing and retrying.
        data_requested(page: str): its JSON should be shown in a window, on this page.
    """

    copy_requested = Signal(object)
    edit_requested = Signal()
    retry_requested = Signal()
    continue_requested = Signal()
    retry_with_requested = Signal(str)
    branch_requested = Signal()
    compare_requested = Signal()
    source_toggled = Signal()
    code_requested = Signal()
    delete_requested = Signal()
    variant_requested = Signal(int)
    remedy_requested = Signal(object)
    data_requested = Signal(str)

    def __init__(self, icons: Icons, theme: Theme) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._icons = icons
        self._theme = theme
        self._outcome: MessageOutcome | None = None
        self._data: MessageData | None = None
        self._variants: tuple[QToolButton, QLabel, QToolButton] | None = None
        self._edit: QToolButton | None = None
        self._retry: QToolButton | None = None
        self._copy = self._button("copy", _("Copy"), self._copy_source)
        self._more = MenuButton(_("More"))
        self._dress(self._more, "more")
        self._more.opened_changed.connect(self._follow_menu)
        self._models: tuple[tuple[str, str], ...] = ()
        self._offered: tuple[bool, bool, bool, bool] | None = None
        """What the lines of the menu depend on, as they are now."""
        self._is_menu_open = False
        self._has_remedies = True
        self._figures = ElidedLabel()
        self._figures.setProperty("kind", "muted")
        self._row = QWidget()
        self._row.setFixedHeight(max(_ROW_HEIGHT, self.fontMetrics().height() + 6))
        self._veil = QGraphicsOpacityEffect(self._row)
        self._veil.setOpacity(0.0)
        self._row.setGraphicsEffect(self._veil)
        self._is_revealed = False
        self._line = QHBoxLayout(self._row)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(2)
        self._line.addStretch()
        self._line.addWidget(self._copy)
        self._line.addWidget(self._more)
        self._line.addStretch()
        self._line.addWidget(self._figures)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._row)
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._show_row)
        self._show_row()

    @property
    def stops(self) -> list[QWidget]:
        """Where Tab stops, in this order."""
        steps = self._variants[::2] if self._variants else ()
        rest = (*steps, self._copy, self._edit, self._retry, self._more)
        above = self._outcome.stops if self._outcome else []
        data = self._data.stops if self._data else []
        return [*above, *data, *(button for button in rest if button is not None)]

    def _order_parts(self) -> None:
        """Let what was made later be reached and heard where it stands, not behind all others."""
        for stop, following in pairwise(self.stops):
            QWidget.setTabOrder(stop, following)
        parts = [part for part in self._row.children() if isinstance(part, QWidget)]
        for part in sorted(parts, key=self._line.indexOf):
            part.raise_()
        self._row.raise_()

    def leave_out_actions(self, *, has_remedies: bool) -> None:
        """Show nothing but how an answer ended, and with remedies what can be done about that."""
        self._has_remedies = has_remedies
        self._row.setFixedHeight(0)
        self._row.hide()

    def offer_models(self, models: Iterable[tuple[str, str]]) -> None:
        """Take the models that can be asked once more, as pairs of an id and a title."""
        offered = tuple(models)
        if offered != self._models:
            self._models, self._offered = offered, None

    def show_row(self, row: Row, title: str) -> None:
        """Show what applies to a message; `title` is its model's."""
        message = row.message
        is_answer = message.role == "assistant"
        is_writing = message.state is State.STREAMING
        self._show_outcome(row)
        self._show_data(row)
        self._show_variants(row)
        self._copy.setVisible(bool(message.text or message.attachments))
        self._show_edit(is_offered=message.role == "user")
        # Where words about the answer lead to another try, they are the place for it.
        self._show_retry(is_offered=is_answer and not is_writing and not leads_to_retry(row))
        self._more.setVisible(not is_writing)
        # Below an answer the buttons begin with its text, below a question they end with its card.
        self._line.setStretch(0, 0 if is_answer else 1)
        self._line.setStretch(self._line.count() - 2, 1 if is_answer else 0)
        self._offer(
            is_answer=is_answer,
            has_text=bool(message.text),
            is_source=row.is_source,
            is_json=message.structured is not None,
        )
        has_figures = is_answer and not is_writing
        self._figures.explanation = explained(message) if has_figures else ""
        self._figures.setText(figures(message, title) if has_figures else "")
        self._figures.setVisible(bool(self._figures.text()))

    def _show_outcome(self, row: Row) -> None:
        has_words = bool(outcome_of(row))
        if has_words and self._outcome is None:
            self._outcome = MessageOutcome(has_buttons=self._has_remedies)
            self._outcome.continue_requested.connect(self.continue_requested)
            self._outcome.retry_requested.connect(self.retry_requested)
            self._outcome.remedy_requested.connect(self.remedy_requested)
            self._column.insertWidget(0, self._outcome)
            self._order_parts()
        if self._outcome is not None:
            if has_words:
                self._outcome.show_row(row)
            self._outcome.setVisible(has_words)
        self._column.setContentsMargins(0, _ABOVE_OUTCOME if has_words else 0, 0, 0)

    def _show_data(self, row: Row) -> None:
        is_data = row.message.is_good_json
        if is_data and self._data is None:
            self._data = MessageData()
            self._data.opened.connect(self.data_requested)
            self._column.insertWidget(self._column.indexOf(self._row), self._data)
            self._order_parts()
        if self._data is not None:
            if is_data:
                self._data.show_row(row)
            self._data.setVisible(is_data)

    def _show_variants(self, row: Row) -> None:
        if row.variants > 1 and self._variants is None:
            step = self.variant_requested.emit
            position = QLabel()
            position.setProperty("kind", "muted")
            self._variants = (
                self._button("previous", _("Previous variant"), lambda: step(-1)),
                position,
                self._button("next", _("Next variant"), lambda: step(1)),
            )
            for place, widget in enumerate(self._variants, 1):
                self._line.insertWidget(place, widget)
            self._order_parts()
        if self._variants is not None:
            previous, position, following = self._variants
            position.setText(f"{row.variant}/{row.variants}")
            previous.setEnabled(row.variant > 1)
            following.setEnabled(row.variant < row.variants)
            for widget in self._variants:
                widget.setVisible(row.variants > 1)

    def _show_edit(self, *, is_offered: bool) -> None:
        if is_offered and self._edit is None:
            self._edit = self._button("edit", _("Edit"), self.edit_requested.emit)
            self._line.insertWidget(self._line.indexOf(self._more), self._edit)
            self._order_parts()
        if self._edit is not None:
            self._edit.setVisible(is_offered)

    def _show_retry(self, *, is_offered: bool) -> None:
        if is_offered and self._retry is None:
            self._retry = self._button("retry", _("Retry"), self.retry_requested.emit)
            self._line.insertWidget(self._line.indexOf(self._more), self._retry)
            self._order_parts()
        if self._retry is not None:
            self._retry.setVisible(is_offered)

    def offer_copy(self) -> None:
        """Offer to copy an answer, of which the first words are there."""
        self._copy.show()

    def _offer(self, *, is_answer: bool, has_text: bool, is_source: bool, is_json: bool) -> None:
        if self._offered == (is_answer, has_text, is_source, is_json):
            return
        self._offered = (is_answer, has_text, is_source, is_json)
        choices: list[Choice] = []
        if is_answer and self._models:
            models = tuple(
                Choice(title, partial(self.retry_with_requested.emit, model_id))
                for model_id, title in self._models
            )
            choices.append(Choice(_("Retry with"), choices=models))
        if is_answer:
            choices.append(Choice(_("Compare models…"), self.compare_requested.emit))
        choices.append(Choice(_("Branch"), self.branch_requested.emit))
        if is_answer and has_text:
            for name, manner in (
                (_("Copy as rich text"), Manner.RICH),
                (_("Copy as plain text"), Manner.PLAIN),
            ):
                choices.append(Choice(name, partial(self.copy_requested.emit, manner)))
        if is_answer and has_text:
            source = _("Show as it came") if is_json else _("Show Markdown")
            name = _("Show formatted") if is_source else source
            choices.append(Choice(name, self.source_toggled.emit))
        choices.append(Choice(_("Show as code"), self.code_requested.emit))
        choices.append(Choice(_("Delete"), self.delete_requested.emit))
        self._more.set_choices(choices)

    def _copy_source(self) -> None:
        """Copy the Markdown, and say that it was done."""
        self.copy_requested.emit(Manner.MARKDOWN)
        self._copy.setIcon(self._icons.icon("check", self._theme.muted))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._copy, _("Copied")))
        restore = partial(self._copy.setIcon, self._icons.icon("copy", self._theme.muted))
        QTimer.singleShot(_COPIED_MS, self._copy, restore)

    def reveal(self, *, is_visible: bool) -> None:
        """Show or veil the row of actions."""
        self._is_revealed = is_visible
        self._show_row()

    def _show_row(self) -> None:
        focus = QApplication.focusWidget()
        has_focus = focus is not None and self._row.isAncestorOf(focus)
        self._veil.setEnabled(not (self._is_revealed or has_focus or self._is_menu_open))

    def _follow_menu(self, is_open: bool) -> None:
        self._is_menu_open = is_open
        self._show_row()

    def height_for(self, width: int) -> int:
        """Return the height at a width."""
        margins = self._column.contentsMargins()
        has_words = self._outcome is not None and not self._outcome.isHidden()
        above = self._outcome.heightForWidth(width) if self._outcome is not None and has_words else 0
        has_data = self._data is not None and not self._data.isHidden()
        data = self._data.sizeHint().height() if self._data is not None and has_data else 0
        return margins.top() + above + data + self._row.height()

    def _button(self, icon: str, name: str, act: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(act)
        self._dress(button, icon)
        return button

    def _dress(self, button: QToolButton, icon: str) -> None:
        button.setIcon(self._icons.icon(icon, self._theme.muted))
        button.setIconSize(QSize(16, 16))
