"""A server of tools, described by hand or pasted as other programs write it down."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QFontMetrics, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from glmdesk.domain.connector import TRANSPORTS, Connector, Pairs, Transport
from glmdesk.domain.errors import Problem, UserError, joined
from glmdesk.i18n import _
from glmdesk.tools.mcp.config import Program, ServerConfig, Site, Way
from glmdesk.ui.widgets.choice import ChoiceBox
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.text_input import LineInput, TextInput

_WIDTH: Final = 560
_AROUND: Final = 22
"""Pixels of border, padding and margin above and below a text."""
TRANSPORT_NAMES: Final[Mapping[Transport, str]] = {"streamable-http": "Streamable HTTP", "sse": "SSE"}
"""What people call them, in every language."""
_EXAMPLE: Final = """\
{
  "mcpServers": {
    "time": {
      "command": "uvx",
      "args": ["mcp-server-time"]
    }
  }
}"""


class ServerForm(QDialog):
    """Asks for everything that is to be known of a server.

    Signals:
        described(config: ServerConfig): what was entered. The dialog stays open until it is accepted.
    """

    described = Signal(object)

    def __init__(self, parent: QWidget, code: QFont, config: ServerConfig | None = None) -> None:
        """Ask for a new server, or show one to be changed."""
        super().__init__(parent)
        self.setWindowTitle(_("Add a server") if config is None else _("Edit the server"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self._name = _line(_("Name"))
        self._here, self._there = QRadioButton(_("A program on this computer")), QRadioButton(_("An address"))
        self._asked = QRadioButton(_("Asked by the service"))
        self._ways = QButtonGroup(self)
        for button in (self._here, self._there, self._asked):
            self._ways.addButton(button)
        self._command, self._args = _line(_("Command")), _lines(_("Arguments"), code, 3)
        self._env, self._folder = _lines(_("Variables"), code, 2), _line(_("Folder"))
        self._url, self._headers = _line(_("Address")), _lines(_("Headers"), code, 2)
        self._label, self._transport = _line(_("Label")), ChoiceBox()
        self._allowed = _lines(_("Allowed tools"), code, 2)
        self._rows: list[tuple[tuple[QRadioButton, ...], list[QWidget]]] = []
        self._helps: list[tuple[tuple[QRadioButton, ...], QWidget, str]] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(1, 1)
        self._problem = problem_label()
        self._fill_grid()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(12)
        column.addLayout(self._grid)
        column.addWidget(self._problem)
        column.addStretch(1)
        column.addWidget(form_buttons(self, _("Save") if config else _("Add"), self._describe))
        self._ways.buttonToggled.connect(self._show_rows)
        for line in (self._name, self._command, self._folder, self._label, self._url):
            line.submitted.connect(self._describe)
            line.cancelled.connect(self.reject)
        for box in (self._args, self._env, self._allowed, self._headers):
            box.submitted.connect(self._describe)
            box.cancelled.connect(self.reject)
        self._show(config)
        self._name.setFocus()

    def show_problem(self, problem: Problem) -> None:
        """Say why it was refused."""
        self._problem.setText(problem.words)
        self._problem.show()
        self._fit()

    def _fill_grid(self) -> None:
        ways = QWidget()
        row = QHBoxLayout(ways)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        for button in (self._here, self._there, self._asked):
            row.addWidget(button)
        row.addStretch(1)
        private = _("Values are kept in the keyring.")
        here, there, asked = ((button,) for button in (self._here, self._there, self._asked))
        self._add_row((), self._name)
        self._add_row((), ways, name=_("Kind"))
        self._add_words(
            asked,
            _(
                "The service connects to it and calls its tools by itself, without a question before each"
                " call; its calls stand with the answer. Not every model can: the card of a model says so."
            ),
        )
        self._add_row(here, self._command)
        self._add_row(here, self._args, (here, _("One in each line.")))
        self._add_row(here, self._env, (here, joined(_("NAME=value, one in each line."), private)))
        self._add_row(here, self._folder, (here, _("Where it is started. Without one: your home folder.")))
        self._add_row(asked, self._label, (asked, _("What the service calls it. Without one: its name.")))
        self._add_row(
            (*there, *asked),
            self._url,
            (there, _("Of a server that speaks streamable HTTP.")),
            (
                asked,
                _("In the public network. Without one: the label is the code of a server that Zhipu has."),
            ),
        )
        for transport in TRANSPORTS:
            self._transport.addItem(TRANSPORT_NAMES[transport], transport)
        self._transport.setAccessibleName(_("Transport"))
        self._add_row(asked, self._transport)
        self._add_row(asked, self._allowed, (asked, _("One in each line. Without any: all that it has.")))
        written = joined(_("Name: value, one in each line."), private)
        self._add_row(
            (*there, *asked),
            self._headers,
            (there, written),
            (asked, joined(written, _("The service is given them, to pass them on."))),
        )

    def _add_words(self, ways: tuple[QRadioButton, ...], words: str) -> None:
        """Add a paragraph below the rows so far."""
        label = PlainLabel(words)
        label.setProperty("kind", "muted")
        label.setWordWrap(True)
        self._grid.addWidget(label, self._grid.rowCount(), 1)
        self._rows.append((ways, [label]))

    def _add_row(
        self,
        ways: tuple[QRadioButton, ...],
        control: QWidget,
        *helps: tuple[tuple[QRadioButton, ...], str],
        name: str = "",
    ) -> None:
        """Add a line that is shown for some kinds, or for all; what is explained may differ."""
        label = QLabel(name or control.accessibleName())
        label.setBuddy(control)
        number = self._grid.rowCount()
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(control)
        for kinds, help in helps:
            explained = PlainLabel(help)
            explained.setProperty("kind", "muted")
            explained.setWordWrap(True)
            column.addWidget(explained)
            self._rows.append((kinds, [explained]))
            self._helps.append((kinds, control, help))
        label.setContentsMargins(0, label.fontMetrics().height() * 3 // 8, 0, 0)
        self._grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(holder, number, 1)
        self._rows.append((ways, [label, holder]))

    def _show_rows(self) -> None:
        chosen = self._ways.checkedButton()
        for ways, parts in self._rows:
            for part in parts:
                part.setVisible(not ways or chosen in ways)
        for ways, control, help in self._helps:
            if chosen in ways:
                control.setAccessibleDescription(help)
        self._fit()

    def _fit(self) -> None:
        """Be as high as what is shown, and wide enough for the words of the kinds in any language."""
        column = self.layout()
        assert column is not None
        width = max(_WIDTH, column.minimumSize().width())
        self.setMinimumWidth(width)
        self.resize(width, column.totalHeightForWidth(width))

    def _show(self, config: ServerConfig | None) -> None:
        way = config.way if config else Program("")
        self._name.setText(config.name if config else "")
        match way:
            case Program():
                self._here.setChecked(True)
                self._command.setText(way.command)
                self._args.setPlainText("\n".join(way.args))
                self._env.setPlainText("\n".join(f"{name}={value}" for name, value in way.env))
                self._folder.setText(way.folder)
            case Site():
                self._there.setChecked(True)
                self._show_place(way)
            case Connector():
                self._asked.setChecked(True)
                self._show_place(way)
                self._label.setText(way.label)
                self._transport.setCurrentIndex(TRANSPORTS.index(way.transport))
                self._allowed.setPlainText("\n".join(way.allowed_tools))
        self._show_rows()

    def _show_place(self, way: Site | Connector) -> None:
        self._url.setText(way.url)
        self._headers.setPlainText("\n".join(f"{name}: {value}" for name, value in way.headers))

    def _way(self) -> Way:
        """Return what was entered."""
        if self._here.isChecked():
            args = _written(self._args)
            return Program(self._command.text(), args, _pairs(self._env, "="), self._folder.text())
        url, headers = self._url.text(), _pairs(self._headers, ":")
        if self._there.isChecked():
            return Site(url, headers)
        label = self._label.text().strip() or self._name.text()
        transport: Transport = self._transport.currentData()
        return Connector(label, url, transport, _written(self._allowed), headers)

    def _describe(self) -> None:
        try:
            config = ServerConfig(self._name.text(), self._way()).checked()
        except UserError as error:
            self.show_problem(error.problem)
        else:
            self._problem.hide()
            self.described.emit(config)


class PasteDialog(QDialog):
    """Takes servers as other programs write them down.

    Signals:
        pasted(text: str): it should be read. The dialog stays open until it is accepted.
    """

    pasted = Signal(str)

    def __init__(self, parent: QWidget, code: QFont) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Paste servers"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        words = PlainLabel(
            _(
                "JSON as it stands in instructions, or in the files of Claude Desktop, VS Code, Cursor or"
                " Cherry Studio. Nothing is run before you have reviewed it."
            )
        )
        words.setWordWrap(True)
        self._text = _lines(_("Servers as JSON"), code, 14)
        self._text.setPlaceholderText(_EXAMPLE)
        self._problem = problem_label()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(12)
        for part in (words, self._text, self._problem):
            column.addWidget(part)
        column.addWidget(form_buttons(self, _("Add"), self._paste))
        self._text.submitted.connect(self._paste)
        self._text.cancelled.connect(self.reject)
        self._text.setFocus()

    def _paste(self) -> None:
        self.pasted.emit(self._text.toPlainText())

    def show_problem(self, problem: Problem) -> None:
        """Say why nothing was added."""
        self._problem.setText(problem.words)
        self._problem.show()
        self.adjustSize()


def problem_label() -> PlainLabel:
    """Return a hidden label that can say what is wrong."""
    label = PlainLabel()
    label.setProperty("kind", "danger")
    label.setWordWrap(True)
    label.hide()
    return label


def form_buttons(dialog: QDialog, name: str, act: Callable[[], object]) -> QDialogButtonBox:
    """Return the buttons of a form: one that does it, and Cancel."""
    buttons, role = QDialogButtonBox(), QDialogButtonBox.ButtonRole
    do = QPushButton(name)
    do.setDefault(True)
    do.setProperty("kind", "primary")
    # Not that of the box, which would close the dialog.
    do.clicked.connect(act)
    buttons.addButton(do, role.ActionRole)
    cancel = buttons.addButton(_("Cancel"), role.RejectRole)
    for button in (do, cancel):
        button.setAccessibleName(button.text())
    buttons.rejected.connect(dialog.reject)
    return buttons


def _line(name: str) -> LineInput:
    line = LineInput()
    line.setAccessibleName(name)
    return line


def _lines(name: str, code: QFont, count: int) -> TextInput:
    box = TextInput()
    box.setObjectName("address")
    box.setAccessibleName(name)
    box.setFont(code)
    # Enter breaks the line.
    box.sends_with_control = True
    box.setFixedHeight(QFontMetrics(code).lineSpacing() * count + _AROUND)
    return box


def _written(box: TextInput) -> tuple[str, ...]:
    return tuple(line for line in box.toPlainText().split("\n") if line)


def _pairs(box: TextInput, mark: str) -> Pairs:
    lines = [line for line in box.toPlainText().split("\n") if line.strip()]
    # What has no mark is a name with nothing before it, and refused as that.
    split = [line.partition(mark) if mark in line else ("", "", line) for line in lines]
    return tuple((name.strip(), value.strip() if mark == ":" else value) for name, _mark, value in split)
