"""Documents to be read: made by the libraries that others write them with, or by hand."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

import docx
import openpyxl
import pptx


def word() -> bytes:
    """Return a report with a title, headings, lists, a table and a link."""
    document = docx.Document()
    document.add_heading("季度报告", 0)
    document.add_heading("Sales", 1)
    document.add_paragraph("Up by 12 %.")
    document.add_paragraph("North", style="List Bullet")
    document.add_paragraph("South", style="List Bullet")
    document.add_paragraph("First", style="List Number")
    document.add_paragraph("Second", style="List Number")
    table = document.add_table(2, 2)
    for at, text in enumerate(("Region", "Sum", "North|East", "100")):
        table.cell(at // 2, at % 2).text = text
    document.add_paragraph("The end.")
    return _saved(document)


def workbook() -> bytes:
    """Return two sheets with numbers, dates, a formula that was never calculated, and awkward texts."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "销售"
    sheet.append(["Day", "Sum", "Paid"])
    sheet.append([date(2024, 2, 29), 0.1 + 0.2, True])
    sheet.append([datetime(2024, 3, 1, 13, 5), 1e21, False])  # noqa: DTZ001 - sheets know no time zones
    sheet["A4"] = time(23, 59, 30)
    sheet["B4"] = 12
    sheet["B4"].number_format = '0" days"'
    sheet["D6"] = "=SUM(B2:B4)"
    second = book.create_sheet("Notes")
    second.append(['a, "b"', "two\nlines"])
    return _saved(book)


def slides() -> bytes:
    """Return two slides: bullets with the speaker's notes, and a table."""
    show = pptx.Presentation()
    first = show.slides.add_slide(show.slide_layouts[1])
    first.shapes.title.text = "Plan"
    first.placeholders[1].text = "One\nTwo"
    first.notes_slide.notes_text_frame.text = "Say hello"
    second = show.slides.add_slide(show.slide_layouts[5])
    second.shapes.title.text = "Numbers"
    table = second.shapes.add_table(2, 2, 0, 0, 9, 9).table
    for at, text in enumerate(("k", "v", "a", "1")):
        table.cell(at // 2, at % 2).text = text
    return _saved(show)


def pdf(pages: Sequence[str], *, filters: bytes = b"", packed: Sequence[bytes] = ()) -> bytes:
    """Return a PDF with a line of Latin text on each page, or with streams that are there already."""
    streams = packed or [b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % page.encode("latin-1") for page in pages]
    kids = b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(streams)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(streams)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for at, stream in enumerate(streams):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R>>>>>>" % (5 + 2 * at)
        )
        objects.append(b"<</Length %d%s>>stream\n%s\nendstream" % (len(stream), filters, stream))
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", list[int]()
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (*(count, table, count, len(out)),)
    )


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def word_of(body: str, **parts: str) -> bytes:
    """Return a document with this XML in its body, and more parts by what they are for."""
    relations = "".join(f'<Relationship Id="r{kind}" Type="x/{kind}" Target="{kind}.xml"/>' for kind in parts)
    names = 'xmlns:w="w" xmlns:r="r/relationships"'
    return package(
        {
            "word/document.xml": f"<w:document {names}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": f"<Relationships>{relations}</Relationships>",
            **{f"word/{kind}.xml": xml for kind, xml in parts.items()},
        }
    )


def sheet_of(rows: str, **parts: str) -> bytes:
    """Return a workbook with one sheet of these rows, and more parts by what they are for."""
    kinds = {"worksheet": f"<worksheet><sheetData>{rows}</sheetData></worksheet>", **parts}
    relations = "".join(f'<Relationship Id="r{kind}" Type="x/{kind}" Target="{kind}.xml"/>' for kind in kinds)
    book = (
        '<workbook xmlns:r="r/relationships"><sheets><sheet name="S" r:id="rworksheet"/></sheets></workbook>'
    )
    return package(
        {
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>",
            **{f"xl/{kind}.xml": xml for kind, xml in kinds.items()},
        }
    )


def _saved(document: "docx.document.Document | openpyxl.Workbook | pptx.presentation.Presentation") -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
