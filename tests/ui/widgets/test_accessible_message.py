"""What a screen reader hears of the transcript."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAccessible, QAccessibleInterface
from pytestqt.qtbot import QtBot

from glmdesk.domain.catalog import Offer
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.widgets.message_view import MessageView
from glmdesk.ui.widgets.transcript import Transcript
from tests.chat.examples import answer, question
from tests.ui.examples import branch_of, show
from tests.ui.furnished import style_of


@pytest.fixture
def messages() -> MessageList:
    return MessageList()


@pytest.fixture
def transcript(qtbot: QtBot, messages: MessageList, offer: Offer, icons: Icons) -> Transcript:
    transcript = Transcript(messages, offer, icons, style_of(), formulas=Formulas(), images=Images())
    qtbot.addWidget(transcript)
    transcript.resize(800, 600)
    transcript.show()
    return transcript


def heard(transcript: Transcript) -> list[QAccessibleInterface]:
    """Return the accessibles of the visible messages, from the top."""
    views = [view for view in transcript.viewport().findChildren(MessageView) if view.isVisible()]
    return [QAccessible.queryAccessibleInterface(view) for view in sorted(views, key=MessageView.y)]


def test_a_message_has_a_name_a_value_and_a_role(transcript: Transcript, messages: MessageList) -> None:
    asked = question("**你好**")
    show(messages, [asked, answer(asked, "**您好！** See `code`.")])
    first, second = heard(transcript)

    assert first.text(QAccessible.Text.Name) == "You"
    assert first.text(QAccessible.Text.Value) == "**你好**"
    assert second.text(QAccessible.Text.Name) == "GLM-4-Flash-250414"
    assert second.text(QAccessible.Text.Value) == "您好！ See code."
    assert first.role() == second.role() == QAccessible.Role.ListItem
    assert second.text(QAccessible.Text.Description) == ""


def test_the_text_of_a_message_can_be_read_piece_by_piece(
    transcript: Transcript, messages: MessageList
) -> None:
    asked = question()
    show(messages, [asked, answer(asked, "**您好！** See `code`.")])
    interface = heard(transcript)[1].textInterface()

    assert interface is not None
    assert interface.characterCount() == len("您好！ See code.")
    assert interface.text(0, 3) == "您好！"
    assert interface.text(4, 7) == "See"
    assert interface.selectionCount() == 0
    assert interface.cursorPosition() == 0


def test_text_that_grows_is_heard(transcript: Transcript, messages: MessageList) -> None:
    asked = question()
    reply = answer(asked, "One")
    show(messages, [asked, reply])
    accessible = heard(transcript)[1]
    messages.grow(reply.id, ", two")

    assert accessible.text(QAccessible.Text.Value) == "One, two"


def test_what_is_said_in_place_of_an_answer_is_heard(transcript: Transcript, messages: MessageList) -> None:
    asked = question()
    reply = answer(asked, "")
    show(messages, [asked, reply])
    messages.say(reply.id, "Still waiting")

    assert heard(transcript)[1].text(QAccessible.Text.Value) == "Still waiting"


def test_the_transcript_is_a_list_with_a_name(transcript: Transcript, messages: MessageList) -> None:
    show(messages, branch_of(2))
    accessible = QAccessible.queryAccessibleInterface(transcript)

    assert accessible.text(QAccessible.Text.Name) == "Transcript"
    assert accessible.role() == QAccessible.Role.List


def test_the_buttons_of_a_message_are_its_children(transcript: Transcript, messages: MessageList) -> None:
    show(messages, branch_of(2))
    names: set[str] = set()

    def walk(accessible: QAccessibleInterface) -> None:
        for number in range(accessible.childCount()):
            child = accessible.child(number)
            names.add(child.text(QAccessible.Text.Name))
            walk(child)

    walk(heard(transcript)[1])

    assert {"Copy", "Retry"} <= names


def test_what_is_not_served_is_asked_without_harm(transcript: Transcript, messages: MessageList) -> None:
    show(messages, branch_of(2))
    accessible = heard(transcript)[1]

    assert accessible.valueInterface() is None
    assert accessible.tableCellInterface() is None
    assert accessible.editableTextInterface() is None


@pytest.fixture
def _young_heap() -> Iterator[None]:
    """Let a collection look only at what is new: through the heap of a whole run it takes seconds."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("_young_heap")
def test_messages_that_go_take_their_accessibles_along(transcript: Transcript, messages: MessageList) -> None:
    for _ in range(20):
        show(messages, branch_of(10))
        texts = [accessible.text(QAccessible.Text.Value) for accessible in heard(transcript)]
        assert texts
        show(messages, [])
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()

    assert heard(transcript) == []
