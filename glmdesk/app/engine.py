"""What asks, answers and keeps what was said: made once in a run, whatever windows it is seen through."""

from functools import partial

from PySide6.QtCore import QObject

from glmdesk.app.offering import Offering
from glmdesk.chat.attached import AttachedFiles
from glmdesk.chat.connection import Connection
from glmdesk.desktop.secrets import Secrets
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.message import Message, State
from glmdesk.storage.attachments import attachments_of
from glmdesk.storage.consents import Consents
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.drafts import Drafts
from glmdesk.storage.estimates import Estimates
from glmdesk.storage.journal import AnswerWriter
from glmdesk.storage.ledger import Ledger
from glmdesk.storage.settings import Settings
from glmdesk.tools.toolbox import Toolbox
from glmdesk.ui.controllers.answers import AnswersController
from glmdesk.ui.controllers.drafts import DraftsController
from glmdesk.ui.controllers.key import KeyController
from glmdesk.ui.controllers.outbox import OutboxController
from glmdesk.ui.controllers.parts import PartsController
from glmdesk.ui.controllers.settings import SettingsController
from glmdesk.ui.controllers.spending import SpendingController
from glmdesk.ui.controllers.tools import ToolsController
from glmdesk.ui.controllers.turns import TurnsController
from glmdesk.ui.controllers.window import WindowController
from glmdesk.ui.tasks import TaskRunner


class Engine(QObject):
    """The controllers that know no window, wired among themselves."""

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        tasks: TaskRunner,
        *,
        database: Database,
        connection: Connection,
        secrets: Secrets,
        toolbox: Toolbox,
        is_demo: bool,
    ) -> None:
        super().__init__()
        self.catalog = catalog
        self.tasks = tasks
        self.database = database
        self.store = Conversations(database)
        self.offering = Offering(settings, catalog, connection, is_demo=is_demo)
        self.settings = SettingsController(settings, tasks)
        self.key = KeyController(connection, secrets, tasks)
        self.ledger = Ledger(database)
        self.spending = SpendingController(
            self.ledger,
            tasks,
            limit=lambda: settings.monthly_budget,
            currency=lambda: self.offering.offer.currency,
        )
        write = partial(AnswerWriter, database)
        self.tools = ToolsController(toolbox, Consents(database), write)
        self.estimates = Estimates(database)
        self.files = AttachedFiles(attachments_of(database.path))
        self.context = WindowController(
            self.store,
            self.estimates,
            connection,
            catalog,
            tasks,
            tools=self.tools,
            files=self.files,
        )
        self.answers = AnswersController(
            connection,
            catalog,
            tasks,
            write,
            require_budget=self.require_budget,
            has_named_successor=self.store.has_named_successor,
            estimator=self.context.estimator,
        )
        self.turns = TurnsController(
            self.store,
            self.answers,
            tasks,
            tools=self.tools,
            window=self.context,
            parts=PartsController(self.answers, self.files, connection, catalog),
        )
        self.outbox = OutboxController(self.store, self.turns, self.answers, tasks)
        self.drafts = DraftsController(Drafts(database), tasks)
        self._is_demo = is_demo
        self._connect()

    def require_budget(self, model_id: str) -> None:
        """Raise BudgetReached where a model may not be asked."""
        model = self.offering.offer.get(model_id)
        self.spending.require(is_free=model is not None and model.is_free)

    def follow_answers(self, answers: AnswersController) -> None:
        """Take note of what answers cost, and of a key that the service has taken."""
        answers.ended.connect(self.spending.refresh)
        if not self._is_demo:
            answers.ended.connect(self._take_up_key)

    def follow(self, connection: Connection) -> None:
        """Go where another connection leads from the next question on."""
        self.tasks.start("reconnect", partial(self.offering.follow, connection))

    async def put_away(self) -> None:
        """Store what is not stored yet: the run is about to end."""
        await self.drafts.finish()
        await self.answers.finish()

    def _connect(self) -> None:
        self.offering.changed.connect(self.spending.refresh)
        self.offering.followed.connect(self.key.look_unasked)
        self.key.kept.connect(self.outbox.look)
        self.follow_answers(self.answers)
        self.settings.changed.connect(self._apply_setting)

    def _apply_setting(self, key: str) -> None:
        if key == Settings.monthly_budget.key:
            self.spending.refresh()

    def _take_up_key(self, answer: Message) -> None:
        if answer.state is State.COMPLETE:
            self.key.take_up()
