"""The right side: header, messages, banner, composer."""

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from glmdesk.domain.catalog import Catalog
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import COLUMN_WIDTH, Theme
from glmdesk.ui.widgets.banner import Banner
from glmdesk.ui.widgets.composer import Composer
from glmdesk.ui.widgets.header import Header
from glmdesk.ui.widgets.key_entry import KeyEntry
from glmdesk.ui.widgets.starters import Starters

_EDGE = 24


class ChatPane(QWidget):
    """One conversation. The transcript is added after the first paint: it needs what is slow to load."""

    def __init__(self, catalog: Catalog, icons: Icons, language: str) -> None:
        super().__init__()
        self.setMinimumWidth(380)
        self.header = Header(catalog, language)
        self.key_entry = KeyEntry()
        self.starters = Starters()
        self.banner = Banner(icons)
        self.composer = Composer(icons)
        self._transcript: QWidget | None = None
        self._body = QStackedWidget()
        self._blank = QWidget()
        self._key_page = _centred(self.key_entry)
        self._starter_page = _centred(self.starters)
        for page in (self._blank, self._key_page, self._starter_page):
            self._body.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._body, 1)
        column.addWidget(_column(self.banner, self.composer))

    def set_theme(self, theme: Theme) -> None:
        """Show a theme's colours."""
        self.header.set_theme(theme)
        self.banner.set_theme(theme)
        self.composer.set_theme(theme)

    def add_transcript(self, transcript: QWidget) -> None:
        """Add the view of the messages."""
        self._transcript = transcript
        self._body.addWidget(transcript)

    def show_messages(self) -> None:
        """Show the transcript."""
        assert self._transcript is not None
        self._body.setCurrentWidget(self._transcript)

    def show_key_entry(self) -> None:
        """Ask for the key."""
        self._body.setCurrentWidget(self._key_page)

    def show_starters(self) -> None:
        """Show an empty chat."""
        self._body.setCurrentWidget(self._starter_page)


def _centred(widget: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.addStretch(2)
    layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
    layout.addStretch(3)
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
