"""What is asked while the service cannot be reached is sent later: in order, once, or not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from glmdesk.api.client import Client
from glmdesk.chat.connection import Backend, Connection
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.draft import Draft
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.message import State
from glmdesk.ui.controllers.outbox import OutboxController
from tests.api.asking import AT_ONCE, KEY, NO_ROOTS
from tests.support.script import Answer, Refuse
from tests.ui.controllers.behind import Behind, behind
from tests.ui.waiting import idle

NOWHERE = "http://127.0.0.1:9/api/paas/v4"


@dataclass(slots=True)
class Offline:
    """A window's controllers whose service can be taken away and given back."""

    desk: Behind
    outbox: OutboxController

    async def go(self, *, is_online: bool) -> None:
        endpoint = Endpoint.parse(self.desk.service.base_url if is_online else NOWHERE)
        backend = Backend(lambda key: Client(endpoint, key, tls=NO_ROOTS, clocks=AT_ONCE))
        await self.desk.connection.follow(Connection(endpoint, self.desk.keys, lambda _endpoint: backend))

    async def settle(self) -> None:
        await idle(lambda: bool(self.desk.tasks._tasks))

    @property
    def states(self) -> list[State]:
        messages = self.desk.messages
        return [messages[row].message.state for row in range(len(messages)) if row % 2]

    @property
    def asked(self) -> list[str]:
        """The last question of each request that the service has got."""
        return [exchange.body["messages"][-1]["content"] for exchange in self.desk.service.chats]


@asynccontextmanager
async def offline(tmp_path: Path, catalog: Catalog) -> AsyncIterator[Offline]:
    async with behind(tmp_path, catalog) as desk:
        opened = Offline(desk, OutboxController(desk.store, desk.turns, desk.answers, desk.tasks))
        await opened.go(is_online=False)
        yield opened


async def ask(it: Offline, text: str) -> None:
    it.desk.chat.ask(Draft(text))
    await it.settle()


async def test_a_question_that_cannot_be_sent_waits(tmp_path: Path, catalog: Catalog) -> None:
    async with offline(tmp_path, catalog) as it:
        await ask(it, "一")

        assert it.states == [State.WAITING]
        assert [one.question for one in it.outbox.waiting] == ["一"]
        assert it.outbox._timer.isActive()
        problem = it.desk.messages[1].message.problem
        assert problem is not None
        assert "The question is sent when the service can be reached again." in problem.words


async def test_all_are_sent_in_their_order_and_once(tmp_path: Path, catalog: Catalog) -> None:
    async with offline(tmp_path, catalog) as it:
        await ask(it, "一")
        await ask(it, "二")
        first = it.desk.chat.conversation.id
        it.desk.chat.show_new()
        await ask(it, "三")
        await it.go(is_online=True)
        it.desk.service.script(Answer("1"), Answer("2"), Answer("3"))
        it.outbox.send_now()
        await it.settle()

        assert it.asked == ["一", "二", "三"]
        assert it.outbox.waiting == ()
        assert not it.outbox._timer.isActive()
        texts = [message.text for message in await it.desk.store.messages(first)]
        assert texts == ["一", "1", "二", "2"]
        second = it.desk.service.chats[1].body["messages"]
        assert [message["content"] for message in second[-3:]] == ["一", "1", "二"]
        it.outbox.send_now()
        await it.settle()
        assert len(it.asked) == 3


async def test_files_wait_under_their_names_and_are_sent(tmp_path: Path, catalog: Catalog) -> None:
    async with offline(tmp_path, catalog) as it:
        file = it.desk.attachments.keep("报表.csv", [b"1,2"])
        await it.desk.ask("", file)
        await it.settle()
        assert [one.question for one in it.outbox.waiting] == ["报表.csv"]
        await it.go(is_online=True)
        it.desk.service.script(Answer("1"))
        it.outbox.send_now()
        await it.settle()

        assert it.asked == ["报表.csv:\n\n```\n1,2\n```"]
        assert it.desk.chat.conversation.title == "报表.csv"


async def test_they_wait_on_while_nobody_answers(tmp_path: Path, catalog: Catalog) -> None:
    async with offline(tmp_path, catalog) as it:
        await ask(it, "一")
        for _try in range(3):
            it.outbox._timer.timeout.emit()
            await it.settle()

        assert it.states == [State.WAITING]
        assert it.outbox._timer.interval() == 40_000


async def test_an_answer_elsewhere_shows_that_the_service_is_there(tmp_path: Path, catalog: Catalog) -> None:
    async with offline(tmp_path, catalog) as it:
        await ask(it, "一")
        await it.go(is_online=True)
        it.desk.service.script(Answer("2"), Answer("1"))
        it.desk.chat.show_new()
        await ask(it, "二")
        await it.settle()

        assert it.asked == ["二", "一"]
        assert it.outbox.waiting == ()


