"""The whole window, wired as the program wires it, between a real database and a real service."""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget

from glmdesk.api.client import Client
from glmdesk.app.appearance import Appearance
from glmdesk.app.desk import Desk
from glmdesk.app.engine import Engine
from glmdesk.app.services import Services
from glmdesk.app.stage import Stage
from glmdesk.app.toolkit import Toolkit
from glmdesk.chat.connection import Backend, Connection, Keys
from glmdesk.chat.image_source import NetworkImages
from glmdesk.desktop.opener import Opener
from glmdesk.desktop.paths import Paths
from glmdesk.desktop.redaction import Redactor
from glmdesk.desktop.secrets import Secrets
from glmdesk.domain.api_key import KEY_VARIABLE
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.tool import ToolSource
from glmdesk.storage.database import Database
from glmdesk.storage.services_file import ServicesFile
from glmdesk.storage.settings import Settings
from glmdesk.tools.toolbox import Toolbox
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.icons import Icons
from glmdesk.ui.main_window import MainWindow
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.widgets.composer import Composer
from glmdesk.ui.widgets.conversation_view import ConversationView
from glmdesk.ui.widgets.menu_button import MenuButton
from glmdesk.ui.widgets.message_view import MessageView
from tests.api.asking import AT_ONCE, KEY, NO_ROOTS
from tests.support.service import Service
from tests.ui.keyboard import ENTER, press
from tests.ui.waiting import idle, until

# The desktop opens nothing here, unless a test says with what.
NO_PROGRAMS: Mapping[str, str] = MappingProxyType({"PATH": ""})


def connection_to(service: Service, keys: Keys, host: str | None = None) -> Connection:
    """Return the way to a service, which may be taken for the one at another host."""
    endpoint = Endpoint.parse(service.base_url)
    if host is not None:
        endpoint = Endpoint(endpoint.base_url, host)
    return Connection(
        endpoint, keys, lambda _endpoint: Backend(partial(Client, endpoint, tls=NO_ROOTS, clocks=AT_ONCE))
    )


@dataclass(slots=True)
class OpenWindow:
    """A window that can be used."""

    window: MainWindow
    desk: Desk
    engine: Engine
    toolkit: Toolkit
    services: Services
    stage: Stage
    service: Service
    database: Database
    tasks: TaskRunner
    secrets: Secrets

    async def follow(self, host: str) -> None:
        """Take the service for the one at another host from now on, for which there is a key too."""
        await self.secrets.store(host, KEY)
        self.engine.follow(connection_to(self.service, self.secrets, host))
        await idle(lambda: self.tasks.is_running("reconnect"))

    @property
    def composer(self) -> Composer:
        return self.window.chat.composer

    @property
    def chat(self) -> ChatController:
        """The conversation on the screen."""
        return self.desk._conversing.chat

    @property
    def conversations(self) -> ConversationView:
        found: ConversationView = self.desk._shelf.view
        return found

    @property
    def titles(self) -> list[str]:
        """The conversations in the sidebar, from the top."""
        return [row.title for row in map(self.rows.conversation, range(self.rows.rowCount())) if row]

    @property
    def rows(self) -> ConversationList:
        model = self.conversations.model()
        assert isinstance(model, ConversationList)
        return model

    @property
    def messages(self) -> list[str]:
        """The texts of the messages that can be seen, from the top."""
        views = [view for view in self.window.findChildren(MessageView) if view.isVisible()]
        return [view.spoken_text() for view in sorted(views, key=MessageView.y)]

    @property
    def banner_text(self) -> str:
        """What the banner says; empty where it says nothing."""
        banner = self.window.chat.banner
        return banner.accessibleName() if banner.isVisible() else ""

    @property
    def is_answering(self) -> bool:
        return self.composer.button.accessibleName() == "Stop"

    def named(self, name: str) -> list[QWidget]:
        """Return what can be seen and has an accessible name."""
        return [
            child
            for child in self.window.findChildren(QWidget)
            if child.accessibleName() == name and child.isVisible()
        ]

    def press(self, name: str) -> None:
        """Press the lowest button of a name that can be seen: that of the last message."""
        buttons = [child for child in self.named(name) if isinstance(child, QAbstractButton)]
        assert buttons, f"there is no button {name!r}"
        max(buttons, key=lambda button: button.mapTo(self.window, QPoint()).y()).click()

    def choose_action(self, name: str) -> None:
        """Choose a line of the menu below the last message, or of a menu in it."""
        views = [view for view in self.window.findChildren(MessageView) if view.isVisible()]
        menu = max(views, key=MessageView.y).footer.findChildren(MenuButton)[0].menu_below
        lines = [action for part in (menu, *menu.findChildren(QMenu)) for action in part.actions()]
        next(action for action in lines if action.text() == name).trigger()

    def type(self, text: str) -> None:
        self.composer.set_text(text)

    async def ask(self, text: str) -> None:
        """Type, send, and wait for the end of the answer."""
        self.type(text)
        press(self.composer.input, ENTER)
        await self.answered()

    async def answered(self) -> None:
        await idle(lambda: self.is_answering)

    async def choose(self, title: str) -> None:
        """Choose a conversation in the sidebar and wait until it is shown."""
        (found,) = (row.id for row in self.rows.conversations if row.title == title)
        self.conversations.chosen.emit(found)
        await until(lambda: title in self.window.windowTitle(), self.chat.conversation_changed)


