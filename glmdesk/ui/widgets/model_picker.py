"""Which model answers, with what a choice depends on: window, longest answer and price."""

from collections.abc import Mapping
from itertools import groupby
from types import MappingProxyType

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel, Qt

from glmdesk.domain.catalog import Offer
from glmdesk.domain.model import Model, Series
from glmdesk.i18n import N_, _
from glmdesk.typed import override
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.choice import ChoiceBox
from glmdesk.ui.widgets.model_facts import positioning, price_range, sizes, status_word
from glmdesk.ui.widgets.model_rows import (
    HEADING_ROLE,
    POSITIONING_ROLE,
    PRICE_ROLE,
    SIZES_ROLE,
    STATUS_ROLE,
    ModelRows,
)

_HEADINGS: Mapping[Series, str] = MappingProxyType(
    {
        "glm-4": N_("GLM-4 series"),
        "successor": N_("Successors of GLM-4"),
        "vision": N_("Models that see images"),
        "own": N_("Your own models"),
    }
)
# Pixels. The list ends above the lower edge of the window, but is never too low to choose from it.
_ABOVE_EDGE, _LEAST = 12, 320
_MOST_LETTERS = 32
"""A longer name is cut: it must not take the title's room."""


class ModelPicker(ChoiceBox):
    """A choice among the models of a service.

    Signals:
        picked(model_id: str): the user chose a model.
        card_requested(model_id: str): everything about a model should be shown.
    """

    picked = Signal(str)
    card_requested = Signal(str)

    def __init__(self, offer: Offer, language: str) -> None:
        super().__init__()
        self._offer = offer
        self._language = language
        self._rows = QStandardItemModel(self)
        self._list = ModelRows()
        self.setModel(self._rows)
        self.setView(self._list)
        self.activated.connect(lambda: self.picked.emit(self.currentData()))
        self._list.info_requested.connect(self._ask_for_card)
        self.set_offer(offer)

    def set_offer(self, offer: Offer) -> None:
        """Offer the models of a service and no others. What is shown stays."""
        shown = self.currentData()
        self._offer = offer
        self._rows.clear()
        groups = [tuple(models) for _series, models in groupby(offer, key=lambda model: model.series)]
        for models in groups:
            if len(groups) > 1:
                self._rows.appendRow(_heading(_(_HEADINGS[models[0].series])))
            for model in models:
                self._rows.appendRow(_row(model, self._language))
        self.setMaxVisibleItems(self._rows.rowCount())
        if shown is not None:
            self.show_model(shown)

    def set_theme(self, theme: Theme) -> None:
        """Paint the list with a theme's colours."""
        self._list.set_theme(theme)

    def show_model(self, model_id: str) -> None:
        """Show a choice. A model that is not offered is added; one of other services cannot be chosen."""
        shown = self.currentData()
        if shown != model_id and self._offer.is_elsewhere(shown or ""):
            # It is of use for as long as it is shown, with the heading above it.
            self._rows.removeRows(self.findData(shown) - 1, 2)
        row = self.findData(model_id)
        if row < 0:
            self._add(model_id)
            row = self.count() - 1
        self.setCurrentIndex(row)
        # The name too: in a narrow window it is cut.
        facts = self.itemData(row, Qt.ItemDataRole.AccessibleDescriptionRole)
        self.setToolTip(_tip(f"{self.currentText()}\n{facts}"))

    def _ask_for_card(self, model_id: str) -> None:
        self.hidePopup()
        self.card_requested.emit(model_id)

    def _add(self, model_id: str) -> None:
        title = self._offer.title(model_id)
        if problem := self._offer.objection(model_id):
            self._rows.appendRow(_heading(_("Not at {host}").format(host=self._offer.host)))
            item = _item(model_id, title, problem.words)
            item.setEnabled(False)
        else:
            # What is retired is not offered, but where it is chosen already.
            known = self._offer.get(model_id)
            heading = _("Not in the catalogue") if known is None else status_word(known)
            if self.findText(heading) < 0:
                self._rows.appendRow(_heading(heading))
            item = _row(known or Model(model_id, title), self._language)
        self._rows.appendRow(item)
        self.setMaxVisibleItems(self._rows.rowCount())

    @override
    def sizeHint(self) -> QSize:
        return self._bounded(super().sizeHint())

    @override
    def minimumSizeHint(self) -> QSize:
        return self._bounded(super().minimumSizeHint())

    def _bounded(self, size: QSize) -> QSize:
        return size.boundedTo(QSize(self.fontMetrics().averageCharWidth() * _MOST_LETTERS, size.height()))

    @override
    def showPopup(self) -> None:
        # Only now are the texts, the font and the screen those that count.
        screen = self.screen().availableGeometry()
        rows, margins = self._list, self._list.contentsMargins()
        rows.guard_headings()
        rows.setFont(self.font())
        bar = rows.verticalScrollBar().sizeHint().width()
        width = rows.sizeHintForColumn(0) + margins.left() + margins.right() + bar
        rows.setMinimumWidth(min(width, screen.width()))
        super().showPopup()
        popup = rows.window()
        # It hangs from the right end of the picker, which stands at the right end of the window.
        corner = self.mapToGlobal(self.rect().bottomRight())
        edge = self.window().mapToGlobal(self.window().rect().bottomRight()).y() - _ABOVE_EDGE
        frame = popup.height() - rows.height()
        lowest = min(screen.bottom(), max(edge, corner.y() + _LEAST))
        top = max(screen.top(), min(corner.y() + 1, screen.bottom() - _LEAST))
        height = min(rows.whole_height() + frame, lowest - top + 1)
        left = max(screen.left(), corner.x() + 1 - popup.width())
        popup.setGeometry(QRect(left, top, popup.width(), height))
        if rows.currentIndex().flags() & Qt.ItemFlag.ItemIsEnabled:
            rows.scrollTo(rows.currentIndex())
        else:
            rows.scrollToTop()


def _heading(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setData(True, HEADING_ROLE)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item


def _item(model_id: str, title: str, facts: str) -> QStandardItem:
    item = QStandardItem(title)
    item.setData(model_id, Qt.ItemDataRole.UserRole)
    item.setData(facts, Qt.ItemDataRole.AccessibleDescriptionRole)
    item.setData(_tip(facts), Qt.ItemDataRole.ToolTipRole)
    return item


def _tip(text: str) -> str:
    """Return a text as a tip. One that Qt might read as HTML has none: anybody may have written it."""
    return "" if "<" in text else text


def _row(model: Model, language: str) -> QStandardItem:
    price, figures, words = price_range(model.prices), " · ".join(sizes(model)), positioning(model, language)
    status = status_word(model)
    item = _item(model.id, model.title, " · ".join(filter(None, (status, words, price, figures))))
    item.setData(words, POSITIONING_ROLE)
    item.setData(price, PRICE_ROLE)
    item.setData(figures, SIZES_ROLE)
    item.setData(status, STATUS_ROLE)
    return item
