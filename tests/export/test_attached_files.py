"""Files of messages in exports that are read by people: beside Markdown, inside a page."""

import base64
import re
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from glmdesk.domain.attachment import Attachment
from glmdesk.export.files import export_files
from glmdesk.export.html import export_html
from glmdesk.export.texts import export_text, write_text
from glmdesk.storage.attachments import Attachments, attachments_of
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.transfer.importing import Importer
from tests.export.test_html import Tags
from tests.storage.examples import conversation, question
from tests.storage.test_transfer import title_of

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200_000)
_LINK = re.compile(r"^- \[(.*)\]\((.*)\) · ", re.MULTILINE)


@pytest.fixture
def attachments(path: Path) -> Attachments:
    return attachments_of(path)


async def store(database: Database, *attached: Attachment, text: str = "Read this") -> None:
    of = conversation("Report")
    await Conversations(database).create(of, replace(question(of, text), attachments=attached))


async def page(database: Database) -> str:
    async with aclosing(export_html(database, model_title=title_of)) as pieces:
        return "".join([piece async for piece in pieces])


async def test_markdown_links_to_files_beside_it(
    database: Database, attachments: Attachments, tmp_path: Path
) -> None:
    names = ("报表 (1).csv", "报表 (1).csv", "../../up.txt", "CON", "a\nb[c].md", "x" * 300 + ".txt")
    kept = [attachments.keep(name, [str(number).encode()]) for number, name in enumerate(names)]
    await store(database, *(replace(one, name=name) for one, name in zip(kept, names, strict=True)))
    target = tmp_path / "out" / "Report.md"
    target.parent.mkdir()
    await write_text(database, None, "md", target, model_title=title_of)
    links = _LINK.findall(target.read_text(encoding="utf-8"))
    files = [target.parent / unquote(href) for _name, href in links]

    assert [file.read_text() for file in files] == ["0", "1", "2", "3", "4", "5"]
    assert {file.parent for file in files} == {target.parent / "Report.assets"}
    assert sorted(path.name for path in target.parent.iterdir()) == ["Report.assets", "Report.md"]
    assert [name for name, _href in links][4] == r"a b\[c\].md"


async def test_a_second_export_touches_nothing_of_the_first(
    database: Database, attachments: Attachments, tmp_path: Path
) -> None:
    await store(database, attachments.keep("a.txt", [b"a"]))
    (tmp_path / "Report.assets").mkdir()
    (tmp_path / "Report.assets" / "a.txt").write_text("of somebody else")
    await write_text(database, None, "md", tmp_path / "Report.md", model_title=title_of)

    assert (tmp_path / "Report.assets" / "a.txt").read_text() == "of somebody else"
    assert (tmp_path / "Report.assets (2)" / "a.txt").read_text() == "a"
    assert "(Report.assets%20%282%29/a.txt)" in (tmp_path / "Report.md").read_text()


async def test_files_of_several_are_with_their_texts_and_come_in_as_texts_again(
    database: Database, attachments: Attachments, tmp_path: Path
) -> None:
    for number in range(2):
        await store(database, attachments.keep("notes.md", [f"# {number}".encode()]), text=f"Read {number}")
    folder = await export_files(database, None, tmp_path, model_title=title_of)
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.md")) == [
        "Report (2).assets/notes.md",
        "Report (2).md",
        "Report.assets/notes.md",
        "Report.md",
    ]
    async with Database(tmp_path / "other" / "glmdesk.db") as other:
        imported = await Importer(other, "m").run(folder)

        assert imported.tally.new_conversations == 2, "a file of a message is no conversation"


async def test_what_is_lost_or_has_no_place_is_named(
    database: Database, attachments: Attachments, tmp_path: Path
) -> None:
    lost = attachments.keep("lost.txt", [b"a"])
    await store(database, lost, attachments.keep("kept.txt", [b"b"]))
    attachments.remove(lost.digest)
    await write_text(database, None, "md", tmp_path / "a.md", model_title=title_of)
    async with aclosing(export_text(database, None, "md", model_title=title_of)) as pieces:
        alone = "".join([piece async for piece in pieces])

    assert "- lost.txt · 1 B\n- [kept.txt](a.assets/kept.txt) · 1 B" in (tmp_path / "a.md").read_text()
    assert "- lost.txt · 1 B\n- kept.txt · 1 B" in alone
    assert "<p>lost.txt · 1 B</p>" in await page(database)


async def test_a_page_holds_its_files_and_fetches_nothing(
    database: Database, attachments: Attachments
) -> None:
    csv, picture = attachments.keep('"><script>.csv', [b"a,b\n"]), attachments.keep("图.png", [PNG])
    await store(database, csv, picture, attachments.keep("drawing.svg", [b"<svg onload='x'>"]))
    text = await page(database)
    tags = Tags()
    tags.feed(text)

    assert "script" not in tags.tags
    assert [link.partition(",")[0] for link in tags.links] == [
        "data:application/octet-stream;base64",
        "data:image/png;base64",
        "data:application/octet-stream;base64",
    ]
    contents = [base64.b64decode(link.partition(",")[2], validate=True) for link in tags.links]
    assert contents == [b"a,b\n", PNG, b"<svg onload='x'>"]
    assert "img-src data:" in text
    assert '<img alt="图.png"' in text
