"""Answers that are being written: shown by the frame, kept apart, and ended whatever happens."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from glmdesk.api.limiter import Gates
from glmdesk.chat.context import prompt_messages
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.domain.message import Message, State
from glmdesk.domain.request import ChatRequest
from glmdesk.ui.controllers.answers import AnswersController
from tests.chat.examples import MODEL, answer, question
from tests.support.script import Answer, Refuse
from tests.ui.controllers.behind import PAUSED, Behind, behind
from tests.ui.waiting import idle, until

DISK_FULL = LocalDataError(Problem("disk-full", "The disk is full.", "Make room."))


@dataclass(slots=True)
class Paper:
    """A writer that keeps what it is given, or has no room for the end."""

    is_full: bool = False
    text: str = ""
    finished: list[Message] = field(default_factory=list[Message])

    def write(self, *, text: str = "", reasoning: str = "") -> None:
        self.text += text

    async def keep(self, message: Message) -> None:
        """What an answer is made of is not looked at here."""

    async def finish(self, message: Message) -> None:
        if self.is_full:
            raise DISK_FULL
        self.finished.append(message)


@dataclass(slots=True)
class Writing:
    """An answers controller that writes on paper, with what it has told."""

    desk: Behind
    paper: Paper = field(default_factory=Paper)
    answers: AnswersController = field(init=False)
    told: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def __post_init__(self) -> None:
        desk = self.desk
        self.answers = AnswersController(
            desk.connection,
            desk.catalog,
            desk.tasks,
            lambda _id: self.paper,
            has_named_successor=desk.store.has_named_successor,
        )
        self.answers.began.connect(lambda message: self.told.append(("began", message.text)))
        self.answers.grew.connect(lambda _id, text: self.told.append(("grew", text)))
        self.answers.ended.connect(lambda message: self.told.append((message.state.value, message.text)))

    @property
    def pieces(self) -> list[str]:
        return [text for kind, text in self.told if kind == "grew"]

    def start(self, asked: Message) -> Message:
        """Begin to answer a question and return the answer as it is now."""
        empty = replace(answer(asked, "", State.STREAMING), conversation_id=asked.conversation_id)
        request = ChatRequest(model=MODEL, messages=prompt_messages([asked], system=""))

        async def write() -> None:
            await self.answers.write(empty, request)

        self.answers.start(asked.conversation_id, write)
        return empty

    async def ended(self, asked: Message) -> None:
        await idle(lambda: self.answers.is_answering(asked.conversation_id))


async def test_text_is_shown_by_the_frame_and_none_is_lost(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        writing = Writing(desk)
        text = "一二三四五六七八九十" * 40
        desk.service.script(Answer(text, chunk_size=1))
        asked = question()
        writing.start(asked)
        await writing.ended(asked)

        assert writing.told[0] == ("began", "")
        assert writing.told[-1] == ("complete", text)
        assert "".join(writing.pieces) == text == writing.paper.text
        assert len(writing.pieces) < len(text) / 4, "four hundred packets are no four hundred repaints"


async def test_a_first_word_is_shown_at_once_and_what_was_told_is_not_told_again(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        writing = Writing(desk)
        desk.service.script(PAUSED)
        asked = question()
        assert writing.answers.live_messages(asked.conversation_id) == []
        writing.start(asked)
        await until(lambda: "".join(writing.pieces) == "One, two, ", writing.answers.grew)
        (live,) = writing.answers.live_messages(asked.conversation_id)
        assert live is not None
        assert live.text == "One, two, "
        desk.service.release(desk.service.chats[0])
        await writing.ended(asked)

        assert "".join(writing.pieces) == "One, two, three."
        assert writing.answers.live_messages(asked.conversation_id) == []


async def test_an_answer_that_cannot_be_stored_ends_all_the_same(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        writing = Writing(desk, Paper(is_full=True))
        desk.service.script(Answer("ok"))
        asked = question()
        writing.start(asked)
        await writing.ended(asked)

        assert writing.told[-1] == ("complete", "ok")
        assert [error for _name, error in desk.errors] == [DISK_FULL]
        writing.paper = Paper()
        desk.service.script(Answer("again"))
        writing.start(asked)
        await writing.ended(asked)
        assert writing.told[-1] == ("complete", "again")


async def test_a_refused_answer_ends_as_failed_and_is_stored_so(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        writing = Writing(desk)
        desk.service.script(Refuse("1113"))
        asked = question()
        writing.start(asked)
        await writing.ended(asked)

        assert writing.told == [("began", ""), ("failed", "")]
        (stored,) = writing.paper.finished
        assert stored.problem is not None
        assert stored.problem.code == "1113"


async def test_stopping_one_conversation_leaves_the_other_alone(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        writing = Writing(desk)
        desk.service.script(PAUSED, PAUSED)
        one, other = question(), replace(question(), conversation_id="another")
        for number, asked in enumerate((one, other), start=1):
            writing.start(asked)
            await until(lambda n=number: "".join(writing.pieces) == "One, two, " * n, writing.answers.grew)  # type: ignore[misc]
        writing.answers.stop(one.conversation_id)
        await writing.ended(one)
        assert writing.told[-1] == ("stopped", "One, two, ")
        assert writing.answers.is_answering(other.conversation_id)
        desk.service.release(desk.service.chats[1])
        await writing.ended(other)

        assert writing.told[-1] == ("complete", "One, two, three.")


async def test_a_question_that_waits_for_another_says_so_until_it_is_its_turn(
    tmp_path: Path, catalog: Catalog
) -> None:
    gates = Gates(lambda _host, _model: 1, pace=0.0)
    async with behind(tmp_path, catalog, gates=gates) as desk:
        writing = Writing(desk)
        desk.service.script(PAUSED, Answer("ok"))
        one, other = question(), replace(question(), conversation_id="another")
        writing.start(one)
        await until(lambda: "".join(writing.pieces) == "One, two, ", writing.answers.grew)
        told: list[tuple[str, str]] = []
        writing.answers.progressed.connect(lambda id_, status: told.append((id_, status)))
        waiting = writing.start(other)
        await until(lambda: told, writing.answers.progressed)
        words = "Number 1 in the queue: this model takes 1 at a time."
        assert writing.answers.status(waiting.id) == words
        assert not writing.answers._clock.isActive(), "there are no seconds to be counted"
        desk.service.release(desk.service.chats[0])
        await writing.ended(other)

        assert told == [(waiting.id, words), (waiting.id, "")]
        assert writing.told[-1] == ("complete", "ok")
        assert writing.answers.status(waiting.id) == ""


async def test_a_pause_is_counted_down_and_nothing_ticks_afterwards(tmp_path: Path, catalog: Catalog) -> None:
    # A pause of half a second to one, ten times as long.
    gates = Gates(lambda _host, _model: 1, pace=10.0)
    async with behind(tmp_path, catalog, gates=gates) as desk:
        writing = Writing(desk)
        desk.service.script(Refuse("1302"))
        told: list[str] = []
        writing.answers.progressed.connect(lambda _id, status: told.append(status))
        asked = question()
        writing.start(asked)
        await until(lambda: len(told) >= 2, writing.answers.progressed)
        first, second = (int(re.findall("in ([0-9]+) s", words)[0]) for words in told[:2])

        assert told[0] == f"Too many requests at once for your account. Trying again in {first} s."
        assert first - second in (1, 2), "a slow machine may miss one"
        assert writing.answers._clock.isActive()
        writing.answers.stop(asked.conversation_id)
        await writing.ended(asked)
        assert not writing.answers._clock.isActive()
        assert writing.told[-1] == ("stopped", "")
        assert len(desk.service.chats) == 1


async def test_an_answer_that_could_not_be_stored_is_kept_and_stored_later(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        long = 1000 * "x"
        desk.service.script(Answer(1000 * long, chunk_size=1000, pause_after=1))
        desk.chat.ask(Draft("Count."))
        await desk.written(long)
        conversation_id = desk.chat.conversation.id
        await desk.database.write(lambda connection: connection.pragma("max_page_count", 1))
        desk.service.release(desk.service.chats[-1])
        await desk.answered()
        assert [error.problem.code for _name, error in desk.errors] == ["disk-full"]
        (kept,) = desk.answers.live_messages(conversation_id)
        assert kept is not None
        assert kept.text == 1000 * long
        await desk.database.write(lambda connection: connection.pragma("max_page_count", 1_000_000))
        await desk.answers.finish()

        assert (await desk.stored())[-1].text == kept.text
        assert desk.answers.live_messages(conversation_id) == []
