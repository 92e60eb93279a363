"""Connects the chat pane with its controllers: what is shown when, and which button asks for what."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from glmdesk.chat.key_state import KeyState, Refused
from glmdesk.domain.catalog import Offer
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import Action
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.controllers.drafts import DraftsController
from glmdesk.ui.controllers.key import KeyController
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.panes.chat_pane import ChatPane
from glmdesk.ui.panes.lacking import say_lack, withdraw_lack
from glmdesk.ui.panes.writing import Writing
from glmdesk.ui.widgets.banner import Kind
from glmdesk.ui.widgets.key_entry import KeyEntry
from glmdesk.ui.widgets.starters import Starters

if TYPE_CHECKING:
    from glmdesk.ui.widgets.transcript import Transcript


class ChatBinding(QObject):
    """Holds what belongs to the screen only: what is written, and which page is seen.

    Signals:
        console_requested(billing: bool): the service's console should be opened, for money or for keys.
        demo_requested(): go on in the demo.
        settings_requested(): the settings should be shown.
        compare_requested(question: Message): several models should answer it.
        spending_allowed(): more may be spent in this month than the budget.
    """

    demo_requested = Signal()
    console_requested = Signal(bool)
    settings_requested = Signal()
    compare_requested = Signal(object)
    spending_allowed = Signal()

    def __init__(
        self,
        pane: ChatPane,
        key_entry: KeyEntry,
        messages: MessageList,
        offer: Offer,
        *,
        chat: ChatController,
        key: KeyController,
        drafts: DraftsController,
        make_transcript: Callable[[], "Transcript"],
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._key_entry = key_entry
        self._messages = messages
        self._offer = offer
        self._chat = chat
        self._key = key
        self._make_transcript = make_transcript
        self._transcript: Transcript | None = None
        self._has_key = True
        self._wants_key_entry = False
        self._writing = Writing(pane.composer, drafts)
        self._shown_id = ""
        starters = Starters()
        starters.chosen.connect(self._writing.begin)
        pane.add_pages(key_entry, starters)
        self._connect_chat(pane, chat)
        self._connect_key(key_entry, key)
        pane.banner.acted.connect(self._act_on_banner)
        messages.appended.connect(self._show_page)
        messages.reset.connect(self._show_page)

    def _connect_chat(self, pane: ChatPane, chat: ChatController) -> None:
        chat.conversation_changed.connect(self._show_conversation)
        chat.answering_changed.connect(pane.composer.set_answering)
        chat.question_refused.connect(self._writing.give_back)
        pane.composer.submitted.connect(self._submit)
        pane.composer.stop_requested.connect(chat.stop)
        pane.composer.recall_requested.connect(self._edit_last)
        pane.header.model_picked.connect(chat.choose_model)

    def _add_transcript(self) -> None:
        """Make the view of the messages, with the first ones: the Markdown parser is slow to load."""
        self._transcript = transcript = self._make_transcript()
        transcript.retry_requested.connect(self._chat.retry)
        transcript.retry_with_requested.connect(self._chat.retry)
        transcript.branch_requested.connect(self._chat.branch)
        transcript.compare_requested.connect(self._compare)
        transcript.source_toggled.connect(self._messages.toggle_source)
        transcript.delete_requested.connect(self._delete)
        transcript.continue_requested.connect(self._chat.go_on)
        transcript.variant_requested.connect(self._chat.choose_variant)
        transcript.edit_requested.connect(self._edit)
        transcript.remedy_requested.connect(self._remedy)
        self._pane.add_transcript(transcript)

    def _connect_key(self, key_entry: KeyEntry, key: KeyController) -> None:
        key_entry.test_requested.connect(key.test)
        key_entry.save_requested.connect(key.save)
        key_entry.console_requested.connect(lambda: self.console_requested.emit(False))
        key_entry.demo_requested.connect(self.demo_requested)
        key_entry.look_requested.connect(key.look)
        key_entry.field.cancelled.connect(self.leave_key_entry)
        key.busy_changed.connect(key_entry.set_busy)
        key_entry.show_state(key.state)
        key.state_changed.connect(self._take_key_state)
        key.reported.connect(self._show_key_status)
        key.availability_changed.connect(self._take_availability)
        key.kept.connect(self._key_kept)

    def set_offer(self, offer: Offer) -> None:
        """Offer the models of another service."""
        self._offer = offer
        self._pane.header.set_offer(offer)
        if self._transcript is not None:
            self._transcript.set_offer(offer)

    def act(self, action: Action) -> None:
        """Do what a button beside an error offers."""
        match action:
            case Action.ENTER_KEY:
                self._wants_key_entry = True
                self._show_page()
                self._key_entry.field.setFocus()
            case Action.ASK_KEYRING:
                self._key.look()
            case Action.OPEN_SETTINGS:
                self.settings_requested.emit()
            case Action.OPEN_CONSOLE | Action.OPEN_BILLING:
                self.console_requested.emit(action is Action.OPEN_BILLING)
            case Action.CHOOSE_MODEL:
                self._pane.header.open_picker()
            case Action.EDIT_QUESTION:
                self._edit_last()
            case Action.NEW_CHAT:
                self._chat.show_new()
            case (
                Action.RETRY
                | Action.CONTINUE
                | Action.SPEND_ON
                | Action.STOP_WAITING
                | Action.ASK_SUCCESSOR
                | Action.GO_ON_FREE
                | Action.ASK_MISSING
            ):
                # They are about an answer, which has buttons for them.
                pass

    def go_to_message(self, step: int) -> None:
        """Lead the reader to the message before (-1) or after (1) the one being read, if any are shown."""
        if self._transcript is not None and self._transcript.isVisible():
            self._transcript.go_to_message(step)

    @property
    def writing(self) -> Writing:
        """What stands in the composer."""
        return self._writing

    def leave_key_entry(self) -> None:
        """Show the conversation again; without a key an empty one goes on asking for it."""
        self._wants_key_entry = False
        self._show_page()

    def _act_on_banner(self, action: str) -> None:
        if action in set(Action):
            self.act(Action(action))

    def _show_key_status(self, text: str, is_problem: bool) -> None:
        self._key_entry.show_status(text, is_problem=is_problem)

    def _show_conversation(self) -> None:
        conversation = self._chat.conversation
        if conversation.id != self._shown_id:
            self._shown_id = conversation.id
            self._wants_key_entry = False
        self._writing.show(conversation.id, is_stored=self._chat.is_stored)
        self._pane.composer.set_ready(is_ready=True)
        header = self._pane.header
        header.show_conversation(conversation, is_stored=self._chat.is_stored)
        self._show_page()

    def _show_page(self) -> None:
        if self._wants_key_entry or (not self._has_key and not len(self._messages)):
            self._pane.show_key_entry()
            withdraw_lack(self._pane.banner)
        elif len(self._messages):
            if self._transcript is None:
                self._add_transcript()
            self._pane.show_messages()
        else:
            self._pane.show_starters()

    def _submit(self, draft: Draft) -> None:
        # The branch with the message may be gone from the screen since.
        edited_id = self._writing.edited_id
        row = None if edited_id is None else self._messages.row_of(edited_id)
        self.leave_key_entry()
        self._pane.banner.make_way()
        self._writing.end_edit()
        if row is None:
            self._chat.ask(draft)
        else:
            self._chat.edit(row, draft)

    def _edit(self, row: int) -> None:
        self._writing.edit(self._messages[row].message)

    def _edit_last(self) -> None:
        for row in range(len(self._messages) - 1, -1, -1):
            if self._messages[row].message.role == "user":
                self._edit(row)
                return

    def _compare(self, row: int) -> None:
        question_id = self._messages[row].message.parent_id
        place = None if question_id is None else self._messages.row_of(question_id)
        if place is not None:
            self.compare_requested.emit(self._messages[place].message)

    def _delete(self, row: int) -> None:
        # The button that was pressed goes with its message.
        self._pane.composer.input.setFocus()
        self._chat.delete(row)

    def _remedy(self, row: int, action: Action) -> None:
        if action is Action.EDIT_QUESTION and row > 0:
            self._edit(row - 1)
        elif action is Action.STOP_WAITING:
            self._chat.stop_waiting(row)
        elif action is Action.ASK_MISSING:
            self._chat.ask_missing(row)
        elif action is Action.ASK_SUCCESSOR:
            self._ask_named(row, "successor_id", self._chat.retry)
        elif action is Action.GO_ON_FREE:
            self._ask_named(row, "free_id", self._go_on_with)
        elif action is Action.SPEND_ON:
            self.spending_allowed.emit()
            self._chat.retry(row)
        else:
            self.act(action)

    def _ask_named(self, row: int, name: str, ask: Callable[[int, str], None]) -> None:
        """Ask a model that is named beside the error of an answer; the service in force may not have it."""
        problem = self._messages[row].message.problem
        model_id = problem.details.get(name, "") if problem else ""
        if self._offer.get(model_id):
            ask(row, model_id)
        else:
            # It was named by another service, or by another version.
            self._pane.header.open_picker()

    def _go_on_with(self, row: int, model_id: str) -> None:
        """Let another model answer here from now on, beginning with a question that is asked again."""
        self._chat.choose_model(model_id)
        self._chat.retry(row)

    def _take_key_state(self, state: KeyState) -> None:
        self._key_entry.show_state(state)
        if isinstance(state, Refused):
            withdraw_lack(self._pane.banner)
            self._pane.banner.show_problem(state.problem)

    def _take_availability(self, has_key: bool) -> None:
        self._has_key = has_key
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self._key_entry.isAncestorOf(focus)
        self._show_page()
        if has_key:
            withdraw_lack(self._pane.banner)
        elif len(self._messages) and not self._wants_key_entry:
            say_lack(self._pane.banner, self._key.state)
        if has_key and had_focus and not self._wants_key_entry:
            self._pane.composer.input.setFocus()
        if not has_key and not len(self._messages) and not self._pane.composer.text():
            self._key_entry.field.setFocus()

    def _key_kept(self, notice: str) -> None:
        self._wants_key_entry = False
        self._key_entry.clear()
        if notice:
            self._pane.banner.show_message(Kind.NOTICE, notice)
        self._pane.composer.input.setFocus()
