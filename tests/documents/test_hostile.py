"""Files that are made to do harm end in words, soon and in little memory."""

import base64
import io
import tracemalloc
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.documents.bounds import Bounds, Unreadable
from glmdesk.documents.package import Elements, Package
from glmdesk.documents.readers import text_of
from glmdesk.documents.web_page import page_text
from glmdesk.domain.errors import UserError
from tests.documents import samples

MEGABYTE = 1 << 20
BLANKS = zlib.compress(bytes(130 * MEGABYTE), 9)

ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)


def refusal(content: bytes) -> str:
    with pytest.raises(UserError) as refused:
        text_of("a", content)
    return refused.value.problem.code


def peak(content: bytes, code: str) -> int:
    """Return how many bytes it takes to refuse a file."""
    tracemalloc.start()
    try:
        assert refusal(content) == code
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_part_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    blanks = b"<document>" + b" " * (260 * MEGABYTE)
    content = samples.package({"word/document.xml": blanks})
    del blanks

    assert len(content) < MEGABYTE
    assert peak(content, "document-too-long") < 20 * MEGABYTE


def test_a_part_that_says_it_is_small_is_read_no_further() -> None:
    content = bytearray(samples.package({"word/document.xml": b"<a>" + bytes(MEGABYTE)}))
    central = content.rindex(b"PK\x01\x02")
    content[central + 24 : central + 28] = (10).to_bytes(4, "little")

    assert refusal(bytes(content)) == "document-damaged"


def test_entities_are_refused() -> None:
    parts = {"word/document.xml": f"{ENTITIES}<w>&j;</w>"}

    assert refusal(samples.package(parts)) == "document-damaged"
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w>&a;</w>'
    assert refusal(samples.package({"word/document.xml": outside})) == "document-damaged"


def test_depth_is_bounded() -> None:
    assert refusal(samples.word_of("<w:tbl>" * 100_000)) == "document-damaged"
    assert refusal(samples.word_of("<w:tbl><w:tr><w:tc>" * 400)) == "document-damaged"


def test_so_many_parts_are_not_looked_at() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    content = out.getvalue()

    assert refusal(content + 60_000 * b"PK\x01\x02") == "document-too-long"


def test_a_sheet_of_one_far_cell_a_row_ends_when_its_text_is_long_enough() -> None:
    rows = "".join(f'<row><c r="XFD{row}"><v>1</v></c></row>' for row in range(1, 2000))

    assert refusal(samples.sheet_of(rows)) == "document-too-long"


@pytest.mark.parametrize(
    ("stream", "filters"),
    [
        (BLANKS, b"/Filter/FlateDecode"),
        (zlib.compress(BLANKS), b"/Filter[/FlateDecode/FlateDecode]"),
        (base64.a85encode(BLANKS) + b"~>", b"/Filter[/ASCII85Decode/FlateDecode]"),
    ],
)
def test_a_stream_that_unpacks_to_gigabytes_is_not_unpacked(stream: bytes, filters: bytes) -> None:
    content = samples.pdf([], packed=[stream], filters=filters)

    assert peak(content, "document-too-long") < 20 * MEGABYTE


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<!--",
            "<",
            "<a ",
            "</a",
            "<a x='",
            '<a x="',
            "<script>",
            "<div>",
            "<table><tr><td>",
            "<li>",
            "&#x",
        ),
        *(
            "<!",
            "<a href='http://a'>",
            "<pre>",
            "<svg>",
            "<a =====",
            "<textarea>",
            "<p><b>",
            "<![CDATA[",
            "<?",
        ),
    ],
)
def test_a_page_of_unfinished_pieces_is_read_at_once(piece: str) -> None:
    """The parser of the standard library takes minutes for some of them; this one's time is bounded."""
    page = "<!doctype html>" + piece * (MEGABYTE // 4 // len(piece))

    page_text(page.encode(), Bounds(seconds=10))


def test_a_clock_ends_what_takes_too_long() -> None:
    package = Package(samples.word(), Bounds(seconds=-1))

    with pytest.raises(Unreadable, match="too-slow"):
        package.read("word/document.xml", Elements())


CONTENTS = [samples.word(), samples.workbook(), samples.slides(), samples.pdf(["Hello", "World"])]
PAGE = b"<!doctype html><title>T</title><p>a <a href='http://x'>b</a><ul><li>c</ul><table><tr><td>d</table>"


def read_or_refused(content: bytes) -> None:
    """Fail for any other end."""
    with suppress(UserError):
        text_of("a", content)


@given(st.sampled_from([*CONTENTS, PAGE]), st.data())
def test_a_changed_file_is_read_or_refused(content: bytes, data: st.DataObject) -> None:
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    read_or_refused(bytes(changed))


NAMES = st.sampled_from(
    ["w:p", "w:r", "w:t", "w:tbl", "w:tr", "w:tc", "w:pPr", "w:numPr", "w:hyperlink", "w:footnote", "w:del"]
)
CELLS = st.sampled_from(["row", "c", "v", "t", "is", "f", "si", "sheetData", "rPh"])
VALUES = st.sampled_from(["", "1", "-1", "9" * 30, "A1", "ZZZ9", "s", "b", "d", "٣", "1e999", "nan"])


def trees(names: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    attribute = st.builds('{}="{}"'.format, st.sampled_from(["w:val", "r", "s", "t", "w:id"]), VALUES)
    leaves = st.one_of(VALUES, st.just("text"))
    return st.recursive(
        leaves,
        lambda inner: st.builds(
            lambda name, said, parts: f"<{name} {said}>{''.join(parts)}</{name}>",
            *(names, attribute, st.lists(inner, max_size=4)),
        ),
        max_leaves=20,
    )


@given(trees(NAMES))
def test_any_elements_of_a_document_are_read_or_refused(body: str) -> None:
    read_or_refused(samples.word_of(body, numbering="<n/>", styles="<n/>"))


@given(trees(CELLS), trees(CELLS))
def test_any_elements_of_a_sheet_are_read_or_refused(rows: str, strings: str) -> None:
    # The prefix is not declared in sheets.
    shared = f"<sst>{strings}</sst>".replace("w:", "")
    read_or_refused(samples.sheet_of(rows.replace("w:", ""), sharedStrings=shared))
