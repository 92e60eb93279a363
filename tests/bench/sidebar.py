"""The list of 100,000 conversations: its first page, scrolling to its end, and what a change costs there.

`sidebar.py [COUNT]`. Milliseconds: of the clock for what is read, of the processor for what is shown.
"""

import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import apsw
from PySide6.QtWidgets import QApplication

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.listing import EVERYTHING, Listing, Order
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.rows import insert_conversation
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.widgets.conversation_view import ConversationView
from tests.bench._shown import settle, timed

_PAGE = 100
_NOW = datetime.now(UTC)


def _made(number: int) -> Conversation:
    at = _NOW - timedelta(minutes=7 * number)
    return Conversation(
        f"{number:032}", f"对话 conversation {number}", at, at, "glm-4-plus", folder=str(number % 9)
    )


async def fill(path: Path, count: int) -> None:
    """Store so many conversations."""

    def work(connection: apsw.Connection) -> None:
        for number in range(count):
            insert_conversation(connection, _made(number))

    async with Database(path) as database:
        await database.write(work)


async def read(path: Path) -> tuple[dict[str, float], list[tuple[Conversation, ...]], list[float]]:
    """Return how long a first page takes in each order, all pages, and how long each took."""
    first: dict[str, float] = {}
    async with Database(path) as database:
        store = Conversations(database)
        listings = {
            "last used": EVERYTHING,
            "created": Listing(order=Order.CREATED),
            "a folder": Listing(folder="3"),
        }
        for name, listing in listings.items():
            started = time.perf_counter()
            await store.page(listing, limit=_PAGE)
            first[name] = (time.perf_counter() - started) * 1000
        pages: list[tuple[Conversation, ...]] = []
        took: list[float] = []
        while not pages or len(pages[-1]) == _PAGE:
            started = time.perf_counter()
            page = await store.page(after=pages[-1][-1] if pages else None, limit=_PAGE)
            took.append((time.perf_counter() - started) * 1000)
            pages.append(page)
    return first, pages, took


def shown(pages: list[tuple[Conversation, ...]]) -> None:
    """Scroll to the end of the list, and change something there."""
    rows = ConversationList()
    view = ConversationView(rows)
    view.resize(260, 700)
    view.show()
    first = timed(lambda: rows.reset_rows(pages[0], has_more=True))
    bar = view.verticalScrollBar()
    added: list[float] = []
    for page in pages[1:]:

        def go_on(page: tuple[Conversation, ...] = page) -> None:
            rows.append_page(page, has_more=len(page) == _PAGE)
            bar.setValue(bar.maximum())

        added.append(timed(go_on))
    settle()
    added.sort()
    print(f"shown: first page {first:.1f}, a further page p50 {added[len(added) // 2]:.1f}, "
          f"p99 {added[int(len(added) * 0.99)]:.1f}, longest {added[-1]:.1f}")  # fmt: skip
    last = pages[-1][-1] if pages[-1] else pages[-2][-1]
    moved = timed(lambda: rows.put(replace(last, updated_at=_NOW)))
    marked = timed(lambda: rows.set_unread(last.id, is_marked=True))
    scrolled = [timed(partial(bar.setValue, bar.maximum() // 7 * number)) for number in range(7)]
    print(f"with all of them: the last one moves up {moved:.1f}, is marked {marked:.1f}, "
          f"a jump anywhere {max(scrolled):.1f}")  # fmt: skip


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    application = QApplication(["bench", "-platform", "offscreen", "-style", "Fusion"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "glmdesk.db"
        asyncio.run(fill(path, count))
        first, pages, took = asyncio.run(read(path))
    print(f"{count:,} conversations, milliseconds")
    print("read: first page " + ", ".join(f"{name} {value:.1f}" for name, value in first.items()))
    took.sort()
    print(f"read: a further page p50 {took[len(took) // 2]:.1f}, p99 {took[int(len(took) * 0.99)]:.1f}")
    shown(pages)
    application.quit()


if __name__ == "__main__":
    main()
