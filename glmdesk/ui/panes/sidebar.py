"""The left side: a new chat, the conversations, the settings."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from glmdesk.i18n import _
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.conversation_view import ConversationView

_NARROWEST = 180


class Sidebar(QWidget):
    """Lists the conversations.

    Signals:
        new_requested(): a new chat.
        settings_requested(): the settings dialog.
        leave_demo_requested(): the demo should end.
    """

    new_requested = Signal()
    settings_requested = Signal()
    leave_demo_requested = Signal()

    def __init__(self, icons: Icons, *, is_demo: bool) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(_NARROWEST)
        self._icons = icons
        self.model = ConversationList(self)
        self.view = ConversationView(self.model)
        self._new = QPushButton(_("New chat"))
        self._new.setAccessibleName(_("New chat"))
        self._new.setProperty("kind", "flat")
        self._new.clicked.connect(self.new_requested)
        self._settings = QToolButton()
        self._settings.setAccessibleName(_("Settings"))
        self._settings.setToolTip(_("Settings"))
        self._settings.setIconSize(QSize(20, 20))
        self._settings.clicked.connect(self.settings_requested)
        self._empty = QLabel(_("Your conversations will be listed here."))
        self._empty.setProperty("kind", "muted")
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(16, 12, 16, 0)
        self.model.rowsInserted.connect(self._show_whether_empty)
        self.model.rowsRemoved.connect(self._show_whether_empty)
        self.model.modelReset.connect(self._show_whether_empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 8)
        column.setSpacing(6)
        top = QHBoxLayout()
        top.setContentsMargins(8, 0, 8, 0)
        top.addWidget(self._new)
        column.addLayout(top)
        column.addWidget(self._empty)
        column.addWidget(self.view, 1)
        if is_demo:
            column.addWidget(self._demo_mark())
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 0, 8, 0)
        foot.addWidget(self._settings)
        foot.addStretch()
        column.addLayout(foot)

    def _demo_mark(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(12, 0, 12, 0)
        mark = QLabel(_("Demo: simulated answers"))
        mark.setObjectName("demo_mark")
        leave = QPushButton(_("Leave the demo"))
        leave.setAccessibleName(_("Leave the demo"))
        leave.clicked.connect(self.leave_demo_requested)
        column.addWidget(mark)
        column.addWidget(leave)
        return holder

    def set_theme(self, theme: Theme) -> None:
        """Show a theme's colours."""
        self.view.set_theme(theme)
        self._new.setIcon(self._icons.icon("plus", theme.accent))
        self._settings.setIcon(self._icons.icon("settings", theme.muted))

    def select(self, conversation_id: str) -> None:
        """Mark the conversation that is shown; an empty id marks none."""
        row = self.model.row_of(conversation_id)
        if row is None:
            self.view.clearSelection()
            self.view.setCurrentIndex(self.model.index(-1))
        else:
            self.view.setCurrentIndex(self.model.index(row))

    def _show_whether_empty(self) -> None:
        self._empty.setVisible(self.model.rowCount() == 0)
