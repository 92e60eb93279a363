"""What this month has cost, and whether anything more may be spent."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from glmdesk.domain.budget import Budget, BudgetReached, total_in
from glmdesk.domain.local_time import month_of
from glmdesk.domain.money import Currency, Money
from glmdesk.storage.ledger import Ledger
from glmdesk.ui.tasks import TaskRunner


class SpendingController(QObject):
    """Knows the sum of the month in the currency of the service in force.

    Signals:
        changed(): there is another sum, or another budget.
        near(budget: Budget): four fifths of the budget are used up; told once in a month and a run.
    """

    changed = Signal()
    near = Signal(object)

    def __init__(
        self,
        ledger: Ledger,
        tasks: TaskRunner,
        *,
        limit: Callable[[], str],
        currency: Callable[[], Currency],
    ) -> None:
        super().__init__()
        self._ledger = ledger
        self._tasks = tasks
        self._limit = limit
        self._currency = currency
        self._sums: list[Money] = []
        self._month = month_of(datetime.now(UTC))
        self._is_allowed = False
        self._was_told = False

    @property
    def spent(self) -> Money:
        """What this month has cost."""
        return total_in(self._currency(), self._sums)

    @property
    def budget(self) -> Budget | None:
        """The budget, if there is one."""
        return Budget.of(self._limit(), self._sums, self._currency())

    def refresh(self) -> None:
        """Add up what has been spent."""
        self._tasks.start("spending", self._load)

    async def _load(self) -> None:
        month = month_of(datetime.now(UTC))
        if month != self._month:
            self._month, self._is_allowed, self._was_told = month, False, False
        self._sums = await self._ledger.total(month)
        self.changed.emit()
        budget = self.budget
        if budget is not None and budget.is_near and not self._was_told:
            self._was_told = True
            self.near.emit(budget)

    def allow(self) -> None:
        """Let more be spent than the budget, until the month or the run ends."""
        self._is_allowed = True

    def require(self, *, is_free: bool) -> None:
        """Raise BudgetReached where nothing more may be spent. A new month begins with a full budget."""
        budget = self.budget
        if budget is None or is_free or self._is_allowed or self._month != month_of(datetime.now(UTC)):
            return
        if budget.is_reached:
            raise BudgetReached(budget.problem)
