"""The services that the user adds: the dialogs, and what follows from a change."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from glmdesk.app.stage import Stage
from glmdesk.chat.connection import Backend
from glmdesk.desktop.secrets import Secrets
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import UsageError
from glmdesk.domain.own_service import OwnService
from glmdesk.i18n import _
from glmdesk.storage.services_file import ServicesFile
from glmdesk.storage.settings import Settings
from glmdesk.ui.controllers.services import ServicesController
from glmdesk.ui.controllers.settings import SettingsController
from glmdesk.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from glmdesk.ui.dialogs.service import ServiceDialog


class Services(QObject):
    """Lets services be added, edited, tried and removed.

    Signals:
        changed(services: Sequence[OwnService]): there are others than before, or one is another than before.
    """

    changed = Signal(object)

    def __init__(
        self,
        stage: Stage,
        file: ServicesFile,
        catalog: Catalog,
        tasks: TaskRunner,
        *,
        secrets: Secrets,
        load: Callable[[Endpoint], Backend],
        settings: SettingsController,
    ) -> None:
        super().__init__(stage.window)
        self._stage = stage
        self._catalog = catalog
        self._settings = settings
        self._controller = ServicesController(file, secrets, load, tasks, is_host_in_use=self._is_host_in_use)
        self._controller.changed.connect(self._take)
        self._controller.saved.connect(self._follow_name)
        self._controller.removed.connect(self._leave)

    @property
    def all(self) -> Sequence[OwnService]:
        """The services that there are."""
        return self._controller.services

    def show(self, parent: QWidget) -> None:
        """Show which there are."""
        from glmdesk.ui.dialogs.services import ServicesDialog  # noqa: PLC0415 - for who looks

        dialog = ServicesDialog(self._controller.services, parent)
        dialog.addition_requested.connect(lambda: self._edit(None, dialog))
        dialog.edition_requested.connect(partial(self._edit, parent=dialog))
        dialog.removal_requested.connect(self._controller.remove)
        self.changed.connect(dialog.show_services)
        dialog.open()

    def _edit(self, name: str | None, parent: QWidget) -> None:
        from glmdesk.ui.dialogs.service import ServiceDialog  # noqa: PLC0415 - for who adds or edits one

        service = next((one for one in self._controller.services if one.name == name), None)
        controller, dialog = self._controller, ServiceDialog(service, self._price, parent)
        dialog.save_requested.connect(partial(controller.save, before=service.name if service else ""))
        dialog.check_requested.connect(controller.check)
        dialog.word_requested.connect(controller.ask_a_word)
        self._connect(dialog)
        dialog.finished.connect(controller.stop_checking)
        dialog.open()

    def _connect(self, dialog: "ServiceDialog") -> None:
        controller = self._controller
        controller.saved.connect(dialog.accept)
        controller.refused.connect(dialog.show_refusal)
        controller.check_began.connect(dialog.begin_check)
        controller.check_ended.connect(dialog.end_check)
        controller.stepped.connect(dialog.show_step)
        controller.check_failed.connect(dialog.show_check_problem)

    def _price(self, draft: OwnService, model_id: str) -> str:
        """Return what one word costs at most, in words."""
        try:
            offer = self._catalog.of(Endpoint.of(draft))
        except UsageError:
            return _("price not known")
        from glmdesk.chat.checkup import COST_AT_MOST  # noqa: PLC0415 - for who checks a service

        cost = offer.cost(model_id, COST_AT_MOST)
        if cost is None:
            return _("price not known")
        return str(cost) if cost.amount else _("free")

    def _is_host_in_use(self, host: str) -> bool:
        """Whether a key for a host is asked with when the service of the settings is."""
        try:
            return Endpoint.parse(self._stage.settings.base_url).host == host
        except UsageError:
            return False

    def _take(self) -> None:
        self._catalog.own_services = tuple(self._controller.services)
        self.changed.emit(self.all)

    def _follow_name(self, before: str, name: str) -> None:
        """Let the service in force be the same one under another name."""
        if before and before != name and self._stage.settings.service == before:
            self._settings.change(Settings.service, name)

    def _leave(self, name: str) -> None:
        """Ask whoever is at the address of the settings when the service in force is there no more."""
        if self._stage.settings.service == name:
            self._settings.change(Settings.service, "")
