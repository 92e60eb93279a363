"""The controllers of a window without the window, between a real database and a real service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from glmdesk.api.client import Client
from glmdesk.api.limiter import Gates
from glmdesk.chat.attached import AttachedFiles
from glmdesk.chat.connection import Backend, Connection
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.draft import Draft
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import UserError
from glmdesk.domain.message import Message
from glmdesk.storage.attachments import Attachments, attachments_of
from glmdesk.storage.consents import Consents
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.estimates import Estimates
from glmdesk.storage.journal import AnswerWriter
from glmdesk.tools.toolbox import Toolbox
from glmdesk.ui.controllers.answers import AnswersController
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.controllers.conversations import ConversationsController
from glmdesk.ui.controllers.parts import PartsController
from glmdesk.ui.controllers.tools import ToolsController
from glmdesk.ui.controllers.turns import TurnsController
from glmdesk.ui.controllers.window import WindowController
from glmdesk.ui.models.conversation_list import ConversationList, Role
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.tasks import TaskRunner
from tests.api.asking import AT_ONCE, KEY, NO_ROOTS
from tests.chat.examples import MODEL
from tests.support.script import Answer
from tests.support.service import Service
from tests.tools.kit import Kit
from tests.ui.waiting import idle, until

# Three records, and silence before the third.
PAUSED = Answer("One, two, three.", chunk_size=5, pause_after=2)


@dataclass(slots=True)
class Keys:
    """One key for every host, or none."""

    key: str | None = KEY

    async def read(self, host: str) -> str | None:
        return self.key


@dataclass(slots=True)
class Behind:
    """Everything behind a window. Errors of tasks are collected in `errors`, faults in `crashes`."""

    service: Service
    database: Database
    catalog: Catalog
    gates: Gates | None = None
    keys: Keys = field(default_factory=Keys)
    tasks: TaskRunner = field(default_factory=TaskRunner)
    rows: ConversationList = field(default_factory=ConversationList)
    messages: MessageList = field(default_factory=MessageList)
    errors: list[tuple[str, UserError]] = field(default_factory=list[tuple[str, UserError]])
    crashes: list[str] = field(default_factory=list[str])
    store: Conversations = field(init=False)
    kit: Kit = field(default_factory=Kit)
    consents: Consents = field(init=False)
    tools: ToolsController = field(init=False)
    attachments: Attachments = field(init=False)
    files: AttachedFiles = field(init=False)
    connection: Connection = field(init=False)
    conversations: ConversationsController = field(init=False)
    answers: AnswersController = field(init=False)
    window: WindowController = field(init=False)
    turns: TurnsController = field(init=False)
    chat: ChatController = field(init=False)

    def __post_init__(self) -> None:
        endpoint = Endpoint.parse(self.service.base_url)
        backend = Backend(partial(Client, endpoint, tls=NO_ROOTS, clocks=AT_ONCE, gates=self.gates))
        self.store = Conversations(self.database)
        self.connection = Connection(endpoint, self.keys, lambda _endpoint: backend)
        self.conversations = ConversationsController(self.store, self.rows, self.tasks)
        self.answers = AnswersController(
            self.connection,
            self.catalog,
            self.tasks,
            partial(AnswerWriter, self.database),
            has_named_successor=self.store.has_named_successor,
        )
        self.attachments = attachments_of(self.database.path)
        self.consents = Consents(self.database)
        self.tools = ToolsController(Toolbox([self.kit]), self.consents, partial(AnswerWriter, self.database))
        self.files = AttachedFiles(self.attachments)
        self.window = WindowController(
            self.store,
            Estimates(self.database),
            self.connection,
            self.catalog,
            self.tasks,
            tools=self.tools,
            files=self.files,
        )
        self.turns = TurnsController(
            self.store,
            self.answers,
            self.tasks,
            tools=self.tools,
            window=self.window,
            parts=PartsController(self.answers, self.files, self.connection, self.catalog),
        )
        self.chat = ChatController(
            self.store,
            self.turns,
            self.answers,
            self.tasks,
            window=self.window,
            rows=self.rows,
            messages=self.messages,
            default_model=lambda: MODEL,
        )
        self.tasks.failed.connect(lambda name, error: self.errors.append((name, error)))
        self.tasks.crashed.connect(self.crashes.append)

    @property
    def is_answering(self) -> bool:
        """Whether an answer is being written in the conversation on the screen."""
        return self.answers.is_answering(self.chat.conversation.id)

    @property
    def shown(self) -> list[str]:
        """The texts on the screen."""
        return [self.messages[row].message.text for row in range(len(self.messages))]

    @property
    def last(self) -> Message:
        """The last message on the screen."""
        return self.messages[len(self.messages) - 1].message

    def is_marked(self, conversation_id: str, role: Role) -> bool:
        """Whether a listed conversation has a mark."""
        row = self.rows.row_of(conversation_id)
        assert row is not None
        return bool(self.rows.index(row).data(role))

    async def ask(self, text: str, *attachments: Attachment) -> Message:
        """Ask and wait for the end of the answer."""
        self.chat.ask(Draft(text, attachments))
        await self.answered()
        return self.last

    async def answered(self) -> None:
        """Wait until no answer is being written in the conversation on the screen."""
        await idle(lambda: self.is_answering)

    async def written(self, text: str) -> None:
        """Wait until the last message on the screen is so long."""
        await until(
            lambda: len(self.messages) > 0 and self.last.text == text,
            self.messages.grew,
            self.messages.changed,
            self.messages.appended,
            self.messages.reset,
        )

    async def opened(self, conversation_id: str) -> None:
        """Open a conversation and wait until it is shown."""
        self.chat.open(conversation_id)
        await until(lambda: self.chat.conversation.id == conversation_id, self.chat.conversation_changed)

    async def stored(self, conversation_id: str | None = None) -> list[Message]:
        """Return the messages of a conversation as the database has them."""
        return list(await self.store.messages(conversation_id or self.chat.conversation.id))


@asynccontextmanager
async def behind(folder: Path, catalog: Catalog, *, gates: Gates | None = None) -> AsyncIterator[Behind]:
    """Yield controllers over a database in a folder; nothing is left running and nothing crashed."""
    async with Service(is_strict=True) as service, Database(folder / "glmdesk.db") as database:
        behind = Behind(service, database, catalog, gates)
        try:
            yield behind
        finally:
            await behind.tasks.shut_down()
            await behind.connection.close()
        assert behind.crashes == []
