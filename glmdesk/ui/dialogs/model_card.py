"""Everything that is known of one model, on a card."""

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from glmdesk.domain.model import Model, Price
from glmdesk.domain.money import Money
from glmdesk.domain.tier import TIERS, Tier
from glmdesk.i18n import _, listed
from glmdesk.ui.dialogs.scrolled import ScrolledDialog
from glmdesk.ui.widgets.model_facts import (
    effort_words,
    positioning,
    price_range,
    size,
    status_word,
    step_words,
    supported,
    thinking_words,
)
from glmdesk.ui.widgets.quotes import PlainLabel

_WIDTH: Final = 520
_FOOT: Final = 64
"""Pixels that the button below the facts takes, with the room around it."""
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ModelCard(ScrolledDialog):
    """Shows a model as the service in force has it. The arrows scroll it, Escape closes it."""

    def __init__(
        self, model: Model, parent: QWidget, *, language: str, tier: Tier, host: str, successor: str
    ) -> None:
        """`host` is what the service is called, `successor` the title of what takes the model's place."""
        super().__init__(parent, model.title, width=_WIDTH, spacing=10, wide_column=1)
        self._model = model
        self._add_head(positioning(model, language))
        for name, value in self._facts(tier, host, successor):
            if value:
                self._add(name, value)
        if _has_steps(model.prices):
            self._add_steps(model.prices)
        self.end_rows()
        self.area.setAccessibleName(self.windowTitle())
        self.area.setFocus()
        self.resize(_WIDTH, min(self.height(), self.grid.totalHeightForWidth(_WIDTH) + _FOOT))

    @property
    def facts(self) -> list[str]:
        """What can be read, fact by fact."""
        return [label.accessibleName() for label in self.findChildren(QLabel) if label.accessibleName()]

    def _add_head(self, words: str) -> None:
        title = _written(self._model.title)
        title.setProperty("kind", "host")
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(title)
        if word := status_word(self._model):
            mark = QLabel(word)
            mark.setProperty("kind", "keys")
            mark.setAccessibleName(word)
            line.addWidget(mark)
        line.addStretch()
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addLayout(line)
        if self._model.id != self._model.title:
            head.addWidget(_muted(self._model.id))
        if words:
            explanation = _written(words)
            explanation.setWordWrap(True)
            head.addWidget(explanation)
        head.setContentsMargins(0, 0, 0, 8)
        self.grid.addLayout(head, 0, 0, 1, 2)

    def _facts(self, tier: Tier, host: str, successor: str) -> Iterator[tuple[str, str]]:
        model = self._model
        yield _("Reads"), _tokens(model.context_window)
        yield _("Writes at most"), _tokens(model.max_output)
        if not _has_steps(model.prices):
            yield _("Price"), _price(model.prices)
        yield _("At once"), self._concurrency(tier)
        yield _("Thinks"), thinking_words(model) if model.series != "own" or model.thinking != "none" else ""
        yield _("Effort"), effort_words(model)
        yield _("Supports"), supported(model)
        yield _("Offered by"), listed(model.hosts) or host
        yield _("Successor"), successor

    def _concurrency(self, tier: Tier) -> str:
        """Return how many questions may be asked at once, in the tier in force first."""
        counts = self._model.concurrency
        if tier not in counts:
            return ""
        here = _("{count} questions in tier {tier}").format(count=f"{counts[tier]:,}", tier=tier)
        others = [f"{other} {counts[other]:,}" for other in TIERS if other in counts and other != tier]
        return _("{here} ({others})").format(here=here, others=listed(others)) if others else here

    def _add(self, name: str, value: str) -> None:
        row = self.grid.rowCount()
        shown = _written(value)
        shown.setWordWrap(True)
        shown.setAccessibleName(_("{name}: {value}").format(name=name, value=value))
        self.grid.addWidget(_muted(name), row, 0, Qt.AlignmentFlag.AlignTop)
        self.grid.addWidget(shown, row, 1)

    def _add_steps(self, prices: Sequence[Price]) -> None:
        """Add a price list with a line for each step."""
        table = QGridLayout()
        table.setHorizontalSpacing(20)
        table.setVerticalSpacing(4)
        table.setColumnStretch(0, 1)
        heads = (_("Input"), _("Output"), _("Cached"))
        for column, head in enumerate(heads, start=1):
            table.addWidget(_muted(head), 0, column, _RIGHT)
        for row, price in enumerate(prices, start=1):
            words = step_words(price)
            table.addWidget(_written(words), row, 0)
            for column, (head, amount) in enumerate(zip(heads, _amounts(price), strict=True), start=1):
                cell = QLabel(amount)
                cell.setAccessibleName(
                    _("{step}, {name}: {value}").format(step=words, name=head, value=amount)
                )
                table.addWidget(cell, row, column, _RIGHT)
        row = self.grid.rowCount()
        self.grid.addWidget(_muted(_("Price per million tokens")), row, 0, 1, 2)
        self.grid.addLayout(table, row + 1, 0, 1, 2)


def _has_steps(prices: Sequence[Price]) -> bool:
    return len(prices) > 1


def _tokens(count: int | None) -> str:
    return "" if count is None else _("{size} ({count} tokens)").format(size=size(count), count=f"{count:,}")


def _price(prices: Sequence[Price]) -> str:
    """Return a price that holds for every exchange."""
    if not prices or prices[0].is_free:
        return price_range(prices)
    read, written, cached = _amounts(prices[0])
    words = _("{input} in, {output} out, {cached} cached; per million tokens")
    if prices[0].cached_input is None:
        words = _("{input} in, {output} out; per million tokens")
    return words.format(input=read, output=written, cached=cached)


def _amounts(price: Price) -> tuple[str, str, str]:
    cached = "–" if price.cached_input is None else str(Money(price.cached_input, price.currency))
    return str(Money(price.input, price.currency)), str(Money(price.output, price.currency)), cached


def _written(text: str) -> QLabel:
    """Return a label with a text that anybody may have written."""
    label = PlainLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _muted(text: str) -> QLabel:
    label = _written(text)
    label.setProperty("kind", "muted")
    return label
