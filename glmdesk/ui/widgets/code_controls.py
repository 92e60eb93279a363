"""Over a block of code: its language and what can be done with it; below it the button for the rest."""

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter, QPaintEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from glmdesk.i18n import _
from glmdesk.render.languages import file_name, language_of
from glmdesk.typed import override
from glmdesk.ui.theme import Style, colour
from glmdesk.ui.widgets.boxes.code_box import CodeBox
from glmdesk.ui.widgets.boxes.panel import Panel, small_font
from glmdesk.ui.widgets.fold_controls import FoldControls
from glmdesk.ui.widgets.panel_controls import CopyButton, PanelButton


class CodeControls(FoldControls):
    """The bar above a block of code stays in the window as long as any of the block does."""

    def __init__(self, style: Style, view: QWidget) -> None:
        super().__init__(style, view)
        self._name = ""
        self._bar = _Bar(style, view)
        self._wrap = PanelButton(style, _("Wrap"), self._bar)
        self._wrap.setCheckable(True)
        self._wrap.clicked.connect(self.wraps_chosen)
        self._save = PanelButton(style, _("Save as…"), self._bar)
        self._save.clicked.connect(self._ask_for_file)
        self._copy = CopyButton(style, _("Copy"), self._bar)
        self._copy.clicked.connect(self._copy_code)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(_Bar.EDGE, 0, 4, 0)
        row.setSpacing(0)
        row.addStretch()
        for button in (self._wrap, self._save, self._copy):
            row.addWidget(button)

    @property
    @override
    def parts(self) -> list[QWidget]:
        return [self._bar, *super().parts]

    @property
    @override
    def stops(self) -> list[QWidget]:
        return [self._wrap, self._save, self._copy, *super().stops]

    @override
    def serve(self, panel: Panel, name: str) -> None:
        super().serve(panel, name)
        self._bar.show_language(language_of(self._box.block.language).name or _("Code"))
        self._copy.reset()
        self._copy.setAccessibleName(_("Copy {block}").format(block=name))
        self._wrap.setAccessibleName(_("Wrap the lines of {block}").format(block=name))
        self._save.setAccessibleName(_("Save {block} as…").format(block=name))
        self._name = name

    @override
    def _looks(self, panel: Panel, top: int, bottom: int) -> tuple[object, ...]:
        return (*super()._looks(panel, top, bottom), self._box.state.wraps)

    @override
    def _arrange(self, panel: Panel, top: int, bottom: int, /) -> None:
        super()._arrange(panel, top, bottom)
        box, area = self._box, self.area
        self._wrap.setChecked(box.state.wraps)
        lowest = area.bottom() + 1 - 2 * box.bar_height
        # Afloat it is painted anew with every line that is added; so it is not while the code is written.
        place = max(area.top(), min(top, lowest)) if box.block.closed else area.top()
        self._bar.stand(area.left(), place, area.width(), box.bar_height, is_afloat=place > area.top())

    @override
    def _fold_room(self) -> QRect:
        area = self.area
        return area.adjusted(1, area.height() - self._box.bar_height + 1, -1, -1)

    @override
    def _fold_words(self) -> tuple[str, str]:
        box = self._box
        if not box.is_collapsed:
            return _("Show less"), _("Show less of {block}").format(block=self._name)
        words = _("Show all {count} lines").format(count=box.line_count)
        name = _("Show all {count} lines of {block}").format(count=box.line_count, block=self._name)
        return words, name

    @property
    def _box(self) -> CodeBox:
        assert isinstance(self.panel, CodeBox), "these controls are for code"
        return self.panel

    def _copy_code(self) -> None:
        self._copy.copy(self._box.block.text)

    def _ask_for_file(self) -> None:
        block = self._box.block
        self.save_requested.emit(file_name(block.language, block.text), block.text)


class _Bar(QWidget):
    """The language, and room for the buttons. Afloat in the window it has a ground of its own."""

    EDGE = 12

    def __init__(self, style: Style, view: QWidget) -> None:
        super().__init__(view)
        self._theme = style.theme
        self._language = ""
        self._is_afloat = False
        self.setFont(small_font(style))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setMouseTracking(True)

    def show_language(self, name: str) -> None:
        """Say which language it is."""
        if name != self._language:
            self._language = name
            self.update()

    def stand(self, x: int, y: int, width: int, height: int, *, is_afloat: bool) -> None:
        """Stand here."""
        if is_afloat != self._is_afloat:
            self._is_afloat = is_afloat
            # What is opaque is moved with what was painted on it.
            self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, is_afloat)
            self.update()
        self.setGeometry(x, y, width, height)
        self.show()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        if self._is_afloat:
            painter.fillRect(self.rect(), colour(theme.code_background))
            painter.setPen(colour(theme.border))
            right, bottom = self.width() - 1, self.height() - 1
            painter.drawPolyline([QPoint(0, 0), QPoint(0, bottom), QPoint(right, bottom), QPoint(right, 0)])
        painter.setPen(colour(theme.muted))
        room = self.rect().adjusted(self.EDGE, 0, 0, 0)
        room.setRight(self.childrenRect().left() - self.EDGE)
        cut = self.fontMetrics().elidedText(self._language, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, cut)
