import re
import sys
from collections.abc import Iterator
from itertools import islice

import pytest

from tests.support.atspi import Accessible
from tests.support.desktop import DesktopSession
from tests.support.waiting import wait_until
from tests.support_tests import small_window


@pytest.fixture(scope="module")
def desktop() -> Iterator[DesktopSession]:
    with DesktopSession(keyring="none") as session:
        yield session


@pytest.fixture(scope="module")
def window(desktop: DesktopSession) -> Accessible:
    process = desktop.start("window", [sys.executable, small_window.__file__])
    return desktop.accessibility().application(pid=process.pid).find(role="frame", name="Small window")


def test_a_control_is_found_by_role_and_name_and_says_what_it_is(window: Accessible) -> None:
    search = window.find(role="text", name="Search")

    assert search.description == "Finds words in all conversations"
    assert {"editable", "enabled", "showing"} <= search.states
    assert "Text" in search.interfaces


def test_a_program_is_found_by_its_name_as_well(desktop: DesktopSession, window: Accessible) -> None:
    assert desktop.accessibility().application(name="small window").owner == window.owner


def test_a_pattern_finds_names_that_contain_it(window: Accessible) -> None:
    assert window.find(role="button", name=re.compile("^Sen")).name == "Send"


def test_a_combo_box_is_found_by_the_label_that_belongs_to_it(window: Accessible) -> None:
    assert window.find(role="combo box", name="Model").label == "Model"


def test_text_of_any_language_is_written_and_read(window: Accessible) -> None:
    search = window.find(role="text", name="Search")

    search.set_text("你好 🙂 world")

    assert search.text == "你好 🙂 world"


def test_what_is_typed_goes_where_the_focus_is(desktop: DesktopSession, window: Accessible) -> None:
    message = window.find(role="text", name="Message")
    message.set_text("")

    message.grab_focus()
    desktop.type_text("one two")
    desktop.press("Return")
    desktop.type_text("three")

    wait_until(lambda: message.text == "one two\nthree", lambda: f"the typed text, not {message.text!r}")


def test_pressing_a_button_does_what_a_click_does(window: Accessible) -> None:
    window.find(role="text", name="Message").set_text("hello")

    window.find(role="button", name="Send").press()

    window.find(role="label", name="sent hello")


def test_a_menu_opens_and_its_item_is_clicked(desktop: DesktopSession, window: Accessible) -> None:
    window.find(role="menu item", name="File").press()
    save = window.find(role="menu item", name="Save")

    desktop.click(save)

    window.find(role="label", name="saved")
    save.wait_until(lambda itself: not itself.is_showing, "the end")


def test_an_item_of_a_combo_box_is_clicked(desktop: DesktopSession, window: Accessible) -> None:
    model = window.find(role="combo box", name="Model")
    model.press()

    desktop.click(window.find(role="list item", name="large"))

    model.wait_until(lambda itself: itself.name == "large", "the chosen value")


def test_a_row_of_a_list_is_selected_though_it_is_not_on_the_screen(window: Accessible) -> None:
    row = window.find(role="list item", name="row 90", showing=False)
    assert "showing" not in row.states

    row.select()

    row.wait_until(lambda itself: "selected" in itself.states, "the selection")


def test_a_box_is_ticked(window: Accessible) -> None:
    box = window.find(role="check box", name="Tools")
    was_checked = "checked" in box.states

    box.press()

    box.wait_until(lambda itself: ("checked" in itself.states) is not was_checked, "the tick")


def test_a_number_is_read_and_raised(window: Accessible) -> None:
    size = window.find(role="spin box", name="Size")
    before = size.value

    size.do("Increase")

    # By how much is up to Qt: 6.8 goes by ten.
    assert size.value > before


def test_the_tree_is_walked_only_as_far_as_it_is_read(window: Accessible) -> None:
    assert [found.role for found in islice(window.walk(), 2)] == ["frame", "filler"]


def test_what_is_missing_is_reported_with_what_is_there(window: Accessible) -> None:
    with pytest.raises(AssertionError, match=r"(?s)button named 'Fly' in.*button 'Send'"):
        window.find(role="button", name="Fly", timeout_s=0.0)


def test_a_control_that_was_removed_does_not_exist(window: Accessible) -> None:
    remove = window.find(role="button", name="Remove")

    remove.press()

    wait_until(lambda: not remove.exists, "the button to vanish")
