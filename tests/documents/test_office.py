"""What stands in Office files and is not seen there, or only there."""

import pytest

from glmdesk.documents.readers import text_of
from tests.documents.samples import sheet_of, word_of


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered(level: int, number: int = 1) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def level(at: int, form: str, text: str) -> str:
    said = f'<w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{at}">{said}</w:lvl>'


def numbering(*levels: str) -> str:
    return (
        f'<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )


def test_numbers_of_paragraphs_are_counted_as_they_are_shown() -> None:
    levels = numbering(
        level(0, "chineseCounting", "第%1条"), level(1, "decimal", "%1.%2"), level(2, "lowerRoman", "(%3)")
    )
    body = "".join(paragraph("x", numbered(at)) for at in (0, 1, 1, 2, 0, 1))

    assert text_of("a", word_of(body, numbering=levels)).split("\n") == [
        *("第一条 x", "  一.1 x", "  一.2 x", "    (i) x", "第二条 x", "  二.1 x")
    ]


@pytest.mark.parametrize(
    ("form", "tenth"),
    [
        ("decimal", "10"),
        ("upperLetter", "J"),
        ("lowerRoman", "x"),
        ("chineseCounting", "十"),
        ("decimalZero", "10"),
    ],
)
def test_numbers_have_their_form(form: str, tenth: str) -> None:
    body = paragraph("x", numbered(0)) * 10

    assert text_of("a", word_of(body, numbering=numbering(level(0, form, "%1.")))).endswith(f"{tenth}. x")


def test_headings_are_known_by_what_their_style_is_made_of() -> None:
    styles = (
        '<w:styles xmlns:w="w"><w:style w:styleId="2"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:styleId="Own"><w:name w:val="Ours"/><w:basedOn w:val="2"/></w:style></w:styles>'
    )
    body = paragraph("A", '<w:pStyle w:val="Own"/>') + paragraph("B", '<w:outlineLvl w:val="0"/>')

    assert text_of("a", word_of(body, styles=styles)) == "## A\n\n# B"


def test_what_was_deleted_is_left_out_and_a_text_box_is_there_once() -> None:
    box = "<w:txbxContent>" + paragraph("Box") + "</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>Stays</w:t></w:r><w:del><w:r><w:t>gone</w:t></w:r></w:del><w:r>"
        f"<w:Choice>{box}</w:Choice><w:Fallback>{box}</w:Fallback></w:r><w:r><w:tab/><w:t>on</w:t></w:r></w:p>"
    )

    assert text_of("a", word_of(body)) == "Box\n\nStays\ton"


def test_tab_stops_are_no_tabs() -> None:
    assert text_of("a", word_of(paragraph("x", "<w:tabs><w:tab/></w:tabs>"))) == "x"


def test_notes_stand_at_the_end_and_links_lead_somewhere() -> None:
    body = (
        '<w:p><w:hyperlink r:id="rlinks"><w:r><w:t>Here</w:t></w:r></w:hyperlink>'
        '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    )
    note = f'<w:footnotes xmlns:w="w"><w:footnote w:id="2">{paragraph("Why")}</w:footnote></w:footnotes>'
    content = word_of(body, footnotes=note, links="<x/>")

    assert text_of("a", content) == "Here[^f2]\n\n[^f2]: Why"


def test_cells_over_several_columns_keep_the_others_in_theirs() -> None:
    def cell(text: str, span: int = 1) -> str:
        return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{paragraph(text)}</w:tc>'

    rows = (cell("a", 2) + cell("b"), cell("c") + cell("d") + cell("e"))
    body = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"

    assert text_of("a", word_of(body)) == "| a |  | b |\n| --- | --- | --- |\n| c | d | e |"


STRINGS = "<sst><si><r><t>Two </t></r><r><t>parts</t></r><rPh><t>aid</t></rPh></si></sst>"
STYLES = (
    '<styleSheet><numFmts><numFmt numFmtId="200" formatCode="yyyy&quot;年&quot;m"/>'
    '<numFmt numFmtId="201" formatCode="[Red]0.0&quot; days&quot;"/>'
    '<numFmt numFmtId="202" formatCode="[h]:mm"/>'
    '</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="200"/>'
    '<xf numFmtId="201"/><xf numFmtId="202"/>'
    "</cellXfs></styleSheet>"
)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<c t="s"><v>0</v></c>', "Two parts"),
        ('<c t="s"><v>1</v></c><c><v>2</v></c>', ",2"),
        ('<c t="inlineStr"><is><t>here</t></is></c>', "here"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="e"><v>#REF!</v></c>', "#REF!"),
        ('<c t="str"><f>A1&amp;B1</f><v>text</v></c>', "text"),
        ('<c t="d"><v>2024-02-29</v></c>', "2024-02-29"),
        ("<c><v>0.30000000000000004</v></c>", "0.3"),
        ("<c><v>12345678901234567890</v></c>", "12345678901234567890"),
        ('<c s="1"><v>1</v></c>', "1900-01-01"),
        ('<c s="1"><v>59</v></c>', "1900-02-28"),
        ('<c s="1"><v>61</v></c>', "1900-03-01"),
        ('<c s="2"><v>45351.5</v></c>', "2024-02-29 12:00:00"),
        ('<c s="3"><v>1.5</v></c>', "1.5"),
        ('<c s="4"><v>0.25</v></c>', "06:00:00"),
        ('<c s="1"><v>1e300</v></c>', "1e+300"),
        ('<c s="99999"><v>7</v></c>', "7"),
        ('<c r="C1"><v>7</v></c>', ",,7"),
    ],
)
def test_a_cell_says_what_is_seen_in_it(cell: str, shown: str) -> None:
    content = sheet_of(f"<row>{cell}</row>", sharedStrings=STRINGS, styles=STYLES)

    assert text_of("a", content) == f"[sheet S]\n\n{shown}"
