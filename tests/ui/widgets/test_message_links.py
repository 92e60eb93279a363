"""Links with the mouse, with the keyboard, and through the tree of a screen reader."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    Qt,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QMenu,
    QPushButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from glmdesk.domain.address import parse_address
from glmdesk.domain.catalog import Offer
from glmdesk.domain.legible import tip
from glmdesk.domain.message import Citation, Message, State
from glmdesk.domain.tool import ToolCall
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.widgets.message_view import MessageView
from glmdesk.ui.widgets.transcript import Transcript
from tests.chat.examples import answer, question
from tests.ui.examples import show
from tests.ui.furnished import style_of


class Page:
    """A transcript between two buttons, and what a reader does with it."""

    def __init__(self, qtbot: QtBot, offer: Offer, icons: Icons) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.messages = MessageList()
        self.transcript = Transcript(
            self.messages, offer, icons, style_of(), formulas=Formulas(), images=Images()
        )
        self.above, self.below = QPushButton("above"), QPushButton("below")
        column = QVBoxLayout(self.window)
        for widget in (self.above, self.transcript, self.below):
            column.addWidget(widget)
        self.window.resize(800, 600)
        self.window.show()
        self.window.activateWindow()
        self.followed: list[tuple[str, str]] = []
        self.transcript.link_activated.connect(lambda href, text: self.followed.append((href, text)))

    def show(self, *answers: str) -> None:
        branch = [question("Q")]
        for text in answers:
            branch.append(answer(branch[-1], text))
            branch.append(question("Q", branch[-1]))
        self.show_branch(branch[:-1])

    def show_branch(self, branch: list[Message]) -> None:
        show(self.messages, branch)
        self.transcript.verticalScrollBar().setValue(0)

    @property
    def views(self) -> list[MessageView]:
        """The answers, from the top."""
        views = self.transcript.viewport().findChildren(MessageView)
        return sorted((view for view in views if view.isVisible() and not view.is_card), key=MessageView.y)

    @property
    def focus(self) -> str:
        """What has the keyboard: the text of a link, or the name of a control."""
        focus = QApplication.focusWidget()
        assert focus is not None
        if isinstance(focus, MessageView):
            assert focus.focused_link is not None
            return focus.focused_link.place.text
        return focus.accessibleName() or (focus.text() if isinstance(focus, QPushButton) else "?")

    def tab(self, times: int = 1, *, back: bool = False) -> list[str]:
        """Press Tab and return what has the keyboard after each time."""
        passed: list[str] = []
        for _ in range(times):
            focus = QApplication.focusWidget()
            assert focus is not None
            QTest.keyClick(focus, Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab)
            passed.append(self.focus)
        return passed

    def tab_to(self, name: str) -> None:
        """Press Tab until something has the keyboard."""
        assert name in self.tab_through()
        self.transcript.verticalScrollBar().setValue(0)
        while self.focus != name:
            self.tab()

    def tab_through(self, *, back: bool = False) -> list[str]:
        """Press Tab from one button of the window to the other; return all that had the keyboard between."""
        first, last = (self.below, self.above) if back else (self.above, self.below)
        first.setFocus()
        passed: list[str] = []
        while not last.hasFocus():
            passed += self.tab(back=back)
            assert len(passed) < 1000, "Tab leads round and round"
        first.setFocus()
        return passed[:-1]

    def point(self, number: int = 0, view: int = 0) -> QPoint:
        """Return the middle of the first line of a link, as a point of the viewport."""
        message = self.views[view]
        area = message.link_areas(message.links.all[number])[0]
        return message.pos() + area.center().toPoint()

    def is_seen(self, view: MessageView) -> bool:
        """Whether the link with the keyboard is in the window."""
        assert view.focused_link is not None
        room = self.transcript.viewport().rect()
        return all(
            room.contains(area.translated(view.pos()).toAlignedRect())
            for area in view.link_areas(view.focused_link)
        )


@pytest.fixture
def page(qtbot: QtBot, offer: Offer, icons: Icons) -> Page:
    return Page(qtbot, offer, icons)


def hover(page: Page, point: QPoint) -> None:
    """Rest the mouse at a point."""
    viewport = page.transcript.viewport()
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, point, viewport.mapToGlobal(point)))


def test_a_link_says_where_it_leads_before_it_is_clicked(page: Page, qtbot: QtBot) -> None:
    page.show("See [example.com](https://example.org/a?b=%E6%95%B0) there.")

    hover(page, page.point())
    assert QToolTip.text() == "example.org\nhttps://example.org/a?b=数"
    hover(page, page.point() - QPoint(0, 60))
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


ANYTHING = st.text("&lt;<b>/?ab.@\n ") | st.text()


@given(ANYTHING, ANYTHING)
def test_what_is_said_is_never_taken_for_html(rest: str, title: str) -> None:
    for href in (
        f"https://{rest}",
        f"https://a.b/{rest}",
        f"mailto:{rest}",
        f"https://xn--80ak6aa92e.com/{rest}",
    ):
        address = parse_address(href)
        assert address is None or not Qt.mightBeRichText(tip(address, title))


def choose(page: Page, name: str) -> None:
    (menu,) = (menu for menu in page.window.findChildren(QMenu) if menu.isVisible())
    next(action for action in menu.actions() if action.text() == name).trigger()
    assert not menu.isVisible()


def open_menu(page: Page, point: QPoint, reason: QContextMenuEvent.Reason) -> None:
    target = (
        QApplication.focusWidget()
        if reason is QContextMenuEvent.Reason.Keyboard
        else page.transcript.viewport()
    )
    assert target is not None
    QApplication.sendEvent(target, QContextMenuEvent(reason, point, target.mapToGlobal(point)))


def test_the_menu_of_a_link_opens_it_and_copies_its_address(page: Page) -> None:
    page.show("See [the page](https://example.org/页) there, or [write](mailto:a@b.c?subject=d).")
    open_menu(page, page.point(), QContextMenuEvent.Reason.Mouse)
    choose(page, "Open link")
    assert page.followed == [("https://example.org/%E9%A1%B5", "the page")]

    open_menu(page, page.point(), QContextMenuEvent.Reason.Mouse)
    choose(page, "Copy address")
    assert QGuiApplication.clipboard().text() == "https://example.org/%E9%A1%B5"

    page.tab_to("write")
    open_menu(page, QPoint(), QContextMenuEvent.Reason.Keyboard)
    choose(page, "Copy address")
    assert QGuiApplication.clipboard().text() == "a@b.c"
    assert len(page.followed) == 1


def test_the_menu_of_a_link_is_where_the_link_is(page: Page) -> None:
    page.show("See [the page](https://example.org/).")
    open_menu(page, page.point() - QPoint(0, 60), QContextMenuEvent.Reason.Mouse)
    (menu,) = [menu for menu in page.window.findChildren(QMenu) if menu.isVisible()]

    assert "Open link" not in [action.text() for action in menu.actions()]
    menu.close()


def test_tab_leads_through_links_and_buttons_from_the_top(page: Page) -> None:
    page.show(
        "[a](https://a.b/1), [b](https://a.b/2)",
        "none",
        "- [c](https://a.b/3)\n\n| [d](https://a.b/4) |\n| - |",
    )
    question_buttons, answer_buttons = ["Copy", "Edit", "More"], ["Copy", "Retry", "More"]
    table_buttons = ["Copy table 1 as CSV", "Copy table 1 as Markdown"]
    forth = page.tab_through()

    assert forth == [
        "Transcript",
        *question_buttons, "a", "b", *answer_buttons,
        *question_buttons, *answer_buttons,
        *question_buttons, "c", "d", *table_buttons, *answer_buttons,
    ]  # fmt: skip


def test_shift_tab_leads_back_the_same_way(page: Page) -> None:
    page.show("[a](https://a.b/1), [b](https://a.b/2)", "[c](https://a.b/3)")
    forth = page.tab_through()
    page.tab_to("c")
    steps = forth.index("c")

    assert page.tab(steps, back=True) == forth[:steps][::-1]
    assert page.focus == "Transcript"
    assert page.tab(back=True) == ["above"]


def test_the_button_that_leads_to_the_end_stands_behind_the_messages(page: Page) -> None:
    asked = question("Q")
    reply = replace(answer(asked, paragraphs(20)), state=State.STREAMING)
    show(page.messages, [asked, reply])
    bar = page.transcript.verticalScrollBar()
    bar.setValue(0)
    page.messages.grow(reply.id, "\n\nmore")
    buttons = page.transcript.findChildren(QPushButton)
    pill = next(button for button in buttons if button.accessibleName() == "Go to the end")

    pill.setFocus()
    assert page.tab() == ["below"]
    pill.setFocus()
    pill.click()
    assert bar.value() == bar.maximum()
    assert page.focus == "below"
    bar.setValue(0)
    page.messages.grow(reply.id, "\n\nmore")
    pill.setFocus()
    assert page.tab(back=True) == ["Copy"]


def test_a_button_that_goes_leaves_the_keyboard_in_its_message(page: Page) -> None:
    page.show("[a](https://a.b/1)", "[b](https://a.b/2)")
    page.tab_to("a")
    page.tab(2)
    assert page.focus == "Retry"
    button = QApplication.focusWidget()
    assert button is not None
    button.hide()

    assert page.focus == "More"
    after = QApplication.focusWidget()
    assert after is not None
    assert page.views[0].isAncestorOf(after)


def test_another_conversation_does_not_take_the_keyboard_to_its_links(page: Page) -> None:
    page.show("[a](https://a.b/1)", paragraphs(30))
    page.tab_to("a")
    page.show("[c](https://a.b/3)", paragraphs(30))

    assert page.focus == "Transcript"


def test_enter_follows_the_link_with_the_keyboard(page: Page) -> None:
    page.show("[a](https://a.b/1) [b](https://a.b/2)")
    page.tab_to("b")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key)

    assert page.followed == [("https://a.b/2", "b")] * 2


def test_the_link_with_the_keyboard_has_a_ring_and_says_where_it_leads(page: Page) -> None:
    page.show("[a](https://a.b/1) [b](https://a.b/2)")
    view = page.views[0]
    plain = view.grab().toImage()
    page.tab_to("b")
    ringed = view.grab().toImage()
    (area,) = view.link_areas(view.links.all[1])

    changed = [
        (x, y)
        for x in range(plain.width())
        for y in range(plain.height())
        if plain.pixel(x, y) != ringed.pixel(x, y) and y < area.bottom() + 6
    ]
    assert changed
    assert all(area.adjusted(-4, -4, 4, 4).contains(x, y) for x, y in changed)
    assert QToolTip.text() == "a.b\nhttps://a.b/2"
    page.below.setFocus()
    assert view.grab().toImage() == plain


def paragraphs(count: int) -> str:
    return "\n\n".join(f"{n} " + "Some words. " * 20 + f"[link {n}](https://a.b/{n})" for n in range(count))


def test_what_tab_leads_to_is_scrolled_to(page: Page, qtbot: QtBot) -> None:
    page.show(paragraphs(40))
    view = page.views[0]
    qtbot.waitUntil(lambda: not view.has_more)
    page.tab_to("link 0")
    for number in range(1, 40):
        assert page.tab() == [f"link {number}"]
        assert page.is_seen(view)
    for number in range(38, -1, -1):
        assert page.tab(back=True) == [f"link {number}"]
        assert page.is_seen(view)


def test_tab_begins_at_what_is_seen(page: Page) -> None:
    page.show(paragraphs(40), "end")
    bar = page.transcript.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    value = bar.value()
    page.transcript.setFocus()
    page.tab()
    view = page.views[0]

    assert page.focus.startswith("link ")
    assert page.focus not in ("link 0", "link 39")
    assert page.is_seen(view)
    assert abs(bar.value() - value) < 200


def test_the_keyboard_stays_with_the_transcript_when_its_link_is_scrolled_away(page: Page) -> None:
    page.show("[a](https://a.b/1)", *(paragraphs(20) for _ in range(5)))
    page.tab_to("a")
    bar = page.transcript.verticalScrollBar()
    bar.setValue(bar.maximum())

    assert page.focus == "Transcript"
    assert bar.value() == bar.maximum()


def test_a_link_keeps_the_keyboard_while_the_answer_grows(page: Page) -> None:
    asked = question("Q")
    reply = replace(answer(asked, "[a](https://a.b/1) and"), state=State.STREAMING)
    show(page.messages, [asked, reply])
    page.tab_to("a")
    page.messages.grow(reply.id, " [b](https://a.b/2)\n\nmore")

    assert page.focus == "a"
    assert page.tab() == ["b"]


def heard(view: MessageView) -> list[QAccessibleInterface]:
    """Return the links that a screen reader finds in a message."""
    message = QAccessible.queryAccessibleInterface(view)
    parts = (message.child(number) for number in range(message.childCount()))
    return [part for part in parts if part.role() == QAccessible.Role.Link]


def do(part: QAccessibleInterface, *, focus: bool = False) -> None:
    actions = part.actionInterface()
    assert actions is not None
    actions.doAction(actions.setFocusAction() if focus else actions.pressAction())


def test_a_screen_reader_finds_the_links_of_a_message(page: Page) -> None:
    page.show("See [the page](https://a.b/1) or [write](mailto:c@d.e).")
    view = page.views[0]
    message, links = QAccessible.queryAccessibleInterface(view), heard(view)

    assert [link.text(QAccessible.Text.Name) for link in links] == ["the page", "write"]
    assert links[0].text(QAccessible.Text.Description) == "a.b\nhttps://a.b/1"
    assert [message.indexOfChild(link) for link in links] == [0, 1]
    centre = links[1].rect().center()
    assert message.childAt(centre.x(), centre.y()) is links[1]
    found = page.transcript.viewport().mapFromGlobal(links[0].rect().center())
    assert (found - page.point()).manhattanLength() <= 2, "but for what rounding takes"
    footer = message.child(2)
    assert message.indexOfChild(footer) == 2
    assert footer.role() != QAccessible.Role.Link


def test_a_screen_reader_gives_a_link_the_keyboard_and_follows_it(page: Page) -> None:
    page.show("[a](https://a.b/1) " + paragraphs(30))
    view = page.views[0]
    *_, last = heard(view)
    assert last.state().offscreen
    do(last, focus=True)

    assert page.focus == "link 29"
    assert page.is_seen(view)
    assert last.state().focused
    assert not last.state().offscreen
    assert QAccessible.queryAccessibleInterface(view).focusChild() is last
    do(last)
    assert page.followed == [("https://a.b/29", "link 29")]


def test_a_link_that_is_gone_is_no_longer_valid(page: Page) -> None:
    page.show("[a](https://a.b/1) [b](https://a.b/2)")
    asked = question("Q")
    reply = replace(answer(asked, "[a](https://a.b/1) [b](https://a.b/2)"), state=State.STREAMING)
    show(page.messages, [asked, reply])
    link = heard(page.views[0])[1]
    page.messages.put(replace(reply, text="[a](https://a.b/1)", state=State.COMPLETE))

    assert not link.isValid()
    assert link.state().invalid
    assert link.text(QAccessible.Text.Name) == ""
    do(link)
    do(link, focus=True)
    assert page.followed == []


def with_details(page: Page, *, is_expanded: bool) -> None:
    """Show an answer with a link, a call and two sources."""
    asked = question("Q")
    found = tuple(Citation("", name, f"https://{name}.example") for name in ("one", "two"))
    said = replace(answer(asked, "See https://text.example.\n\n```\ncode\n```"), citations=found)
    page.show_branch([asked, replace(said, tool_calls=(ToolCall("1", "f", "{}"),))])
    if is_expanded:
        (view,) = page.views
        for name in ("Show: Tool call: f · not called", "Show: Sources (2) · one.example · two.example"):
            next(it for it in view.findChildren(QAbstractButton) if it.accessibleName() == name).click()


def test_tab_passes_by_what_is_collapsed(page: Page) -> None:
    with_details(page, is_expanded=False)
    passed = page.tab_through()
    start = passed.index("Copy code block 1") + 1

    assert passed[start : start + 3] == [
        "Show: Tool call: f · not called",
        "Show: Sources (2) · one.example · two.example",
        "Retry",
    ]
    assert passed.count("https://text.example") == 1


def test_tab_leads_from_a_line_into_its_details(page: Page) -> None:
    with_details(page, is_expanded=True)
    passed = page.tab_through()
    start = passed.index("Copy code block 1") + 1

    assert passed[start : start + 8] == [
        "Hide: Tool call: f · not called",
        "Wrap the lines of code block 2 (JSON)",
        "Save code block 2 (JSON) as…",
        "Copy code block 2 (JSON)",
        "Hide: Sources (2) · one.example · two.example",
        "one",
        "two",
        "Retry",
    ]
    assert passed.index("https://text.example") < start
    page.tab_to("two")
    steps = passed.index("two")
    assert page.tab(steps, back=True) == passed[:steps][::-1]


def test_the_keyboard_goes_into_details_where_they_were_expanded(page: Page) -> None:
    with_details(page, is_expanded=False)
    page.tab_to("Show: Sources (2) · one.example · two.example")
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_Space)

    assert page.focus == "Hide: Sources (2) · one.example · two.example"
    assert page.tab(2) == ["one", "two"]
    assert page.tab(2, back=True) == ["one", "Hide: Sources (2) · one.example · two.example"]
