"""Sleep and another network, in the whole window: what is stored, connected anew, and asked."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest

from glmdesk.app.interruptions import Interruptions
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.message import State
from glmdesk.ui.icons import Icons
from tests.support.script import Answer
from tests.ui.keyboard import ENTER, press
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.waiting import idle, until

Opened = Callable[..., AbstractAsyncContextManager[OpenWindow]]


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opened:
    return partial(open_window, tmp_path, catalog, icons)


def ask(opened: OpenWindow, text: str) -> None:
    opened.type(text)
    press(opened.composer.input, ENTER)


async def test_an_answer_is_stored_as_interrupted_before_sleep_and_can_be_continued(opened: Opened) -> None:
    async with opened() as window:
        window.service.script(Answer("Once upon a time", pause_after=2))
        ask(window, "Tell me a story.")
        await until(lambda: window.messages[-1:] not in ([], [""]), window.engine.answers.grew)
        interruptions = Interruptions(window.engine)

        await interruptions.before_sleep()

        assert not window.engine.answers.conversations_written_in
        (_question, answer) = await window.engine.store.messages(window.chat.conversation.id)
        assert answer.state is State.INTERRUPTED
        assert answer.text
        assert answer.state.can_continue
        await interruptions.after_sleep()
        await window.ask("And now?")
        assert len(await window.engine.store.messages(window.chat.conversation.id)) == 4


async def test_with_another_network_the_next_question_takes_another_connection(opened: Opened) -> None:
    async with opened() as window:
        interruptions = Interruptions(window.engine)
        await window.ask("one")
        before = window.service.connections

        interruptions._settling.timeout.emit()
        await idle(lambda: any(task.get_name().startswith("interruption") for task in window.tasks._tasks))
        await idle(lambda: bool(window.service.open_connections))

        await window.ask("two")
        assert window.service.connections > before