def visible_buttons(window: QWidget) -> Iterator[QAbstractButton]:
    return (button for button in window.findChildren(QAbstractButton) if button.isVisible())


@asynccontextmanager
async def open_window(
    folder: Path,
    catalog: Catalog,
    icons: Icons,
    *,
    key: str | None = KEY,
    is_demo: bool = False,
    host: str | None = None,
    environ: Mapping[str, str] = NO_PROGRAMS,
    open_ports: Collection[int] = (),
    tool_sources: Sequence[ToolSource] = (),
    has_tools: bool = False,
) -> AsyncIterator[OpenWindow]:
    """Yield a window that is ready to be used, with its files in a folder.

    Images may be loaded from `open_ports` of this machine. Tools are those of `tool_sources`, or those of the
    program and of the user's folder.
    """
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    paths = Paths.locate(folder)
    appearance = Appearance(application, "light", 0)
    window = MainWindow(icons, is_demo=is_demo)
    appearance.setParent(window)
    window.set_theme(appearance.theme)
    window.resize(1000, 700)
    window.show()
    settings = Settings(paths.config / "settings.toml")
    stage = Stage(window, appearance, settings, paths, icons, "en", is_demo)
    tasks = TaskRunner()
    async with Service(is_strict=True) as service, Database(paths.data / "glmdesk.db") as database:
        redactor = Redactor()
        first_host = host or Endpoint.parse(service.base_url).host
        secrets = Secrets(redactor, first_host, environ={KEY_VARIABLE: key} if key else {})
        connection = connection_to(service, secrets, host)
        opener = Opener(redactor, {**environ, "GLMDESK_API_KEY": KEY})
        toolkit = Toolkit(stage, tasks, database=database, secrets=secrets, opener=opener)
        engine = Engine(
            settings,
            catalog,
            tasks,
            database=database,
            connection=connection,
            secrets=secrets,
            toolbox=Toolbox(
                toolkit.sources if has_tools else (*tool_sources, toolkit.servers), toolkit.servers
            ),
            is_demo=is_demo,
        )
        services = Services(
            stage,
            ServicesFile(paths.config),
            catalog,
            tasks,
            secrets=secrets,
            load=lambda endpoint: Backend(partial(Client, endpoint, tls=NO_ROOTS, clocks=AT_ONCE)),
            settings=engine.settings,
        )
        images = NetworkImages(settings, {}, redactor.knows, open_ports=open_ports)
        desk = Desk(stage, engine, toolkit, services, opener=opener, image_source=images)
        try:
            await desk.set_up(known_host=None)
            await idle(lambda: tasks.is_running("look"))
            yield OpenWindow(
                window, desk, engine, toolkit, services, stage, service, database, tasks, secrets
            )
        finally:
            await engine.put_away()
            await tasks.shut_down()
            await connection.close()
            appearance.choose("light", 0)
            window.hide()
            window.deleteLater()
