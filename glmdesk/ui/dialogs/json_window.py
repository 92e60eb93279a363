"""A window for one answer that is JSON: as a tree, as a table, as a text, and beside another one."""

from collections.abc import Sequence
from functools import partial
from typing import Final, Literal, Protocol

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAction,
    QGuiApplication,
    QKeySequence,
    Qt,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QTableView,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from glmdesk.domain.json_table import table_in
from glmdesk.domain.strict_json import written
from glmdesk.i18n import _
from glmdesk.render.json_files import Manner, table_text
from glmdesk.ui.models.json_rows import JsonRows
from glmdesk.ui.models.json_tree import JsonTree
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.json_views import WIDEST_COLUMN, DifferencesPage, NamedJson, table_view
from glmdesk.ui.widgets.menu_button import Choice, MenuButton
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.tabs import Tabs
from glmdesk.ui.widgets.text_input import TextInput

Page = Literal["tree", "table", "text", "differences"]
FileKind = Literal["csv", "xlsx", "json"]

_SIZE: Final = (860, 620)
_HEIGHTS: Final = [420, 90]
_FOLDED_OVER: Final = 40
"""Members of the whole. Of fewer, each is unfolded at first."""
_DETAIL_LINES: Final = 4


class _Says(Protocol):
    """A model whose places stand for values."""

    def text(self, index: QModelIndex) -> str:
        """Return the whole of a value."""
        ...

    def beginning(self, index: QModelIndex) -> str:
        """Return as much of it as is shown at once."""
        ...

    def path(self, index: QModelIndex) -> str:
        """Return where it is."""
        ...


