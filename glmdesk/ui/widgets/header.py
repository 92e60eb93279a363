"""Above the messages: the sidebar's switch, the title, how full the model's window is, the model, a menu."""

from typing import TYPE_CHECKING

from PySide6 import QtWidgets
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from glmdesk.domain.sizes import size_of
from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.shortcuts import MODEL, SIDEBAR
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.gauge import Gauge
from glmdesk.ui.widgets.quotes import latin_quotes, paint_line, shown_in
from glmdesk.ui.widgets.text_input import LineInput

if TYPE_CHECKING:
    from glmdesk.domain.catalog import Offer
    from glmdesk.domain.conversation import Conversation
    from glmdesk.ui.widgets.menu_button import MenuButton
    from glmdesk.ui.widgets.model_picker import ModelPicker

_HEIGHT = 50
"""Pixels. The title stays where it is when the choice of models is added."""


_WIDE = 560
"""Pixels from which on there is room for figures beside the title."""


class _TitleButton(QPushButton):
    """A button with a title, whose quotation marks are as wide as the text beside them wants."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not latin_quotes(self.text()):
            super().paintEvent(event)
            return
        option = QtWidgets.QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter, style = QtWidgets.QStylePainter(self), QtWidgets.QStyle
        painter.drawControl(style.ControlElement.CE_PushButton, option)
        area = self.style().subElementRect(style.SubElement.SE_PushButtonContents, option, self)
        painter.setPen(option.palette.buttonText().color())
        paint_line(painter, area, self.text().replace("&&", "&"))


class _TitlePlace(QStackedWidget):
    """Where the title stands. Its room changes with the window and with what stands beside it.

    Signals:
        resized(): it has another size.
    """

    resized = Signal()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


class Header(QWidget):
    """What is known of the conversation as a whole.

    Signals:
        renamed(conversation_id: str, title: str): the title was edited, and is not empty.
        delete_requested(conversation_id: str), export_requested(conversation_id: str), find_requested(): by
        the menu.
        compare_requested(): several models should be asked at once.
        model_picked(model_id: str): another model should answer from now on.
        card_requested(model_id: str): everything about a model should be shown.
        sidebar_toggled(): the sidebar should be hidden, or shown again.
    """

    renamed = Signal(str, str)
    delete_requested = Signal(str)
    export_requested = Signal(str)
    find_requested = Signal()
    compare_requested = Signal()
    model_picked = Signal(str)
    card_requested = Signal(str)
    sidebar_toggled = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._id = self._title = ""
        self._is_editing = False
        self._used: tuple[int, int, bool] | None = None
        """What is shown of the window: how much is used, of how much, and whether that is an estimate."""
        self._sidebar = QToolButton()
        self._sidebar.setIconSize(QSize(20, 20))
        self._sidebar.clicked.connect(self.sidebar_toggled)
        self._label = _TitleButton()
        self._label.setProperty("kind", "flat")
        self._label.setToolTip(_("Click to rename"))
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._label.clicked.connect(self._edit)
        self._editor = LineInput()
        self._editor.setAccessibleName(_("Conversation title"))
        self._editor.submitted.connect(self._commit)
        self._editor.cancelled.connect(self._show_label)
        # It lost the keyboard: what was written is meant.
        self._editor.editingFinished.connect(self._commit)
        self._stack = _TitlePlace()
        self._stack.addWidget(self._label)
        self._stack.addWidget(self._editor)
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._stack.resized.connect(self._fit_title)
        self._context = Gauge()
        self._context.setProperty("kind", "muted")
        self._context.setAccessibleName(_("Context"))
        self._context.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.addWidget(self._sidebar)
        row.addWidget(self._stack, 1)
        row.addWidget(self._context)
        self._row = row
        self._info: QToolButton | None = None
        self._picker: ModelPicker | None = None
        self._more: MenuButton | None = None
        self._compare: QToolButton | None = None
        self.setMinimumHeight(_HEIGHT)
        self.show_sidebar_state(is_shown=True)

    def add_controls(self, picker: "ModelPicker", more: "MenuButton", theme: Theme) -> None:
        """Add the choice of models and the menu: the first paint can do without them."""
        self._picker, self._more = picker, more
        picker.picked.connect(self.model_picked)
        picker.card_requested.connect(self.card_requested)
        self._row.addWidget(picker)
        picker.set_label(_("Model"))
        self._info = QToolButton()
        self._info.setIconSize(QSize(20, 20))
        self._info.setAccessibleName(_("About the model"))
        self._info.setToolTip(MODEL.added_to(_("About the model")))
        self._info.clicked.connect(self.ask_for_card)
        self._row.addWidget(self._info)
        self._compare = QToolButton()
        self._compare.setIconSize(QSize(20, 20))
        self._compare.setAccessibleName(_("Compare models"))
        self._compare.setToolTip(_("Ask several models at once"))
        self._compare.clicked.connect(self.compare_requested)
        self._row.addWidget(self._compare)
        self._fit_buttons()
        more.setIconSize(QSize(20, 20))
        more.add_choice(_("Find in chat"), self.find_requested.emit)
        more.add_choice(_("Rename"), self._edit)
        more.add_choice(_("Export…"), lambda: self.export_requested.emit(self._id))
        more.add_choice(_("Delete"), lambda: self.delete_requested.emit(self._id))
        self._row.addWidget(more)
        self.set_theme(theme)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in this order."""
        added = (self._picker, self._info, self._compare, self._more)
        return self._sidebar, self._label, self._editor, *filter(None, added)

    def show_sidebar_state(self, *, is_shown: bool) -> None:
        """Say what the switch of the sidebar does next."""
        name = _("Hide the sidebar") if is_shown else _("Show the sidebar")
        self._sidebar.setAccessibleName(name)
        self._sidebar.setToolTip(SIDEBAR.added_to(name))

    def set_offer(self, offer: "Offer") -> None:
        """Offer the models of another service."""
        if self._picker is not None:
            self._picker.set_offer(offer)

    def open_picker(self) -> None:
        """Show the models to choose from."""
        if self._picker is not None:
            self._picker.showPopup()

    def ask_for_card(self) -> None:
        """Ask for everything about the model that is chosen."""
        if self._picker is not None:
            self.card_requested.emit(self._picker.currentData())

    def set_theme(self, theme: Theme) -> None:
        """Colour the drawings of the buttons, and the list of models."""
        self._sidebar.setIcon(self._icons.icon("sidebar", theme.muted))
        self._context.set_theme(theme)
        if self._picker is not None and self._more is not None and self._info is not None:
            self._picker.set_theme(theme)
            self._info.setIcon(self._icons.icon("info", theme.muted))
            self._more.setIcon(self._icons.icon("more", theme.muted))
        if self._compare is not None:
            self._compare.setIcon(self._icons.icon("columns", theme.muted))

    def show_conversation(self, conversation: "Conversation", *, is_stored: bool) -> None:
        """Show a conversation. What is not stored yet can be neither renamed nor deleted."""
        if conversation.id != self._id:
            self._commit()
        self._id, self._title = conversation.id, conversation.title
        self._label.setEnabled(is_stored)
        self._fit_title()
        if self._picker is not None and self._more is not None:
            self._picker.show_model(conversation.model)
            self._more.setEnabled(is_stored)

    def show_context(
        self,
        used_tokens: int | None,
        window_tokens: int | None,
        explanation: str = "",
        *,
        is_estimated: bool = False,
    ) -> None:
        """Show how much of the model's window is used, as far as both are known, and what it consists of."""
        if not used_tokens or window_tokens is None:
            self._used = None
            self._context.hide()
            return
        self._used = (used_tokens, window_tokens, is_estimated)
        words = _("{used} of {window} tokens of the model's window").format(
            used=_figure(used_tokens, is_estimated=is_estimated), window=f"{window_tokens:,}"
        )
        self._context.setToolTip("\n".join(filter(None, (words, explanation))))
        self._fit_context()
        self._context.show()
        self._context.setAccessibleDescription(self._context.toolTip())

    def _fit_context(self) -> None:
        """Show the figures, or in a narrow window which part they are."""
        if self._used is None:
            return
        used, window, is_estimated = self._used
        share = used / window
        figures = f"{_figure(used, is_estimated=is_estimated)} / {size_of(window)}"
        is_less = share < 0.01  # noqa: PLR2004 - one percent
        percent = _("< 1 %") if is_less else _("{share} %").format(share=f"{100 * share:.0f}")
        self._context.show_share(figures if self.width() >= _WIDE else percent, share)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.size().width() >= _WIDE) != (event.oldSize().width() >= _WIDE):
            self._fit_context()
            self._fit_buttons()

    def _fit_buttons(self) -> None:
        """Leave out what is behind keys too where the title needs the room."""
        for button in (self._info, self._compare):
            if button is not None:
                button.setVisible(self.width() >= _WIDE)

    def _fit_title(self) -> None:
        self._label.setText(self._shown_title())
        self._label.setAccessibleName(_("Conversation title"))
        self._label.setAccessibleDescription(self._title or _("New chat"))

    def _shown_title(self) -> str:
        if not self._title and self._picker is None:
            # The first paint, at which there is room, and which does without what cuts a text.
            return _("New chat")
        room = max(0, self._stack.width() - 24)
        # A single & would underline what follows it and make a shortcut of it.
        return shown_in(self._title or _("New chat"), self._label.font(), room).replace("&", "&&")

    def _edit(self) -> None:
        self._is_editing = True
        self._editor.setText(self._title)
        self._editor.selectAll()
        self._stack.setCurrentWidget(self._editor)
        self._editor.setFocus()

    def _commit(self) -> None:
        title = self._editor.text().strip()
        is_new = self._is_editing and title not in ("", self._title)
        self._show_label()
        if is_new:
            self.renamed.emit(self._id, title)

    def _show_label(self) -> None:
        # First, because the editor loses the keyboard when it is hidden.
        self._is_editing = False
        self._stack.setCurrentWidget(self._label)


def _figure(tokens: int, *, is_estimated: bool) -> str:
    return f"≈ {tokens:,}" if is_estimated else f"{tokens:,}"
