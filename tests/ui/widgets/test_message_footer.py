"""Below a message: how it ended in words, the buttons that apply, and the figures."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAction
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu
from pytestqt.qtbot import QtBot

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.errors import Action, Problem
from glmdesk.domain.message import Message, State, Timing
from glmdesk.domain.money import Currency, Money
from glmdesk.domain.tool import ToolCall
from glmdesk.domain.usage import Usage
from glmdesk.ui import theme
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.message_list import Row
from glmdesk.ui.widgets.message_footer import MessageFooter
from tests.chat.examples import answer, question

REPLY = answer(question(), "您好")
PROBLEM = Problem("1305", "The model is overloaded.", "Try again later.", Action.RETRY)


@pytest.fixture
def footer(qtbot: QtBot, icons: Icons) -> MessageFooter:
    footer = MessageFooter(icons, theme.LIGHT)
    qtbot.addWidget(footer)
    footer.resize(700, 100)
    footer.show()
    return footer


def offered(footer: MessageFooter) -> list[str]:
    """Return the names of the buttons that can be pressed."""
    return sorted(
        button.accessibleName()
        for button in footer.findChildren(QAbstractButton)
        if button.isVisible() and button.isEnabled()
    )


def button(footer: MessageFooter, name: str) -> QAbstractButton:
    return next(
        button
        for button in footer.findChildren(QAbstractButton)
        if button.accessibleName() == name and button.isVisible()
    )


def words(footer: MessageFooter) -> str:
    """Return the notice, empty when there is none."""
    outcome = footer._outcome
    return outcome.notice.text() if outcome is not None and outcome.isVisible() else ""


def figures(footer: MessageFooter, message: Message, title: str = "GLM-4-Plus") -> str:
    footer.show_row(Row(message), title)
    text: str = footer._figures.text()
    return text


def test_a_question_can_be_copied_and_edited(footer: MessageFooter) -> None:
    footer.show_row(Row(question()), "")
    assert offered(footer) == ["Copy", "Edit", "More"]
    footer.show_row(Row(replace(question(""), attachments=(Attachment("a" * 64, "a.txt", 1),))), "")

    assert offered(footer) == ["Copy", "Edit", "More"], "its files are named"
    assert words(footer) == ""


@pytest.mark.parametrize(
    ("state", "problem", "said", "buttons"),
    [
        (State.COMPLETE, None, "", ["Copy", "More", "Retry"]),
        (State.STREAMING, None, "", ["Copy"]),
        (State.STOPPED, None, "Stopped by you.", ["Continue", "Copy", "More", "Retry"]),
        (
            State.CUT_SHORT,
            None,
            "Cut short: the longest answer was reached.",
            ["Continue", "Copy", "More", "Retry"],
        ),
        (
            State.INTERRUPTED,
            PROBLEM,
            "The model is overloaded. Try again later.",
            ["Continue", "Copy", "More", "Retry"],
        ),
        (
            State.INTERRUPTED,
            None,
            "The answer broke off. What had arrived is kept.",
            ["Continue", "Copy", "More", "Retry"],
        ),
    ],
)
def test_every_state_has_its_words_and_buttons(
    footer: MessageFooter, state: State, problem: Problem | None, said: str, buttons: list[str]
) -> None:
    footer.show_row(Row(replace(REPLY, state=state, problem=problem)), "GLM-4-Plus")

    assert words(footer) == said
    assert offered(footer) == buttons


def test_what_the_rest_of_an_answer_waits_for_stands_below_its_text(footer: MessageFooter) -> None:
    going_on = replace(REPLY, state=State.STREAMING)
    footer.show_row(Row(going_on, status="Number 1 in the queue."), "GLM-4-Plus")
    assert words(footer) == "Number 1 in the queue."
    assert offered(footer) == ["Copy"]
    footer.show_row(Row(going_on), "GLM-4-Plus")
    assert words(footer) == ""
    # Without a text it stands in the place of the text.
    footer.show_row(Row(replace(going_on, text=""), status="Number 1 in the queue."), "GLM-4-Plus")
    assert words(footer) == ""


def test_there_is_nothing_to_copy_before_the_first_word(footer: MessageFooter) -> None:
    footer.show_row(Row(replace(REPLY, text="", state=State.STREAMING), status="Still waiting"), "GLM-4-Plus")

    assert [button for button in footer.findChildren(QAbstractButton) if button.isVisible()] == []


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (replace(REPLY, text=""), "The model answered nothing. Try again, or choose another model."),
        (replace(REPLY, text=" \n"), "The model answered nothing. Try again, or choose another model."),
        (
            replace(REPLY, text="", tool_calls=(ToolCall("1", "get_weather", "{}"),)),
            "The model wanted to call get_weather, which was not carried out. "
            "Try again, or reword the question.",
        ),
    ],
)
def test_an_answer_without_words_says_so_and_can_be_tried_again(
    footer: MessageFooter, reply: Message, said: str
) -> None:
    # It was a blank space.
    footer.show_row(Row(reply), "GLM-4-Plus")

    assert words(footer) == said
    assert offered(footer).count("Retry") == 1
    assert "Continue" not in offered(footer)
    footer.show_row(Row(replace(reply, state=State.STREAMING)), "GLM-4-Plus")
    assert words(footer) == ""


@pytest.mark.parametrize("state", [State.FAILED, State.WITHHELD])
def test_an_answer_without_text_can_be_tried_again(footer: MessageFooter, state: State) -> None:
    footer.show_row(Row(replace(REPLY, text="", state=state, problem=PROBLEM)), "GLM-4-Plus")

    assert words(footer) == "The model is overloaded. Try again later."
    # It was offered twice, by a button and by a drawing.
    assert offered(footer) == ["More", "Retry"]


@pytest.mark.parametrize("state", [State.STOPPED, State.INTERRUPTED, State.CUT_SHORT])
def test_what_has_no_text_cannot_be_continued(footer: MessageFooter, state: State) -> None:
    footer.show_row(Row(replace(REPLY, text="", state=state)), "GLM-4-Plus")

    assert "Continue" not in offered(footer)


@pytest.mark.parametrize(
    ("action", "name"),
    [
        (Action.ENTER_KEY, "Enter key"),
        (Action.OPEN_BILLING, "Top up"),
        (Action.CHOOSE_MODEL, "Choose another model"),
        (Action.ASK_SUCCESSOR, "Ask GLM-5.3 instead"),
        (Action.EDIT_QUESTION, "Edit the question"),
        (Action.NEW_CHAT, "New chat"),
    ],
)
def test_the_remedy_of_a_problem_is_offered(
    footer: MessageFooter, action: Action, name: str, qtbot: QtBot
) -> None:
    problem = replace(PROBLEM, action=action, details={"successor": "GLM-5.3"})
    footer.show_row(Row(replace(REPLY, text="", state=State.FAILED, problem=problem)), "")
    with qtbot.waitSignal(footer.remedy_requested) as requested:
        button(footer, name).click()

    assert requested.args == [action]


def test_there_may_be_another_remedy(footer: MessageFooter, qtbot: QtBot) -> None:
    problem = replace(
        PROBLEM, action=Action.OPEN_BILLING, alternative=Action.GO_ON_FREE, details={"free": "GLM-4-Flash"}
    )
    failed = replace(REPLY, text="", state=State.FAILED, problem=problem)
    footer.show_row(Row(failed), "")
    for name, action in (("Top up", Action.OPEN_BILLING), ("Go on with GLM-4-Flash", Action.GO_ON_FREE)):
        with qtbot.waitSignal(footer.remedy_requested) as requested:
            button(footer, name).click()
        assert requested.args == [action]
    footer.show_row(Row(replace(failed, problem=replace(problem, alternative=None))), "")

    assert "Go on with GLM-4-Flash" not in offered(footer)


def test_a_remedy_of_an_earlier_state_is_gone(footer: MessageFooter) -> None:
    problem = replace(PROBLEM, action=Action.OPEN_BILLING)
    failed = replace(REPLY, text="", state=State.FAILED, problem=problem)
    footer.show_row(Row(failed), "")
    footer.show_row(Row(REPLY), "")

    assert offered(footer) == ["Copy", "More", "Retry"]


def lines(footer: MessageFooter) -> dict[str, QAction]:
    """Return the lines of the menu, those of the menu in it included."""
    menu = footer._more.menu_below
    inner = [action for line in menu.findChildren(QMenu) for action in line.actions()]
    return {action.text(): action for action in (*menu.actions(), *inner)}


MODELS = [("glm-4-plus", "GLM-4-Plus"), ("glm-4-airx", "GLM-4-AirX")]


def test_the_rarer_actions_are_behind_one_button(footer: MessageFooter) -> None:
    footer.offer_models(MODELS)
    footer.show_row(Row(question()), "")
    assert list(lines(footer)) == ["Branch", "Show as code", "Delete"]
    footer.show_row(Row(REPLY), "GLM-4-Plus")
    assert list(lines(footer)) == [
        *(
            "Retry with",
            "Compare models…",
            "Branch",
            "Copy as rich text",
            "Copy as plain text",
            "Show Markdown",
            "Show as code",
            "Delete",
        ),
        *("GLM-4-Plus", "GLM-4-AirX"),
    ]
    footer.show_row(Row(REPLY, is_source=True), "GLM-4-Plus")
    assert "Show formatted" in lines(footer)
    footer.show_row(Row(replace(REPLY, text="", state=State.FAILED)), "GLM-4-Plus")
    assert "Show Markdown" not in lines(footer), "there is no text"
    assert "Show as code" in lines(footer), "a request that failed can be shown too"


@pytest.mark.parametrize(
    ("name", "signal", "values"),
    [
        ("Branch", "branch_requested", []),
        ("Show Markdown", "source_toggled", []),
        ("Show as code", "code_requested", []),
        ("Delete", "delete_requested", []),
        ("GLM-4-AirX", "retry_with_requested", ["glm-4-airx"]),
    ],
)
def test_every_line_of_the_menu_asks_for_its_own(
    footer: MessageFooter, name: str, signal: str, values: list[str], qtbot: QtBot
) -> None:
    footer.offer_models(MODELS)
    footer.show_row(Row(REPLY), "GLM-4-Plus")
    with qtbot.waitSignal(getattr(footer, signal)) as asked:
        lines(footer)[name].trigger()

    assert asked.args == values


def test_the_row_stays_seen_while_its_menu_is_open(footer: MessageFooter) -> None:
    footer.show_row(Row(REPLY), "")
    footer.reveal(is_visible=True)
    button(footer, "More").click()
    footer.reveal(is_visible=False)
    assert not footer._veil.isEnabled(), "the pointer left it for the menu"
    footer._more.menu_below.hide()
    footer.setFocus()
    footer.reveal(is_visible=False)

    assert footer._veil.isEnabled()


def test_variants_are_counted_and_stepped_through(footer: MessageFooter, qtbot: QtBot) -> None:
    footer.show_row(Row(REPLY, 2, 3), "")
    for name, step in (("Previous variant", -1), ("Next variant", 1)):
        with qtbot.waitSignal(footer.variant_requested) as requested:
            button(footer, name).click()
        assert requested.args == [step]

    assert "2/3" in [label.text() for label in footer.findChildren(QLabel)]


@pytest.mark.parametrize(("variant", "missing"), [(1, "Previous variant"), (3, "Next variant")])
def test_there_is_no_step_beyond_the_first_and_the_last_variant(
    footer: MessageFooter, variant: int, missing: str
) -> None:
    footer.show_row(Row(REPLY, variant, 3), "")

    assert missing not in offered(footer)
    assert {"Previous variant", "Next variant"} - {missing} <= set(offered(footer))


def test_a_message_without_variants_counts_none(footer: MessageFooter) -> None:
    footer.show_row(Row(REPLY), "")

    assert not {"Previous variant", "Next variant"} & set(offered(footer))


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("Copy", "copy_requested"),
        ("Retry", "retry_requested"),
        ("Continue", "continue_requested"),
    ],
)
def test_every_button_asks_for_its_own(footer: MessageFooter, name: str, signal: str, qtbot: QtBot) -> None:
    footer.show_row(Row(replace(REPLY, state=State.STOPPED)), "")
    with qtbot.waitSignal(getattr(footer, signal)):
        button(footer, name).click()


def test_the_figures_are_model_tokens_money_and_speed(footer: MessageFooter) -> None:
    message = replace(
        REPLY,
        usage=Usage(12_345, 100, cached_tokens=1_000),
        cost=Money(Decimal("0.0621"), "CNY"),
        timing=Timing(0.52, 2.52),
    )

    assert figures(footer, message) == (
        "GLM-4-Plus · ↑12,345 ↓100 · 1,000 cached · ¥0.0621 · first word 0.5 s · 50 tokens/s"
    )


def test_the_figures_say_what_they_are_of(footer: MessageFooter) -> None:
    usage, cost = Usage(12_345, 1, cached_tokens=1_000), Money(Decimal("0.0621"), "CNY")
    shown = figures(footer, replace(REPLY, usage=usage, cost=cost, timing=Timing(0.52, 1.52)))
    label = footer._figures
    lines = [
        "Tokens read: 12,345",
        "Of these from the cache: 1,000",
        "Tokens written: 1",
        "Price: ¥0.0621",
        "Time to the first word: 0.5 s",
        "Tokens per second after that: 1",
    ]

    assert shown.endswith(" · 1 token/s")
    assert label.accessibleDescription() == "\n".join(lines)
    assert label.toolTip() == f"<span>{'<br>'.join(lines)}</span>"


@pytest.mark.parametrize(
    ("first_s", "shown"), [(0.0, "< 0.1"), (0.04, "< 0.1"), (0.1, "0.1"), (12.34, "12.3")]
)
def test_no_word_comes_in_no_time(footer: MessageFooter, first_s: float, shown: str) -> None:
    message = replace(REPLY, timing=Timing(first_s, first_s))

    assert figures(footer, message).endswith(f"first word {shown} s")
    assert footer._figures.accessibleDescription() == f"Time to the first word: {shown} s"


@pytest.mark.parametrize(
    ("cost", "currency", "shown"),
    [
        ("0", "CNY", "free"),
        ("0.00", "USD", "free"),
        ("5", "CNY", "¥5"),
        ("10", "USD", "$10"),
        ("0.0000001", "CNY", "¥0.0000001"),
        ("0.00286", "USD", "$0.00286"),
    ],
)
def test_money_is_exact(footer: MessageFooter, cost: str, currency: Currency, shown: str) -> None:
    message = replace(REPLY, cost=Money(Decimal(cost), currency))

    assert figures(footer, message) == f"GLM-4-Plus · {shown}"


def test_an_answer_that_was_too_short_to_measure_has_no_speed(footer: MessageFooter) -> None:
    message = replace(REPLY, usage=Usage(1, 1), timing=Timing(0.5, 0.51))

    assert "tokens/s" not in figures(footer, message)


def test_no_figures_stand_below_a_question_or_a_running_answer(footer: MessageFooter) -> None:
    assert figures(footer, question()) == ""
    assert figures(footer, replace(REPLY, state=State.STREAMING)) == ""


def test_the_buttons_end_with_a_question_and_begin_with_an_answer(footer: MessageFooter) -> None:
    # Those of a question stood at the left, far from its card.
    def ends() -> tuple[int, int]:
        shown = [child for child in footer._row.findChildren(QAbstractButton) if child.isVisible()]
        return min(child.x() for child in shown), max(child.geometry().right() for child in shown)

    for row in (Row(REPLY), Row(question(), 1, 2), Row(REPLY, 1, 2)):
        footer.show_row(row, "GLM-4-Plus")
        footer._line.activate()
        left, right = ends()
        if row.message is REPLY:
            assert left == 0
        else:
            assert right >= footer.width() - 3
            assert left > footer.width() / 2


def test_the_height_follows_from_the_width(footer: MessageFooter) -> None:
    problem = Problem("1", "A long story. " * 20, "Read it.")
    footer.show_row(Row(replace(REPLY, state=State.FAILED, problem=problem)), "")

    assert footer.height_for(300) > footer.height_for(900)


def test_the_place_of_the_buttons_does_not_depend_on_who_looks(footer: MessageFooter) -> None:
    footer.show_row(Row(REPLY), "")
    hidden = footer.height_for(700)
    footer.reveal(is_visible=True)

    assert footer.height_for(700) == hidden


def test_buttons_are_reached_with_the_keyboard_and_seen_then(footer: MessageFooter, qtbot: QtBot) -> None:
    footer.show_row(Row(REPLY), "")
    footer.activateWindow()
    footer.setFocus()
    footer.reveal(is_visible=False)
    assert footer._veil.isEnabled()
    button(footer, "Copy").setFocus(Qt.FocusReason.TabFocusReason)

    qtbot.waitUntil(lambda: not footer._veil.isEnabled())
    assert button(footer, "Copy").focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_buttons_are_heard_as_they_stand_however_late_they_were_made(footer: MessageFooter) -> None:
    def heard(interface: QAccessibleInterface) -> list[str]:
        children = [interface.child(number) for number in range(interface.childCount())]
        names = [child.text(QAccessible.Text.Name) for child in children if not child.state().invisible]
        return [*(name for name in names if name), *(name for child in children for name in heard(child))]

    for row in (
        Row(REPLY),
        Row(question()),
        Row(REPLY, 2, 3),
        Row(replace(REPLY, state=State.STOPPED), 2, 3),
    ):
        footer.show_row(row, "GLM-4-Plus")
    above, beside = (
        ["Stopped by you.", "Continue"],
        ["Previous variant", "2/3", "Next variant", "Copy", "Retry", "More"],
    )

    assert heard(QAccessible.queryAccessibleInterface(footer)) == [*above, *beside, "GLM-4-Plus"]
