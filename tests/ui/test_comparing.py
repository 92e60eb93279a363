"""One question to several models: asked at once, written side by side, one of them kept."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QPushButton, QRadioButton

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.draft import Draft
from glmdesk.domain.message import State
from glmdesk.ui.dialogs.compare import AnswerColumn, CompareDialog
from glmdesk.ui.dialogs.fitting import FittingDialog
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.message_view import MessageView
from glmdesk.ui.widgets.text_input import TextInput
from tests.support.image_samples import png
from tests.support.script import Answer, Refuse
from tests.ui.controllers.behind import PAUSED
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.test_attaching import attach
from tests.ui.waiting import idle, until

Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]
PLUS, AIR, FLASH = "glm-4-plus", "glm-4-air-250414", "glm-4-flash-250414"
AIRX = "glm-4-airx"
"""It has a small window."""
SEEING = ("glm-5.3-flash", "glm-4.6v")


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


@pytest.fixture
def report(tmp_path: Path) -> str:
    path = tmp_path / "report.txt"
    path.write_text("\n\n".join(f"Paragraph {number} " + "word " * 90 for number in range(200)))
    return str(path)


async def choose_narrow(window: OpenWindow, report: str) -> CompareDialog:
    """Ask two models, one of which has no room for a report."""
    await attach(window, report)
    window.type("Sum?")
    window.press("Compare models")
    compare = dialog(window)
    choose(compare, AIRX, FLASH)
    button(compare, "Ask them").click()
    await idle(lambda: window.tasks.is_running("fit"))
    return compare


def fitting(compare: CompareDialog) -> FittingDialog:
    (found,) = compare.findChildren(FittingDialog)
    return found


async def test_what_of_long_files_goes_is_asked_before_any_model_is(opened: Opening, report: str) -> None:
    async with opened(host="open.bigmodel.cn") as window:
        window.service.always(Answer("Some."))
        compare = await choose_narrow(window, report)
        assert not window.service.chats
        fitting(compare).reject()
        assert button(compare, "Ask them").isEnabled(), "other models can be chosen"
        button(compare, "Ask them").click()
        await idle(lambda: window.tasks.is_running("fit"))
        (beginning,) = (one for one in compare.findChildren(QPushButton) if one.accessibleName() == "Send")
        beginning.click()
        await until(lambda: compare.is_showing, window.chat.compared)
        await window.answered()

        first, second = (exchange.body["messages"][0]["content"] for exchange in window.service.chats)
        assert first == second
        assert first.startswith("report (beginning).txt:")
        assert window.composer.draft == Draft()


async def test_a_model_without_room_reads_part_by_part_beside_one_that_has_it(
    opened: Opening, report: str
) -> None:
    async with opened(host="open.bigmodel.cn") as window:
        window.service.always(Answer("Some."))
        compare = await choose_narrow(window, report)
        (whole,) = (one for one in compare.findChildren(QRadioButton) if "part by part" in one.text())
        whole.click()
        (sending,) = (one for one in compare.findChildren(QPushButton) if one.accessibleName() == "Send")
        sending.click()
        await until(lambda: compare.is_showing, window.chat.compared)
        await window.answered()

        of_flash = [one for one in window.service.chats if one.body["model"] == FLASH]
        assert len(of_flash) == 1
        assert "Paragraph 199 " in of_flash[0].body["messages"][0]["content"]
        assert len(window.service.chats) > 4
        assert [text.splitlines()[0].startswith("Read in ") for text in texts(compare)] == [True, False]


async def test_of_a_question_that_was_asked_it_is_said_which_models_have_no_room(
    opened: Opening, report: str
) -> None:
    async with opened(host="open.bigmodel.cn") as window:
        window.service.script(Answer("First."))
        window.chat.choose_model(FLASH)
        await attach(window, report)
        await window.ask("Sum?")
        window.choose_action("Compare models…")
        compare = dialog(window)
        choose(compare, AIRX, PLUS)
        button(compare, "Ask them").click()
        await idle(lambda: window.tasks.is_running("fit"))

        assert len(window.service.chats) == 1
        assert "are too long for GLM-4-AirX: there is room for" in compare._hint.text()
        choose(compare, AIR, PLUS)
        assert "too long" not in compare._hint.text()
        assert button(compare, "Ask them").isEnabled()


async def test_what_was_written_in_the_dialog_is_in_the_composer_where_nothing_was_asked(
    opened: Opening,
) -> None:
    async with opened() as window:
        window.type("Who")
        window.press("Compare models")
        compare = dialog(window)
        (question,) = compare.findChildren(TextInput)
        question.setPlainText("Who are you?")
        compare.reject()

        assert window.composer.text() == "Who are you?"


async def test_an_image_goes_to_models_that_see_it_and_what_each_costs_is_known_before(
    opened: Opening, tmp_path: Path
) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(png())
    async with opened(host="open.bigmodel.cn") as window:
        for model in SEEING:
            window.service.script(Answer("Red."), model=model)
        await attach(window, str(path))
        window.type("What is it?")
        window.press("Compare models")
        compare = dialog(window)
        rows = compare.findChild(QListWidget)
        assert rows is not None
        said = [rows.item(row).text() for row in range(rows.count())]
        assert "GLM-4-Plus – The strongest of the series · ¥5 per million tokens · Legacy" in said
        choose(compare, SEEING[0], PLUS)
        button(compare, "Ask them").click()

        assert "GLM-4-Plus does not see attached images: photo.png." in compare._hint.text()
        assert not window.service.chats
        choose(compare, *SEEING)
        button(compare, "Ask them").click()
        await until(lambda: compare.is_showing, window.chat.compared)
        await window.answered()
        assert texts(compare) == ["Red.", "Red."]


async def test_a_column_that_is_refused_as_too_long_is_asked_once_more_with_less(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("First."), Answer("Second."))
        await window.ask("One " * 300)
        await window.ask("Two " * 300)
        window.service.script(Refuse("1261"), Answer("It fits."), model=AIR)
        window.service.script(Answer("All of it."), model=PLUS)
        compare = await ask(window, "Three?", PLUS, AIR)
        await window.answered()

        assert texts(compare) == ["All of it.", "It fits."]
        tried, again = (one.body["messages"] for one in window.service.chats if one.body["model"] == AIR)
        assert len(again) < len(tried)
