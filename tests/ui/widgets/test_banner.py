"""A message above the composer: one at a time, as text, with the button that helps."""

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from glmdesk.domain.errors import Action, Problem
from glmdesk.ui import theme
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.action_label import action_label
from glmdesk.ui.widgets.banner import Banner, Kind


@pytest.fixture
def banner(qtbot: QtBot, icons: Icons) -> Banner:
    banner = Banner(icons)
    banner.set_theme(theme.LIGHT)
    qtbot.addWidget(banner)
    return banner


def text_of(banner: Banner) -> str:
    (label,) = banner.findChildren(QLabel)
    return label.text()


def buttons(banner: Banner) -> dict[str, QAbstractButton]:
    return {
        button.accessibleName(): button
        for button in banner.findChildren(QAbstractButton)
        if button.isVisible()
    }


def test_it_is_there_only_while_there_is_something_to_say(banner: Banner) -> None:
    assert not banner.isVisible()
    banner.show_message(Kind.NOTICE, "A notice.")
    assert banner.isVisible()
    buttons(banner)["Dismiss"].click()
    assert not banner.isVisible()


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.RETRY, Action.CONTINUE}))
def test_an_error_comes_with_the_button_that_helps(banner: Banner, action: Action, qtbot: QtBot) -> None:
    banner.show_problem(Problem("1", "What happened.", "What to do.", action))

    assert text_of(banner) == banner.accessibleName() == "What happened. What to do."
    assert banner.property("kind") == "error"
    with qtbot.waitSignal(banner.acted) as acted:
        buttons(banner)[action_label(action)].click()
    assert acted.args == [action.value]
    assert not banner.isVisible()


@pytest.mark.parametrize("action", [Action.RETRY, Action.CONTINUE])
def test_what_is_done_to_an_answer_is_not_offered_for_anything_else(banner: Banner, action: Action) -> None:
    # "Retry" beside a locked keyring asked the last question of the conversation again.
    banner.show_problem(Problem("1", "What happened.", "What to do.", action))

    assert set(buttons(banner)) == {"Dismiss"}


def test_an_error_nothing_helps_against_has_no_button(banner: Banner) -> None:
    banner.show_problem(Problem("1", "What happened.", "What to do.", Action.OPEN_BILLING))
    banner.dismiss()
    banner.show_problem(Problem("2", "Something else.", "Wait."))

    assert set(buttons(banner)) == {"Dismiss"}
    assert text_of(banner) == "Something else. Wait."


def test_a_message_with_an_end_leaves_by_itself(banner: Banner, qtbot: QtBot) -> None:
    banner.show_message(Kind.NOTICE, "Deleted.", action="undo:1", label="Undo", seconds=0.001)
    assert "Undo" in buttons(banner)

    qtbot.waitUntil(lambda: not banner.isVisible())


def test_a_later_message_is_not_taken_away_by_the_end_of_an_earlier_one(banner: Banner, qtbot: QtBot) -> None:
    banner.show_message(Kind.NOTICE, "Deleted.", action="undo:1", label="Undo", seconds=0.001)
    banner.show_message(Kind.ERROR, "It failed.")
    assert text_of(banner) == "Deleted.", "what can be undone for a moment does not wait"
    qtbot.waitUntil(lambda: text_of(banner) == "It failed.")

    assert banner.isVisible()
    assert not banner._timer.isActive()


def test_what_can_be_undone_is_there_again_after_what_passes(banner: Banner, qtbot: QtBot) -> None:
    # An export or a deletion took the way back from an import.
    banner.show_message(Kind.NOTICE, "Imported.", action="undo-import:", label="Undo", seconds=60)
    banner.show_message(Kind.NOTICE, "Erasing…", seconds=60)
    banner.show_message(Kind.NOTICE, "Exported.", seconds=60)
    banner.show_message(Kind.NOTICE, "Deleted.", action="undo:1", label="Undo", seconds=60)
    assert banner.action_that("undo") == "undo:1"
    banner.show_message(Kind.NOTICE, "Deleted both.", action="undo:1,2", label="Undo", seconds=0.001)
    qtbot.waitUntil(lambda: text_of(banner) == "Exported.")
    banner.withdraw_text("Exported.")
    assert text_of(banner) == "Imported."
    with qtbot.waitSignal(banner.acted) as acted:
        buttons(banner)["Undo"].click()

    assert acted.args == ["undo-import:"]
    assert not banner.isVisible()
    assert not banner._timer.isActive()


def test_what_was_not_dismissed_is_kept_and_the_worst_comes_first(banner: Banner, qtbot: QtBot) -> None:
    # The refused address of the service was gone behind a notice about the theme.
    banner.show_message(Kind.NOTICE, "A notice.")
    banner.show_message(Kind.ERROR, "It failed.")
    banner.show_problem(Problem("1", "It was refused.", "Mend it.", Action.OPEN_SETTINGS))
    banner.show_message(Kind.NOTICE, "Another notice.")

    assert text_of(banner) == "It was refused. Mend it."
    with qtbot.waitSignal(banner.acted):
        buttons(banner)["Settings"].click()
    for text in ("It failed.", "A notice.", "Another notice."):
        assert banner.accessibleName() == text_of(banner) == text
        assert set(buttons(banner)) == {"Dismiss"}
        buttons(banner)["Dismiss"].click()
    assert not banner.isVisible()


def test_a_text_is_not_said_twice(banner: Banner) -> None:
    banner.show_message(Kind.ERROR, "It failed.")
    banner.show_message(Kind.ERROR, "It failed.", action="x", label="Do it")
    buttons(banner)["Do it"].click()

    assert not banner.isVisible()


def test_what_makes_way_lets_the_next_one_be_seen(banner: Banner) -> None:
    banner.show_message(Kind.NOTICE, "A notice.")
    banner.show_message(Kind.ERROR, "It failed.")
    banner.make_way()
    assert text_of(banner) == "A notice."
    banner.make_way()
    assert not banner.isVisible()
    banner.show_message(Kind.NOTICE, "Deleted.", seconds=60)
    banner.make_way()

    assert banner.isVisible()


def test_what_is_withdrawn_takes_nothing_else_with_it(banner: Banner) -> None:
    banner.show_message(Kind.ERROR, "It failed.")
    banner.show_problem(Problem("1", "It was refused.", "Mend it.", Action.OPEN_SETTINGS))
    banner.withdraw({Action.OPEN_SETTINGS})

    assert text_of(banner) == "It failed."
    assert set(buttons(banner)) == {"Dismiss"}


def test_text_of_others_is_not_read_as_markup(banner: Banner) -> None:
    text = 'Deleted: <img src="file:///etc/passwd"> <b>bold</b>'
    banner.show_message(Kind.NOTICE, text)
    plain = banner.sizeHint()
    banner.dismiss()
    # In most fonts as wide.
    banner.show_message(Kind.NOTICE, text.replace("<", "+").replace(">", "+"))

    assert abs(plain.width() - banner.sizeHint().width()) < 40
