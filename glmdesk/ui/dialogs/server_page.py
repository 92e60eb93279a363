"""One server of tools: what it is, what it has, and what it has said."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFont, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from glmdesk.domain.connector import Connector
from glmdesk.domain.unseen import unmasked
from glmdesk.i18n import N_, _, listed
from glmdesk.tools.mcp.config import Program, Review, ServerConfig, Site, Way
from glmdesk.tools.mcp.definition import Standing
from glmdesk.tools.mcp.servers import ServerView, ToolView
from glmdesk.tools.mcp.values import Prompt, Resource, State
from glmdesk.ui.dialogs.server_form import TRANSPORT_NAMES
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.tabs import Tabs
from glmdesk.ui.widgets.text_input import LineInput, TextInput
from glmdesk.ui.widgets.whole_text import WholeText

STATE_WORDS: Final[Mapping[State, str]] = {
    State.UNREVIEWED: N_("not reviewed"),
    State.OFF: N_("off"),
    State.READY: N_("starts when it is used"),
    State.STARTING: N_("starting…"),
    State.RUNNING: N_("running"),
    State.FAILED: N_("failed"),
    State.ASKED: N_("asked by the service"),
}
CHANGED_WORDS: Final = N_("its tools have changed")
_STANDING_WORDS: Final[Mapping[Standing, str]] = {
    Standing.SEEN: "",
    Standing.NEW: N_("new: off"),
    Standing.CHANGED: N_("changed: off"),
    Standing.GONE: N_("no longer there"),
}
_PADDING: Final = 10
_SPACING: Final = 3
_MOST_LINES: Final = 6
"""Of a text that is to be read before a server may run; the rest is scrolled to."""


class ServerPage(QWidget):
    """Shows a server.

    Signals:
        allowed(digest: str): what is shown may run.
        start_requested(), stop_requested(), edit_requested(), remove_requested(): of the server.
        switched(is_on: bool): whether its tools are on offer.
        silenced(is_silent: bool): whether its tools that only read run without a question.
        accepted(digests: list[str]): its tools were seen as they are shown.
        resources_requested(), prompts_requested(): what it has should be shown.
        resource_chosen(resource: Resource): it should go with the message.
        prompt_chosen(name: str, arguments: dict[str, str]): it should be written into the message.
        log_requested(): what it has said should be shown.
    """

    allowed = Signal(str)
    start_requested = Signal()
    stop_requested = Signal()
    edit_requested = Signal()
    remove_requested = Signal()
    switched = Signal(bool)
    silenced = Signal(bool)
    accepted = Signal(list)
    resources_requested = Signal()
    prompts_requested = Signal()
    resource_chosen = Signal(object)
    prompt_chosen = Signal(str, object)
    log_requested = Signal()

    def __init__(self, code: QFont) -> None:
        super().__init__()
        self._name, self._state = PlainLabel(), PlainLabel()
        self._name.setProperty("kind", "host")
        self._name.setWordWrap(True)
        self._state.setProperty("kind", "muted")
        self._tabs = Tabs(_("Server"))
        self.overview, self.tools = Overview(code), ToolsPart(code)
        self.resources, self.prompts = ResourcesPart(), PromptsPart()
        self._log = reading(_("Log"), code)
        self._parts = QStackedWidget()
        parts: tuple[tuple[str, QWidget], ...] = (
            (_("Server"), self.overview),
            (_("Tools"), self.tools),
            (_("Resources"), self.resources),
            (_("Prompts"), self.prompts),
            (_("Log"), self._log),
        )
        for name, part in parts:
            self._tabs.addTab(name)
            self._parts.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for piece in (self._name, self._state, self._tabs):
            column.addWidget(piece)
        # A long name does not make the window wide.
        self._name.setMinimumWidth(1)
        column.addWidget(self._parts, 1)
        self._tabs.currentChanged.connect(self._turn)
        self._connect()

    def _connect(self) -> None:
        overview = self.overview
        overview.allowed.connect(self.allowed)
        overview.start_requested.connect(self.start_requested)
        overview.stop_requested.connect(self.stop_requested)
        overview.edit_requested.connect(self.edit_requested)
        overview.remove_requested.connect(self.remove_requested)
        overview.switched.connect(self.switched)
        overview.silenced.connect(self.silenced)
        self.tools.accepted.connect(self.accepted)
        self.resources.chosen.connect(self.resource_chosen)
        self.prompts.chosen.connect(self.prompt_chosen)

    def begin(self, view: ServerView) -> None:
        """Show another server, from its beginning."""
        self.overview.show_review(None)
        self.resources.show_resources(())
        self.prompts.show_prompts(())
        self._tabs.setCurrentIndex(0)
        self.show_view(view)

    def show_view(self, view: ServerView) -> None:
        """Show what has become of the server."""
        self._name.setText(view.server.config.name)
        words = (_(STATE_WORDS[view.state]), view.about if view.state is State.RUNNING else "")
        self._state.setText(" · ".join(filter(None, words)))
        # What the service asks is neither started nor listened to here.
        for number in range(1, self._tabs.count()):
            self._tabs.setTabVisible(number, not isinstance(view.server.config.way, Connector))
        self._tabs.setTabText(
            1, _("Tools ({count})").format(count=len(view.tools)) if view.tools else _("Tools")
        )
        self.overview.show_view(view)
        self.tools.show_tools(view)
        if self._parts.currentWidget() is self._log:
            self.log_requested.emit()

    def show_log(self, text: str) -> None:
        """Show what the server has said; whoever reads its end stays there."""
        if text == self._log.toPlainText():
            return
        bar = self._log.verticalScrollBar()
        is_at_end, value = bar.value() >= bar.maximum(), bar.value()
        self._log.setPlainText(text)
        bar.setValue(bar.maximum() if is_at_end else value)

    def _turn(self, index: int) -> None:
        self._parts.setCurrentIndex(index)
        part = self._parts.currentWidget()
        if part is self._log:
            self.log_requested.emit()
        elif part is self.resources:
            self.resources_requested.emit()
        elif part is self.prompts:
            self.prompts_requested.emit()


class Overview(QWidget):
    """What a server is, whether it may run, and why it does not."""

    allowed = Signal(str)
    start_requested = Signal()
    stop_requested = Signal()
    edit_requested = Signal()
    remove_requested = Signal()
    switched = Signal(bool)
    silenced = Signal(bool)

    def __init__(self, code: QFont) -> None:
        super().__init__()
        self._review: Review | None = None
        """What may be allowed, as long as it is known with all of its values."""
        self._problem = PlainLabel()
        self._problem.setWordWrap(True)
        self._problem.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._reason = _framed("outcome", self._problem)
        self._reason.setProperty("kind", "error")
        self._exact, self._file, self._secrets = (_Exact(code) for _text in range(3))
        self._more = PlainLabel()
        self._more.setProperty("kind", "muted")
        self._more.setWordWrap(True)
        self._doubts = PlainLabel()
        self._doubts.setWordWrap(True)
        self._reasons = _framed("reasons", self._doubts)
        self._is_on = QCheckBox(_("Its tools are on offer"))
        self._is_silent = QCheckBox(_("Tools that only read, as it says, run without a question"))
        self._run, self._start, self._stop = (
            _button(name) for name in (_("Run this server"), _("Start"), _("Stop"))
        )
        self._run.setProperty("kind", "primary")
        self._edit, self._remove = _button(_("Edit…")), _button(_("Remove…"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(10)
        for part in (self._reason, self._exact, self._file, self._secrets, self._more, self._reasons):
            column.addWidget(part)
        for box in (self._is_on, self._is_silent):
            box.setAccessibleName(box.text())
            column.addWidget(box)
        column.addStretch(1)
        row = QHBoxLayout()
        for button in (self._run, self._start, self._stop, self._edit, self._remove):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        self._connect()

    def _connect(self) -> None:
        self._run.clicked.connect(self._allow)
        for exact in (self._exact, self._file, self._secrets):
            exact.text.read.connect(self._let_run)
        self._start.clicked.connect(self.start_requested)
        self._stop.clicked.connect(self.stop_requested)
        self._edit.clicked.connect(self.edit_requested)
        self._remove.clicked.connect(self.remove_requested)
        self._is_on.clicked.connect(self.switched)
        self._is_silent.clicked.connect(self.silenced)

    def _allow(self) -> None:
        if self._review is not None:
            self.allowed.emit(self._review.digest)

    def show_review(self, review: Review | None) -> None:
        """Show all that decides what is run; it can be allowed once it was all in view."""
        self._review = review
        config = review.config if review else None
        is_program = config is not None and isinstance(config.way, Program)
        file = (review.file or _("The command was not found.")) if review and is_program else ""
        self._file.show_text(_("Program"), file)
        name = _("Variables") if is_program else _("Headers")
        self._secrets.show_text(name, "\n".join(config.shown_secrets) if config else "")
        self._let_run()

    def _let_run(self) -> None:
        parts = (self._exact, self._file, self._secrets)
        is_read = all(part.text.is_read for part in parts if not part.isHidden())
        hint = "" if is_read else _("Read it to its end first.")
        self._run.setEnabled(self._review is not None and is_read)
        self._run.setToolTip(hint)
        self._run.setAccessibleDescription(hint)

    def show_view(self, view: ServerView) -> None:
        """Show what has become of the server."""
        server, config = view.server, view.server.config
        self._problem.setText(view.problem.words if view.problem else "")
        self._reason.setVisible(view.problem is not None)
        kind, is_asked = _kind(config.way), isinstance(config.way, Connector)
        self._run.setText(_("Let the service ask it") if is_asked else _("Run this server"))
        self._run.setAccessibleName(self._run.text())
        self._exact.show_text(kind, config.way.shown)
        self._more.setText(_more(config, is_reviewed=server.is_reviewed))
        self._more.setVisible(bool(self._more.text()))
        self._doubts.setText("\n".join(config.doubts))
        self._reasons.setVisible(not server.is_reviewed)
        self._is_on.setChecked(server.is_on)
        self._is_silent.setChecked(server.reads_silently)
        is_active = view.state in (State.STARTING, State.RUNNING)
        for widget, is_shown in (
            (self._is_on, server.is_reviewed),
            (self._is_silent, server.is_reviewed and not is_asked),
            (self._run, not server.is_reviewed),
            (self._start, server.is_reviewed and not is_active and not is_asked),
            (self._stop, is_active),
        ):
            widget.setVisible(is_shown)


class _Exact(QWidget):
    """Something of a server, letter by letter below its name; not there where there is nothing of it."""

    def __init__(self, code: QFont) -> None:
        super().__init__()
        self._shown = ""
        self._name = PlainLabel()
        self.text = WholeText("", code, lambda: _MOST_LINES)
        self.text.setObjectName("address")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._name)
        column.addWidget(self.text)
        self.hide()

    def show_text(self, name: str, text: str) -> None:
        """Show a text; one that is shown already stays read."""
        self._name.setText(name)
        self.text.setAccessibleName(name)
        if text == self._shown:
            return
        self._shown = text
        self.setVisible(bool(text))
        parent = self.parentWidget()
        if parent and (layout := parent.layout()):
            # How many lines there are is told by their width.
            layout.activate()
        self.text.show_text(text)


class ToolsPart(QWidget):
    """The tools of a server, and what it says of one of them.

    Signals:
        accepted(digests: list[str]): they were seen as they are shown.
    """

    accepted = Signal(list)

    def __init__(self, code: QFont) -> None:
        super().__init__()
        self._views: tuple[ToolView, ...] = ()
        self._list = QTreeWidget()
        self._list.setRootIsDecorated(False)
        self._list.setAccessibleName(_("Tools"))
        self._list.setHeaderLabels([_("Tool"), _("Runs"), _("State")])
        self._list.header().setStretchLastSection(False)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._details = reading(_("What the server says of it"), code)
        self._words = PlainLabel(
            _("Not all of it is what you have reviewed: such tools are off until you review them too.")
        )
        self._words.setWordWrap(True)
        self._notice = _framed("reasons", self._words)
        self._accept = _button(_("Mark as reviewed"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._notice)
        column.addWidget(self._list, 1)
        column.addWidget(self._details, 1)
        column.addWidget(self._accept, 0, Qt.AlignmentFlag.AlignLeft)
        self._list.currentItemChanged.connect(self._show_details)
        self._accept.clicked.connect(self._take)

    def show_tools(self, view: ServerView) -> None:
        """Show the tools of a server."""
        self._notice.setVisible(view.is_to_be_looked_at)
        self._accept.setVisible(view.is_to_be_looked_at)
        if view.tools == self._views:
            return
        self._views = view.tools
        chosen = max(0, self._list.currentIndex().row())
        self._list.clear()
        items: list[QTreeWidgetItem] = []
        for tool in view.tools:
            runs = _("without a question") if tool.runs_silently else _("when you allow it")
            is_off = tool.standing is not Standing.SEEN
            words = [tool.definition.title, "" if is_off else runs, _(_STANDING_WORDS[tool.standing])]
            item = QTreeWidgetItem(words)
            item.setSizeHint(0, QSize(0, self.fontMetrics().height() + _PADDING))
            items.append(item)
        self._list.addTopLevelItems(items)
        for number in (1, 2):
            self._list.resizeColumnToContents(number)
        if items:
            # What is to be looked at is in view before it can be accepted.
            to_look_at = (at for at, tool in enumerate(view.tools) if tool.is_to_be_looked_at)
            self._list.setCurrentItem(items[next(to_look_at, min(chosen, len(items) - 1))])
        self._show_details()

    def _show_details(self) -> None:
        number = self._list.currentIndex().row()
        tool = self._views[number] if 0 <= number < len(self._views) else None
        self._details.setPlainText((tool.changes or tool.definition.shown) if tool else "")

    def _take(self) -> None:
        now = [tool for tool in self._views if tool.standing is not Standing.GONE]
        self.accepted.emit([tool.definition.digest for tool in now])


class ResourcesPart(QWidget):
    """What can be read of a server.

    Signals:
        chosen(resource: Resource): it should go with the message.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._list = _list(_("Resources"))
        self._take = _button(_("Attach to the message"))
        self._nothing = _muted(_("This server has no resources."))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(self._nothing)
        column.addWidget(self._list, 1)
        column.addWidget(self._take, 0, Qt.AlignmentFlag.AlignLeft)
        self._take.clicked.connect(self._choose)
        self._list.itemActivated.connect(self._choose)

    def show_resources(self, resources: Sequence[Resource]) -> None:
        """Show what can be read."""
        _fill(self._list, [(one.title, one.uri, one) for one in resources])
        self._nothing.setVisible(not resources)
        self._take.setEnabled(bool(resources))

    def _choose(self) -> None:
        if (chosen := self._list.currentIndex()).isValid():
            self.chosen.emit(chosen.data(Qt.ItemDataRole.UserRole))


