"""A program to prove the accessibility client against: a small window with one control of each kind."""

import sys

from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)


def make_window() -> QMainWindow:
    """Return a window whose label says what was done in it."""
    window = QMainWindow()
    window.setWindowTitle("Small window")
    central = QWidget()
    window.setCentralWidget(central)
    form = QFormLayout(central)

    search = QLineEdit()
    search.setAccessibleName("Search")
    search.setAccessibleDescription("Finds words in all conversations")
    form.addRow(search)
    rows = QListView()
    rows.setAccessibleName("Rows")
    rows.setModel(QStringListModel([f"row {number}" for number in range(100)], rows))
    form.addRow(rows)
    model = QComboBox()
    model.addItems(["small", "large"])
    form.addRow("Model", model)
    message = QPlainTextEdit()
    message.setAccessibleName("Message")
    form.addRow(message)
    size = QSpinBox()
    size.setAccessibleName("Size")
    form.addRow(size)
    form.addRow(QCheckBox("Tools"))
    done = QLabel("nothing yet")
    form.addRow(done)
    send = QPushButton("Send")
    send.clicked.connect(lambda: done.setText(f"sent {message.toPlainText()}"))
    form.addRow(send)
    menu = window.menuBar().addMenu("File")
    menu.addAction("Save", lambda: done.setText("saved"))
    late = QPushButton("Remove")
    late.clicked.connect(late.deleteLater)
    form.addRow(late)
    return window


if __name__ == "__main__":
    application = QApplication(sys.argv)
    application.setApplicationName("small window")
    window = make_window()
    window.show()
    sys.exit(application.exec())
