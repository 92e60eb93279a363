"""Below a table: the buttons that copy it."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPaintEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from glmdesk.i18n import _
from glmdesk.render.csv_text import csv_text
from glmdesk.typed import override
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.boxes.panel import Panel
from glmdesk.ui.widgets.boxes.table_box import TableBox
from glmdesk.ui.widgets.panel_controls import CopyButton, PanelControls


class TableControls(PanelControls):
    """Seen while the table is pointed at or one of them has the keyboard."""

    def __init__(self, style: Style, view: QWidget) -> None:
        super().__init__(style, view)
        self._is_pointed_at = False
        self._bar = QWidget(view)
        self._bar.setCursor(Qt.CursorShape.ArrowCursor)
        self._bar.setMouseTracking(True)
        self._csv = _VeiledButton(style, _("Copy as CSV"), self._bar)
        self._csv.clicked.connect(self._copy_csv)
        self._markdown = _VeiledButton(style, _("Copy as Markdown"), self._bar)
        self._markdown.clicked.connect(self._copy_markdown)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for button in (self._csv, self._markdown):
            row.addWidget(button)
            button.installEventFilter(self)
        row.addStretch()

    @property
    @override
    def parts(self) -> list[QWidget]:
        return [*super().parts, self._bar]

    @property
    @override
    def stops(self) -> list[QWidget]:
        return [*super().stops, self._csv, self._markdown]

    @override
    def serve(self, panel: Panel, name: str) -> None:
        super().serve(panel, name)
        self._csv.reset()
        self._csv.setAccessibleName(_("Copy {block} as CSV").format(block=name))
        self._markdown.reset()
        self._markdown.setAccessibleName(_("Copy {block} as Markdown").format(block=name))

    @override
    def _arrange(self, panel: Panel, top: int, bottom: int, /) -> None:
        super()._arrange(panel, top, bottom)
        height = self._box.bar_height
        self._bar.setGeometry(self.area.adjusted(0, self.area.height() - height, 0, 0))
        self._bar.show()

    @override
    def reveal(self, *, is_visible: bool) -> None:
        super().reveal(is_visible=is_visible)
        self._is_pointed_at = is_visible
        self._show_buttons()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._show_buttons()
        return super().eventFilter(watched, event)

    def _show_buttons(self) -> None:
        has_focus = self._csv.hasFocus() or self._markdown.hasFocus()
        for button in (self._csv, self._markdown):
            button.veil(is_veiled=not (self._is_pointed_at or has_focus))

    @property
    def _box(self) -> TableBox:
        assert isinstance(self.panel, TableBox), "these controls are for tables"
        return self.panel

    def _copy_csv(self) -> None:
        self._csv.copy(csv_text(self._box.block))

    def _copy_markdown(self) -> None:
        from glmdesk.render.writer import written  # noqa: PLC0415 - for who copies

        self._markdown.copy(written((self._box.block,)))


class _VeiledButton(CopyButton):
    """A button that can be there without being seen."""

    def __init__(self, style: Style, text: str, parent: QWidget) -> None:
        self._is_veiled = True
        super().__init__(style, text, parent)

    def veil(self, *, is_veiled: bool) -> None:
        """Be seen, or not."""
        if is_veiled != self._is_veiled:
            self._is_veiled = is_veiled
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._is_veiled:
            super().paintEvent(event)
