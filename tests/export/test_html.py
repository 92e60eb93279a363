"""One page of HTML: all of it is in the page, and none of it is run or fetched."""

import re
from contextlib import aclosing
from html.parser import HTMLParser

import pytest

from glmdesk.domain.message import Message
from glmdesk.export.html import export_html
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.typed import override
from tests.storage.examples import NOON, answer, conversation, question
from tests.storage.test_transfer import store_examples

pytestmark = pytest.mark.anyio

HOSTILE = [
    "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>",
    "![x](https://evil.example/x.png) [y](javascript:alert(1))",
    '"><svg onload=alert(1)>',
    "</style></title><iframe src='file:///etc/passwd'>",
]
FETCHING = {
    "script",
    "img",
    "iframe",
    "link",
    "object",
    "embed",
    "video",
    "audio",
    "source",
    "svg",
    "form",
    "base",
}


class Tags(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


async def page(database: Database, *ids: str) -> str:
    pieces = export_html(database, ids or None, model_title=lambda model: model or "")
    async with aclosing(pieces):
        return "".join([piece async for piece in pieces])


async def test_what_is_shown_is_in_it(database: Database) -> None:
    of, _empty = await store_examples(Conversations(database))
    text = await page(database, of.id)

    assert "<title>标题 \u2028 two</title>" in text
    assert "<h1>标题 two</h1>" in text
    assert "Be brief." in text
    assert "<b>You</b>" in text
    assert "**答案：**在这里" in text, "it was to be JSON, and is shown as it came"
    assert "This answer was stopped." in text
    assert "先想" in text
    assert "晴" in text
    assert "notes: find · by the service · failed" in text
    assert "![x](https://evil.example/x.png)" in text, "what a server said is data"
    assert "<img" not in text
    assert "another" not in text, "that is a variant which is not shown"
    assert text.endswith("</body>\n</html>\n")


async def test_all_conversations_are_on_one_page(database: Database) -> None:
    await store_examples(Conversations(database))

    assert (await page(database)).count("<section>") == 2


async def test_formulas_and_tables_need_no_program(database: Database) -> None:
    store, of = Conversations(database), conversation("a")
    asked = question(of)
    await store.create(of, asked, answer(asked, "$x^2$\n\n| a |\n|-|\n| 1 |\n"))
    text = await page(database)

    assert "<math " in text
    assert "<table " in text


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_nothing_in_it_is_run_or_fetched(database: Database, hostile: str) -> None:
    store, of = Conversations(database), conversation(hostile)
    asked = Message("q" * 32, of.id, None, "user", NOON, hostile)
    told = Message("a" * 32, of.id, asked.id, "assistant", NOON, hostile, reasoning=hostile, model=hostile)
    await store.create(of, asked, told)
    tags = Tags()
    tags.feed(await page(database))

    assert not tags.tags & FETCHING
    assert not {name for name in tags.attributes if name.startswith("on") or name == "src"}
    assert all(re.match("https?:|mailto:", link) for link in tags.links)
