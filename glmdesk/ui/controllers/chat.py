"""The conversation on the screen: which it is, which branch of it, and what is done at its messages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject, Signal

from glmdesk.chat.messages import branched_off, new_conversation
from glmdesk.domain.conversation import Conversation, MessageTree
from glmdesk.domain.draft import Draft
from glmdesk.domain.message import Message, State
from glmdesk.domain.options import Options
from glmdesk.domain.request import ChatRequest
from glmdesk.domain.usage import Usage
from glmdesk.i18n import _
from glmdesk.storage.conversations import Conversations
from glmdesk.ui.controllers.answers import AnswersController
from glmdesk.ui.controllers.turns import Place, TurnsController
from glmdesk.ui.controllers.window import WindowController
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.tasks import TaskRunner


@dataclass(slots=True)
class _Opened:
    """A conversation as it was opened. Tasks hold on to theirs, whatever is shown meanwhile."""

    conversation: Conversation
    tree: MessageTree
    is_stored: bool


class ChatController(QObject):
    """Keeps the screen's messages true to one conversation. A new one is stored with its first question.

    Signals:
        conversation_changed(): another conversation is shown, or what the header says of it changed.
        answering_changed(is_answering: bool): whether an answer is being written in it.
        question_refused(conversation_id: str, draft: Draft): a question could not be stored, and nothing was
        asked. The id is empty for a conversation that is not stored either.
        message_deleted(message_id: str, count: int): it is out of sight with what followed it, `count`
        messages in all, and can be restored.
        message_wanted(message_id: str): the reader should be led to a message that is shown now.
        compared(answers: tuple[Message, ...]): several models are asked; these are their empty answers.
    """

    conversation_changed = Signal()
    answering_changed = Signal(bool)
    question_refused = Signal(str, object)
    message_deleted = Signal(str, int)
    message_wanted = Signal(str)
    compared = Signal(object)

    def __init__(
        self,
        store: Conversations,
        turns: TurnsController,
        answers: AnswersController,
        tasks: TaskRunner,
        *,
        window: WindowController,
        rows: ConversationList,
        messages: MessageList,
        default_model: Callable[[], str],
    ) -> None:
        super().__init__()
        self._store = store
        self._turns = turns
        self._window = window
        self._answers = answers
        self._tasks = tasks
        self._rows = rows
        self._messages = messages
        self._default_model = default_model
        self._shown = self._blank()
        self._deleted: dict[str, tuple[str, str | None]] = {}
        """By deleted message: its conversation, and where the branch ended that was shown."""
        self._follow_turns(turns)
        self._follow_answers(answers)
        self.conversation_changed.connect(self._mark_start)
        window.cut.connect(self._take_cut)

    def _follow_turns(self, turns: TurnsController) -> None:
        turns.running_changed.connect(self._take_running)
        turns.created.connect(self._take_created)
        turns.gone.connect(self._take_gone)
        turns.added.connect(self._take_added)
        turns.changed.connect(self._take_changed)
        turns.refused.connect(self.question_refused)
        turns.compared.connect(self.compared)

    def _follow_answers(self, answers: AnswersController) -> None:
        answers.began.connect(self._answer_began)
        answers.grew.connect(self._messages.grow)
        answers.progressed.connect(self._messages.say)
        answers.advanced.connect(self._messages.put)
        answers.thought.connect(self._messages.put)
        answers.called.connect(self._messages.put)
        answers.ended.connect(self._answer_ended)

    @property
    def conversation(self) -> Conversation:
        """The conversation on the screen."""
        return self._shown.conversation

    @property
    def is_stored(self) -> bool:
        """Whether the conversation has a first question and is in the database."""
        return self._shown.is_stored

    @property
    def last_usage(self) -> Usage | None:
        """What the last answer of the branch used, if the service said so."""
        return next((message.usage for message in reversed(self._branch()) if message.usage), None)

    @property
    def path(self) -> tuple[Message, ...]:
        """The branch on the screen."""
        return self._branch()

    def path_before(self, message_id: str) -> tuple[Message, ...]:
        """Return what comes before a message of the conversation on the screen."""
        tree = self._shown.tree
        return tree.path(tree.get(message_id).parent_id) if message_id in tree else self._branch()

    def show_new(self) -> None:
        """Show an empty conversation."""
        self._tasks.cancel("open")
        self._show(self._blank())

    def leave(self, conversation_ids: Sequence[str]) -> None:
        """Show an empty conversation where one of these is shown, which is there no more."""
        if self.conversation.id in conversation_ids:
            self.show_new()

    def open(self, conversation_id: str) -> None:
        """Show a stored conversation."""
        self._tasks.cancel("open")
        if conversation_id != self.conversation.id:
            self._tasks.start("open", partial(self._open, conversation_id, None))

    def open_at(self, conversation_id: str, message_id: str) -> None:
        """Show a stored conversation where a message is, whatever branch that is in."""
        self._tasks.start("open", partial(self._open, conversation_id, message_id))

    def choose_model(self, model_id: str) -> None:
        """Let another model answer from now on."""
        self._shown.conversation = replace(self.conversation, model=model_id)
        self.conversation_changed.emit()
        if self.is_stored:
            update = partial(self._store.update, self.conversation.id, model=model_id)
            self._tasks.start(f"model:{self.conversation.id}", update)

    def choose_options(self, system: str, options: Options) -> None:
        """Let the conversation ask in another way from now on."""
        self._shown.conversation = replace(self.conversation, system=system, options=options)
        self.conversation_changed.emit()
        if self.is_stored:
            update = partial(self._store.update, self.conversation.id, system=system, options=options)
            self._tasks.start(f"options:{self.conversation.id}", update)

    def take_arrangement(self, conversations: Sequence[Conversation]) -> None:
        """Take what was arranged elsewhere."""
        for conversation in conversations:
            if conversation.id == self.conversation.id:
                self._shown.conversation = replace(
                    self.conversation,
                    pinned=conversation.pinned,
                    archived=conversation.archived,
                    folder=conversation.folder,
                )

    def renamed(self, conversation_id: str, title: str) -> None:
        """Take a title that was changed elsewhere."""
        if conversation_id == self.conversation.id:
            self._shown.conversation = replace(self.conversation, title=title)
            self.conversation_changed.emit()

    def ask(self, draft: Draft) -> None:
        """Ask a question after the last message of the branch."""
        self._turns.ask(self._place(self.conversation.leaf_id), draft)

    def edit(self, row: int, draft: Draft) -> None:
        """Ask another question in place of one; the old one stays as a variant, and waits no longer."""
        edited = self._messages[row].message
        answers = (message for message in self._branch() if message.parent_id == edited.id)
        if waiting := [answer for answer in answers if answer.state is State.WAITING]:
            self._turns.stop_waiting(waiting)
        self._turns.ask(self._place(edited.parent_id), draft)

    def retry(self, row: int, model_id: str | None = None) -> None:
        """Ask for another answer; the old one stays as a variant.

        Another model may be asked this once; None: that of the conversation. An answer that waits for the
        service is asked for at once.
        """
        old = self._messages[row].message
        self._turns.retry(self._place(old.parent_id), old, model_id)

    def ask_missing(self, row: int) -> None:
        """Ask for another answer, made of what was said of parts before and of those that are missing."""
        old = self._messages[row].message
        self._turns.ask_missing(self._place(old.parent_id), old)

    def compare(self, draft: Draft, model_ids: Sequence[str]) -> None:
        """Put a question to several models at once. Their answers are variants; the first is shown."""
        self._turns.compare(self._place(self.conversation.leaf_id), draft, model_ids)

    def compare_again(self, question_id: str, model_ids: Sequence[str]) -> None:
        """Put a question that is there to several models at once."""
        self._turns.compare_again(self._place(question_id), model_ids)

    def keep(self, answer_id: str) -> None:
        """Go on with one of several answers, if its conversation is still on the screen."""
        if answer_id not in self._shown.tree:
            return
        leaf_id = self._shown.tree.leaf_below(answer_id)
        self._show_leaf(leaf_id)
        save = partial(self._store.set_leaf, self.conversation.id, leaf_id)
        self._tasks.start(f"leaf:{self.conversation.id}", save)

    def go_on(self, row: int) -> None:
        """Ask for the rest of an unfinished answer."""
        old = self._messages[row].message
        self._turns.go_on(self._place(old.parent_id), old)

    def stop_waiting(self, row: int) -> None:
        """Let an answer wait for the service no longer."""
        self._turns.stop_waiting([self._messages[row].message])

    def stop(self) -> None:
        """End the answer being written; what has arrived stays."""
        self._answers.stop(self.conversation.id)

    def choose_variant(self, row: int, step: int) -> None:
        """Show the variant before (-1) or after (1) the one in a row, with what followed it."""
        shown = self._messages[row].message
        tree = self._shown.tree
        variants = tree.variants(shown.id)
        position = next(i for i, variant in enumerate(variants) if variant.id == shown.id) + step
        if 0 <= position < len(variants) and not self._answers.is_answering(self.conversation.id):
            self.keep(variants[position].id)

    def variants(self, row: int) -> tuple[Message, ...]:
        """Return the message of a row with its variants, in their order."""
        return tuple(self._shown.tree.variants(self._messages[row].message.id))

    def branch(self, row: int) -> None:
        """Copy what was said up to a message, and the message, into a new conversation and show that."""
        message = self._messages[row].message
        work = partial(self._branch_off, self.conversation, self._shown.tree.path(message.id))
        self._tasks.start(f"branch:{message.id}", work)

    def delete(self, row: int) -> None:
        """Put a message with all that follows it out of sight; an answer being written there is stopped."""
        message = self._messages[row].message
        self._tasks.start(f"delete:{message.id}", partial(self._delete, self._shown, message))

    def restore(self, message_id: str) -> None:
        """Bring a message that was deleted in this run back, with all that followed it, and show it."""
        self._tasks.start(f"restore:{message_id}", partial(self._restore, message_id))

    async def request_of(self, message: Message) -> ChatRequest:
        """Return what an answer is asked for with, or what asks for an answer to a question.

        It is as the conversation asks now; nothing is sent.
        """
        is_answer = message.role == "assistant"
        place = self._place(message.parent_id if is_answer else message.id)
        model_id = message.model if is_answer else self.conversation.model
        parts = message.parts if is_answer else None
        return await self._turns.request_of(place, model_id or "", parts, has_tools=not message.is_compared)

    def _place(self, leaf_id: str | None) -> Place:
        """Return the place after a message of the conversation on the screen; None: the beginning."""
        shown = self._shown
        return Place(shown.conversation, shown.tree.path(leaf_id), shown.is_stored)

    def _take_running(self, conversation_id: str, is_running: bool) -> None:
        if conversation_id == self.conversation.id:
            self.answering_changed.emit(is_running)

    def _take_created(self, conversation: Conversation) -> None:
        if conversation.id != self.conversation.id:
            self._rows.put(conversation)
            return
        chosen = replace(self.conversation, title=conversation.title)
        self._shown.conversation, self._shown.is_stored = chosen, True
        if chosen != conversation:
            # Another model was chosen meanwhile, or another way of asking.
            update = partial(
                self._store.update,
                chosen.id,
                model=chosen.model,
                system=chosen.system,
                options=chosen.options,
            )
            self._tasks.start(f"options:{chosen.id}", update)

    def _take_gone(self, conversation_id: str) -> None:
        self._rows.remove(conversation_id)
        self.leave([conversation_id])

    def _take_added(self, messages: Sequence[Message], leaf_id: str) -> None:
        """Show what follows in the conversation on the screen; another one moves to its place in the list."""
        conversation_id, at = messages[0].conversation_id, messages[-1].created_at
        if conversation_id == self.conversation.id:
            for message in messages:
                self._shown.tree.put(message)
            self._shown.conversation = replace(self.conversation, updated_at=at)
            self._show_leaf(leaf_id)
            return
        row = self._rows.row_of(conversation_id)
        listed = None if row is None else self._rows.conversation(row)
        if listed is not None:
            self._rows.put(replace(listed, updated_at=at))

    def _take_changed(self, message: Message) -> None:
        if message.conversation_id == self.conversation.id and message.id in self._shown.tree:
            self._shown.tree.put(message)
            self._messages.put(message)

    def _mark_start(self) -> None:
        self._messages.mark(self._window.mark(self._branch(), self.conversation.model))

    def _take_cut(self, message: Message) -> None:
        self._take_changed(message)
        if message.id in self._shown.tree:
            self.conversation_changed.emit()

    async def _branch_off(self, conversation: Conversation, branch: Sequence[Message]) -> None:
        copy, messages = branched_off(conversation, branch, _branch_title(conversation.title))
        await self._store.create(copy, *messages)
        self._rows.put(copy)
        self._tasks.cancel("open")
        self._show(_Opened(copy, MessageTree(messages), is_stored=True))

    async def _delete(self, opened: _Opened, message: Message) -> None:
        await self._answers.end(message.conversation_id)
        if message.id not in opened.tree:
            return
        before, leaf_id = opened.conversation.leaf_id, opened.tree.leaf_without(message.id)
        count = await self._store.delete_message(message.id, datetime.now(UTC), leaf_id=leaf_id)
        await self._read_again(message.conversation_id)
        # None where it went already, with one before it.
        if count:
            self._deleted[message.id] = (message.conversation_id, before)
            self.message_deleted.emit(message.id, count)

    async def _restore(self, message_id: str) -> None:
        conversation_id, leaf_id = self._deleted[message_id]
        if self._answers.is_answering(conversation_id):
            # It is a variant beside what is being written.
            leaf_id = None
        await self._store.restore_message(message_id, leaf_id=leaf_id)
        if conversation_id == self.conversation.id:
            await self._read_again(conversation_id)
        else:
            self.open(conversation_id)

    async def _read_again(self, conversation_id: str) -> None:
        """Show what is stored of a conversation now, if it is still on the screen."""
        stored = await self._store.get(conversation_id)
        messages = await self._store.messages(conversation_id)
        opened = self._shown
        if stored is not None and opened.conversation.id == conversation_id:
            before, opened.tree = opened.tree, MessageTree(messages)
            opened.tree.follow_as(before)
            for live in self._turns.live_messages(conversation_id):
                opened.tree.put(live)
            self._show_leaf(_leaf_in(opened.tree, stored))

    async def _open(self, conversation_id: str, message_id: str | None) -> None:
        conversation = await self._store.get(conversation_id)
        if conversation is None:
            return
        messages = await self._store.messages(conversation_id)
        if self._has_ended_meanwhile(messages):
            messages = await self._store.messages(conversation_id)
        tree = MessageTree(messages)
        shown = replace(conversation, leaf_id=_leaf_with(tree, _leaf_in(tree, conversation), message_id))
        self._show(_Opened(shown, tree, is_stored=True))
        if message_id in tree:
            self.message_wanted.emit(message_id)

    def _has_ended_meanwhile(self, messages: Sequence[Message]) -> bool:
        """Whether an answer was read as unfinished and has been stored since."""
        return any(
            message.state is State.STREAMING and not self._answers.is_answering(message.conversation_id)
            for message in messages
        )

    def _show(self, opened: _Opened) -> None:
        self._shown = opened
        living = self._turns.live_messages(opened.conversation.id)
        for live in living:
            opened.tree.put(live)
        self._messages.show_branch(opened.tree, opened.conversation.leaf_id)
        for live in living:
            if status := self._answers.status(live.id):
                self._messages.say(live.id, status)
        if opened.conversation.unread:
            opened.conversation = replace(opened.conversation, unread=False)
            self._mark_unread(opened.conversation.id, is_unread=False)
        self.conversation_changed.emit()
        self.answering_changed.emit(self._answers.is_answering(opened.conversation.id))

    def _show_leaf(self, leaf_id: str | None) -> None:
        # What was shown until now is shown again when somebody comes back to it.
        shown = self._shown
        shown.tree.follow(shown.conversation.leaf_id)
        shown.conversation = replace(shown.conversation, leaf_id=leaf_id)
        self._rows.put(shown.conversation)
        self._messages.show_branch(shown.tree, leaf_id)
        self.conversation_changed.emit()

    def _branch(self) -> tuple[Message, ...]:
        return self._shown.tree.path(self.conversation.leaf_id)

    def _answer_began(self, answer: Message) -> None:
        self._rows.set_running(answer.conversation_id, is_marked=True)
        self._take_changed(answer)

    def _answer_ended(self, answer: Message) -> None:
        is_running = self._answers.is_writing(answer.conversation_id)
        self._rows.set_running(answer.conversation_id, is_marked=is_running)
        if answer.conversation_id == self.conversation.id:
            self._shown.tree.put(answer)
            self._messages.put(answer)
            self.conversation_changed.emit()
        else:
            self._mark_unread(answer.conversation_id, is_unread=True)

    def _mark_unread(self, conversation_id: str, *, is_unread: bool) -> None:
        self._rows.set_unread(conversation_id, is_marked=is_unread)
        mark = partial(self._store.arrange, [conversation_id], unread=is_unread)
        self._tasks.start(f"unread:{conversation_id}", mark)

    def _blank(self) -> _Opened:
        blank = new_conversation(self._default_model(), folder=self._rows.listing.folder or "")
        return _Opened(blank, MessageTree(()), is_stored=False)


def _leaf_in(tree: MessageTree, conversation: Conversation) -> str | None:
    """Return the end of the branch that is shown; None if it was deleted between the two readings."""
    return conversation.leaf_id if conversation.leaf_id in tree else None


def _leaf_with(tree: MessageTree, leaf_id: str | None, message_id: str | None) -> str | None:
    """Return the end of a branch that a message is in: the one that is shown, if it is in that."""
    if message_id is None or message_id not in tree:
        return leaf_id
    is_shown = any(message.id == message_id for message in tree.path(leaf_id))
    return leaf_id if is_shown else tree.leaf_below(message_id)


def _branch_title(title: str) -> str:
    # Translators: the title of a conversation that was branched off another one.
    suffix = _("{title} (branch)").format(title="")
    return title if title.endswith(suffix) else _("{title} (branch)").format(title=title)
