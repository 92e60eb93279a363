"""How the chat on the screen asks, what the user calls that, and what tools may run unasked."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from glmdesk.app.offering import Offering
from glmdesk.app.stage import Stage
from glmdesk.domain.options import Options, Preset
from glmdesk.storage.consents import Consent, Consents
from glmdesk.storage.database import Database
from glmdesk.storage.presets import Presets
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from glmdesk.ui.dialogs.chat_settings import ChatSettingsDialog
    from glmdesk.ui.dialogs.consents import ConsentsDialog
    from glmdesk.ui.dialogs.json_schema import Writing


class Ways:
    """Opens the dialogs about them."""

    def __init__(
        self,
        stage: Stage,
        database: Database,
        chat: ChatController,
        tasks: TaskRunner,
        offering: Offering,
    ) -> None:
        self._stage = stage
        self._chat = chat
        self._tasks = tasks
        self._offering = offering
        self._presets = Presets(database)
        self._consents = Consents(database)
        self._schemas: dict[str, Writing] = {}
        """By chat: what was written in the dialog and is not in force."""

    def open_settings(self) -> None:
        """Show how the chat on the screen asks."""
        from glmdesk.ui.dialogs.chat_settings import ChatSettingsDialog  # noqa: PLC0415 - for who opens it

        chat = self._chat.conversation
        model = self._offering.offer.get(chat.model)
        dialog = ChatSettingsDialog(chat.system, chat.options, model, self._stage.window)
        dialog.changed.connect(partial(self._choose, chat.id))
        dialog.preset_saved.connect(partial(self._save, dialog))
        dialog.preset_deleted.connect(partial(self._delete, dialog))
        dialog.finished.connect(lambda: self._tasks.cancel("presets"))
        dialog.open()
        self._tasks.start("presets", partial(self._show_presets, dialog))

    def open_schema(self) -> None:
        """Show what the JSON of the chat on the screen has to be."""
        from glmdesk.ui.dialogs.json_schema import JsonSchemaDialog  # noqa: PLC0415 - for who opens it

        chat, stage = self._chat.conversation, self._stage
        dialog = JsonSchemaDialog(
            chat.options.json_schema or "",
            stage.window,
            stage.icons,
            stage.appearance.style,
            writing=self._schemas.pop(chat.id, None),
        )
        # What was written there is not lost where it was not used.
        dialog.left.connect(partial(self._schemas.__setitem__, chat.id))
        stage.appearance.changed.connect(dialog.set_style)
        dialog.chosen.connect(partial(self._choose_schema, chat.id))
        dialog.open()

    def open_consents(self) -> None:
        """Show what tools may run unasked."""
        from glmdesk.ui.dialogs.consents import ConsentsDialog  # noqa: PLC0415 - for who opens it

        dialog = ConsentsDialog(self._stage.window)
        dialog.revoked.connect(partial(self._revoke, dialog))
        dialog.finished.connect(lambda: self._tasks.cancel("consents"))
        dialog.open()
        self._tasks.start("consents", partial(self._show_consents, dialog))

    def _choose(self, conversation_id: str, system: str, options: Options) -> None:
        chat = self._chat.conversation
        if chat.id == conversation_id and (chat.system, chat.options) != (system, options):
            self._chat.choose_options(system, options)

    def _choose_schema(self, conversation_id: str, schema: str) -> None:
        chat = self._chat.conversation
        self._choose(conversation_id, chat.system, replace(chat.options, json_schema=schema))

    def _save(self, dialog: "ChatSettingsDialog", preset: Preset) -> None:
        async def save() -> None:
            await self._presets.save(preset)
            await self._show_presets(dialog)

        self._tasks.start("presets", save)

    def _delete(self, dialog: "ChatSettingsDialog", name: str) -> None:
        async def delete() -> None:
            await self._presets.delete(name)
            await self._show_presets(dialog)

        self._tasks.start("presets", delete)

    async def _show_presets(self, dialog: "ChatSettingsDialog") -> None:
        dialog.show_presets(await self._presets.all())

    def _revoke(self, dialog: "ConsentsDialog", consent: Consent) -> None:
        async def revoke() -> None:
            await self._consents.revoke(consent)
            await self._show_consents(dialog)

        self._tasks.start("consents", revoke)

    async def _show_consents(self, dialog: "ConsentsDialog") -> None:
        dialog.show_consents(await self._consents.all())
