"""The files that go with a message being written, each with a button that takes it away."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QResizeEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QToolButton, QWidget

from glmdesk.domain.attachment import Attachment
from glmdesk.i18n import _, ngettext
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.elided_label import ElidedLabel
from glmdesk.ui.widgets.quotes import PlainLabel

_GAP: Final = 6
_MOST_LINES: Final = 3.5
"""Half a line shows that there are more."""

_WIDEST: Final = 320
"""Pixels of a chip; a longer name is cut in its middle, because its end tells what it is."""


class AttachmentChips(QScrollArea):
    """Chips in as many lines as they need, of which a few are seen at once.

    Signals:
        removed(attachment: Attachment): it should not go with the message.
    """

    removed = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._theme: Theme | None = None
        self._chips: list[_Chip] = []
        self._tokens: Mapping[str, int] = {}
        self._page = QWidget()
        self.setAccessibleName(_("Attached files"))
        self.setObjectName("chips")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setWidget(self._page)

    def set_theme(self, theme: Theme) -> None:
        """Colour the drawings."""
        self._theme = theme
        for chip in self._chips:
            chip.button.setIcon(self._icons.icon("close", theme.muted))

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in this order."""
        return tuple(chip.button for chip in self._chips)

    def show_attachments(self, attachments: Sequence[Attachment]) -> None:
        """Show these, in this order; those that are new are brought into sight."""
        before = {chip.attachment: chip for chip in self._chips}
        self._chips = [before.get(attachment) or self._chip(attachment) for attachment in attachments]
        for attachment in before.keys() - attachments:
            before[attachment].hide()
            before[attachment].deleteLater()
        self.setVisible(bool(attachments))
        self._place()
        new = next((chip for chip in self._chips if not chip.isVisibleTo(self._page)), None)
        for chip in self._chips:
            chip.show()
        if new is not None:
            self.ensureWidgetVisible(new, 0, 0)

    def show_tokens(self, tokens: Mapping[str, int]) -> None:
        """Show about how many tokens texts are, by their digests, in place of their size."""
        self._tokens = tokens
        for chip in self._chips:
            chip.show_tokens(tokens.get(chip.attachment.digest))
        self._place()

    def _chip(self, attachment: Attachment) -> "_Chip":
        chip = _Chip(attachment, self._page)
        chip.show_tokens(self._tokens.get(attachment.digest))
        chip.button.clicked.connect(partial(self._remove, attachment))
        if self._theme is not None:
            chip.button.setIcon(self._icons.icon("close", self._theme.muted))
        return chip

    def _remove(self, attachment: Attachment) -> None:
        self.removed.emit(attachment)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Break the lines where the window ends, which is narrower when it has a scroll bar."""
        room, place, height = max(self.viewport().width(), 1), QPoint(), 0
        for chip in self._chips:
            size = chip.sizeHint()
            width = min(size.width(), _WIDEST, room)
            if place.x() and place.x() + width > room:
                place = QPoint(0, place.y() + size.height() + _GAP)
            chip.setGeometry(place.x(), place.y(), width, size.height())
            height = place.y() + size.height()
            place += QPoint(width + _GAP, 0)
        line = self._chips[0].sizeHint().height() + _GAP if self._chips else 0
        self._page.resize(room, height)
        self.setFixedHeight(min(height, round(_MOST_LINES * line)))


class _Chip(QFrame):
    def __init__(self, attachment: Attachment, parent: QWidget) -> None:
        super().__init__(parent)
        self.attachment = attachment
        self.setObjectName("chip")
        name = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        name.setText(attachment.name)
        self._size = PlainLabel(attachment.size)
        self._size.setProperty("kind", "muted")
        self.button = QToolButton()
        self.button.setIconSize(QSize(12, 12))
        words = _("Remove {name}").format(name=attachment.name)
        self.button.setAccessibleName(words)
        self.button.setToolTip(_("Remove"))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 4, 3)
        row.setSpacing(6)
        row.addWidget(name, 1)
        row.addWidget(self._size)
        row.addWidget(self.button)

    def show_tokens(self, count: int | None) -> None:
        """Show about how many tokens it is; None: how long it is."""
        if count is None:
            return
        words = ngettext("≈ {count} token", "≈ {count} tokens", count).format(count=f"{count:,}")
        self._size.setText(words)
        self._size.setToolTip(self.attachment.size)
        # Who comes to the button by keys hears it there.
        self.button.setAccessibleDescription(words)
