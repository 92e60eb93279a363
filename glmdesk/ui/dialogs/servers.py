"""The servers of tools: which there are, and the page of the one that is chosen."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import QFont, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from glmdesk.domain.errors import Problem
from glmdesk.i18n import _
from glmdesk.tools.mcp.config import Review, ServerConfig
from glmdesk.tools.mcp.servers import ServerView
from glmdesk.tools.mcp.values import Prompt, Resource
from glmdesk.ui.dialogs.server_form import PasteDialog, ServerForm, problem_label
from glmdesk.ui.dialogs.server_page import CHANGED_WORDS, STATE_WORDS, ServerPage
from glmdesk.ui.widgets.quotes import PlainLabel

_SIZE: Final = (820, 600)
_LIST_WIDTH: Final = 220


class ServersDialog(QDialog):
    """Lists servers and shows one of them.

    Signals:
        described(config: ServerConfig): a server should be added.
        pasted(text: str): the servers of a text should be added.
        redescribed(server_id: str, config: ServerConfig): a server is to be another one.
        look_requested(server_id: str): how it is started or reached should be shown, with all values.
        allowed(server_id: str, digest: str): it may run as it is shown.
        start_requested, stop_requested, remove_requested(server_id: str): of a server.
        switched(server_id: str, is_on: bool): whether its tools are on offer.
        silenced(server_id: str, is_silent: bool): whether its tools that only read run without a question.
        accepted_tools(server_id: str, digests: list[str]): its tools were seen as they are shown.
        resources_requested, prompts_requested(server_id: str): what it has should be shown.
        resource_chosen(server_id: str, resource: Resource): it should go with the message.
        prompt_chosen(server_id: str, name: str, arguments: dict[str, str]): it should go into the message.
    """

    described = Signal(object)
    pasted = Signal(str)
    redescribed = Signal(str, object)
    look_requested = Signal(str)
    allowed = Signal(str, str)
    start_requested = Signal(str)
    stop_requested = Signal(str)
    remove_requested = Signal(str)
    switched = Signal(str, bool)
    silenced = Signal(str, bool)
    accepted_tools = Signal(str, list)
    resources_requested = Signal(str)
    prompts_requested = Signal(str)
    resource_chosen = Signal(str, object)
    prompt_chosen = Signal(str, str, object)

    def __init__(self, parent: QWidget, code: QFont, log_of: Callable[[str], str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("MCP servers"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self._code = code
        self._log_of = log_of
        self._views: dict[str, ServerView] = {}
        self._shown_id = ""
        self._wanted_id = ""
        """The server that is to be shown once it is there."""
        self._is_editing = False
        """Whether a form waits for what is known of the server that is shown."""
        self._is_redescribed = False
        """Whether what is shown may not be what is there."""
        self._form: ServerForm | PasteDialog | None = None
        self._list = QListWidget()
        self._list.setProperty("kind", "list")
        self._list.setAccessibleName(_("Servers"))
        self._list.setFixedWidth(_LIST_WIDTH)
        self._list.setSpacing(3)
        self._list.setWordWrap(True)
        self._list.hide()
        self._page = ServerPage(code)
        self._problem = problem_label()
        self._right = QStackedWidget()
        self._right.addWidget(_nothing())
        self._right.addWidget(self._page)
        self._lay_out()
        self._list.currentItemChanged.connect(self._turn)
        self._connect()

    def _lay_out(self) -> None:
        buttons, role = QDialogButtonBox(), QDialogButtonBox.ButtonRole
        add = buttons.addButton(_("Add a server…"), role.ActionRole)
        paste = buttons.addButton(_("Paste JSON…"), role.ActionRole)
        close = buttons.addButton(_("Close"), role.RejectRole)
        for button in (add, paste, close):
            button.setAccessibleName(button.text())
            button.setAutoDefault(False)
        add.clicked.connect(self._open_form)
        paste.clicked.connect(self._open_paste)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._list)
        row.addWidget(self._right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(10)
        column.addLayout(row, 1)
        column.addWidget(self._problem)
        column.addWidget(buttons)

    def _connect(self) -> None:
        page = self._page
        for of_page, of_server in (
            (page.allowed, self.allowed),
            (page.start_requested, self.start_requested),
            (page.stop_requested, self.stop_requested),
            (page.switched, self.switched),
            (page.silenced, self.silenced),
            (page.accepted, self.accepted_tools),
            (page.resources_requested, self.resources_requested),
            (page.prompts_requested, self.prompts_requested),
            (page.resource_chosen, self.resource_chosen),
            (page.prompt_chosen, self.prompt_chosen),
        ):
            of_page.connect(partial(self._tell, of_server))
        page.prompts.cancelled.connect(self.reject)
        page.edit_requested.connect(self._edit)
        page.remove_requested.connect(self._ask_whether_to_remove)
        page.log_requested.connect(lambda: page.show_log(self._log_of(self._shown_id)))

    def _tell(self, signal: SignalInstance, *values: object) -> None:
        """Emit what the page says, of the server that it shows."""
        self._problem.hide()
        signal.emit(self._shown_id, *values)

    def show_views(self, views: Sequence[ServerView]) -> None:
        """Show what has become of the servers."""
        before = self._views
        self._views = {view.server.id: view for view in views}
        self._fill_list(views, is_other=[*before] != [*self._views])
        view = self._views.get(self._shown_id)
        if view is None:
            return
        self._page.show_view(view)
        is_to_be_allowed = not view.server.is_reviewed
        was_allowed = self._shown_id in before and before[self._shown_id].server.is_reviewed
        if is_to_be_allowed and (was_allowed or self._is_redescribed):
            self._is_redescribed = False
            self._look()

    def show_review(self, server_id: str, review: Review) -> None:
        """Show how a server is started or reached, with all values."""
        if server_id != self._shown_id:
            return
        self._page.overview.show_review(review)
        if self._is_editing:
            self._is_editing = False
            form = ServerForm(self, self._code, review.config)
            form.described.connect(partial(self._give, server_id))
            self._open(form)

    def show_resources(self, server_id: str, resources: Sequence[Resource]) -> None:
        """Show what can be read of a server."""
        if server_id == self._shown_id:
            self._page.resources.show_resources(resources)

    def show_prompts(self, server_id: str, prompts: Sequence[Prompt]) -> None:
        """Show which texts a server has prepared."""
        if server_id == self._shown_id:
            self._page.prompts.show_prompts(prompts)

    def show_added(self, server_id: str) -> None:
        """Show a server that was added, once it is among the others; of several the first."""
        if self._form is not None:
            self._wanted_id = server_id
            self._problem.hide()
            self._form.accept()

    def show_problem(self, problem: Problem) -> None:
        """Say why something was not done, where it was asked for."""
        if self._form is not None:
            self._form.show_problem(problem)
        else:
            self._problem.setText(problem.words)
            self._problem.show()

    def _fill_list(self, views: Sequence[ServerView], *, is_other: bool) -> None:
        if is_other:
            self._list.clear()
            for view in views:
                item = QListWidgetItem()
                item.setData(Qt.ItemDataRole.UserRole, view.server.id)
                self._list.addItem(item)
        for number, view in enumerate(views):
            words = [_(STATE_WORDS[view.state]), _(CHANGED_WORDS) if view.is_to_be_looked_at else ""]
            self._list.item(number).setText(f"{view.server.config.name}\n{' · '.join(filter(None, words))}")
        ids = [*self._views]
        wanted = self._wanted_id if self._wanted_id in ids else self._shown_id
        if ids and (is_other or self._wanted_id in ids):
            self._list.setCurrentRow(ids.index(wanted) if wanted in ids else 0)
            self._wanted_id = ""
        self._list.setVisible(bool(ids))
        self._right.setCurrentIndex(1 if ids else 0)

    def _turn(self) -> None:
        server_id = str(self._list.currentIndex().data(Qt.ItemDataRole.UserRole) or "")
        if not server_id or server_id == self._shown_id:
            return
        self._shown_id = server_id
        self._problem.hide()
        self._page.begin(self._views[server_id])
        if not self._views[server_id].server.is_reviewed:
            self._look()

    def _look(self) -> None:
        """Ask for what is to be allowed; it cannot be before it is known as a whole."""
        self._page.overview.show_review(None)
        self.look_requested.emit(self._shown_id)

    def _edit(self) -> None:
        self._is_editing = True
        self.look_requested.emit(self._shown_id)

    def _open_form(self) -> None:
        form = ServerForm(self, self._code)
        form.described.connect(self.described)
        self._open(form)

    def _open_paste(self) -> None:
        form = PasteDialog(self, self._code)
        form.pasted.connect(self.pasted)
        self._open(form)

    def _open(self, form: ServerForm | PasteDialog) -> None:
        self._form = form
        form.finished.connect(self._forget_form)
        form.open()

    def _forget_form(self) -> None:
        self._form = None

    def _give(self, server_id: str, config: ServerConfig) -> None:
        if self._form is not None:
            self._form.accept()
        self._is_redescribed = True
        self.redescribed.emit(server_id, config)

    def _ask_whether_to_remove(self) -> None:
        server_id, name = self._shown_id, self._views[self._shown_id].server.config.name
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setText(_("Remove the server {name}?").format(name=name))
        box.setInformativeText(_("It is stopped, and its variables and headers leave the keyring."))
        remove = box.addButton(_("Remove"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole))
        remove.clicked.connect(lambda: self.remove_requested.emit(server_id))
        box.open()


def _nothing() -> PlainLabel:
    label = PlainLabel(
        _(
            "A server gives models tools: files, a calendar, a database. Add one by hand, or paste what its"
            " instructions tell you to put into a file. Nothing is run before you have reviewed it."
        )
    )
    label.setProperty("kind", "muted")
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
