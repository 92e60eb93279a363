"""What dialogs with more than fits on a screen have in common: a grid that scrolls, and Close below it."""

from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from glmdesk.i18n import _

_EDGE = 24
_HEIGHT = 640
_ABOVE_HEADING = 12


class ScrolledDialog(QDialog):
    """Scrolls its `grid`, whose rows a kind of dialog adds. It is gone once it is closed."""

    def __init__(self, parent: QWidget, title: str, *, width: int, spacing: int, wide_column: int) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(width, _HEIGHT)
        # Not a form layout: it goes on with old heights when the text of a row takes more lines than before.
        self.grid = QGridLayout()
        self.grid.setContentsMargins(_EDGE, 20, _EDGE, 20)
        self.grid.setVerticalSpacing(spacing)
        self.grid.setHorizontalSpacing(_EDGE)
        self.grid.setColumnStretch(wide_column, 1)
        page = QWidget()
        page.setLayout(self.grid)
        self.area = QScrollArea()
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setWidget(page)
        buttons = QDialogButtonBox()
        close = buttons.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setAccessibleName(_("Close"))
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.setContentsMargins(_EDGE, 0, _EDGE, 0)
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.addWidget(self.area, 1)
        column.addLayout(foot)

    def add_heading(self, text: str) -> None:
        """Say what the next rows have in common."""
        heading = QLabel(text)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        if self.grid.count():
            heading.setContentsMargins(0, _ABOVE_HEADING, 0, 0)
        self.grid.addWidget(heading, self.grid.rowCount(), 0, 1, 2)

    def end_rows(self) -> None:
        """Let the rows stand at the top, however few there are."""
        self.grid.setRowStretch(self.grid.rowCount(), 1)
