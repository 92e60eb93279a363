"""The functions of the user's folder: their code as it is, what has changed in it, and whether it is used."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt, QTextOption
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from glmdesk.domain.errors import Problem
from glmdesk.i18n import N_, _
from glmdesk.tools.own.folder import OwnFile, State
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.tabs import Tabs
from glmdesk.ui.widgets.text_input import TextInput

_SIZE: Final = (900, 620)
_LIST_WIDTH: Final = 220
_EDGE: Final = 20
_STATES: Final = {
    State.ON: N_("In use"),
    State.NEW: N_("Not reviewed"),
    State.CHANGED: N_("Changed"),
    State.UNUSABLE: N_("No tools in it"),
}
_WORDS: Final = {
    State.ON: N_("In use: what you see here is what runs."),
    State.NEW: N_("Not in use. Read the code before you use it: it runs with your rights."),
    State.CHANGED: N_("Changed since you reviewed it, and not in use until you do so again."),
    State.UNUSABLE: N_("Nothing in it can be used."),
}
_CODE, _CHANGES, _LOG = range(3)
_SHORT_DIGEST: Final = 16


class OwnToolsDialog(QDialog):
    """Shows the files of the folder, one of them with its code.

    Signals:
        use_requested(name: str, digest: str): this content of a file should be used.
        stop_requested(name: str): a file should be used no more.
        reading_requested(): the folder should be read again.
    """

    use_requested = Signal(str, str)
    stop_requested = Signal(str)
    reading_requested = Signal()

    def __init__(
        self,
        parent: QWidget,
        folder: str,
        log: Callable[[str], str],
        style: Style,
        *,
        has_python: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Your tools"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self._log = log
        self._files: tuple[OwnFile, ...] = ()
        self._list = _list()
        self._list.currentRowChanged.connect(self._show_file)
        self._state, self._tools, self._digest = _label(), _label(), _label("muted")
        self._digest.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._problem = _label("danger")
        self._problem.hide()
        self._tabs = Tabs(_("What is shown of the file"), (_("Code"), _("Changes"), _("Log")))
        self._tabs.currentChanged.connect(self._show_text)
        self._text = _text_view()
        self.set_style(style)
        self._use = _button(_("Use it"), lambda: self._ask(self.use_requested.emit))
        self._use.setProperty("kind", "primary")
        self._stop = _button(
            _("Stop using it"), lambda: self._ask(lambda name, _digest: self.stop_requested.emit(name))
        )
        words = _(
            "Each function in a file of this folder that has type hints and a docstring is a tool, once you "
            "have reviewed its code and use it. A call runs in a process of its own."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE, 16, _EDGE, 14)
        column.setSpacing(10)
        column.addWidget(_label("muted", words))
        place = _label(text=_("Folder: {path}").format(path=folder))
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(place)
        if not has_python:
            column.addWidget(
                _label("danger", _("No Python was found that could run them: name one in the settings."))
            )
        column.addLayout(self._middle(), 1)
        column.addLayout(self._buttons())
        self.show_files(())

    def set_style(self, style: Style) -> None:
        """Take another font for code; the style sheet of the application has the colours."""
        self._text.setFont(style.code)

    def _middle(self) -> QHBoxLayout:
        right = QVBoxLayout()
        right.setSpacing(8)
        for widget in (self._state, self._tools, self._problem, self._tabs):
            right.addWidget(widget)
        right.addWidget(self._text, 1)
        right.addWidget(self._digest)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._list)
        row.addLayout(right, 1)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(_button(_("Read the folder again"), self.reading_requested.emit))
        row.addStretch(1)
        for button in (self._stop, self._use, _button(_("Close"), self.reject)):
            row.addWidget(button)
        return row

    def show_files(self, files: Sequence[OwnFile]) -> None:
        """Show what is in the folder; the file that was looked at stays the one that is."""
        shown = self._file
        self._files = tuple(files)
        self._list.blockSignals(True)
        self._list.clear()
        for file in files:
            item = QListWidgetItem(f"{file.name}\n{_(_STATES[file.state])}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{file.name}: {_(_STATES[file.state])}")
            self._list.addItem(item)
        names = [file.name for file in files]
        self._list.setCurrentRow(
            names.index(shown.name) if shown and shown.name in names else min(len(names), 1) - 1
        )
        self._list.blockSignals(False)
        self._show_file()

    def show_problem(self, problem: Problem) -> None:
        """Say why something was not done, until another file is looked at."""
        self._problem.setText(problem.words)
        self._problem.show()

    @property
    def _file(self) -> OwnFile | None:
        row = self._list.currentRow()
        return self._files[row] if 0 <= row < len(self._files) else None

    def _show_file(self) -> None:
        file = self._file
        for widget in (self._tabs, self._text, self._digest):
            widget.setVisible(file is not None)
        self._problem.hide()
        self._use.setEnabled(file is not None and file.state in (State.NEW, State.CHANGED))
        self._stop.setEnabled(file is not None and file.reviewed is not None)
        if file is None:
            self._state.setText(_("There is no Python file in the folder."))
            self._tools.setText("")
            return
        self._state.setText(_(_WORDS[file.state]))
        self._tools.setText("\n".join(_said_of(file)))
        self._tools.setVisible(bool(self._tools.text()))
        self._digest.setText(f"SHA-256 {file.digest[:_SHORT_DIGEST]}…")
        self._digest.setToolTip(file.digest)
        self._tabs.setTabVisible(_CHANGES, file.state is State.CHANGED)
        self._tabs.setTabVisible(_LOG, bool(self._log(file.name)))
        # What has changed is what is to be read.
        self._tabs.setCurrentIndex(_CHANGES if file.state is State.CHANGED else _CODE)
        self._show_text()

    def _show_text(self) -> None:
        file = self._file
        if file is None:
            return
        index = self._tabs.currentIndex()
        texts = {_CHANGES: lambda: file.difference, _LOG: lambda: self._log(file.name)}
        self._text.setPlainText(texts.get(index, lambda: file.text)())
        self._text.setAccessibleName(self._tabs.tabText(index))

    def _ask(self, emit: Callable[[str, str], object]) -> None:
        if self._file is not None:
            emit(self._file.name, self._file.digest)


def _said_of(file: OwnFile) -> list[str]:
    """Return a line for each tool, and why other functions are none."""
    tools = [f"{it.name}: {it.description.splitlines()[0]}" for it in file.source.functions]
    return [*tools, *file.source.problems]


def _list() -> QListWidget:
    files = QListWidget()
    files.setProperty("kind", "list")
    files.setAccessibleName(_("Files"))
    files.setFixedWidth(_LIST_WIDTH)
    # What belongs together stands together: a name, and the state below it.
    files.setSpacing(4)
    return files


def _text_view() -> TextInput:
    text = TextInput()
    text.setObjectName("address")
    text.setReadOnly(True)
    text.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    text.setWordWrapMode(QTextOption.WrapMode.NoWrap)
    return text


def _label(kind: str = "", text: str = "") -> PlainLabel:
    label = PlainLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if kind:
        label.setProperty("kind", kind)
    return label


def _button(name: str, act: Callable[[], object]) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    button.clicked.connect(act)
    return button
