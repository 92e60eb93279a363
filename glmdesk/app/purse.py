"""What the month has cost, at the foot of the sidebar; the sums in a dialog; the word on the budget."""

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton

from glmdesk.app.commands import Act
from glmdesk.app.stage import Stage
from glmdesk.domain.budget import Budget
from glmdesk.domain.catalog import Catalog
from glmdesk.i18n import _
from glmdesk.storage.ledger import By, Ledger
from glmdesk.ui.controllers.spending import SpendingController
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.widgets.banner import Kind

if TYPE_CHECKING:
    from glmdesk.ui.dialogs.spending import SpendingDialog

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Purse(QObject):
    """Shows what is spent."""

    def __init__(
        self,
        stage: Stage,
        ledger: Ledger,
        spending: SpendingController,
        catalog: Catalog,
        tasks: TaskRunner,
    ) -> None:
        super().__init__(stage.window)
        self._stage = stage
        self._catalog = catalog
        self._tasks = tasks
        self._ledger = ledger
        self._spending = spending
        self._sum = QToolButton()
        self._sum.setProperty("kind", "listing")
        self._sum.hide()
        self._sum.clicked.connect(self.show)
        self._spending.changed.connect(self._show_sum)
        self._spending.near.connect(self._warn)

    def begin(self) -> None:
        """Show what the month has cost so far."""
        self._stage.window.sidebar.add_to_foot(self._sum)
        self._spending.refresh()

    def acts(self) -> list[Act]:
        """Return what can be done about spending."""
        return [(_("Spending"), self.show)]

    def show(self) -> None:
        """Show all sums."""
        from glmdesk.ui.dialogs.spending import SpendingDialog  # noqa: PLC0415 - for who looks

        dialog = SpendingDialog(self._stage.window, self._catalog.title)
        dialog.wanted.connect(partial(self._look, dialog))
        dialog.finished.connect(lambda: self._tasks.cancel("sums"))
        dialog.open()
        self._look(dialog, dialog.by)

    def _look(self, dialog: "SpendingDialog", by: By) -> None:
        self._tasks.start("sums", partial(self._show_sums, dialog, by))

    async def _show_sums(self, dialog: "SpendingDialog", by: By) -> None:
        dialog.show_sums(by, await self._ledger.sums(by, _EVER))

    def _show_sum(self) -> None:
        budget = self._spending.budget
        shown = words = _("{cost} this month").format(cost=self._spending.spent)
        if budget is not None:
            words = _("{cost} of {limit} this month").format(cost=budget.spent, limit=budget.limit)
            # There is little room: questions that wait may stand beside it.
            shown = f"{budget.spent} / {budget.limit}"
        self._sum.setText(shown)
        self._sum.setAccessibleName(words)
        self._sum.setToolTip(words)
        self._sum.setVisible(budget is not None or bool(self._spending.spent.amount))

    def _warn(self, budget: Budget) -> None:
        words = _("Four fifths of the budget of this month are used up: {spent} of {limit}.")
        text = words.format(spent=budget.spent, limit=budget.limit)
        self._stage.window.chat.banner.show_message(Kind.NOTICE, text)
