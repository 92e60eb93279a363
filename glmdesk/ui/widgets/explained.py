"""A control with what it means below it, and what is wrong with what was chosen."""

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from glmdesk.ui.widgets.quotes import PlainLabel


class Explained(QWidget):
    """Holds the control and the texts below it."""

    def __init__(self, control: QWidget, explanation: str) -> None:
        super().__init__()
        self.control = control
        self.explanation = QLabel(explanation)
        self.explanation.setProperty("kind", "muted")
        self.explanation.setWordWrap(True)
        control.setAccessibleDescription(explanation)
        self.problem = PlainLabel()
        self.problem.setProperty("kind", "danger")
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        for widget in (control, self.explanation, self.problem):
            self.column.addWidget(widget)
        self.show_problem("")

    def show_problem(self, reason: str) -> None:
        """Say what is wrong; nothing where that is empty."""
        self.problem.setText(reason)
        self.problem.setVisible(bool(reason))
