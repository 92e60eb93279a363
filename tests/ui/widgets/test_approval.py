"""The question whether a tool may run, by itself: whose answer a press is."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from glmdesk.domain.tool import ToolCall, ToolSpec
from glmdesk.ui.widgets.approval import Approval
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.text_input import LineInput, TextInput
from tests.ui.approving import pause_of
from tests.ui.keyboard import ENTER, press

SPEC = ToolSpec("send_note", "Send a note", "Sends.", "{}", "notes")


def ask(panel: Approval, question_id: str, *, others: int = 0) -> None:
    panel.show_call(question_id, SPEC, ToolCall(question_id, "send_note", "{}"), others=others)


def can_be_pressed(panel: Approval) -> bool:
    return all(button.isEnabled() for button in panel.findChildren(QPushButton))


@pytest.fixture
def panel(qtbot: QtBot) -> Approval:
    """A panel that has asked, and can be answered."""
    panel = Approval()
    qtbot.addWidget(panel)
    ask(panel, "first")
    assert not can_be_pressed(panel)
    qtbot.waitSignal(pause_of(panel).timeout).wait()
    assert can_be_pressed(panel)
    return panel


def test_arguments_are_allowed_once_their_end_was_to_be_seen(panel: Approval, qtbot: QtBot) -> None:
    panel.resize(500, 400)
    panel.show()
    command = " && ".join(["true"] * 1000)
    described = replace(SPEC, description="Sends. " * 1000)
    panel.show_call(
        "second", described, ToolCall("second", "send_note", f'{{"command": "{command} && rm x"}}')
    )
    qtbot.waitSignal(pause_of(panel).timeout).wait()
    (arguments,) = panel.findChildren(TextInput)

    can_press = {button.text(): button.isEnabled() for button in panel.findChildren(QPushButton)}
    assert can_press == {
        "Allow once": False,
        "Allow in this chat": False,
        "Always allow": False,
        "Deny": True,
    }
    assert arguments.height() > 3 * arguments.fontMetrics().lineSpacing()
    assert max(label.height() for label in panel.findChildren(PlainLabel)) < panel.height() / 2
    arguments.verticalScrollBar().setValue(arguments.verticalScrollBar().maximum())
    assert can_be_pressed(panel)


def test_one_more_in_the_queue_disturbs_no_answer_that_is_being_given(panel: Approval) -> None:
    (reason,) = panel.findChildren(LineInput)
    reason.setText("Not to them.")
    reason.setFocus()
    ask(panel, "first", others=1)

    assert can_be_pressed(panel)
    assert reason.text() == "Not to them."
    assert panel.focusWidget() is reason


def test_another_question_takes_no_answer_of_the_one_before(panel: Approval, qtbot: QtBot) -> None:
    (reason,) = panel.findChildren(LineInput)
    reason.setText("Not to them.")
    ask(panel, "second")
    with qtbot.assertNotEmitted(panel.decided):
        press(reason, ENTER)
        for button in panel.findChildren(QPushButton):
            button.click()

    assert reason.text() == ""
    qtbot.waitSignal(pause_of(panel).timeout).wait()
    with qtbot.waitSignal(panel.decided) as decided:
        panel.findChildren(QPushButton)[0].click()
    assert decided.args == ["second", "once", ""]


def test_what_was_taken_back_is_not_answered_when_it_comes_again(panel: Approval, qtbot: QtBot) -> None:
    panel.leave()
    ask(panel, "first")

    with qtbot.assertNotEmitted(panel.decided):
        panel.findChildren(QPushButton)[0].click()
