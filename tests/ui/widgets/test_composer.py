"""Writing a message: the key that sends, the one button, and an area that grows with the text."""

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.draft import Draft
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import LIGHT
from glmdesk.ui.widgets.attachment_chips import AttachmentChips
from glmdesk.ui.widgets.composer import Composer, Tone
from glmdesk.ui.widgets.tab_order import follow_in_order
from glmdesk.ui.widgets.text_input import TextInput
from tests.ui.keyboard import CONTROL, ENTER, NONE, SHIFT, commit, compose, press

CONTROL_SHIFT = CONTROL | SHIFT


@pytest.fixture
def composer(qtbot: QtBot, icons: Icons) -> Composer:
    composer = Composer(icons)
    composer.set_theme(LIGHT)
    qtbot.addWidget(composer)
    composer.resize(500, 100)
    composer.show()
    return composer


@pytest.fixture
def sent(composer: Composer) -> list[str]:
    sent: list[str] = []
    composer.submitted.connect(lambda draft: sent.append(draft.text))
    return sent


@pytest.mark.parametrize("with_control", [False, True])
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_the_chosen_key_sends_and_the_others_break_the_line(
    composer: Composer, sent: list[str], with_control: bool, key: Qt.Key
) -> None:
    composer.set_send_key(with_control=with_control)
    composer.set_text("one")
    sending, breaking = (CONTROL, NONE) if with_control else (NONE, CONTROL)
    for modifiers in (breaking, SHIFT, CONTROL_SHIFT):
        press(composer.input, key, modifiers)
    assert composer.text() == "one\n\n\n"
    assert sent == []
    press(composer.input, key, sending)

    assert sent == ["one"]


def test_a_long_message_is_moved_up_and_down_alone(composer: Composer) -> None:
    for width in range(400, 500, 7):
        composer.resize(width, 100)
        # The blank at the end of a line is a few pixels too wide for it.
        composer.input.insertPlainText("The harbour was quiet when the ferry came in. " * 60)
        QApplication.sendPostedEvents()
        bar = composer.input.horizontalScrollBar()

        assert composer.input.verticalScrollBar().isVisible()
        assert not bar.isVisible() or bar.height() == 0
        composer.set_text("")


def test_a_message_is_sent_without_the_blanks_around_it_and_the_composer_is_empty(
    composer: Composer, sent: list[str]
) -> None:
    composer.set_text("  two\n lines \n\n")
    press(composer.input, ENTER)

    assert sent == ["two\n lines"]
    assert composer.text() == ""


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u3000"])
def test_nothing_is_not_sent(composer: Composer, sent: list[str], text: str) -> None:
    composer.set_text(text)
    press(composer.input, ENTER)

    assert sent == []
    assert not composer.button.isEnabled()


def test_the_button_sends_what_is_written(composer: Composer, sent: list[str], qtbot: QtBot) -> None:
    composer.set_text("你好")
    assert composer.button.isEnabled()
    assert composer.button.accessibleName() == "Send"
    qtbot.mouseClick(composer.button, Qt.MouseButton.LeftButton)

    assert sent == ["你好"]
    assert not composer.button.isEnabled()


def test_while_an_answer_is_written_the_button_stops_it(
    composer: Composer, sent: list[str], qtbot: QtBot
) -> None:
    composer.set_answering(True)
    composer.set_text("the next one")
    assert composer.button.isEnabled()
    assert composer.button.accessibleName() == "Stop"
    with qtbot.waitSignal(composer.stop_requested):
        qtbot.mouseClick(composer.button, Qt.MouseButton.LeftButton)
    press(composer.input, ENTER)

    assert sent == []
    assert composer.text() == "the next one"
    composer.set_answering(False)
    assert composer.button.accessibleName() == "Send"


def test_escape_stops_an_answer_and_leaves_the_text(composer: Composer, qtbot: QtBot) -> None:
    composer.set_text("draft")
    with qtbot.assertNotEmitted(composer.stop_requested):
        press(composer.input, Qt.Key.Key_Escape)
    composer.set_answering(True)
    with qtbot.waitSignal(composer.stop_requested):
        press(composer.input, Qt.Key.Key_Escape)

    assert composer.text() == "draft"


def test_escape_gives_up_an_edit_before_it_stops_an_answer(composer: Composer, qtbot: QtBot) -> None:
    composer.set_answering(True)
    composer.set_editing(is_editing=True)

    with qtbot.assertNotEmitted(composer.stop_requested), qtbot.waitSignal(composer.edit_cancelled):
        press(composer.input, Qt.Key.Key_Escape)


def test_the_hint_says_what_enter_does(composer: Composer) -> None:
    assert composer._hint.text() == "Enter sends, Shift+Enter breaks the line"
    composer.set_send_key(with_control=True)
    assert composer._hint.text() == "Ctrl+Enter sends, Enter breaks the line"
    composer.set_editing(is_editing=True)
    assert composer._hint.text() == "Editing an earlier message. Esc cancels."
    composer.set_editing(is_editing=False)
    assert composer._hint.text() == "Ctrl+Enter sends, Enter breaks the line"


