"""Which model answers, with what a choice depends on: window, longest answer and price."""

from decimal import Decimal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, Qt
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from glmdesk.domain.catalog import Catalog, Model
from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.theme import LIGHT, Theme
from glmdesk.ui.widgets.choice import ChoiceBox

_FACTS_ROLE = Qt.ItemDataRole.UserRole + 1
_K = 1024

# Pixels: beside a row's text, above and below it, and between its two lines.
_BESIDE, _ABOVE, _BETWEEN = 12, 6, 2
_FACTS_SIZE = 0.85


class ModelPicker(ChoiceBox):
    """A choice among the catalogue's models.

    Signals:
        picked(model_id: str): the user chose a model.
    """

    picked = Signal(str)

    def __init__(self, catalog: Catalog, language: str) -> None:
        super().__init__()
        for model in catalog:
            self.addItem(model.title, model.id)
            self.setItemData(self.count() - 1, _facts(model, language), _FACTS_ROLE)
            self.setItemData(self.count() - 1, _facts(model, language), Qt.ItemDataRole.ToolTipRole)
        self._delegate = _Delegate(self)
        self.setItemDelegate(self._delegate)
        self.activated.connect(lambda: self.picked.emit(self.currentData()))

    def set_theme(self, theme: Theme) -> None:
        """Paint the list with a theme's colours."""
        self._delegate.theme = theme

    def show_model(self, model_id: str) -> None:
        """Show a choice; a model the catalogue does not know is added under its id."""
        row = self.findData(model_id)
        if row < 0:
            self.addItem(model_id, model_id)
            row = self.count() - 1
        self.setCurrentIndex(row)
        facts = self.itemData(row, _FACTS_ROLE)
        # The name too: in a narrow window it is cut. One that the catalogue does not know may look like HTML.
        self.setToolTip(f"{self.currentText()}\n{facts}" if facts else "")

    @override
    def showPopup(self) -> None:
        # Only now are the texts, the font and the screen those that count.
        view, screen = self.view(), self.screen().availableGeometry()
        margins = view.contentsMargins()
        wanted = view.sizeHintForColumn(0) + margins.left() + margins.right()
        view.setMinimumWidth(min(wanted, screen.width()))
        super().showPopup()
        # It hangs from the right end of the picker, which stands at the right end of the window.
        popup, right = view.window(), self.mapToGlobal(self.rect().topRight()).x()
        popup.move(max(screen.left(), right + 1 - popup.width()), popup.y())


def _facts(model: Model, language: str) -> str:
    positioning = model.positioning.get(language, model.positioning["en"])
    return _("{positioning} · {price} · reads {window}K · writes {output}K").format(
        positioning=positioning,
        price=_price(model),
        window=model.context_window // _K,
        output=model.max_output // _K,
    )


def _price(model: Model) -> str:
    if model.is_free:
        return _("free")
    price = model.prices[0]
    if price.input == price.output:
        return _("¥{price} per million tokens").format(price=_plain(price.input))
    return _("¥{input} in, ¥{output} out per million tokens").format(
        input=_plain(price.input), output=_plain(price.output)
    )


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


class _Delegate(QStyledItemDelegate):
    """A title and a line of facts below it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        title, facts = (
            # Unlike the height of a font, this counts the other fonts that a text needs.
            QFontMetrics(font).size(Qt.TextFlag.TextSingleLine, text)
            for font, text in _lines(option.font, index)
        )
        width = max(title.width(), facts.width()) + 2 * _BESIDE
        return QSize(width, title.height() + _BETWEEN + facts.height() + 2 * _ABOVE)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.hover))
            painter.drawRoundedRect(option.rect.adjusted(2, 1, -2, -1), 6, 6)
        area = option.rect.adjusted(_BESIDE, _ABOVE, -_BESIDE, -_ABOVE)
        colours = (self.theme.text, self.theme.muted)
        sides = (Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom)
        for (font, text), colour, side in zip(_lines(option.font, index), colours, sides, strict=True):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, side | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()


def _lines(
    base: QFont, index: QModelIndex | QPersistentModelIndex
) -> tuple[tuple[QFont, str], tuple[QFont, str]]:
    """Return the two lines of a row, each with its font."""
    title, facts = QFont(base), QFont(base)
    title.setWeight(QFont.Weight.DemiBold)
    facts.setPointSizeF(base.pointSizeF() * _FACTS_SIZE)
    return (title, str(index.data())), (facts, str(index.data(_FACTS_ROLE) or ""))
