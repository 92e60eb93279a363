"""Asking beside the history: as everywhere, but that only what it costs is kept."""

from PySide6.QtCore import QObject

from glmdesk.app.engine import Engine
from glmdesk.storage.passing import PassingConversations
from glmdesk.ui.controllers.answers import AnswersController
from glmdesk.ui.controllers.parts import PartsController
from glmdesk.ui.controllers.turns import TurnsController
from glmdesk.ui.controllers.window import WindowController


class Aside(QObject):
    """The turns of passing conversations. Key, budget, queue and prices are those of the engine."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        connection = engine.offering.connection
        self.store = PassingConversations(engine.database)
        context = WindowController(
            self.store,
            engine.estimates,
            connection,
            engine.catalog,
            engine.tasks,
            tools=engine.tools,
            files=engine.files,
        )
        self.answers = AnswersController(
            connection,
            engine.catalog,
            engine.tasks,
            self.store.writer,
            require_budget=engine.require_budget,
            has_named_successor=self.store.has_named_successor,
            estimator=context.estimator,
            # It is asked again by whoever still wants to know.
            are_sent_later=False,
        )
        self.turns = TurnsController(
            self.store,
            self.answers,
            engine.tasks,
            tools=engine.tools,
            window=context,
            parts=PartsController(self.answers, engine.files, connection, engine.catalog),
        )
        engine.follow_answers(self.answers)
