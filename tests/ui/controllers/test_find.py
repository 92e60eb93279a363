"""Finding a text in all messages of a conversation, while they change."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.conversation import MessageTree
from glmdesk.domain.message import Citation, Message, State
from glmdesk.domain.tool import ToolCall
from glmdesk.render.find import Hit
from glmdesk.ui.controllers.find import FindController
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.tasks import TaskRunner
from tests.chat.examples import answer, question, tool_result
from tests.ui.examples import branch_of, show


class Looking:
    """A controller with its messages."""

    def __init__(self) -> None:
        self.owner = QObject()
        self.tasks = TaskRunner()
        self.messages = MessageList()
        self.find = FindController(self.messages, self.tasks, self.owner)
        self.told: list[bool] = []
        self.find.changed.connect(lambda: self.told.append(self.find.is_looking))

    async def look(self, text: str, from_row: int = 0) -> None:
        self.find.look_for(text, from_row)
        await self.tasks.ended("find")

    @property
    def state(self) -> tuple[int, int]:
        """Which hit is the current one, and of how many."""
        return self.find.number, self.find.count


@pytest.fixture
def looking() -> Looking:
    return Looking()


async def test_every_hit_is_counted_from_the_top(looking: Looking) -> None:
    show(looking.messages, branch_of(6, lambda number: f"**wo**rd {number}, Word"))
    await looking.look("word")

    assert looking.state == (1, 9), "questions are no Markdown"
    assert looking.find.current == (0, Hit(0, 12, 16))
    assert looking.told[0] is True
    assert looking.told[-1] is False


async def test_the_reader_is_led_on_from_where_he_is(looking: Looking) -> None:
    show(looking.messages, branch_of(6, lambda number: f"word {number}"))
    await looking.look("word", from_row=4)
    numbers = [looking.find.number]
    for step in (1, 1, -1, -1, -1):
        looking.find.step(step)
        numbers.append(looking.find.number)

    assert numbers == [5, 6, 1, 6, 5, 4]


async def test_a_longer_text_is_looked_for_from_the_hit_that_is_shown(looking: Looking) -> None:
    show(looking.messages, branch_of(6, lambda number: f"word {number}"))
    await looking.look("w")
    looking.find.step(1)
    await looking.look("word")

    assert looking.state == (2, 6)


async def test_what_is_new_is_found_too(looking: Looking) -> None:
    branch = branch_of(3, lambda _: "word")
    show(looking.messages, branch)
    await looking.look("word")
    said = replace(answer(branch[-1], ""), state=State.STREAMING)
    show(looking.messages, [*branch, said])
    looking.messages.grow(said.id, "a word, and a word")
    looking.messages.put(replace(said, text="a word, and a word", state=State.COMPLETE))

    assert looking.state == (1, 5)


async def test_what_is_gone_is_found_no_more(looking: Looking) -> None:
    branch = branch_of(3, lambda _: "word")
    show(looking.messages, branch)
    await looking.look("word")
    show(looking.messages, branch[:1])
    await looking.tasks.ended("find")
    assert looking.state == (1, 1)
    looking.messages.put(replace(branch[0], text="other"))

    assert looking.state == (0, 0)


async def test_nothing_is_found_of_nothing(looking: Looking) -> None:
    show(looking.messages, branch_of(3))
    await looking.look("Message")
    assert looking.state == (1, 3)
    await looking.look("")
    assert looking.state == (0, 0)
    looking.find.step(1)

    assert looking.find.current is None


async def test_a_source_that_is_named_is_found(looking: Looking) -> None:
    asked = question()
    said: Message = replace(
        answer(asked, "It is so."), citations=(Citation("1", "A gazette", "https://example.org", "", ""),)
    )
    looking.messages.show_branch(MessageTree([asked, said]), said.id)
    await looking.look("gazette")

    assert looking.state == (1, 1)


async def test_a_file_that_is_named_is_found(looking: Looking) -> None:
    asked = replace(question("Sum?"), attachments=(Attachment("a" * 64, "report.csv", 9),))
    looking.messages.show_branch(MessageTree([asked]), asked.id)
    await looking.look("report")

    assert looking.state == (1, 1)


async def test_ten_thousand_messages_do_not_keep_others_waiting(looking: Looking) -> None:
    show(looking.messages, branch_of(10_000, lambda number: f"Message {number} [x](https://example.org)"))
    await looking.look("message")

    assert looking.find.count == 10_000
    assert looking.told.count(True) > 3, "there were pauses"


async def test_what_tools_were_asked_and_answered_is_found(looking: Looking) -> None:
    asked = question("?")
    asking = answer(asked, tool_calls=(ToolCall("1", "get_weather", r'{"city":"\u676d\u5dde"}'),))
    show(looking.messages, [asked, asking, tool_result(asking, "1", "sunny")])
    # The line above the arguments begins with them.
    for text, count in (("get_weather", 1), ("杭州", 2), ("sunny", 1)):
        await looking.look(text)
        assert looking.state == (1, count)
        assert looking.find.current is not None
        assert looking.find.current[0] == 1
