"""What PDF alone has: broken words, letters that only look right, and a library that must be left in time."""

import subprocess
import sys
from pathlib import Path

import pytest

from glmdesk.documents.pdf import _legible
from glmdesk.documents.readers import text_of
from tests.documents import samples

ROOT = Path(__file__).resolve().parents[2]

END_WHILE_READING = """
import sys, threading
from pathlib import Path
from glmdesk.documents.bounds import Bounds
from glmdesk.documents.pdf import pdf_text

reading = threading.Event()

class Telling(Bounds):
    def write(self, letters):
        super().write(letters)
        reading.set()

content = Path(sys.argv[1]).read_bytes()
threading.Thread(target=pdf_text, args=(content, Telling()), daemon=True).start()
reading.wait(20)
"""


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ("an exam\ufffeple of it", "an example of it"),
        ("an exam\x02\r\nple of it", "an example of it"),
        ("one\r\ntwo \r\n\r\n", "one\ntwo"),
        ("第⼀⻚ ⼈⺠", "第一页 人民"),
        ("e\ufb03cient", "efficient"),
        ("a\0b\ufeff", "ab"),
    ],
)
def test_letters_are_those_that_are_meant(found: str, text: str) -> None:
    assert _legible(found) == text


def test_a_word_that_is_broken_at_the_end_of_a_line_is_whole() -> None:
    page = b"BT /F1 12 Tf 50 700 Td (An exam-) Tj 0 -14 Td (ple of it.) Tj ET"

    assert text_of("a.pdf", samples.pdf([], packed=[page])) == "[page 1]\n\nAn example of it."


def test_what_stands_before_the_beginning_is_passed_over() -> None:
    assert text_of("a.pdf", b"\n\n" + samples.pdf(["Hello"])).endswith("Hello")


def test_the_program_ends_well_while_a_pdf_is_read(tmp_path: Path) -> None:
    """The library was taken down under whoever was in it, and the process crashed."""
    (tmp_path / "long.pdf").write_bytes(samples.pdf(["Hello"] * 3000))

    ended = subprocess.run(
        [sys.executable, "-c", END_WHILE_READING, str(tmp_path / "long.pdf")],
        cwd=ROOT,
        capture_output=True,
        timeout=25,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
