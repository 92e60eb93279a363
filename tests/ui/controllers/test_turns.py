"""Turns are taken whatever is shown: what comes of them is told to every window."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import Action, LocalDataError, Problem
from glmdesk.domain.message import State
from glmdesk.domain.options import Options
from glmdesk.domain.tool import Tool
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.models.message_list import MessageList
from tests.chat.examples import MODEL
from tests.support.script import Answer
from tests.tools.kit import Kit
from tests.ui.controllers.behind import PAUSED, Behind, behind
from tests.ui.waiting import until


class Other:
    """What another window shows, with a list of its own."""

    def __init__(self, desk: Behind) -> None:
        self.rows, self.messages = ConversationList(), MessageList()
        self.chat = ChatController(
            desk.store,
            desk.turns,
            desk.answers,
            desk.tasks,
            window=desk.window,
            rows=self.rows,
            messages=self.messages,
            default_model=lambda: MODEL,
        )

    @property
    def texts(self) -> list[str]:
        return [self.messages[row].message.text for row in range(len(self.messages))]

    async def opened(self, conversation_id: str) -> None:
        self.chat.open(conversation_id)
        await until(lambda: self.chat.conversation.id == conversation_id, self.chat.conversation_changed)


async def test_a_conversation_that_is_shown_twice_goes_on_in_both(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        other = Other(desk)
        desk.service.script(Answer("One."), Answer("Two."))
        await desk.ask("first")
        await other.opened(desk.chat.conversation.id)
        await desk.ask("second")

        assert other.texts == ["first", "One.", "second", "Two."]
        assert other.texts == desk.shown
        assert other.chat.conversation.leaf_id == desk.chat.conversation.leaf_id


async def test_what_one_window_began_can_be_stopped_in_another(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        other, answering = Other(desk), list[bool]()
        desk.service.script(PAUSED)
        desk.chat.ask(Draft("Count"))
        await desk.written("One, two, ")
        await other.opened(desk.chat.conversation.id)
        other.chat.answering_changed.connect(answering.append)
        other.chat.stop()
        await desk.answered()

        assert answering == [False]
        assert [message.state for message in other.chat.path] == [State.COMPLETE, State.STOPPED]


async def test_a_chat_that_is_not_shown_moves_in_the_list(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        other = Other(desk)
        desk.service.script(Answer("1"), Answer("2"), Answer("3"))
        await desk.ask("older")
        older = desk.chat.conversation
        desk.chat.show_new()
        await desk.ask("newer")
        assert [one.title for one in desk.conversations.recent] == ["newer", "older"]

        await other.opened(older.id)
        other.chat.ask(Draft("again"))
        await until(lambda: other.texts[-1:] == ["3"], desk.answers.ended)
        assert [one.title for one in desk.conversations.recent] == ["older", "newer"]
        assert desk.shown == ["newer", "2"]


async def test_what_is_chosen_while_a_question_is_stored_stays(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("1"))
        desk.chat.ask(Draft("question"))
        desk.chat.choose_model("glm-4-plus")
        desk.chat.choose_options("Be brief.", Options(temperature=0.2))
        await desk.answered()
        await desk.tasks.ended(f"options:{desk.chat.conversation.id}")

        assert desk.last.model == MODEL, "the answer was asked for before"
        stored = await desk.store.get(desk.chat.conversation.id)
        assert stored is not None
        assert (stored.title, stored.model, stored.system) == ("question", "glm-4-plus", "Be brief.")


async def test_an_answer_that_cannot_be_asked_for_ends_and_is_asked_for_again(
    tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = Problem("unreadable", "A file cannot be read.", "Look at the disk.")

    async def broken(_kit: Kit) -> Sequence[Tool]:
        raise LocalDataError(problem)

    async with behind(tmp_path, catalog) as desk:
        desk.service.script(Answer("Here it is."))
        desk.chat.choose_options("", Options(tools=("one",)))
        with monkeypatch.context() as patched:
            patched.setattr(Kit, "tools", broken)
            await desk.ask("Where is it?")
        answer = (await desk.stored())[-1]

        assert desk.last.state is answer.state is State.FAILED
        assert answer.problem == replace(problem, action=Action.RETRY)
        desk.chat.retry(1)
        await desk.answered()
        assert desk.last.text == "Here it is."
