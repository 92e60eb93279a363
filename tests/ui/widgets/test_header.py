"""The title that can be edited, the share of the window that is used, the model, the menu."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from glmdesk.domain.catalog import Offer
from glmdesk.domain.conversation import Conversation
from glmdesk.ui import theme
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.gauge import Gauge
from glmdesk.ui.widgets.header import Header
from glmdesk.ui.widgets.menu_button import MenuButton
from glmdesk.ui.widgets.model_picker import ModelPicker
from glmdesk.ui.widgets.text_input import LineInput
from tests.storage.examples import conversation
from tests.ui.keyboard import ENTER, press


@pytest.fixture
def header(qtbot: QtBot, offer: Offer, icons: Icons) -> Header:
    header = Header(icons)
    header.set_theme(theme.LIGHT)
    header.add_controls(ModelPicker(offer, "en"), MenuButton("More"), theme.LIGHT)
    qtbot.addWidget(header)
    header.resize(900, 50)
    header.show()
    return header


def title_button(header: Header) -> QPushButton:
    (button,) = header.findChildren(QPushButton)
    return button


def editor(header: Header) -> LineInput:
    (line,) = header.findChildren(LineInput)
    return line


def menu(header: Header) -> QMenu:
    (found,) = header.findChildren(QMenu)
    return found


def more(header: Header) -> QToolButton:
    return next(button for button in header.findChildren(QToolButton) if button.accessibleName() == "More")


def context(header: Header) -> Gauge:
    return header._context


def test_a_title_with_quotation_marks_among_latin_letters_is_as_narrow_as_its_letters(header: Header) -> None:
    def ink(title: str) -> int:
        header.show_conversation(conversation(title), is_stored=True)
        image = title_button(header).grab().toImage()
        dark = [
            x
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).lightness() < 128
        ]
        return max(dark)

    assert ink("R&D doesn’t") - ink("R&D doesnt") < header.fontMetrics().horizontalAdvance("中") / 2


def test_a_stored_title_is_edited_with_a_click_and_enter(header: Header, qtbot: QtBot) -> None:
    old = conversation("Old")
    header.show_conversation(old, is_stored=True)
    title_button(header).click()
    assert editor(header).isVisible()
    assert editor(header).selectedText() == "Old"
    editor(header).setText("  New ")
    with qtbot.waitSignal(header.renamed) as renamed:
        press(editor(header), ENTER)

    assert renamed.args == [old.id, "New"]
    assert title_button(header).isVisible()


def begin_to_rename(header: Header, text: str) -> Conversation:
    """Show a conversation and write another title for it."""
    header.activateWindow()
    old = conversation("Old")
    header.show_conversation(old, is_stored=True)
    title_button(header).click()
    editor(header).setText(text)
    return old


def test_leaving_the_title_takes_what_was_written(header: Header, qtbot: QtBot) -> None:
    old = begin_to_rename(header, "New")
    qtbot.waitUntil(editor(header).hasFocus)
    with qtbot.waitSignal(header.renamed) as renamed:
        more(header).setFocus()

    assert renamed.args == [old.id, "New"]
    assert title_button(header).isVisible()


def test_a_new_title_goes_to_its_own_conversation_when_another_one_is_shown(
    header: Header, qtbot: QtBot
) -> None:
    old = begin_to_rename(header, "New")
    with qtbot.waitSignal(header.renamed) as renamed:
        header.show_conversation(conversation("Other"), is_stored=True)

    assert renamed.args == [old.id, "New"]
    assert title_button(header).text() == "Other"
    assert title_button(header).isVisible()


def test_news_of_the_conversation_do_not_end_an_edit(header: Header, qtbot: QtBot) -> None:
    # The end of an answer threw away the title that was being written.
    old = begin_to_rename(header, "Ne")
    with qtbot.assertNotEmitted(header.renamed):
        header.show_conversation(replace(old, model="glm-4-air-250414"), is_stored=True)

    assert editor(header).isVisible()
    assert editor(header).text() == "Ne"


def test_the_menu_renames_and_deletes_what_is_shown(header: Header, qtbot: QtBot) -> None:
    shown = conversation("Old")
    header.show_conversation(shown, is_stored=True)
    more(header).click()
    assert menu(header).isVisible()
    find, rename, export, delete = menu(header).actions()
    names = [action.text() for action in (find, rename, export, delete)]
    assert names == ["Find in chat", "Rename", "Export…", "Delete"]
    with qtbot.waitSignal(header.find_requested):
        find.trigger()
    more(header).click()
    with qtbot.waitSignal(header.export_requested) as exported:
        export.trigger()
    assert exported.args == [shown.id]
    more(header).click()
    with qtbot.waitSignal(header.delete_requested) as deleted:
        delete.trigger()
    assert deleted.args == [shown.id]
    assert not menu(header).isVisible()
    more(header).click()
    rename.trigger()

    assert not menu(header).isVisible()
    assert editor(header).isVisible()
    assert editor(header).selectedText() == "Old"


@pytest.mark.parametrize("text", ["", "  ", "Old", " Old "])
def test_an_empty_or_the_same_title_is_no_change(header: Header, text: str, qtbot: QtBot) -> None:
    header.show_conversation(conversation("Old"), is_stored=True)
    title_button(header).click()
    editor(header).setText(text)
    with qtbot.assertNotEmitted(header.renamed):
        press(editor(header), ENTER)

    assert title_button(header).text() == "Old"


def test_escape_gives_up_an_edit(header: Header, qtbot: QtBot) -> None:
    header.show_conversation(conversation("Old"), is_stored=True)
    title_button(header).click()
    editor(header).setText("New")
    with qtbot.assertNotEmitted(header.renamed):
        press(editor(header), Qt.Key.Key_Escape)

    assert title_button(header).isVisible()


def test_what_is_not_stored_can_be_neither_renamed_nor_deleted(header: Header) -> None:
    header.show_conversation(conversation(""), is_stored=False)

    assert not title_button(header).isEnabled()
    assert not more(header).isEnabled()
    assert title_button(header).text() == "New chat"
    assert title_button(header).accessibleName() == "Conversation title"


def test_an_ampersand_in_a_title_is_no_shortcut(header: Header) -> None:
    header.show_conversation(conversation("R&D, Q&A"), is_stored=True)

    assert title_button(header).text() == "R&&D, Q&&A"
    assert title_button(header).shortcut().isEmpty()
    assert title_button(header).accessibleDescription() == "R&D, Q&A"


def test_a_long_title_is_cut_to_the_room_there_is(header: Header) -> None:
    title = "很长的标题" * 40
    header.show_conversation(conversation(title), is_stored=True)

    assert title_button(header).text().endswith("…")
    assert title_button(header).accessibleDescription() == title
    shorter = title_button(header).text()
    header.resize(1400, 50)
    assert len(title_button(header).text()) > len(shorter)


def test_a_long_title_makes_room_for_what_appears_beside_it(header: Header, qtbot: QtBot) -> None:
    header.show_conversation(conversation("很长的标题" * 40), is_stored=True)
    longer = title_button(header).text()

    header.show_context(64_000, 128_000)

    qtbot.waitUntil(lambda: len(title_button(header).text()) < len(longer))
    assert title_button(header).text().endswith("…")


@pytest.mark.parametrize(
    ("used", "window", "shown"), [(64_000, 131_072, "49 %"), (100, 131_072, "< 1 %"), (1_311, 131_072, "1 %")]
)
def test_the_share_of_the_window_is_shown_with_its_figures(
    header: Header, used: int, window: int, shown: str
) -> None:
    header.show_context(used, window)

    assert context(header).text() == f"{used:,} / 128K"
    header.resize(500, 50)
    assert context(header).text() == shown
    header.resize(900, 50)
    assert context(header).text() == f"{used:,} / 128K"
    assert context(header).accessibleName() == "Context"
    assert f"{used:,}" in context(header).toolTip()
    assert f"{window:,}" in context(header).accessibleDescription()


def test_what_is_estimated_is_said_to_be_and_what_it_consists_of(header: Header) -> None:
    header.show_context(1_234, 8_192, "System prompt: 20\nHistory: 1,214", is_estimated=True)

    assert context(header).text() == "≈ 1,234 / 8K"
    assert context(header).accessibleDescription().splitlines() == [
        "≈ 1,234 of 8,192 tokens of the model's window",
        "System prompt: 20",
        "History: 1,214",
    ]


@pytest.mark.parametrize(
    ("used", "colour"), [(6_000, "accent"), (6_600, "notice"), (7_800, "danger"), (20_000, "danger")]
)
def test_the_bar_warns_when_little_of_the_window_is_left(header: Header, used: int, colour: str) -> None:
    header.show_context(used, 8_192)
    gauge = context(header)

    assert gauge.bar_colour == getattr(theme.LIGHT, colour)
    image = gauge.grab().toImage()
    row = [image.pixelColor(2, y).name() for y in range(image.height())]
    assert gauge.bar_colour in row


def test_nothing_is_said_of_the_window_before_the_first_exchange(header: Header) -> None:
    # A label without a text was shown to screen readers.
    assert not context(header).isVisible()
    header.show_context(64_000, 128_000)
    assert context(header).isVisible()
    header.show_context(None, 128_000)

    assert not context(header).isVisible()


def test_a_very_long_name_of_a_model_leaves_the_title_its_room(header: Header, qtbot: QtBot) -> None:
    header.resize(620, 50)
    title = "A title of some length"
    header.show_conversation(replace(conversation(title), model="very-long-" * 30), is_stored=True)
    (picker,) = header.findChildren(ModelPicker)

    qtbot.waitUntil(lambda: title_button(header).text() == title)
    assert picker.shown_text.endswith("…")


def test_a_picked_model_is_told(header: Header, offer: Offer, qtbot: QtBot) -> None:
    header.show_conversation(conversation(""), is_stored=False)
    (picker,) = header.findChildren(ModelPicker)
    assert picker.currentData() == "glm-4-plus"
    with qtbot.waitSignal(header.model_picked) as picked:
        press(picker, Qt.Key.Key_Down)

    assert picked.args == [picker.currentData()]
    assert picker.currentData() != "glm-4-plus"


def test_the_words_for_a_new_chat_are_cut_too_where_there_is_no_room(header: Header) -> None:
    header.show_conversation(conversation(""), is_stored=False)
    header._stack.setFixedWidth(60)
    header.show_conversation(conversation(""), is_stored=False)

    assert title_button(header).text().endswith("…")
    assert title_button(header).accessibleDescription() == "New chat"