def test_up_in_an_empty_composer_recalls_the_last_message(composer: Composer, qtbot: QtBot) -> None:
    with qtbot.waitSignal(composer.recall_requested):
        press(composer.input, Qt.Key.Key_Up)
    composer.set_text("text")
    with qtbot.assertNotEmitted(composer.recall_requested):
        press(composer.input, Qt.Key.Key_Up)


def test_up_during_a_composition_belongs_to_the_input_method(composer: Composer, qtbot: QtBot) -> None:
    compose(composer.input, "ni")
    with qtbot.assertNotEmitted(composer.recall_requested):
        press(composer.input, Qt.Key.Key_Up)


def test_what_was_composed_is_sent(composer: Composer, sent: list[str]) -> None:
    compose(composer.input, "nihao")
    press(composer.input, ENTER)
    assert sent == []
    commit(composer.input, "你好")
    press(composer.input, ENTER)

    assert sent == ["你好"]


def height_at(composer: Composer, lines: int) -> int:
    composer.set_text("\n".join("x" * lines))
    return composer.input.height()


def test_the_area_grows_with_the_lines_up_to_ten(composer: Composer) -> None:
    heights = [height_at(composer, lines) for lines in range(1, 15)]

    assert heights[:10] == sorted(set(heights[:10]))
    assert set(heights[9:]) == {heights[9]}


def test_the_area_shrinks_again(composer: Composer) -> None:
    one = height_at(composer, 1)
    height_at(composer, 8)

    assert height_at(composer, 1) == one


def test_a_long_line_counts_as_the_lines_it_is_broken_into(composer: Composer) -> None:
    one = height_at(composer, 1)
    composer.set_text("word " * 60)
    narrow = composer.input.height()
    assert narrow > one
    composer.resize(2400, composer.height())

    assert one <= composer.input.height() < narrow


@pytest.mark.parametrize("character", ["x", "好", "한", "ไ"])
def test_ten_lines_are_seen_without_scrolling(composer: Composer, character: str) -> None:
    composer.set_text("\n".join(character * 10))
    assert composer.input.verticalScrollBar().maximum() == 0
    composer.set_text("\n".join(character * 11))
    assert composer.input.verticalScrollBar().maximum() > 0


def test_pasted_formats_are_dropped(composer: Composer) -> None:
    composer.input.appendHtml("<b>bold</b>")
    composer.input.clear()
    composer.input.insertPlainText("<b>bold</b>")

    assert composer.text() == "<b>bold</b>"


def test_tab_leaves_the_composer(composer: Composer) -> None:
    composer.set_text("text")
    press(composer.input, Qt.Key.Key_Tab)

    assert composer.text() == "text"


def test_the_cursor_stands_at_the_end_of_a_text_put_in(composer: Composer) -> None:
    composer.set_text("Translate:\n\n")

    assert composer.input.textCursor().atEnd()


