"""Nothing of a message is fetched, opened or run by being shown: not of its text, its model, its title."""

import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.chat.key_state import Missing, Unread
from glmdesk.domain.catalog import Offer
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import Problem
from glmdesk.domain.message import Message, State
from glmdesk.render.copying import as_html, as_markdown, as_plain_text
from glmdesk.render.parts import Part
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.banner import Kind
from glmdesk.ui.widgets.boxes.text_box import TextBox
from glmdesk.ui.widgets.message_view import MessageView
from tests.chat.examples import answer, question
from tests.support.hostile import PAYLOADS
from tests.support.tripwire import FILES, NETWORK, PROGRAMS, WatchedFile, tripwire
from tests.ui.furnished import Furnished

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="files are watched with inotify")

ALLOWED = {"http", "https", "mailto"}


@pytest.fixture
def secret(tmp_path: Path, icons: Icons) -> Path:
    """An image that Qt could show, if it looked."""
    path = tmp_path / "secret.png"
    icons.logo().pixmap(32, 32).save(str(path))
    return path


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """A socket on loopback that accepts without an answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def was_called(trap: socket.socket) -> bool:
    try:
        trap.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@pytest.fixture
def furnished(qtbot: QtBot, offer: Offer, icons: Icons) -> Furnished:
    furnished = Furnished(offer, icons)
    qtbot.addWidget(furnished.window)
    furnished.window.resize(1000, 700)
    furnished.window.show()
    return furnished


def texts(box: object) -> Iterator[TextBox]:
    """Yield every text of a box, however deep."""
    if isinstance(box, TextBox):
        yield box
    for inner in (
        *getattr(box, "_boxes", ()),
        *getattr(box, "cells", ()),
        getattr(box, "inner", None),
    ):
        if inner is not None:
            yield from texts(inner)


def links(view: MessageView) -> set[str]:
    """Return where a click in a message could lead."""
    return {run.href for text in texts(view._blocks) for run in text._runs if run.href}


def views(furnished: Furnished) -> list[MessageView]:
    return furnished.transcript.viewport().findChildren(MessageView)


def look_at(furnished: Furnished, branch: list[Message]) -> None:
    """Show messages as history and as a stream, paint them, point at them, hear them, copy them."""
    furnished.show_messages(branch)
    *before, last = branch
    furnished.show_messages([*before, replace(last, id="again", text="", state=State.STREAMING)])
    for start in range(0, len(last.text), 7):
        furnished.messages.grow("again", last.text[start : start + 7])
    furnished.window.grab()
    for view in views(furnished):
        view.spoken_text()
        view.link_at(QPointF(view.width() / 2, 15))
        view.select((view.place_at(QPointF(0, 0)), view.end))
    for manner in (as_plain_text, as_html, as_markdown):
        manner([Part(message) for message in branch])
    for view in views(furnished):
        view.grab()


@pytest.mark.parametrize("text", PAYLOADS, ids=lambda text: ascii(text[:40]))
def test_showing_a_message_reaches_nothing(
    furnished: Furnished, secret: Path, trap: socket.socket, text: str
) -> None:
    hostile = text.replace("{{", "{").replace("}}", "}")
    hostile = hostile.replace("{file}", str(secret)).replace("{port}", str(trap.getsockname()[1]))
    asked = question(hostile)
    branch = [asked, answer(asked, hostile)]
    # What is loaded with the first message of a kind is loaded now.
    look_at(furnished, branch)
    with WatchedFile(secret) as watched, tripwire(*NETWORK, *PROGRAMS, *FILES) as caught:
        look_at(furnished, branch)
        assert not watched.was_opened

    assert caught == []
    assert not was_called(trap)
    for view in views(furnished):
        assert {urlsplit(link).scheme for link in links(view)} <= ALLOWED


def test_the_wires_are_tight(secret: Path, qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    label.setText(f"<img src='file://{secret}'>")
    with WatchedFile(secret) as watched:
        label.grab()
        assert watched.was_opened
    with tripwire(*FILES) as caught:
        secret.read_bytes()
        assert len(caught) == 1


def payload(secret: Path) -> str:
    return f"<img src='file://{secret}'><b>bold</b>"


def test_titles_models_and_errors_are_text(furnished: Furnished, secret: Path, qtbot: QtBot) -> None:
    hostile = payload(secret)
    window = furnished.window
    with WatchedFile(secret) as watched:
        furnished.list_conversation(hostile, model=hostile)
        window.chat.banner.show_message(Kind.ERROR, hostile, action="x", label=hostile)
        furnished.key_entry.show_state(Missing(Endpoint("https://example.org", hostile)))
        furnished.key_entry.show_status(hostile, is_problem=True)
        problem = Problem("1", "{message}", hostile, details={"message": hostile})
        asked = question(hostile)
        failed = answer(asked, hostile, State.FAILED)
        furnished.show_messages([asked, replace(failed, problem=problem, model=hostile)])
        furnished.messages.say(failed.id, hostile)
        window.grab()
        furnished.view.grab()
        for page in (window.chat.show_key_entry, window.chat.show_starters):
            page()
            window.grab()
        assert not watched.was_opened

    assert rich_texts(window) == []


def rich_texts(window: QWidget) -> list[str]:
    """Return the labels and tips that Qt may read as HTML."""
    labels = [
        label.text()
        for label in window.findChildren(QLabel)
        if label.textFormat() is not Qt.TextFormat.PlainText and "<" in label.text()
    ]
    tips = [widget.toolTip() for widget in window.findChildren(QWidget)]
    # One pair of marks around all of it, and what looks like others escaped, is a text.
    return [*labels, *(tip for tip in tips if "<" in tip.removeprefix("<span>").removesuffix("</span>"))]


def test_tips_of_the_list_are_text(furnished: Furnished, secret: Path, qtbot: QtBot) -> None:
    furnished.list_conversation(payload(secret))
    tip = furnished.rows.index(1).data(Qt.ItemDataRole.ToolTipRole)
    label = QLabel(tip)
    qtbot.addWidget(label)
    with WatchedFile(secret) as watched:
        label.grab()
        assert not watched.was_opened

    document = QTextDocument()
    document.setHtml(tip)
    assert document.toPlainText() == payload(secret)


def test_settings_are_text(
    offer: Offer, secret: Path, tmp_path: Path, qtbot: QtBot, dressed: QApplication
) -> None:
    from glmdesk.domain.errors import Problem
    from glmdesk.storage.settings import Settings
    from glmdesk.ui.dialogs.settings import SettingsDialog
    from glmdesk.ui.widgets.key_row import KeyRow

    parent = QWidget()
    qtbot.addWidget(parent)
    row = KeyRow()
    dialog = SettingsDialog(Settings(tmp_path / "settings.toml"), offer, parent, key_row=row)
    with WatchedFile(secret) as watched:
        row.show_state(Unread(Endpoint("https://h", "h"), Problem("x", payload(secret), "")))
        dialog.show_problem("proxy", payload(secret))
        dialog.grab()
        assert not watched.was_opened

    assert rich_texts(dialog) == []
