"""The rows of the transcript: a branch with its variants, and every change announced."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from glmdesk.domain.conversation import MessageTree
from glmdesk.domain.message import Cut, Message, State
from glmdesk.domain.tool import ToolCall
from glmdesk.ui.models.message_list import MessageList, Row
from tests.chat.examples import answer, question, tool_result


def rows_of(messages: MessageList) -> list[Row]:
    return [messages[row] for row in range(len(messages))]


class AnnouncedMessages(QObject):
    """Mirrors a message list from its signals alone."""

    def __init__(self, messages: MessageList) -> None:
        super().__init__()
        self._messages = messages
        self.rows = rows_of(messages)
        self.told: list[str] = []
        messages.reset.connect(self._reset)
        messages.appended.connect(self._append)
        messages.changed.connect(self._change)
        messages.grew.connect(self._grow)

    def check(self) -> None:
        """Hold the list to what it has announced."""
        assert self.rows == rows_of(self._messages)

    def _reset(self, kept: int) -> None:
        self.told.append(f"reset after {kept}")
        assert self.rows[:kept] == rows_of(self._messages)[:kept]
        self.rows = rows_of(self._messages)

    def _append(self, row: int) -> None:
        self.told.append("appended")
        assert row == len(self.rows)
        assert len(self._messages) == row + 1
        self.rows.append(self._messages[row])

    def _change(self, row: int) -> None:
        self.told.append("changed")
        self.rows[row] = self._messages[row]

    def _grow(self, row: int, text: str) -> None:
        self.told.append("grew")
        message = self.rows[row].message
        self.rows[row] = self.rows[row]._replace(message=replace(message, text=message.text + text))


def exchange(*, after: Message | None = None, text: str = "你好") -> tuple[Message, Message]:
    asked = question(text, after)
    return asked, answer(asked, "您好")


def test_the_source_of_a_message_is_shown_until_it_is_toggled_again() -> None:
    messages = MessageList()
    announced = AnnouncedMessages(messages)
    asked = question()
    tree = MessageTree([asked, answer(asked, "**1**")])
    leaf_id = tree.leaf_below(asked.id)
    messages.show_branch(tree, leaf_id)
    messages.toggle_source(1)
    announced.check()
    assert [messages[row].is_source for row in (0, 1)] == [False, True]
    messages.show_branch(tree, None)
    messages.show_branch(tree, leaf_id)
    assert messages[1].is_source, "it was forgotten when another branch was looked at"
    messages.toggle_source(1)

    assert not messages[1].is_source


def test_a_branch_is_shown_with_the_place_of_each_variant() -> None:
    asked, first = exchange()
    second = answer(asked, "Hello")
    tree = MessageTree([asked, first, second])
    messages = MessageList()
    messages.show_branch(tree, second.id)

    assert rows_of(messages) == [Row(asked), Row(second, 2, 2)]
    mirror = AnnouncedMessages(messages)
    messages.show_branch(tree, first.id)
    assert rows_of(messages) == [Row(asked), Row(first, 1, 2)]
    assert mirror.told == ["reset after 1"]


def test_opening_a_conversation_is_one_change() -> None:
    asked, reply = exchange()
    asked_again, reply_again = exchange(after=reply)
    messages = MessageList()
    mirror = AnnouncedMessages(messages)
    messages.show_branch(MessageTree([asked, reply, asked_again, reply_again]), reply_again.id)

    assert mirror.told == ["reset after 0"]


def test_a_branch_that_goes_on_keeps_the_rows_before() -> None:
    asked, reply = exchange()
    messages = MessageList()
    messages.show_branch(MessageTree([asked, reply]), reply.id)
    mirror = AnnouncedMessages(messages)
    asked_again, reply_again = exchange(after=reply)
    messages.show_branch(MessageTree([asked, reply, asked_again, reply_again]), reply_again.id)

    assert mirror.told == ["appended", "appended"]


def test_showing_the_same_branch_again_is_no_change() -> None:
    asked, reply = exchange()
    tree = MessageTree([asked, reply])
    messages = MessageList()
    messages.show_branch(tree, reply.id)
    mirror = AnnouncedMessages(messages)
    messages.show_branch(tree, reply.id)

    assert mirror.told == []


def asking_for(*call_ids: str) -> tuple[Message, Message]:
    """Return a question, and an answer that wants these calls."""
    asked = question()
    return asked, answer(asked, tool_calls=tuple(ToolCall(call_id, "f", "{}") for call_id in call_ids))


def test_what_tools_answer_belongs_to_the_row_of_their_calls() -> None:
    asked, asking = asking_for("a", "b")
    first = tool_result(asking, "a")
    second = tool_result(first, "b")
    reply = answer(second, "Done.")
    messages = MessageList()
    messages.show_branch(MessageTree([asked, asking, first, second, reply]), reply.id)

    assert rows_of(messages) == [Row(asked), Row(asking, results=(first, second)), Row(reply)]


def test_what_no_call_asked_for_has_a_row_of_its_own() -> None:
    asked, asking = asking_for("a")
    stray = tool_result(asking, "b")
    late = tool_result(stray, "a")
    messages = MessageList()
    messages.show_branch(MessageTree([asked, asking, stray, late]), late.id)

    assert [row.message for row in rows_of(messages)] == [asked, asking, stray, late]


def test_a_result_changes_the_row_of_its_call() -> None:
    asked, asking = asking_for("a")
    running = replace(tool_result(asking, "a", ""), state=State.STREAMING)
    tree = MessageTree([asked, asking])
    messages = MessageList()
    messages.show_branch(tree, asking.id)
    mirror = AnnouncedMessages(messages)
    tree.put(running)
    messages.show_branch(tree, running.id)
    assert messages[1].results == (running,)
    done = replace(running, text="42", state=State.COMPLETE)
    messages.put(done)
    mirror.check()
    assert messages[1].results == (done,)
    reply = answer(done, "It is 42.")
    tree.put(done)
    tree.put(reply)
    messages.show_branch(tree, reply.id)

    mirror.check()
    assert mirror.told == ["changed", "changed", "appended"]


def test_text_that_grows_ends_the_status() -> None:
    asked, empty = exchange()
    empty = replace(empty, text="", state=State.STREAMING)
    messages = MessageList()
    messages.show_branch(MessageTree([asked, empty]), empty.id)
    mirror = AnnouncedMessages(messages)
    messages.say(empty.id, "Thinking…")
    assert messages[1].status == "Thinking…"
    messages.grow(empty.id, "One")
    messages.grow(empty.id, ", two")

    assert mirror.told == ["changed", "changed", "grew", "grew"]
    assert (messages[1].status, messages[1].message.text) == ("", "One, two")


def test_what_concerns_other_conversations_is_passed_over(qtbot: QtBot) -> None:
    asked, reply = exchange()
    messages = MessageList()
    messages.show_branch(MessageTree([asked]), asked.id)
    mirror = AnnouncedMessages(messages)
    messages.put(reply)
    messages.grow(reply.id, "text")
    messages.say(reply.id, "Waiting")

    assert mirror.told == []
    assert messages.row_of(reply.id) is None


Operation: TypeAlias = Callable[["Showing"], None]


CALLS = (ToolCall("a", "f", "{}"),)


class Showing:
    """A list and the tree it shows."""

    def __init__(self) -> None:
        self.messages = MessageList()
        self.all: list[Message] = []
        self.tree = MessageTree(())

    def add(self, pick: int, role: str) -> None:
        """Add a message below another and show the branch that ends with it."""
        parent = self.all[pick % len(self.all)] if self.all and pick else None
        if parent is None or role == "user":
            made = question("text", parent)
        elif role == "tool":
            made = tool_result(parent, "a")
        else:
            made = answer(parent, "text", tool_calls=CALLS)
        self.all.append(made)
        self.tree.put(made)
        self.messages.show_branch(self.tree, made.id)

    def show(self, pick: int) -> None:
        leaf = self.all[pick % len(self.all)].id if self.all and pick else None
        self.messages.show_branch(self.tree, leaf)

    def show_another_conversation(self) -> None:
        self.all.clear()
        self.tree = MessageTree(())
        self.messages.show_branch(self.tree, None)

    def put(self, pick: int, state: State) -> None:
        if self.all:
            changed = replace(self.all[pick % len(self.all)], state=state)
            self.tree.put(changed)
            self.messages.put(changed)

    def grow(self, pick: int, text: str) -> None:
        if self.all:
            self.messages.grow(self.all[pick % len(self.all)].id, text)

    def say(self, pick: int, text: str) -> None:
        if self.all:
            self.messages.say(self.all[pick % len(self.all)].id, text)


picks = st.integers(min_value=0, max_value=30)
texts = st.sampled_from(["", "a", "好\n"])
operations: st.SearchStrategy[list[Operation]] = st.lists(
    st.builds(
        lambda pick, role: lambda showing: showing.add(pick, role),
        picks,
        st.sampled_from(["user", "assistant", "tool"]),
    )
    | st.builds(lambda pick: lambda showing: showing.show(pick), picks)
    | st.builds(
        lambda pick, state: lambda showing: showing.put(pick, state), picks, st.sampled_from(list(State))
    )
    | st.builds(lambda pick, text: lambda showing: showing.grow(pick, text), picks, texts)
    | st.builds(lambda pick, text: lambda showing: showing.say(pick, text), picks, texts)
    | st.just(lambda showing: showing.show_another_conversation()),
    max_size=30,
)


@given(operations)
def test_every_change_is_announced(operations: list[Operation]) -> None:
    showing = Showing()
    mirror = AnnouncedMessages(showing.messages)
    for operate in operations:
        operate(showing)
        mirror.check()
        rows = rows_of(showing.messages)
        assert [showing.messages.row_of(row.message.id) for row in rows] == list(range(len(rows)))
        assert all(1 <= row.variant <= row.variants for row in rows)


def test_of_several_cuts_the_one_that_holds_is_shown() -> None:
    first = question()
    early = replace(answer(first, "One"), cut=Cut(131_072))
    late = replace(answer(question("again", early), "Two"), cut=Cut(8192))
    second = replace(question("again", early), id=late.parent_id or "")
    messages = MessageList()
    announced = AnnouncedMessages(messages)
    messages.show_branch(MessageTree([first, early, second, late]), late.id)
    assert [row.message.cut for row in rows_of(messages)] == [None] * 4
    messages.mark(late.id)
    announced.check()
    assert [row.message.cut for row in rows_of(messages)] == [None, None, None, Cut(8192)]
    messages.mark(early.id)
    announced.check()
    assert [row.message.cut for row in rows_of(messages)] == [None, Cut(131_072), None, None]
    messages.mark(None)
    announced.check()


def test_a_cut_behind_a_result_is_shown_with_its_call() -> None:
    first = question()
    asking = answer(first, "", tool_calls=(ToolCall("call-1", "weather", "{}"),))
    result = replace(tool_result(asking, "call-1"), cut=Cut(8192))
    messages = MessageList()
    messages.show_branch(MessageTree([first, asking, result]), result.id)
    announced = AnnouncedMessages(messages)
    assert messages[1].results[0].cut is None
    messages.mark(result.id)
    announced.check()
    assert messages[1].results[0].cut == Cut(8192)
