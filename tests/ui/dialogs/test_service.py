"""The dialog of one service: what it asks for, what it proposes, and what it says."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.chat.checkup import Connected, Listed, Proxied, Resolved, Spoke
from glmdesk.domain.own_service import OwnService
from glmdesk.ui.dialogs.service import ServiceDialog
from glmdesk.ui.widgets.check_results import CheckResults
from tests.ui.keyboard import ENTER, press

HOME = OwnService("Home", "http://192.168.1.5:8000/v1", ("glm-4.7",), needs_key=True, is_plain_allowed=True)
KEY = "a-key-of-another-service"


@pytest.fixture
def parent() -> Iterator[QWidget]:
    widget = QWidget()
    widget.show()
    yield widget
    widget.close()
    widget.deleteLater()


def opened(parent: QWidget, service: OwnService | None = None) -> ServiceDialog:
    dialog = ServiceDialog(service, lambda _draft, model_id: f"the price of {model_id}", parent)
    dialog.open()
    return dialog


def box(dialog: ServiceDialog, name: str) -> QCheckBox:
    return next(one for one in dialog.findChildren(QCheckBox) if one.text() == name)


def button(dialog: ServiceDialog, name: str) -> QPushButton:
    return next(one for one in dialog.findChildren(QPushButton) if one.accessibleName() == name)


def models(dialog: ServiceDialog) -> dict[str, bool]:
    """Return which models are listed, and whether they are chosen."""
    (rows,) = dialog.findChildren(QListWidget)
    items = [rows.item(row) for row in range(rows.count())]
    return {item.text(): item.checkState() is Qt.CheckState.Checked for item in items}


def shown(dialog: ServiceDialog) -> list[str]:
    return dialog.findChildren(CheckResults)[0].texts


def test_what_is_entered_is_what_is_kept(parent: QWidget, qtbot: QtBot) -> None:
    dialog = opened(parent)
    dialog.name.setText("  My   Ollama ")
    dialog.address.setText(" http://127.0.0.1:11434/v1 ")
    dialog.show_step(Listed(0.01, ("glm4:9b", "llama")))

    with qtbot.waitSignal(dialog.save_requested) as saved:
        button(dialog, "Save").click()

    assert saved.args == [OwnService("My Ollama", "http://127.0.0.1:11434/v1", ("glm4:9b", "llama")), ""]


def test_a_service_is_shown_as_it_is_and_its_key_is_not(parent: QWidget) -> None:
    dialog = opened(parent, HOME)

    assert dialog.draft == HOME
    assert dialog.key.text() == ""
    assert dialog.key.isVisible()
    assert dialog.key.echoMode() is QLineEdit.EchoMode.Password


def test_a_key_is_asked_for_where_one_is_needed(parent: QWidget, qtbot: QtBot) -> None:
    dialog = opened(parent)
    assert not dialog.key.isVisible()

    box(dialog, "It is asked with a key").click()
    dialog.key.setText(KEY)
    with qtbot.waitSignal(dialog.check_requested) as asked:
        button(dialog, "Test the connection").click()

    draft, key = asked.args or []
    assert (draft.needs_key, key) == (True, KEY)


def test_the_key_does_not_stay_in_the_field(parent: QWidget) -> None:
    dialog = opened(parent, HOME)
    dialog.key.setText(KEY)
    field = dialog.key
    dialog.accept()

    assert field.text() == ""


@pytest.mark.parametrize(
    ("address", "wants"),
    [
        ("http://192.168.1.5:8000/v1", True),
        ("http://nas/v1", True),
        ("https://192.168.1.5:8000/v1", False),
        ("http://127.0.0.1:11434/v1", False),
        ("http://llm.example.com/v1", False),
    ],
)
def test_agreement_is_asked_for_at_home_alone(parent: QWidget, address: str, *, wants: bool) -> None:
    dialog = opened(parent)
    dialog.address.setText(address)
    agreement = box(dialog, "Ask it without encryption")

    assert agreement.isVisible() == wants
    assert not dialog.draft.is_plain_allowed
    agreement.setChecked(True)
    assert dialog.draft.is_plain_allowed == wants


def test_few_models_are_all_proposed_and_many_are_listed(parent: QWidget) -> None:
    few, many = opened(parent), opened(parent)
    few.show_step(Listed(0.01, ("a", "b")))
    many.show_step(Listed(0.01, tuple(f"m{number}" for number in range(100))))

    assert models(few) == {"a": True, "b": True}
    assert len(models(many)) == 100
    assert not any(models(many).values())


def test_what_was_chosen_stays_chosen_and_the_rest_is_proposed(parent: QWidget) -> None:
    dialog = opened(parent, HOME)
    dialog.show_step(Listed(0.01, ("glm-4.7", "glm-4.6v")))

    assert models(dialog) == {"glm-4.7": True, "glm-4.6v": False}


def test_a_model_can_be_named_that_is_not_listed(parent: QWidget, qtbot: QtBot) -> None:
    dialog = opened(parent)
    line = next(one for one in dialog.findChildren(QLineEdit) if one.accessibleName() == "Add a model")
    line.setText(" mine ")
    press(line, ENTER)
    assert models(dialog) == {"mine": True}

    line.setText("another")
    with qtbot.waitSignal(dialog.save_requested) as saved:
        button(dialog, "Save").click()

    assert (saved.args or [])[0].models == ("mine", "another")


def test_what_a_word_costs_is_said_before_it_is_asked(parent: QWidget, qtbot: QtBot) -> None:
    dialog = opened(parent)
    assert not button(dialog, "Ask one word").isEnabled()
    dialog.show_step(Listed(0.01, ("a", "b")))

    said = "One word is asked of a, and at most 64 tokens are answered: the price of a."
    assert said in [label.text() for label in dialog.findChildren(type(dialog._cost))]
    with qtbot.waitSignal(dialog.word_requested) as asked:
        button(dialog, "Ask one word").click()
    assert (asked.args or [])[2] == "a"

    (rows,) = dialog.findChildren(QListWidget)
    rows.setCurrentRow(1)
    with qtbot.waitSignal(dialog.word_requested) as asked:
        button(dialog, "Ask one word").click()
    assert (asked.args or [])[2] == "b"


def test_what_is_found_is_read_line_by_line(parent: QWidget) -> None:
    dialog = opened(parent)
    dialog.begin_check()
    assert not button(dialog, "Test the connection").isEnabled()
    dialog.show_step(Resolved(0.012, ("192.168.1.5", "fd00::5")))
    dialog.show_step(Connected(0.0034, 0.0456))
    dialog.show_step(Listed(0.0004, ("a",)))
    dialog.show_step(Spoke(0.42, 34.6, None))
    dialog.end_check()

    assert shown(dialog) == [
        "Name resolution: 12 ms · 192.168.1.5, fd00::5",
        "Connection: 3 ms",
        "Encryption: 46 ms",
        "Models: < 1 ms · 1 model",
        "First word: 420 ms",
        "Speed: 35 tokens/s",
    ]
    assert button(dialog, "Test the connection").isEnabled()


def test_another_check_begins_anew_and_says_what_was_wrong(parent: QWidget) -> None:
    dialog = opened(parent)
    dialog.show_step(Proxied("proxy.corp"))
    dialog.show_step(Spoke(0.42, None, None))
    assert shown(dialog) == [
        "Name resolution: looked up by the proxy proxy.corp",
        "First word: 420 ms",
    ]
    dialog.begin_check()
    dialog.show_step(Connected(0.002, None))
    dialog.show_check_problem("It is closed.")

    assert shown(dialog) == ["Connection: 2 ms", "Encryption: not encrypted", "It is closed."]


def test_why_it_was_not_kept_is_said_until_something_changes(parent: QWidget) -> None:
    dialog = opened(parent)
    dialog.show_refusal("The service needs a name.")
    assert dialog._problem.isVisible()

    dialog.name.setText("Ollama")

    assert not dialog._problem.isVisible()
