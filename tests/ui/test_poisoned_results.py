"""What a tool says to be taken for something else is shown as a text, and nothing is done because of it."""

import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.options import Options
from glmdesk.domain.tool import Risk, ToolResult
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.message_view import MessageView
from tests.support.poison import RESULTS, poisoned
from tests.support.script import Answer, ToolCall
from tests.support.tripwire import PROGRAMS, WatchedFile, tripwire
from tests.tools.kit import Kit
from tests.ui.approving import answerable
from tests.ui.keyboard import ENTER, press
from tests.ui.open_window import open_window
from tests.ui.test_hostile_messages import links, was_called

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="files are watched with inotify")

LONGEST = 60_000
"""Characters of a result that a model reads."""


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """A socket on loopback that accepts without an answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def unfold(view: MessageView) -> None:
    """Show all that is behind lines of a message."""
    for button in view.findChildren(QAbstractButton):
        if button.isVisible() and button.accessibleName().startswith("Show: "):
            button.click()


@pytest.mark.parametrize("name", RESULTS)
async def test_a_poisoned_result_does_nothing_and_allows_nothing(
    tmp_path: Path, catalog: Catalog, icons: Icons, trap: socket.socket, name: str
) -> None:
    secret = tmp_path / "secret.png"
    icons.logo().pixmap(32, 32).save(str(secret))
    text = poisoned(RESULTS[name], str(secret), trap.getsockname()[1])
    kit = Kit()
    kit.add("read_page").says = ToolResult(text)
    send = kit.add("send_note", Risk.ACTS)
    async with open_window(tmp_path, catalog, icons, tool_sources=[kit]) as window:
        window.chat.choose_options("", Options(tools=("read_page", "send_note")))
        # The model does as it was told by the page.
        window.service.script(
            Answer("", tool_calls=(ToolCall("read_page", "{}", "call-1"),)),
            Answer("", tool_calls=(ToolCall("send_note", '{"title":"all"}', "call-2"),)),
        )
        with WatchedFile(secret) as watched, tripwire(*PROGRAMS) as caught:
            window.type("What does the page say?")
            press(window.composer.input, ENTER)
            await answerable(window)
            for view in window.window.findChildren(MessageView):
                unfold(view)
                view.grab()
                assert links(view) == set()
            window.window.grab()
            assert not watched.was_opened
            assert caught == []
        assert not was_called(trap)
        assert send.called == []
        (told,) = [one for one in window.service.chats[1].body["messages"] if one["role"] == "tool"]
        window.press("Stop")
        await window.answered()

        assert send.called == []
        sent = re.sub("[\ud800-\udfff]", "\ufffd", text)
        assert told["content"][:LONGEST] == sent[:LONGEST]
        assert len(window.service.chats) == 2