class PromptsPart(QWidget):
    """Texts that a server has prepared, and what they ask for.

    Signals:
        chosen(name: str, arguments: dict[str, str]): it should be written into the message.
        cancelled(): Escape was pressed in what it asks for.
    """

    chosen = Signal(str, object)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._list = _list(_("Prompts"))
        self._take = _button(_("Put into the message"))
        self._nothing = _muted(_("This server has no prompts."))
        self._asked = QVBoxLayout()
        self._fields: dict[str, LineInput] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(self._nothing)
        column.addWidget(self._list, 1)
        column.addLayout(self._asked)
        column.addWidget(self._take, 0, Qt.AlignmentFlag.AlignLeft)
        self._list.currentItemChanged.connect(self._ask)
        self._take.clicked.connect(self._choose)

    def show_prompts(self, prompts: Sequence[Prompt]) -> None:
        """Show the texts."""
        _fill(self._list, [(one.title, one.description, one) for one in prompts])
        self._nothing.setVisible(not prompts)
        self._ask()

    def _chosen(self) -> Prompt | None:
        prompt: object = self._list.currentIndex().data(Qt.ItemDataRole.UserRole)
        return prompt if isinstance(prompt, Prompt) else None

    def _ask(self) -> None:
        """Ask for what the chosen text needs."""
        for field in self._fields.values():
            self._asked.removeWidget(field)
            field.deleteLater()
        self._fields = {}
        prompt = self._chosen()
        for argument in prompt.arguments if prompt else ():
            field = LineInput()
            field.setAccessibleName(argument.name)
            field.setAccessibleDescription(argument.description)
            needed = (
                argument.name if argument.is_required else _("{name} (optional)").format(name=argument.name)
            )
            field.setPlaceholderText(": ".join(filter(None, (needed, argument.description))))
            field.textChanged.connect(self._show_whether_whole)
            field.submitted.connect(self._take.click)
            field.cancelled.connect(self.cancelled)
            self._fields[argument.name] = field
            self._asked.addWidget(field)
        self._show_whether_whole()

    def _show_whether_whole(self) -> None:
        prompt = self._chosen()
        needed = [one.name for one in prompt.arguments if one.is_required] if prompt else []
        self._take.setEnabled(prompt is not None and all(self._fields[name].text() for name in needed))

    def _choose(self) -> None:
        prompt = self._chosen()
        if prompt is not None:
            given = {name: field.text() for name, field in self._fields.items() if field.text()}
            self.chosen.emit(prompt.name, given)


