"""The right side: header, messages, banner, composer."""

from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtCore import QMargins, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import COLUMN_WIDTH, Theme
from glmdesk.ui.widgets.banner import Banner
from glmdesk.ui.widgets.composer import Composer
from glmdesk.ui.widgets.header import Header
from glmdesk.ui.widgets.tab_order import follow_in_order
from glmdesk.ui.widgets.text_input import local_files

if TYPE_CHECKING:
    from glmdesk.ui.widgets.approval import Approval
    from glmdesk.ui.widgets.find_bar import FindBar

_EDGE = 24
_RIM = 6


class ChatPane(QWidget):
    """One conversation. Most of it is added after the first paint, when it is there and needed.

    Signals:
        files_dropped(paths: list[str]): these files should go with the message being written.
    """

    files_dropped = Signal(list)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setMinimumWidth(380)
        self.header = Header(icons)
        self.banner = Banner(icons)
        self.composer = Composer(icons)
        self._transcript: QWidget | None = None
        self._body = QStackedWidget()
        self._body.addWidget(QWidget())
        self._key_page: QWidget | None = None
        self._starter_page: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._body, 1)
        column.addWidget(_column(self.banner, self.composer))
        self._column = column
        self._drop_hint: QLabel | None = None
        self.setAcceptDrops(True)

    def set_theme(self, theme: Theme) -> None:
        """Show a theme's colours."""
        self.header.set_theme(theme)
        self.banner.set_theme(theme)
        self.composer.set_theme(theme)

    def add_pages(self, key_entry: QWidget, starters: QWidget) -> None:
        """Add what is shown while there are no messages."""
        self._key_page, self._starter_page = _centred(key_entry), _centred(starters)
        self._body.addWidget(self._key_page)
        self._body.addWidget(self._starter_page)

    def add_transcript(self, transcript: QWidget) -> None:
        """Add the view of the messages."""
        self._transcript = transcript
        self._body.addWidget(transcript)

    def add_find_bar(self, bar: "FindBar") -> None:
        """Add what asks for a text to be found, above the messages."""
        self._column.insertWidget(self._column.indexOf(self._body), bar)
        follow_in_order([*self.header.stops[-1:], *bar.stops])

    def add_approval(self, approval: "Approval") -> None:
        """Add what asks for a word on a call, above the composer."""
        inner = self.composer.parentWidget()
        layout = inner.layout() if inner is not None else None
        assert isinstance(layout, QVBoxLayout), "the composer stands in a column"
        layout.insertWidget(layout.indexOf(self.composer), approval)
        follow_in_order([*self.banner.stops[-1:], *approval.stops])

    def show_messages(self) -> None:
        """Show the transcript."""
        self._show(self._transcript)

    def show_key_entry(self) -> None:
        """Ask for the key."""
        self._show(self._key_page)

    def show_starters(self) -> None:
        """Show an empty chat."""
        self._show(self._starter_page)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            _copy(event)
            self._show_drop_hint()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hide_drop_hint()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._hide_drop_hint()
        _copy(event)
        self.composer.input.setFocus()
        self.files_dropped.emit(local_files(event.mimeData()))

    def _show_drop_hint(self) -> None:
        if self._drop_hint is None:
            self._drop_hint = QLabel(_("Drop files to attach them"), self)
            self._drop_hint.setObjectName("drop")
            self._drop_hint.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
            # What is dragged is dropped on what lies below.
            self._drop_hint.setAttribute(QtCore.Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._drop_hint.setGeometry(self.rect() - QMargins(_RIM, _RIM, _RIM, _RIM))
        self._drop_hint.show()
        self._drop_hint.raise_()

    def _hide_drop_hint(self) -> None:
        if self._drop_hint is not None:
            self._drop_hint.hide()

    def _show(self, page: QWidget | None) -> None:
        assert page is not None, "pages are shown after they were added"
        self._body.setCurrentWidget(page)


def _copy(event: QDropEvent) -> None:
    """Take what is dropped, and leave it where it is: who drags it may want it moved."""
    event.setDropAction(QtCore.Qt.DropAction.CopyAction)
    event.accept()


def _centred(widget: QWidget) -> QWidget:
    # Stretches and not an alignment: an aligned widget is never asked how high it is at its width.
    page, row = QWidget(), QHBoxLayout()
    row.addStretch()
    row.addWidget(widget, 100)
    row.addStretch()
    column = QVBoxLayout(page)
    column.setContentsMargins(_EDGE, 0, _EDGE, 0)
    column.addStretch(2)
    column.addLayout(row)
    column.addStretch(3)
    return page


def _column(*widgets: QWidget) -> QWidget:
    """Return a holder in which widgets are as wide as the messages, in the middle."""
    holder, inner = QWidget(), QWidget()
    inner.setMaximumWidth(COLUMN_WIDTH)
    inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    stacked = QVBoxLayout(inner)
    stacked.setContentsMargins(0, 0, 0, 0)
    stacked.setSpacing(8)
    for widget in widgets:
        stacked.addWidget(widget)
    row = QHBoxLayout(holder)
    row.setContentsMargins(_EDGE, 6, _EDGE, 0)
    row.addStretch(1)
    row.addWidget(inner, 1000)
    row.addStretch(1)
    return holder
