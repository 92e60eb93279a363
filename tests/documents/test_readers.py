"""Documents as texts, and what is said of those that are none."""

import pytest

from glmdesk.documents.readers import text_of
from glmdesk.domain.errors import UsageError
from tests.documents import samples

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refusal(content: bytes) -> str:
    with pytest.raises(UsageError) as refused:
        text_of("报告.bin", content)
    assert refused.value.problem.headline.count("“报告.bin”") == 1
    assert refused.value.problem.remedy
    return refused.value.problem.code


def test_a_document_keeps_its_headings_lists_and_tables() -> None:
    assert text_of("a.docx", samples.word()) == (
        "# 季度报告\n\n# Sales\n\nUp by 12 %.\n\n- North\n- South\n1. First\n2. Second\n\n"
        "| Region | Sum |\n| --- | --- |\n| North\\|East | 100 |\n\nThe end."
    )


def test_a_workbook_says_what_its_cells_show() -> None:
    assert text_of("a.xlsx", samples.workbook()) == (
        "[sheet 销售]\n\nDay,Sum,Paid\n2024-02-29,0.3,TRUE\n2024-03-01 13:05:00,1e+21,FALSE\n23:59:30,12\n"
        ',,,=SUM(B2:B4)\n\n[sheet Notes]\n\n"a, ""b""","two\nlines"'
    )


def test_slides_come_with_their_tables_and_what_is_said_to_them() -> None:
    assert text_of("a.pptx", samples.slides()) == (
        "[slide 1]\n\n# Plan\n\nOne\nTwo\n\nNotes: Say hello\n\n"
        "[slide 2]\n\n# Numbers\n\n| k | v |\n| --- | --- |\n| a | 1 |"
    )


def test_pages_are_marked() -> None:
    assert text_of("a.pdf", samples.pdf(["Hello", "", "World"])) == (
        "[page 1]\n\nHello\n\n[page 2: no text]\n\n[page 3]\n\nWorld"
    )


def test_the_content_decides_and_not_the_name() -> None:
    assert text_of("a.txt", samples.pdf(["Hello"])) == "[page 1]\n\nHello"
    assert text_of("a.pdf", b"%PDF is a format.") == "%PDF is a format."
    assert text_of("a.py", b'BEGINNING = "%PDF-1."') == 'BEGINNING = "%PDF-1."'
    assert text_of("a.docx", b"<!DOCTYPE html><p>Hello") == "Hello"


def test_the_same_content_gives_the_same_text() -> None:
    for content in (samples.word(), samples.workbook(), samples.slides(), samples.pdf(["Hello"])):
        assert text_of("a", content) == text_of("b", content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "not-text"),
        (samples.package({"a.txt": "text"}), "not-text"),
        (samples.pdf(["", ""]), "document-no-text"),
        (b"%PDF-1.7\nnothing else", "document-damaged"),
        (samples.word()[:-200], "document-damaged"),
        (b"PK\x03\x04", "document-damaged"),
        (samples.word_of(""), "document-no-text"),
        (samples.sheet_of("<row><c/></row>"), "document-no-text"),
        (samples.word_of("<w:p><w:r></w:p>"), "document-damaged"),
        (OLD_OFFICE + bytes(600), "document-old-format"),
        (b"{\\rtf1\\ansi Hello}", "document-old-format"),
        (OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "document-encrypted"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_a_pdf_with_a_password_is_said_to_have_one() -> None:
    locked = samples.pdf(["Hello"]).replace(
        b"trailer<<",
        b"trailer<</Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<00><00>]"
        % (b"11" * 32, b"22" * 32),
    )

    assert refusal(locked) == "document-encrypted"