def reading(name: str, code: QFont) -> TextInput:
    """Return a text that can be read and selected, letter by letter."""
    box = TextInput()
    box.setObjectName("address")
    box.setAccessibleName(name)
    box.setReadOnly(True)
    box.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    box.setFont(code)
    return box


def _kind(way: Way) -> str:
    """Return what it is that is shown of a server letter by letter."""
    match way:
        case Program():
            return _("Command")
        case Connector(url=""):
            return _("Code of a server that Zhipu has")
        case Site() | Connector():
            return _("Address")


def _more(config: ServerConfig, *, is_reviewed: bool) -> str:
    """Return what else decides how it runs. Variables and headers stand above it while they are reviewed."""
    way, lines = config.way, list[str]()
    if isinstance(way, Program) and way.folder:
        lines.append(_("Folder: {path}").format(path=unmasked(way.folder)))
    elif isinstance(way, Connector):
        if way.url:
            label = _("Label: {label}").format(label=way.label)
            lines.append(f"{label} · {TRANSPORT_NAMES[way.transport]}")
        tools = listed(way.allowed_tools) or _("all")
        lines.append(_("Allowed tools: {names}").format(names=tools))
    if is_reviewed and config.secrets:
        words = _("Variables: {names}") if isinstance(way, Program) else _("Headers: {names}")
        lines.append(words.format(names=listed(name for name, _value in config.secrets)))
    return "\n".join(lines)


def _button(name: str) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    return button


def _muted(text: str) -> PlainLabel:
    label = PlainLabel(text)
    label.setProperty("kind", "muted")
    return label


def _framed(name: str, label: PlainLabel) -> QFrame:
    frame = QFrame()
    frame.setObjectName(name)
    column = QVBoxLayout(frame)
    column.setContentsMargins(14, 10, 14, 10)
    column.addWidget(label)
    return frame


def _list(name: str) -> QListWidget:
    found = QListWidget()
    found.setProperty("kind", "list")
    found.setAccessibleName(name)
    found.setWordWrap(True)
    found.setSpacing(_SPACING)
    return found


def _fill(found: QListWidget, rows: Sequence[tuple[str, str, object]]) -> None:
    found.clear()
    for title, more, value in rows:
        item = QListWidgetItem(f"{title}\n{more}" if more else title)
        item.setData(Qt.ItemDataRole.UserRole, value)
        found.addItem(item)
    if rows:
        found.setCurrentRow(0)
