"""Quick questions: their window, made when it is first wanted, and what it has to do with the others."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

from glmdesk.app.aside import Aside
from glmdesk.app.desk import Desk
from glmdesk.app.engine import Engine
from glmdesk.app.links import Links
from glmdesk.app.stage import Stage
from glmdesk.chat.image_source import ImageSource
from glmdesk.chat.key_state import KeyState
from glmdesk.desktop.opener import Opener
from glmdesk.domain.catalog import Offer
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import Action
from glmdesk.domain.options import Preset
from glmdesk.domain.quick_action import QuickAction
from glmdesk.render.parts import Manner, Part
from glmdesk.storage.presets import Presets
from glmdesk.storage.quick_actions_file import QuickActionsFile
from glmdesk.storage.settings import Settings
from glmdesk.ui.controllers.copying import CopyController
from glmdesk.ui.controllers.quick import GOES_ON_S, QuickController, shown_question
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.panes.lacking import is_lack, say_lack, withdraw_lack
from glmdesk.ui.quick_ask import QuickAskWindow
from glmdesk.ui.widgets.banner import Kind
from glmdesk.ui.widgets.model_picker import ModelPicker

if TYPE_CHECKING:
    from glmdesk.app.showing import Showing
    from glmdesk.ui.widgets.transcript import Transcript

MOST_OFFERED: Final = 32_000
"""Characters of a text that are offered; the free model reads them with room for its answer."""

_CONFIDENTIAL: Final = "x-kde-passwordManagerHint"
"""By this format managers of passwords tell what is nobody's business."""


