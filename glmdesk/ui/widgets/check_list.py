"""A list of which some rows are marked."""

from PySide6.QtGui import QAccessible, QAccessibleStateChangeEvent, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from glmdesk.ui.widgets.accessible_rows import make_rows_accessible


class CheckList(QListWidget):
    """Rows are marked by Space, Enter, a press on their box, and by a screen reader.

    Qt's `itemChanged` tells that one was.
    """

    def __init__(self, name: str) -> None:
        # What Qt gives a screen reader chooses a row where it says that it marks one.
        make_rows_accessible(CheckList)
        super().__init__()
        self.setProperty("kind", "list")
        self.setAccessibleName(name)
        self.itemActivated.connect(_toggle)
        self.itemChanged.connect(self._tell)

    def add(self, text: str, data: object = None, *, is_marked: bool) -> QListWidgetItem:
        """Add a row at the end; `data` is what it stands for."""
        item = QListWidgetItem(text)
        item.setData(Qt.ItemDataRole.UserRole, data)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if is_marked else Qt.CheckState.Unchecked)
        self.addItem(item)
        return item

    @property
    def marked(self) -> list[QListWidgetItem]:
        """The rows that are marked, in their order."""
        items = map(self.item, range(self.count()))
        return [item for item in items if item.checkState() is Qt.CheckState.Checked]

    def _tell(self, item: QListWidgetItem) -> None:
        state = QAccessible.State()
        state.checked = True  # it is this that has changed
        event = QAccessibleStateChangeEvent(self, state)
        event.setChild(self.row(item))
        QAccessible.updateAccessibility(event)


def _toggle(item: QListWidgetItem) -> None:
    is_marked = item.checkState() is Qt.CheckState.Checked
    item.setCheckState(Qt.CheckState.Unchecked if is_marked else Qt.CheckState.Checked)
