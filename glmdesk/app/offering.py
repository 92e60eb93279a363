"""The service in force: the way to it, and the models that it has."""

from PySide6.QtCore import QObject, Signal

from glmdesk.chat.connection import Connection
from glmdesk.domain.catalog import Catalog, Offer
from glmdesk.domain.errors import Problem
from glmdesk.storage.settings import Settings


class Offering(QObject):
    """Goes where another connection leads, in the middle of a run.

    Signals:
        changed(offer: Offer): another service is in force, with other models.
        followed(): questions go where another connection leads, be it to the same service.
        warned(text: str): something on the way is not as it was wished for.
    """

    changed = Signal(object)
    followed = Signal()
    warned = Signal(str)

    def __init__(
        self, settings: Settings, catalog: Catalog, connection: Connection, *, is_demo: bool
    ) -> None:
        super().__init__()
        self._settings = settings
        self._catalog = catalog
        self.connection = connection
        self._is_demo = is_demo
        self._target = connection.target
        self.offer: Offer = catalog.of(connection.target)
        """The models that can be asked now."""

    def default_model(self) -> str:
        """Return the model of a new chat."""
        # The settings are shared with the demo, which answers for the models of the catalogue only.
        return self.offer.preselected(self._settings.model, known_only=self._is_demo)

    @property
    def replacement(self) -> Problem | None:
        """What is to be said where new chats cannot begin with the model of the settings."""
        return None if self._is_demo else self.offer.replacement(self._settings.model)

    async def follow(self, connection: Connection) -> None:
        """Go where another connection leads from the next question on."""
        await self.connection.follow(connection)
        if self.connection.target != self._target:
            self._target = self.connection.target
            self.offer = self._catalog.of(self._target)
            self.changed.emit(self.offer)
        self.followed.emit()
        await self.warm_up()

    async def warm_up(self) -> None:
        """Load what the first question needs of the way to the service."""
        if self.connection.refusal:
            return
        backend = await self.connection.warm_up()
        if backend.warning:
            self.warned.emit(backend.warning)