def frame_colour(composer: Composer) -> QColor:
    return composer.grab().toImage().pixelColor(composer.width() // 2, 0)


def test_the_frame_shows_the_focus(composer: Composer, qtbot: QtBot) -> None:
    composer.activateWindow()
    composer.button.setEnabled(True)
    composer.button.setFocus()
    qtbot.waitUntil(composer.button.hasFocus)
    unfocused = frame_colour(composer)
    composer.input.setFocus()
    qtbot.waitUntil(composer.input.hasFocus)

    assert frame_colour(composer) == QColor(LIGHT.accent)
    assert unfocused == QColor(LIGHT.border)


FILES = (Attachment("a" * 64, "报表.csv", 999), Attachment("b" * 64, "notes.md", 12))


def chips(composer: Composer) -> list[str]:
    found = composer.findChildren(AttachmentChips)
    return [button.accessibleName() for one in found for button in one.stops]


def test_files_alone_can_be_sent(composer: Composer, qtbot: QtBot) -> None:
    drafts: list[Draft] = []
    composer.submitted.connect(drafts.append)
    composer.set_draft(Draft("", FILES))
    assert chips(composer) == ["Remove 报表.csv", "Remove notes.md"]
    qtbot.mouseClick(composer.button, Qt.MouseButton.LeftButton)

    assert drafts == [Draft("", FILES)]
    assert composer.draft == Draft()
    assert chips(composer) == []
    assert not composer.button.isEnabled()


def test_a_file_is_taken_away_by_its_button_and_the_text_stays(composer: Composer) -> None:
    changes: list[Draft] = []
    composer.set_draft(Draft("words", FILES))
    composer.changed.connect(lambda: changes.append(composer.draft))
    (shown,) = composer.findChildren(AttachmentChips)
    first = shown.stops[0]
    assert isinstance(first, QToolButton)
    first.click()

    assert changes == [Draft("words", FILES[1:])]
    assert chips(composer) == ["Remove notes.md"]


def test_nothing_is_sent_before_the_files_are_there(composer: Composer, sent: list[str]) -> None:
    composer.set_text("words")
    composer.set_reading(is_reading=True)
    press(composer.input, ENTER)
    assert sent == []
    assert composer.text() == "words"
    composer.set_reading(is_reading=False)
    press(composer.input, ENTER)

    assert sent == ["words"]


def test_pasted_files_are_given_and_other_things_are_inserted(composer: Composer) -> None:
    given: list[list[str]] = []
    composer.files_given.connect(given.append)
    for urls in (["file:///tmp/a.txt", "file:///tmp/b.txt"], ["https://example.com/"], []):
        data = QMimeData()
        data.setUrls([QUrl(url) for url in urls])
        data.setText("text ")
        composer.input.insertFromMimeData(data)

    assert given == [["/tmp/a.txt", "/tmp/b.txt"]]
    assert composer.text() == "text text "


@pytest.mark.parametrize("width", [300, 900])
def test_chips_break_into_lines_and_stay_inside(composer: Composer, width: int) -> None:
    many = tuple(Attachment(f"{number:064}", f"a long name {number}.txt", 1) for number in range(9))
    composer.resize(width, 400)
    composer.set_draft(Draft("", many))
    QApplication.sendPostedEvents()
    (shown,) = composer.findChildren(AttachmentChips)
    page = shown.widget()
    assert page is not None
    frames = [frame for frame in page.findChildren(QFrame, "chip") if frame.isVisible()]

    assert len(frames) == 9
    assert all(page.rect().contains(frame.geometry()) for frame in frames)
    assert page.width() <= shown.viewport().width()
    assert len({frame.y() for frame in frames}) > 1


def test_a_screen_reader_reads_the_files_before_the_text(composer: Composer) -> None:
    composer.set_draft(Draft("", FILES))
    parts = QAccessible.queryAccessibleInterface(composer)
    names = [parts.child(number).text(QAccessible.Text.Name) for number in range(parts.childCount())]

    assert names[:3] == ["Attached files", "Message", "Attach"]


def test_many_chips_leave_room_for_the_text_and_the_newest_are_in_sight(composer: Composer) -> None:
    many = tuple(Attachment(f"{number:064}", f"a long name {number}.txt", 1) for number in range(20))
    composer.resize(300, 400)
    composer.set_draft(Draft("", many[:19]))
    QApplication.sendPostedEvents()
    composer.set_draft(Draft("", many))
    QApplication.sendPostedEvents()
    (shown,) = composer.findChildren(AttachmentChips)
    last = shown.stops[-1]

    assert composer.sizeHint().height() < 300
    assert not last.visibleRegion().isEmpty()


def test_tab_goes_through_the_chips_before_the_text_and_nothing_else_moves(
    composer: Composer, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    before, after = QToolButton(), QToolButton()
    after.setAccessibleName("after")
    for part in (before, composer, after):
        column.addWidget(part)
    follow_in_order((before, *composer.stops, after))
    composer.set_draft(Draft("", FILES[:1]))
    composer.set_draft(Draft("words", FILES))
    window.show()
    names, stop = [], before.nextInFocusChain()
    while stop is not None and stop is not before:
        if isinstance(stop, QToolButton | TextInput) and stop.isVisible():
            names.append(stop.accessibleName())
        stop = stop.nextInFocusChain()

    assert names == [
        "Remove 报表.csv",
        "Remove notes.md",
        "Message",
        "Attach",
        "Send",
        "after",
    ]


def estimate(composer: Composer) -> QLabel | None:
    labels = [label for label in composer.findChildren(QLabel) if label.accessibleName() == "Estimate"]
    return labels[0] if labels else None


TEXTS = ("≈ 1,234 tokens · ¥0.0062", "≈ 1,234 · ¥0.0062", "≈ 1,234")


def test_what_a_question_takes_stands_beside_the_button(composer: Composer) -> None:
    assert estimate(composer) is None
    composer.set_text("What?")
    composer.show_estimate(TEXTS, "History: 1,200", Tone.QUIET)
    label = estimate(composer)

    assert label is not None
    assert label.isVisible()
    assert label.text() == TEXTS[0]
    assert label.accessibleDescription() == f"{TEXTS[0]}\nHistory: 1,200"
    composer.show_estimate((), "", Tone.QUIET)
    assert not label.isVisible()


def test_where_there_is_little_room_fewer_words_are_said(composer: Composer) -> None:
    composer.set_text("What?")
    composer.show_estimate(TEXTS, "", Tone.QUIET)
    label = estimate(composer)
    assert label is not None
    seen: set[str] = set()
    for width in range(500, 60, -10):
        composer.resize(width, 100)
        seen.add(label.text() if label.isVisible() else "")
        right = label.mapTo(composer, label.rect().topRight()).x()
        assert not label.isVisible() or right < composer.button.x()

    assert seen >= set(TEXTS)


def test_a_warning_has_its_colour(composer: Composer) -> None:
    composer.set_text("What?")
    composer.show_estimate(TEXTS, "", Tone.ALARM)
    label = estimate(composer)
    assert label is not None
    assert label.property("kind") == "danger"
    composer.show_estimate(TEXTS, "", Tone.QUIET)
    assert label.property("kind") == "muted"
