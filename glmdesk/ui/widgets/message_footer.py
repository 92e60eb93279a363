"""Below a message: how it ended and what can be done about it, then the row of actions and figures."""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, Qt
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from glmdesk.domain.errors import Action, Problem
from glmdesk.domain.message import Message, State
from glmdesk.domain.money import Money
from glmdesk.i18n import _, ngettext
from glmdesk.render.copying import Manner
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.message_list import Row
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.action_label import action_label
from glmdesk.ui.widgets.elided_label import ElidedLabel
from glmdesk.ui.widgets.menu_button import Choice, MenuButton
from glmdesk.ui.widgets.quotes import PlainLabel

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
        delete_requested(): it should go with all that follows it.
        variant_requested(step: int): -1 for the variant before this one, 1 for the next.
        remedy_requested(action: Action): what the message's problem offers besides continuing and retrying.
    """

    copy_requested = Signal(object)
    edit_requested = Signal()
    retry_requested = Signal()
    continue_requested = Signal()
    retry_with_requested = Signal(str)
    branch_requested = Signal()
    source_toggled = Signal()
    delete_requested = Signal()
    variant_requested = Signal(int)
    remedy_requested = Signal(object)

    def __init__(self, icons: Icons, theme: Theme) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._icons = icons
        self._theme = theme
        self._notice = PlainLabel()
        self._notice.setWordWrap(True)
        self._notice.setTextFormat(Qt.TextFormat.PlainText)
        self._action: Action | None = None
        self._remedy = self._text_button("", lambda: self.remedy_requested.emit(self._action))
        self._continue = self._text_button(_("Continue"), self.continue_requested.emit)
        self._retry_below = self._text_button(_("Retry"), self.retry_requested.emit)
        self._previous = self._icon_button(
            "previous", _("Previous variant"), lambda: self.variant_requested.emit(-1)
        )
        self._position = QLabel()
        self._position.setProperty("kind", "muted")
        self._next = self._icon_button("next", _("Next variant"), lambda: self.variant_requested.emit(1))
        self._copy = self._icon_button("copy", _("Copy"), self._copy_source)
        self._edit = self._icon_button("edit", _("Edit"), self.edit_requested.emit)
        self._retry = self._icon_button("retry", _("Retry"), self.retry_requested.emit)
        self._more = MenuButton(_("More"))
        self._dress(self._more, "more")
        self._more.opened_changed.connect(self._follow_menu)
        self._models: tuple[tuple[str, str], ...] = ()
        self._offered: tuple[bool, bool, bool] | None = None
        """What the lines of the menu depend on, as they are now."""
        self._is_menu_open = False
        self._figures = ElidedLabel()
        self._figures.setProperty("kind", "muted")
        self._outcome = QFrame()
        self._outcome.setObjectName("outcome")
        self._outcome_buttons = QHBoxLayout()
        self._row = QWidget()
        self._row.setFixedHeight(max(_ROW_HEIGHT, self.fontMetrics().height() + 6))
        self._veil = QGraphicsOpacityEffect(self._row)
        self._veil.setOpacity(0.0)
        self._row.setGraphicsEffect(self._veil)
        self._line = QHBoxLayout(self._row)
        self._column = QVBoxLayout(self)
        self._is_revealed = False
        self._lay_out()
        self.reveal(is_visible=False)

    def _lay_out(self) -> None:
        buttons = self._outcome_buttons
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.addWidget(self._remedy)
        buttons.addWidget(self._continue)
        buttons.addWidget(self._retry_below)
        buttons.addStretch()
        outcome = QVBoxLayout(self._outcome)
        outcome.setContentsMargins(14, 10, 14, 10)
        outcome.setSpacing(6)
        outcome.addWidget(self._notice)
        outcome.addLayout(buttons)
        row = self._line
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addStretch()
        for widget in (self._previous, self._position, self._next):
            row.addWidget(widget)
        for widget in (self._copy, self._edit, self._retry, self._more):
            row.addWidget(widget)
        row.addStretch()
        row.addWidget(self._figures)
        column = self._column
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._outcome)
        column.addWidget(self._row)

    @property
    def stops(self) -> list[QWidget]:
        """Where Tab stops, in this order."""
        above: list[QWidget] = [self._remedy, self._continue, self._retry_below]
        return [*above, self._previous, self._next, self._copy, self._edit, self._retry, self._more]

    def offer_models(self, models: Iterable[tuple[str, str]]) -> None:
        """Take the models that can be asked once more, as pairs of an id and a title."""
        self._models = tuple(models)
        self._offered = None

    def show_row(self, row: Row, title: str) -> None:
        """Show what applies to a message; `title` is its model's."""
        message = row.message
        is_answer = message.role == "assistant"
        is_writing = message.state is State.STREAMING
        # A call that was answered needs no words.
        shortfall = None if row.results else message.shortfall
        notice = _outcome_text(message, shortfall)
        self._notice.setText(notice)
        is_failure = message.state in (State.FAILED, State.INTERRUPTED, State.WITHHELD)
        self._outcome.setProperty("kind", "error" if is_failure else "plain")
        self._outcome.style().polish(self._outcome)
        self._notice.style().polish(self._notice)
        self._outcome.setVisible(bool(notice))
        self._column.setContentsMargins(0, _ABOVE_OUTCOME if notice else 0, 0, 0)
        self._show_remedy(message)
        self._continue.setVisible(message.state.can_continue and bool(message.text))
        leads_to_retry = is_failure or shortfall is not None
        self._retry_below.setVisible(leads_to_retry)
        # A layout inside another one hears of what is shown with the next event only.
        self._outcome_buttons.invalidate()
        for widget in (self._previous, self._position, self._next):
            widget.setVisible(row.variants > 1)
        self._position.setText(f"{row.variant}/{row.variants}")
        self._previous.setEnabled(row.variant > 1)
        self._next.setEnabled(row.variant < row.variants)
        self._copy.setVisible(bool(message.text))
        self._edit.setVisible(message.role == "user")
        # Below an answer the buttons begin with its text, below a question they end with its card.
        self._line.setStretch(0, 0 if is_answer else 1)
        self._line.setStretch(self._line.count() - 2, 1 if is_answer else 0)
        # Where words about the answer lead to another try, they are the place for it.
        self._retry.setVisible(is_answer and not is_writing and not leads_to_retry)
        self._more.setVisible(not is_writing)
        self._offer(is_answer=is_answer, has_text=bool(message.text), is_source=row.is_source)
        has_figures = is_answer and not is_writing
        self._figures.explanation = _explained(message) if has_figures else ""
        self._figures.setText(_figures(message, title) if has_figures else "")
        self._figures.setVisible(bool(self._figures.text()))

    def offer_copy(self) -> None:
        """Offer to copy an answer, of which the first words are there."""
        self._copy.show()

    def _offer(self, *, is_answer: bool, has_text: bool, is_source: bool) -> None:
        if self._offered == (is_answer, has_text, is_source):
            return
        self._offered = (is_answer, has_text, is_source)
        choices: list[Choice] = []
        if is_answer and self._models:
            models = tuple(
                Choice(title, partial(self.retry_with_requested.emit, model_id))
                for model_id, title in self._models
            )
            choices.append(Choice(_("Retry with"), choices=models))
        choices.append(Choice(_("Branch"), self.branch_requested.emit))
        if is_answer and has_text:
            for name, manner in (
                (_("Copy as rich text"), Manner.RICH),
                (_("Copy as plain text"), Manner.PLAIN),
            ):
                choices.append(Choice(name, partial(self.copy_requested.emit, manner)))
        if is_answer and has_text:
            name = _("Show as text") if is_source else _("Show as code")
            choices.append(Choice(name, self.source_toggled.emit))
        choices.append(Choice(_("Delete"), self.delete_requested.emit))
        self._more.set_choices(choices)

    def _copy_source(self) -> None:
        """Copy the Markdown, and say that it was done."""
        self.copy_requested.emit(Manner.MARKDOWN)
        self._copy.setIcon(self._icons.icon("check", self._theme.muted))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._copy, _("Copied")))
        restore = partial(self._copy.setIcon, self._icons.icon("copy", self._theme.muted))
        QTimer.singleShot(_COPIED_MS, self._copy, restore)

    def _show_remedy(self, message: Message) -> None:
        action = message.problem.action if message.problem else None
        self._action = None if action in (Action.CONTINUE, Action.RETRY) else action
        self._remedy.setVisible(self._action is not None)
        if self._action is not None:
            self._remedy.setText(action_label(self._action))
            self._remedy.setAccessibleName(action_label(self._action))

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

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._show_row()
        return super().eventFilter(watched, event)

    def height_for(self, width: int) -> int:
        """Return the height at a width."""
        layout = self._column
        return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()

    def _icon_button(self, icon: str, name: str, act: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(act)
        self._dress(button, icon)
        return button

    def _dress(self, button: QToolButton, icon: str) -> None:
        button.setIcon(self._icons.icon(icon, self._theme.muted))
        button.setIconSize(QSize(16, 16))
        button.installEventFilter(self)

    def _text_button(self, name: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(name)
        button.setAccessibleName(name)
        button.clicked.connect(act)
        return button


def _outcome_text(message: Message, shortfall: Problem | None) -> str:
    if message.state is State.STREAMING:
        return ""
    if problem := message.problem or shortfall:
        return problem.words
    match message.state:
        case State.COMPLETE:
            return ""
        case State.STOPPED:
            return _("Stopped by you.")
        case State.CUT_SHORT:
            return _("Cut short: the model's longest answer was reached.")
        case _:
            return _("The answer broke off. What had arrived is kept.")


def _figures(message: Message, title: str) -> str:
    parts = [title]
    if message.usage is not None:
        parts.append(f"↑{message.usage.prompt_tokens:,} ↓{message.usage.completion_tokens:,}")
        if message.usage.cached_tokens:
            parts.append(_("{count} cached").format(count=f"{message.usage.cached_tokens:,}"))
    if message.cost is not None:
        parts.append(_cost(message.cost))
    if message.timing is not None:
        parts.append(_("first word {seconds} s").format(seconds=f"{message.timing.first_token_s:.1f}"))
    if speed := _speed(message):
        parts.append(ngettext("{speed} token/s", "{speed} tokens/s", speed).format(speed=f"{speed:,}"))
    return " · ".join(parts)


def _explained(message: Message) -> str:
    """Return what the figures are of, one in a line."""
    lines: list[str] = []
    if message.usage is not None:
        lines.append(_("Tokens read: {count}").format(count=f"{message.usage.prompt_tokens:,}"))
        if message.usage.cached_tokens:
            cached = _("Of these from the cache: {count}")
            lines.append(cached.format(count=f"{message.usage.cached_tokens:,}"))
        lines.append(_("Tokens written: {count}").format(count=f"{message.usage.completion_tokens:,}"))
    if message.cost is not None:
        lines.append(_("Price: {cost}").format(cost=_cost(message.cost)))
    if message.timing is not None:
        first = _("Time to the first word: {seconds} s")
        lines.append(first.format(seconds=f"{message.timing.first_token_s:.1f}"))
    if speed := _speed(message):
        lines.append(_("Tokens per second after that: {speed}").format(speed=f"{speed:,}"))
    return "\n".join(lines)


def _cost(cost: Money) -> str:
    return str(cost) if cost.amount else _("free")


def _speed(message: Message) -> int:
    """Return the tokens per second; 0 where they are not known."""
    if message.timing is None or message.usage is None:
        return 0
    return round(message.timing.tokens_per_second(message.usage.completion_tokens) or 0)