class Quick(QObject):
    """Wires the quick ask window.

    Signals:
        window_wanted(): the main window is needed for what is asked next.
        left(): nobody has come back to the exchange for as long as it could have been gone on with.
    """

    window_wanted = Signal()
    left = Signal()

    def __init__(
        self, stage: Stage, engine: Engine, desk: Desk, opener: Opener, image_source: ImageSource
    ) -> None:
        super().__init__(stage.window)
        self._desk = desk
        self._stage = stage
        self._engine = engine
        self._image_source = image_source
        self._file = QuickActionsFile(stage.paths.config)
        self._presets = Presets(engine.database)
        self._messages = MessageList(self, shows_sources=stage.is_safe)
        self._aside = Aside(engine)
        self.controller = QuickController(
            self._aside.store,
            self._aside.turns,
            self._aside.answers,
            engine.tasks,
            history=engine.store,
            messages=self._messages,
            is_always_kept=lambda: stage.settings.quick_history == "always",
        )
        offer = engine.offering.offer
        self._picker = ModelPicker(offer, stage.language)
        self.window = QuickAskWindow(stage.icons, self._picker)
        self._links = Links(self.window, self.window.banner, stage.appearance, engine.tasks, opener)
        self._copying = CopyController(engine.tasks, self)
        self._showing: Showing | None = None
        self._transcript: Transcript | None = None
        """Both come with the first question."""
        self._text = ""
        """What the next question is about."""
        self._refused = ""
        """A text that was taken away, asked about or copied here: it is not offered once more."""
        self._used_selection = ""
        """What was selected when the window was opened last: it is no news."""
        self._is_looking = False
        self._leaving = QTimer(self)
        self._leaving.setSingleShot(True)
        self._leaving.setInterval(int(GOES_ON_S * 1000))
        self._connect()
        self._show_look()
        self._show_actions(self._file.actions)
        for notice in self._file.notices:
            self.window.banner.show_message(Kind.NOTICE, notice.words)

    def open(self, text: str = "") -> None:
        """Come to the user, with a question to begin with."""
        self._leaving.stop()
        self.controller.come_back()
        self._engine.tasks.start("quick:preset", self._load_preset)
        self._show_model()
        self._is_looking = not self.window.isVisible() and not text
        if text:
            self.window.composer.set_text(text)
        self.window.come()
        if self.window.isActiveWindow():
            self._look_for_text()
        if not self._engine.tasks.is_running("warm-up"):
            self._engine.tasks.start("warm-up", self._engine.offering.warm_up)

    def end(self) -> None:
        """Go, with the run."""
        self._stage.appearance.changed.disconnect(self._show_look)
        self.window.hide()
        self.window.deleteLater()

    def _connect(self) -> None:
        window, controller, engine = self.window, self.controller, self._engine
        window.activated.connect(self._look_for_text)
        window.dismissed.connect(self._wait)
        self._leaving.timeout.connect(self._leave)
        window.chip.removed.connect(self._refuse_text)
        window.composer.submitted.connect(self._ask)
        window.composer.stop_requested.connect(controller.stop)
        window.composer.recall_requested.connect(self._recall)
        window.composer.changed.connect(self._show_readiness)
        window.asked_about.connect(self._act_on_text)
        window.actions_bar.edit_requested.connect(self._edit_actions)
        window.copy_requested.connect(self._copy)
        window.continue_requested.connect(controller.move_on)
        window.new_requested.connect(self._begin_anew)
        window.banner.acted.connect(self._act_on_banner)
        self._picker.picked.connect(partial(engine.settings.change, Settings.quick_model))
        self._messages.appended.connect(self._show_messages)
        self._messages.reset.connect(self._show_messages)
        controller.changed.connect(self._show_answer)
        controller.answering_changed.connect(self._show_answering)
        controller.refused.connect(self._give_back)
        controller.kept.connect(self._desk.list_chat)
        controller.continued.connect(self._go_on_elsewhere)
        engine.offering.changed.connect(self._take_offer)
        engine.settings.changed.connect(self._take_setting)
        engine.key.state_changed.connect(self._take_key_state)
        self._take_key_state(engine.key.state)
        self._stage.appearance.changed.connect(self._show_look)

    def _wait(self) -> None:
        """Wait for whoever has left to come back."""
        self.controller.use()
        self._leaving.start()

    def _leave(self) -> None:
        # An answer that takes so long is wanted still.
        if self.controller.is_answering:
            self._leaving.start()
        else:
            self.left.emit()

    def _look_for_text(self) -> None:
        """Offer what was selected or copied last, once the window that was just opened has the keyboard."""
        if self._is_looking:
            self._is_looking = False
            # Whoever has it may be slow to give it; until then the window is painted and takes keys.
            QTimer.singleShot(0, self.window, self._offer_text)

    def _offer_text(self) -> None:
        if self._stage.settings.quick_text == "never" or not self.window.isVisible():
            return
        clipboard = QGuiApplication.clipboard()
        text = ""
        if clipboard.supportsSelection() and not clipboard.ownsSelection():
            selected = _text_in(clipboard.mimeData(QClipboard.Mode.Selection))
            if selected != self._used_selection:
                self._used_selection = text = selected
        if not text:
            text = _text_in(clipboard.mimeData())
        if text != self._refused:
            self._take_text(text)

    def _take_text(self, text: str) -> None:
        self._text = text[:MOST_OFFERED]
        self.window.chip.show_text(self._text, length=len(text))
        self._show_readiness()
        self.window.fit()

    def _refuse_text(self) -> None:
        self._refused = self._text
        self._take_text("")
        self.window.composer.input.setFocus()

    @property
    def _model_id(self) -> str:
        offer, settings = self._engine.offering.offer, self._stage.settings
        chosen = offer.preselected(settings.quick_model, known_only=self._stage.is_demo)
        if not settings.quick_model and offer.free is not None:
            return offer.free.id
        return chosen

    async def _load_preset(self) -> None:
        """Let the next exchange ask as the preset says that is chosen; it is asked long after that."""
        wanted = self._stage.settings.quick_preset
        presets = await self._presets.all() if wanted else ()
        way = next((preset for preset in presets if preset.name == wanted), Preset(""))
        # Here is nothing that asks whether a tool may run.
        self.controller.way = replace(way, options=replace(way.options, tools=()))

    def _ask(self, draft: Draft) -> None:
        if self._text:
            question = f'{draft.text}\n\n"""\n{self._text}\n"""'
            self._put(question, self._model_id, shown=shown_question(draft.text, self._text))
        else:
            self._put(draft.text, self._model_id)

    def _act_on_text(self, index: int) -> None:
        action, written = self._file.actions[index], self.window.composer.text().strip()
        text = self._text or written
        if not text or self.controller.is_answering:
            return
        question = action.question(text)
        shown = shown_question(action.name, text)
        if self._text and written:
            # What is written beside a text is about what is to be done with it.
            question, shown = f"{question}\n\n{written}", f"{shown}\n{written}"
        self.window.composer.set_draft(Draft())
        self._put(question, action.model or self._model_id, shown=shown)

    def _put(self, question: str, model_id: str, *, shown: str = "") -> None:
        # A text that was asked about is a part of the exchange, and no longer of what is asked next.
        self._refused = self._text or self._refused
        self._take_text("")
        self.window.banner.make_way()
        self.window.composer.input.setFocus()
        self.controller.ask(question, model_id, shown=shown)

    def _go_on_elsewhere(self, conversation_id: str) -> None:
        self.window.dismiss()
        self.window_wanted.emit()
        self._desk.open_chat(conversation_id)

    def _give_back(self, draft: Draft) -> None:
        self.window.composer.set_draft(draft.followed_by(self.window.composer.draft))

    def _recall(self) -> None:
        if question := self.controller.last_question:
            self.window.composer.set_text(question)

    def _begin_anew(self) -> None:
        self.controller.begin_anew()
        self.window.composer.input.setFocus()

    def _copy(self) -> None:
        if (answer := self.controller.answer) is not None:
            from glmdesk.render.copying import as_plain_text  # noqa: PLC0415 - for who copies

            parts = [Part(answer)]
            self._refused = as_plain_text(parts).strip()
            self._copying.copy(parts, Manner.RICH)
            self.window.confirm_copy()

    def _show_messages(self) -> None:
        if self._transcript is None and len(self._messages):
            self._transcript = self._made_transcript()
            self.window.add_transcript(self._transcript)
        self.window.show_messages(are_there=bool(len(self._messages)))

    def _made_transcript(self) -> "Transcript":
        # The Markdown parser takes longer to load than the window may take to come.
        from glmdesk.app.showing import Showing  # noqa: PLC0415

        engine, controller = self._engine, self.controller
        self._showing = Showing(
            self.window,
            self._stage.appearance,
            self._stage.icons,
            engine.tasks,
            links=self._links,
            image_source=self._image_source,
            attachments=engine.files.attachments,
        )
        made = self._showing.transcript(self._messages, engine.offering.offer, has_actions=False)
        made.retry_requested.connect(lambda: controller.retry(self._model_id))
        made.continue_requested.connect(controller.go_on)
        made.remedy_requested.connect(self._remedy_answer)
        return made

    def _show_answer(self) -> None:
        answer, controller = self.controller.answer, self.controller
        title = self._engine.offering.offer.title(answer.model) if answer is not None else ""
        self.window.show_answer(answer, title, is_leaving=controller.is_leaving)
        self.window.fit()
        if self._showing is not None:
            self._showing.enter(controller.conversation_id)

    def _show_answering(self, is_answering: bool) -> None:
        self.window.composer.set_answering(is_answering)
        self._show_readiness()

    def _show_readiness(self) -> None:
        has_text = bool(self._text or self.window.composer.text().strip())
        self.window.actions_bar.set_ready(is_ready=has_text and not self.controller.is_answering)

    def _show_model(self) -> None:
        self._picker.show_model(self._model_id)

    def _show_look(self) -> None:
        self.window.set_theme(self._stage.appearance.theme)
        self._take_setting(Settings.send_with.key)

    def _take_setting(self, key: str) -> None:
        if key == Settings.send_with.key:
            with_control = self._stage.settings.send_with == "ctrl-enter"
            self.window.composer.set_send_key(with_control=with_control)
        elif key == Settings.quick_model.key:
            self._show_model()

    def _take_offer(self, offer: Offer) -> None:
        self._picker.set_offer(offer)
        self._show_model()
        if self._transcript is not None:
            self._transcript.set_offer(offer)

    def _take_key_state(self, state: KeyState) -> None:
        if is_lack(state):
            say_lack(self.window.banner, state)
        else:
            withdraw_lack(self.window.banner)
        self.window.fit()

    def _act_on_banner(self, action: str) -> None:
        if action in set(Action):
            self._remedy(Action(action))

    def _remedy_answer(self, _row: int, action: Action) -> None:
        self._remedy(action)

    def _remedy(self, action: Action) -> None:
        """Do what a button beside an error offers, in the main window where that takes more than is here."""
        answer = self.controller.answer
        problem = answer.problem if answer is not None else None
        named: Mapping[str, str] = problem.details if problem is not None else {}
        match action:
            case Action.CHOOSE_MODEL:
                self._picker.showPopup()
            case Action.ASK_SUCCESSOR:
                self.controller.retry(named["successor_id"])
            case Action.GO_ON_FREE:
                self._engine.settings.change(Settings.quick_model, named["free_id"])
                self.controller.retry(named["free_id"])
            case Action.EDIT_QUESTION:
                self._recall()
            case Action.NEW_CHAT:
                self._begin_anew()
            case Action.SPEND_ON:
                self._engine.spending.allow()
                self.controller.retry(self._model_id)
            case Action.ASK_KEYRING:
                self._engine.key.look()
            case _:
                self.window.dismiss()
                self.window_wanted.emit()
                self._desk.act(action)

    def _show_actions(self, actions: Sequence[QuickAction]) -> None:
        self.window.actions_bar.set_actions(actions)
        self.window.fit()

    def _edit_actions(self) -> None:
        from glmdesk.ui.dialogs.quick_actions import QuickActionsDialog  # noqa: PLC0415 - for who edits them

        dialog = QuickActionsDialog(self._file.actions, self._engine.offering.offer, self.window)
        dialog.chosen.connect(self._keep_actions)
        dialog.finished.connect(self.window.come)
        dialog.open()

    def _keep_actions(self, actions: tuple[QuickAction, ...]) -> None:
        self._show_actions(actions)
        self._engine.tasks.start("quick-actions", partial(self._save_actions, actions))

    async def _save_actions(self, actions: tuple[QuickAction, ...]) -> None:
        await self._file.save(actions)


def _text_in(data: QMimeData | None) -> str:
    """Return the text that is offered elsewhere, if that is one and no secret."""
    # There is nothing at all where nobody has anything to offer.
    if data is None or not data.hasText() or data.hasFormat(_CONFIDENTIAL):
        return ""
    return data.text().strip()
