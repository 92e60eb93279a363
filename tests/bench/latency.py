"""From the first byte of an answer on the socket to its first text painted in the window."""

import asyncio
import tempfile
import time
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from glmdesk.api.client import Client
from glmdesk.chat.attached import AttachedFiles
from glmdesk.chat.connection import Backend, Connection
from glmdesk.desktop.paths import resources
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.draft import Draft
from glmdesk.domain.endpoint import Endpoint
from glmdesk.storage.attachments import attachments_of
from glmdesk.storage.consents import Consents
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.estimates import Estimates
from glmdesk.storage.journal import AnswerWriter
from glmdesk.tools.toolbox import Toolbox
from glmdesk.typed import override
from glmdesk.ui import theme
from glmdesk.ui.controllers.answers import AnswersController
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.controllers.parts import PartsController
from glmdesk.ui.controllers.tools import ToolsController
from glmdesk.ui.controllers.turns import TurnsController
from glmdesk.ui.controllers.window import WindowController
from glmdesk.ui.icons import Icons
from glmdesk.ui.loop import Loop
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.transcript import Transcript
from tests.bench._report import report
from tests.support.remote import ServiceProcess
from tests.support.script import Answer

ROUNDS = 25
MODEL = "glm-4-flash-250414"


class FixedKey:
    """A key without a keyring."""

    async def read(self, _host: str) -> str | None:
        """Return it."""
        return "bench.secret"


class PaintWatch(QObject):
    """Notes when a widget is painted after it was told to."""

    def __init__(self) -> None:
        super().__init__()
        self.is_due = False
        self.painted_at: asyncio.Future[float] | None = None

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            self.is_due
            and event.type() == QEvent.Type.Paint
            and self.painted_at
            and not self.painted_at.done()
        ):
            self.painted_at.set_result(time.monotonic())
        return False


async def measure(service: ServiceProcess, folder: Path) -> list[float]:
    """Return milliseconds from the service's first write to the first paint with text, one per question."""
    catalog = Catalog.from_toml((resources() / "models.toml").read_text(encoding="utf-8"))
    endpoint = Endpoint.parse(service.base_url)
    connection = Connection(endpoint, FixedKey(), lambda _: Backend(lambda key: Client(endpoint, key)))
    tasks, rows, messages = TaskRunner(), ConversationList(), MessageList()
    figures: list[float] = []
    async with Database(folder / "bench.db") as database:
        write = partial(AnswerWriter, database)
        store, tools = Conversations(database), ToolsController(Toolbox(()), Consents(database), write)
        answers = AnswersController(
            connection, catalog, tasks, write, has_named_successor=store.has_named_successor
        )
        files = AttachedFiles(attachments_of(database.path))
        window = WindowController(
            store,
            Estimates(database),
            connection,
            catalog,
            tasks,
            tools=tools,
            files=files,
        )
        chat = ChatController(
            store,
            TurnsController(
                store,
                answers,
                tasks,
                tools=tools,
                window=window,
                parts=PartsController(answers, files, connection, catalog),
            ),
            answers,
            tasks,
            window=window,
            rows=rows,
            messages=messages,
            default_model=lambda: MODEL,
        )
        font = QApplication.font()
        style = Style(theme.LIGHT, font, theme.code_font(font))
        icons = Icons(resources() / "icons")
        offer = catalog.at(endpoint.host)
        transcript = Transcript(messages, offer, icons, style, formulas=Formulas(), images=Images())
        transcript.resize(900, 700)
        transcript.show()
        watch = PaintWatch()
        QApplication.instance().installEventFilter(watch)  # type: ignore[union-attr]
        messages.grew.connect(lambda _row, _text: setattr(watch, "is_due", True))
        for _round in range(ROUNDS):
            watch.is_due = False
            watch.painted_at = asyncio.get_running_loop().create_future()
            chat.ask(Draft("Say something short."))
            painted_at = await watch.painted_at
            while answers.is_answering(chat.conversation.id):
                await asyncio.sleep(0.01)
            exchange = await asyncio.to_thread(lambda: service.chats[-1])
            figures.append((painted_at - exchange.writes[0].at) * 1000)
        await tasks.shut_down()
        await connection.close()
    return figures


def main() -> None:
    """Measure and print."""
    application = QApplication(["bench", "-platform", "offscreen"])
    with (
        ServiceProcess() as service,
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=lambda: Loop(application)) as runner,
    ):
        service.always(Answer("A short answer. " * 8, chunk_size=4, delay_s=0.02))
        figures = runner.run(measure(service, Path(folder)))
    report(
        "first byte → first text painted",
        "ms",
        {"glmdesk": figures},
        baseline="glmdesk",
        goal="below a frame of 33 ms",
    )


if __name__ == "__main__":
    main()
