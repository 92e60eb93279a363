"""A check box whose text may have to do with less room than it wants."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QStyle, QStyleOptionButton

from glmdesk.markup import tool_tip
from glmdesk.typed import override


class ElidedCheckBox(QCheckBox):
    """One line about something with a name, which alone is cut, with a sign; pointed at, all of it is shown.

    `line` returns what is said of it under a name.
    """

    def __init__(self, name: str, line: Callable[[str], str]) -> None:
        super().__init__()
        self._name = name
        self._line = line
        self.setAccessibleName(line(name))
        # Qt's own takes no less than it wants.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._fit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._width_of(self._name), super().sizeHint().height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._width_of("…"), super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _width_of(self, name: str) -> int:
        return self._beside() + self.fontMetrics().horizontalAdvance(self._line(name))

    def _beside(self) -> int:
        """Return the room that the box takes."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        contents = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxContents, option, self)
        return self.width() - contents.width()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        room = self.width() - self._beside() - metrics.horizontalAdvance(self._line(""))
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        # A letter behind this sign would be a key.
        self.setText(self._line(name).replace("&", "&&"))
        self.setToolTip("" if name == self._name else tool_tip(self._line(self._name)))
