"""Money in the window: the sum of the month, its parts, and a budget that stops questions."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QTabBar, QToolButton, QTreeWidget

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.message import State
from glmdesk.storage.settings import Settings
from glmdesk.ui.dialogs.spending import SpendingDialog
from glmdesk.ui.icons import Icons
from tests.support.script import Answer
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.test_window import shown_labels
from tests.ui.waiting import idle

Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]
PRICED = "glm-4-plus"


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path, catalog, icons)


async def asked(window: OpenWindow, text: str, model: str = PRICED) -> None:
    window.service.script(Answer("one two three"))
    window.chat.choose_model(model)
    await window.ask(text)
    await idle(lambda: window.tasks.is_running("spending"))


def total(window: OpenWindow) -> QToolButton:
    found: QToolButton = window.desk._purse._sum
    return found


def last_state(window: OpenWindow) -> State:
    messages = window.desk._conversing._messages
    return messages[len(messages) - 1].message.state


async def set_budget(window: OpenWindow, text: str) -> None:
    await window.stage.settings.change(Settings.monthly_budget, text)
    window.engine.settings.changed.emit("monthly_budget")
    await idle(lambda: window.tasks.is_running("spending"))


async def test_the_sum_of_the_month_stands_in_the_sidebar(opened: Opening) -> None:
    async with opened() as window:
        await asked(window, "free", "glm-4-flash-250414")
        assert not total(window).isVisible(), "nothing was spent"
        await asked(window, "priced")
        assert total(window).isVisible()
        assert total(window).text().startswith("¥0.0")
        assert total(window).text().endswith(" this month")
        shown = total(window).text()
    async with opened() as window:
        await idle(lambda: window.tasks.is_running("spending"))
        assert total(window).text() == shown


async def test_the_sums_are_shown_by_what_one_wants(opened: Opening) -> None:
    async with opened() as window:
        await asked(window, "priced")
        await asked(window, "again")
        total(window).click()
        await idle(lambda: window.tasks.is_running("sums"))
        (dialog,) = window.window.findChildren(SpendingDialog)
        (tree,) = dialog.findChildren(QTreeWidget)
        (tabs,) = dialog.findChildren(QTabBar)
        names, heads = list[str](), list[str]()
        for index in range(tabs.count()):
            tabs.setCurrentIndex(index)
            await idle(lambda: window.tasks.is_running("sums"))
            item = tree.topLevelItem(0)
            assert item is not None
            names.append(item.text(0))
            heads.append(tree.headerItem().text(0))
            assert item.text(1) == "2"
            assert item.text(5).startswith("¥0.0")

        assert names[2:] == ["GLM-4-Plus", "priced"]
        assert heads == ["Month", "Day", "Model", "Conversation"]
        dialog.reject()


async def test_before_the_first_answer_there_are_words_in_place_of_an_empty_table(opened: Opening) -> None:
    async with opened() as window:
        window.desk._purse.show()
        await idle(lambda: window.tasks.is_running("sums"))
        (dialog,) = window.window.findChildren(SpendingDialog)

        assert "No answers yet." in shown_labels(dialog)
        assert dialog.findChildren(QTreeWidget)[0].isHidden()
        dialog.reject()


async def test_a_budget_that_is_used_up_stops_questions_until_one_goes_on(opened: Opening) -> None:
    async with opened() as window:
        await asked(window, "first")
        await set_budget(window, "0.0000001")
        assert "of ¥0.0000001 this month" in total(window).accessibleName()
        assert total(window).text().endswith(" / ¥0.0000001")
        count = len(window.service.chats)
        await window.ask("second")
        assert last_state(window) is State.FAILED
        assert len(window.service.chats) == count, "nothing was sent"
        assert "The budget of this month is used up" in shown_labels(window.window)
        window.service.script(Answer("third"))
        window.press("Go on this month")
        await window.answered()

        assert last_state(window) is State.COMPLETE
        assert len(window.service.chats) == count + 1


async def test_a_free_model_is_asked_whatever_was_spent(opened: Opening) -> None:
    async with opened() as window:
        await asked(window, "first")
        await set_budget(window, "0.0000001")
        await asked(window, "free", "glm-4-flash-250414")

        assert last_state(window) is State.COMPLETE


async def test_a_warning_comes_once_before_the_end(opened: Opening) -> None:
    async with opened() as window:
        await asked(window, "first")
        spent = window.engine.spending.spent.amount
        await set_budget(window, str(spent * 12 / 10))

        assert "Four fifths of the budget" in shown_labels(window.window.chat.banner)


async def test_the_sums_can_be_closed_while_they_are_added_up(opened: Opening) -> None:
    async with opened() as window:
        window.desk._purse.show()
        assert window.tasks.is_running("sums")
        (dialog,) = window.window.findChildren(SpendingDialog)
        dialog.reject()
        await idle(lambda: window.tasks.is_running("sums"))

        assert window.banner_text == ""
