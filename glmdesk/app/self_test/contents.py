"""What lies beside the program, and the libraries that work without a desktop."""

# ruff: noqa: PLC0415 - what cannot be loaded fails its own part, and no other

import asyncio
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtGui import QGuiApplication

from glmdesk.app.self_test.part import Scene, require
from glmdesk.desktop.paths import resources
from glmdesk.domain.conversation import Conversation
from glmdesk.domain.ids import new_id
from glmdesk.domain.message import Message
from glmdesk.i18n import LANGUAGES, _, set_language
from glmdesk.render.blocks import MathSpan
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.health import sqlite_version
from glmdesk.storage.models_file import load_catalog
from glmdesk.storage.search.query import parse_query
from glmdesk.storage.search.search import Search
from glmdesk.ui.glyphs import TextOutlines

_SAMPLE = "龙井"

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


async def look_at_files(scene: Scene) -> str:
    """Read the files that come with the program."""
    folder = resources()
    for name in ("icons/glmdesk.svg", "icons/tray/idle.svg", "demo", "tool_child.py", "export-format.md"):
        require((folder / name).exists(), _("{file} is missing").format(file=folder / name))
    require(not load_catalog(folder, scene.home).notices, _("the models cannot be read"))
    return str(folder)


async def look_at_languages(_scene: Scene) -> str:
    """Load the Chinese of the program and of Qt, and go back to the language that was spoken."""
    spoken = _("Settings")
    folder = resources() / "locale"
    try:
        set_language("zh-CN", folder)
        require(_("Settings") == "设置", _("the program has no Chinese"))
    finally:
        set_language("zh-CN" if spoken == "设置" else "en", folder)
    translations = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, place in (("qt", str(folder / "zh_CN")), ("qtbase_zh_CN", translations)):
        require(QTranslator().load(name, place), _("{file} is missing").format(file=f"{place}/{name}.qm"))
    return ", ".join(LANGUAGES)


async def look_at_documents(_scene: Scene) -> str:
    """Read a small document of each kind."""
    from glmdesk.documents.readers import text_of

    samples = {
        "sample.txt": _SAMPLE.encode("gb18030"),
        "sample.csv": f"{_SAMPLE},1\n".encode(),
        "sample.html": f"<html><body><p>{_SAMPLE}</p></body></html>".encode(),
        "sample.pdf": _pdf(),
        "sample.docx": _docx(),
        "sample.pptx": _pptx(),
        "sample.xlsx": await asyncio.to_thread(_xlsx),
    }
    for name, content in samples.items():
        text = await asyncio.to_thread(text_of, name, content)
        expected = "Longjing" if name.endswith(".pdf") else _SAMPLE
        require(expected in text, _("{file} was read as {text}").format(file=name, text=repr(text)))
    return ", ".join(Path(name).suffix[1:] for name in samples)


async def look_at_history(scene: Scene) -> str:
    """Store a question, and find it in the file when it is opened again."""
    place = scene.home / "history.db"
    now = datetime.now(UTC)
    conversation = Conversation(new_id(), _SAMPLE, now, now, "glm-4-flash-250414")
    question = Message(new_id(), conversation.id, None, "user", now, f"{_SAMPLE}?")
    async with Database(place) as database:
        await Conversations(database).create(conversation, question)
    async with Database(place) as database:
        found = await Search(database).messages(parse_query(_SAMPLE), 2)
    require(len(found) == 1, _("what was stored is not found"))
    return f"SQLite {sqlite_version()}"


async def look_at_formulas(_scene: Scene) -> str:
    """Set a formula."""
    outlines = TextOutlines(QGuiApplication.font())

    def drawn() -> bool:
        from glmdesk.render.typesetting import typeset

        return typeset(MathSpan(r"\frac{a^2}{\sqrt{b}}"), outlines.outline) is not None

    require(await asyncio.to_thread(drawn), _("a formula was not set"))
    return ""


async def look_at_code(_scene: Scene) -> str:
    """Colour some code, and check JSON by a schema."""

    def coloured() -> bool:
        from glmdesk.render.highlight import highlight, load

        load("python")
        lines = highlight("def f():\n    return 1\n", "python")
        return lines is not None and len({run.kind for run in lines[0]}) > 1

    def checked() -> bool:
        from glmdesk.chat.json_schema import faults_in

        return bool(faults_in('{"a": 1}', '{"properties": {"a": {"type": "string"}}}'))

    require(await asyncio.to_thread(coloured), _("code has no colours"))
    require(await asyncio.to_thread(checked), _("JSON is not checked"))
    return ""


def _zip(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def _relations(*links: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{lines}</Relationships>'


def _docx() -> bytes:
    body = f"<w:body><w:p><w:r><w:t>{_SAMPLE}</w:t></w:r></w:p></w:body>"
    return _zip(
        {
            "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
            "word/document.xml": f"<w:document {_W}>{body}</w:document>",
        }
    )


def _pptx() -> bytes:
    slides = '<p:sldIdLst><p:sldId id="256" r:id="r0"/></p:sldIdLst>'
    text = f"<p:txBody><a:p><a:r><a:t>{_SAMPLE}</a:t></a:r></a:p></p:txBody>"
    tree = f"<p:cSld><p:spTree><p:sp>{text}</p:sp></p:spTree></p:cSld>"
    return _zip(
        {
            "_rels/.rels": _relations(("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f"<p:presentation {_P} {_R}>{slides}</p:presentation>",
            "ppt/_rels/presentation.xml.rels": _relations(("slide", "slides/slide1.xml")),
            "ppt/slides/slide1.xml": f"<p:sld {_P} {_A}>{tree}</p:sld>",
        }
    )


def _xlsx() -> bytes:
    from openpyxl import Workbook

    workbook, content = Workbook(write_only=True), io.BytesIO()
    workbook.create_sheet("1").append([_SAMPLE, 1])
    workbook.save(content)
    return content.getvalue()


def _pdf() -> bytes:
    text = b"BT /F 12 Tf 20 20 Td (Longjing) Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    written = b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, each) for number, each in enumerate(objects, start=1)
    )
    # Readers find the objects without a table of where they are.
    return b"%PDF-1.4\n" + written + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF\n"