class JsonWindow(QDialog):
    """Shows one value; `others` are what it can be compared with. It is gone once it is closed.

    Signals:
        file_requested(kind: FileKind, order: list[int]): it should become a file, with the rows of its table
        in this order.
    """

    file_requested = Signal(str, object)

    def __init__(
        self, parent: QWidget, shown: NamedJson, others: Sequence[NamedJson], style: Style, *, page: Page
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("JSON – {name}").format(name=shown.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(*_SIZE)
        self.value = shown.value
        self._pages: list[Page] = []
        self._tabs = Tabs(_("Show as"))
        self._stack = QStackedWidget()
        self._detail = _read_only(_("Whole value"), style)
        self._place = PlainLabel()
        self._place.setProperty("kind", "muted")
        self._table = table_in(shown.value)
        self._rows = JsonRows(self._table, self) if self._table is not None else None
        self._tree = JsonTree(shown.value, self)
        self._text = _read_only(_("Text"), style)
        self._differences = DifferencesPage(shown, others, style.theme) if others else None
        self._below = QWidget()
        self._copy_menu = _menu(_("Copy"))
        self._export_menu = _menu(_("Export"))
        self._add_pages(page)
        self._lay_out()
        self._tabs.currentChanged.connect(self._turn)
        self._tabs.setCurrentIndex(self._pages.index(page) if page in self._pages else 0)
        self._turn(self._tabs.currentIndex())

    @property
    def page(self) -> Page:
        """What is seen."""
        return self._pages[self._tabs.currentIndex()]

    def set_style(self, style: Style) -> None:
        """Take other colours."""
        if self._differences is not None:
            self._differences.model.set_theme(style.theme)

    def _add_pages(self, page: Page) -> None:
        tree = QTreeView()
        tree.setModel(self._tree)
        tree.setUniformRowHeights(True)
        tree.setObjectName("json_tree")
        tree.header().setStretchLastSection(True)
        tree.setColumnWidth(0, WIDEST_COLUMN * 2 // 3)
        if self._tree.rowCount() <= _FOLDED_OVER:
            tree.expandToDepth(0)
        self._add_view("tree", _("Tree"), tree, self._tree)
        if self._rows is not None:
            self._add_view("table", _("Table"), self._made_table(self._rows), self._rows)
        self._add_page("text", _("Text"), self._text)
        if self._differences is not None:
            self._add_differences(self._differences)
        elif page == "differences":
            nothing = PlainLabel(_("No other variant of this answer is JSON as it was asked for."))
            nothing.setWordWrap(True)
            nothing.setProperty("kind", "muted")
            nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._add_page(page, _("Differences"), nothing)

    def _made_table(self, rows: JsonRows) -> QTableView:
        table = table_view(rows)
        table.setSortingEnabled(True)
        # As they came, until somebody sorts them.
        table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.horizontalHeader().setSortIndicatorClearable(True)
        return table

    def _add_differences(self, page: DifferencesPage) -> None:
        self._connect_view(page.view, page.model)
        self._add_page("differences", _("Differences"), page)

    def _add_view(self, page: Page, name: str, view: QAbstractItemView, says: _Says) -> None:
        view.setAccessibleName(name)
        self._connect_view(view, says)
        self._add_page(page, name, view)

    def _connect_view(self, view: QAbstractItemView, says: _Says) -> None:
        view.setFrameShape(QAbstractItemView.Shape.NoFrame)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.selectionModel().currentChanged.connect(partial(self._show_detail, says))
        copy = QAction(_("Copy value"), view)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(lambda: self._copy(says.text(view.currentIndex())))
        copy_path = QAction(_("Copy path"), view)
        copy_path.triggered.connect(lambda: self._copy(says.path(view.currentIndex())))
        view.addActions([copy, copy_path])
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _show_detail(self, says: _Says, now: QModelIndex, _before: QModelIndex) -> None:
        self._place.setText(says.path(now) if now.isValid() else "")
        self._detail.setPlainText(says.beginning(now) if now.isValid() else "")

    def _add_page(self, page: Page, name: str, widget: QWidget) -> None:
        self._pages.append(page)
        self._tabs.addTab(name)
        self._stack.addWidget(widget)

    def _lay_out(self) -> None:
        self._export_menu.set_choices(self._exports())
        top = QHBoxLayout()
        top.addWidget(self._tabs, 1)
        top.addWidget(self._copy_menu)
        top.addWidget(self._export_menu)
        column = QVBoxLayout(self._below)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._place)
        column.addWidget(self._detail)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("splitter")
        split.setChildrenCollapsible(False)
        split.addWidget(self._stack)
        split.addWidget(self._below)
        split.setStretchFactor(0, 1)
        split.setSizes(_HEIGHTS)
        buttons = QDialogButtonBox()
        close = buttons.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setAccessibleName(_("Close"))
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 14, 20, 14)
        whole.addLayout(top)
        whole.addWidget(split, 1)
        whole.addWidget(buttons)

    def _turn(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        self._below.setVisible(self._view is not None)
        # What takes long is done for whoever looks.
        if self.page == "text" and not self._text.toPlainText():
            self._text.setPlainText(written(self.value, indent=2))
        if self.page == "differences" and self._differences is not None:
            self._differences.begin()
        self._copy_menu.set_choices(self._copies())
        self._place.setText("")
        self._detail.clear()
        view = self._view
        if view is None:
            return
        if view.currentIndex().isValid():
            # What is chosen there already.
            view.selectionModel().currentChanged.emit(view.currentIndex(), QModelIndex())
        else:
            view.setCurrentIndex(view.model().index(0, 0))

    @property
    def _view(self) -> QAbstractItemView | None:
        if self.page == "differences" and self._differences is not None:
            return self._differences.view
        widget = self._stack.currentWidget()
        return widget if isinstance(widget, QAbstractItemView) else None

    def _copies(self) -> list[Choice]:
        """Return what can be copied of what is seen."""
        if self.page == "table":
            manners: list[tuple[str, Manner]] = [
                (_("For a spreadsheet (tabs)"), "tsv"),
                (_("As CSV"), "csv"),
                (_("As Markdown"), "markdown"),
                (_("As JSON"), "json"),
            ]
            table = [Choice(name, partial(self._copy_table, manner)) for name, manner in manners]
            return [*table, Choice(), *self._copies_of_chosen()]
        whole = Choice(_("All of it"), lambda: self._copy(written(self.value, indent=2)))
        return [whole] if self.page == "text" else [whole, Choice(), *self._copies_of_chosen()]

    def _copies_of_chosen(self) -> list[Choice]:
        view = self._view
        if view is None:
            return []
        value, path = view.actions()
        return [Choice(_("Chosen value"), value.trigger), Choice(_("Path of it"), path.trigger)]

    def _exports(self) -> list[Choice]:
        kinds: list[tuple[str, FileKind]] = [(_("JSON file…"), "json")]
        if self._rows is not None:
            kinds = [(_("CSV file…"), "csv"), (_("Excel workbook (XLSX)…"), "xlsx"), *kinds]
        return [Choice(name, partial(self._want_file, kind)) for name, kind in kinds]

    def _want_file(self, kind: FileKind) -> None:
        self.file_requested.emit(kind, [] if self._rows is None else list(self._rows.order))

    def _copy_table(self, manner: Manner) -> None:
        assert self._rows is not None, "only a table is copied as one"
        self._copy(table_text(self._rows.table, manner, self._rows.order))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, _("Copied")))


def _menu(name: str) -> MenuButton:
    button = MenuButton(name)
    button.setText(name)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setProperty("kind", "bordered")
    return button


def _read_only(name: str, style: Style) -> TextInput:
    shown = TextInput()
    shown.setReadOnly(True)
    shown.setAccessibleName(name)
    shown.setProperty("kind", "list")
    shown.setFont(style.code)
    shown.setMinimumHeight(shown.fontMetrics().lineSpacing() * _DETAIL_LINES // 2 + 18)
    return shown
