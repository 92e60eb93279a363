"""One question to several models: asked at once, written side by side, one of them kept."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QPushButton

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.message import State
from glmdesk.ui.dialogs.compare import AnswerColumn, CompareDialog
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.message_view import MessageView
from tests.support.script import Answer, Refuse
from tests.ui.controllers.behind import PAUSED
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.waiting import until

Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]
PLUS, AIR, FLASH = "glm-4-plus", "glm-4-air-250414", "glm-4-flash-250414"


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path, catalog, icons)


def dialog(window: OpenWindow) -> CompareDialog:
    (found,) = (one for one in window.window.findChildren(CompareDialog) if one.isVisible())
    return found


def choose(compare: CompareDialog, *models: str) -> None:
    rows = compare.findChild(QListWidget)
    assert rows is not None
    for row in range(rows.count()):
        item = rows.item(row)
        is_chosen = item.data(Qt.ItemDataRole.UserRole) in models
        item.setCheckState(Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked)


def button(compare: CompareDialog, name: str) -> QPushButton:
    (found,) = (one for one in compare.findChildren(QPushButton) if one.accessibleName() == name)
    return found


def texts(compare: CompareDialog) -> list[str]:
    """Return what stands in the columns, from the left."""
    columns = sorted(compare.findChildren(AnswerColumn), key=AnswerColumn.x)
    return [view.spoken_text() for column in columns for view in column.findChildren(MessageView)]


async def ask(window: OpenWindow, question: str, *models: str) -> CompareDialog:
    window.type(question)
    window.press("Compare models")
    compare = dialog(window)
    choose(compare, *models)
    asking = button(compare, "Ask them")
    assert asking.isEnabled()
    asking.click()
    await until(lambda: compare.is_showing, window.chat.compared)
    return compare


async def test_each_model_answers_in_a_column_and_the_kept_one_is_the_branch(opened: Opening) -> None:
    async with opened() as window:
        for model, text in ((PLUS, "From Plus."), (AIR, "From Air."), (FLASH, "From Flash.")):
            window.service.script(Answer(text), model=model)
        compare = await ask(window, "Who are you?", PLUS, AIR, FLASH)
        assert window.composer.text() == "", "it is asked"
        await window.answered()
        assert texts(compare) == ["From Plus.", "From Air.", "From Flash."]
        assert {exchange.body["model"] for exchange in window.service.chats} == {PLUS, AIR, FLASH}
        assert all(len(exchange.body["messages"]) == 1 for exchange in window.service.chats)
        button(compare, "Keep GLM-4-Air-250414").click()

        assert window.messages == ["Who are you?", "From Air."]
        row = window.desk._conversing._messages[1]
        assert (row.variant, row.variants) == (2, 3)
        stored = await window.chat._store.get(window.chat.conversation.id)
        assert stored is not None
        assert not [one for one in window.window.findChildren(CompareDialog) if one.isVisible()]


async def test_figures_of_each_are_said_when_it_has_ended(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("a"), Answer("b"))
        compare = await ask(window, "Who are you?", PLUS, FLASH)
        await window.answered()
        column = min(compare.findChildren(AnswerColumn), key=AnswerColumn.x)

        assert "Price: ¥" in column._figures.text()
        assert "Time to the first word" in column._figures.text()


async def test_one_that_fails_or_is_stopped_leaves_the_others_alone(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Refuse("1113"), model=PLUS)
        window.service.script(PAUSED, model=AIR)
        window.service.script(Answer("From Flash."), model=FLASH)
        compare = await ask(window, "Who are you?", PLUS, AIR, FLASH)
        await until(lambda: "One, two," in texts(compare), window.engine.answers.grew)
        button(compare, "Stop GLM-4-Air-250414").click()
        await window.answered()
        variants = window.chat._shown.tree.variants(window.desk._conversing._messages[1].message.id)

        assert [one.state for one in variants] == [State.FAILED, State.STOPPED, State.COMPLETE]
        assert texts(compare)[1:] == ["One, two,", "From Flash."]
        assert not [
            one for one in compare.findChildren(QPushButton) if one.text() == "Retry" and one.isVisible()
        ]


async def test_closing_the_window_leaves_all_of_them_as_variants(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("a"), Answer("b"))
        compare = await ask(window, "Who are you?", PLUS, FLASH)
        compare.reject()
        await window.answered()

        assert window.messages[0] == "Who are you?"
        assert window.desk._conversing._messages[1].variants == 2


async def test_a_question_that_was_asked_can_be_put_to_others(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("First."), Answer("b"), Answer("c"))
        await window.ask("Who are you?")
        window.choose_action("Compare models…")
        compare = dialog(window)
        assert compare._question.isReadOnly()
        choose(compare, PLUS, AIR)
        button(compare, "Ask them").click()
        await until(lambda: compare.is_showing, window.chat.compared)
        await window.answered()

        assert window.desk._conversing._messages[1].variants == 3
        assert len(window.service.chats[1].body["messages"]) == 1


@pytest.mark.parametrize(
    ("models", "is_enough"),
    [((PLUS,), False), ((PLUS, AIR), True), ((PLUS, AIR, FLASH, "glm-5.2", "glm-5.3", "glm-5"), False)],
)
async def test_two_to_five_models_are_asked(
    opened: Opening, models: tuple[str, ...], is_enough: bool
) -> None:
    async with opened(host="open.bigmodel.cn") as window:
        window.type("Who are you?")
        window.press("Compare models")
        compare = dialog(window)
        choose(compare, *models)
        assert button(compare, "Ask them").isEnabled() == is_enough
        compare._question.setPlainText(" ")
        assert not button(compare, "Ask them").isEnabled()
        compare.reject()

        assert window.composer.text() == "Who are you?", "nothing was asked"