async def test_what_is_cancelled_or_edited_is_not_sent(tmp_path: Path, catalog: Catalog) -> None:
    async with offline(tmp_path, catalog) as it:
        await ask(it, "cancelled")
        it.desk.chat.stop_waiting(1)
        await it.settle()
        assert it.states == [State.STOPPED]
        it.desk.chat.show_new()
        await ask(it, "edited")
        it.desk.chat.edit(0, Draft("better"))
        await it.settle()
        assert [one.question for one in it.outbox.waiting] == ["better"]
        await it.go(is_online=True)
        it.desk.service.script(Answer("1"))
        it.outbox.send_now()
        await it.settle()

        assert it.asked == ["better"]


async def test_another_try_is_that_of_the_outbox(tmp_path: Path, catalog: Catalog) -> None:
    async with offline(tmp_path, catalog) as it:
        await ask(it, "一")
        await it.go(is_online=True)
        it.desk.service.script(Answer("1"))
        it.desk.chat.retry(1)
        await it.settle()

        assert it.asked == ["一"]
        assert it.states == [State.COMPLETE]
        assert it.desk.messages[1].variants == 1


async def test_what_waits_is_there_in_the_next_run_but_not_what_was_deleted(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with offline(tmp_path, catalog) as it:
        await ask(it, "gone")
        it.desk.conversations.delete([it.desk.chat.conversation.id])
        await it.settle()
        it.desk.chat.show_new()
        await ask(it, "kept")
    async with offline(tmp_path, catalog) as it:
        it.outbox.look()
        await it.settle()

        assert [one.question for one in it.outbox.waiting] == ["kept"]


async def test_the_composer_knows_at_once_that_the_outbox_asks(tmp_path: Path, catalog: Catalog) -> None:
    async with offline(tmp_path, catalog) as it:
        await ask(it, "one")
        await it.go(is_online=True)
        it.desk.service.script(Answer("1"))
        answering: list[bool] = []
        it.desk.chat.answering_changed.connect(answering.append)
        work = it.desk.turns.send_waiting(it.outbox.waiting[0].answer_id, it.desk.chat.conversation.id)
        sending = asyncio.ensure_future(work)
        await asyncio.sleep(0)
        assert answering == [True]
        await sending

        assert answering == [True, False]
        assert it.asked == ["one"]


@pytest.mark.parametrize("reply", [None, Refuse("1305"), Refuse("1113")])
async def test_what_meets_them_all_takes_none_or_one_of_them(
    tmp_path: Path, catalog: Catalog, reply: Refuse | None
) -> None:
    async with offline(tmp_path, catalog) as it:
        for text in ("one", "two", "three"):
            it.desk.chat.show_new()
            await ask(it, text)
        await it.go(is_online=True)
        if reply is None:
            it.desk.keys.key = None
        else:
            it.desk.service.always(reply)
        it.outbox.send_now()
        await it.settle()
        # An empty account is not asked again by itself: that question has failed.
        left = ["two", "three"] if reply == Refuse("1113") else ["one", "two", "three"]
        assert [one.question for one in it.outbox.waiting] == left
        # Somebody who is busy is asked again by itself.
        assert it.outbox._timer.isActive() == (reply == Refuse("1305"))
        it.desk.keys.key = KEY
        it.desk.service.always(Answer("ok"))
        await it.desk.connection.renew()
        it.outbox.send_now()
        await it.settle()

        assert it.outbox.waiting == ()
        assert it.asked[-len(left) :] == left


async def test_a_question_that_is_refused_for_itself_holds_up_no_other(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with offline(tmp_path, catalog) as it:
        for text in ("bad", "good"):
            it.desk.chat.show_new()
            await ask(it, text)
        await it.go(is_online=True)
        it.desk.service.script(Refuse("1301"), Answer("ok"))
        it.outbox.send_now()
        await it.settle()

        assert it.outbox.waiting == ()
        assert it.asked == ["bad", "good"]


async def test_what_is_held_back_goes_when_it_is_let_go(tmp_path: Path, catalog: Catalog) -> None:
    async with offline(tmp_path, catalog) as it:
        await ask(it, "一")
        it.outbox.hold(is_held=True)
        await it.go(is_online=True)
        it.desk.service.script(Answer("1"))

        it.outbox.resume()
        it.outbox.look()
        await it.settle()
        assert it.asked == []
        assert not it.outbox._timer.isActive()

        it.outbox.hold(is_held=False)
        await it.settle()
        assert it.asked == ["一"]


async def test_what_is_held_back_goes_when_somebody_sends_it(tmp_path: Path, catalog: Catalog) -> None:
    async with offline(tmp_path, catalog) as it:
        await ask(it, "一")
        it.outbox.hold(is_held=True)
        await it.go(is_online=True)
        it.desk.service.script(Answer("1"))

        it.outbox.send_now()
        await it.settle()

        assert it.asked == ["一"]
