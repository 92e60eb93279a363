"""Long texts divided so that each part can be read by itself."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.documents.chunks import Mark
from glmdesk.documents.division import divided
from glmdesk.documents.readers import text_of
from glmdesk.domain.tokens import estimate_tokens
from tests.documents import samples

HEAD = "order,city,amount\n"
TABLE = HEAD + "".join(f"O{number},上海,{number}\n" for number in range(1, 201))
PIECES = [
    "\n",
    "\n\n",
    "word ",
    "字",
    "句子。",
    "[page 7]\n\n",
    "# Title\n",
    "a,b\n",
    '"a\nb",c\n',
    "| a | b |\n",
]


def continued(text: str) -> str:
    """Return what is left of a part without what is said again in it."""
    return re.sub(r"^\[\w+ [^\]]*, continued\]\n\n", "", text)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.integers(12, 60))
def test_no_part_is_too_long_and_nothing_is_left_out(text: str, most: int) -> None:
    parts = divided(text, most)

    assert all(part.tokens <= most for part in parts)
    left = "".join(continued(part.text) for part in parts)
    for piece in ("word", "字", "句子"):
        assert left.count(piece) == text.count(piece)


@given(st.lists(st.text(alphabet='ab,\n"字', max_size=8), min_size=3, max_size=40), st.integers(40, 90))
def test_rows_stay_whole_whatever_is_in_their_cells(cells: list[str], most: int) -> None:
    lines = [["name", "number"], *([cell, str(number)] for number, cell in enumerate(cells))]
    text = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in lines)
    parts = divided(text, most, is_table=True)
    found = [row for part in parts for row in csv.reader(part.text.splitlines(keepends=True))]

    assert [row for row in found if row != lines[0]] == lines[1:]


def test_a_table_has_its_head_in_each_part_and_says_which_rows_it_has() -> None:
    parts = divided(TABLE, 300, is_table=True)

    assert all(part.text.startswith(HEAD) for part in parts)
    assert HEAD + "".join(part.text.removeprefix(HEAD) for part in parts) == TABLE
    rows = [number for part in parts if part.rows for number in range(part.rows[0], part.rows[1] + 1)]
    assert rows == list(range(1, 201))
    sizes = [part.tokens for part in parts]
    assert max(sizes) < 1.2 * min(sizes), "they are of one size"


@pytest.mark.parametrize(
    ("text", "has_head"),
    [
        ("name,age\nAnn,30\nBob,40\n", True),
        ("region,2021,2022\nNorth,5,6\nSouth,7,8\n", True),
        ("姓名,城市\n张三,上海\n李四,北京\n", True),
        ("Ann,30\nBob,40\nCid,50\n", False),
        ("1;2\n3;4\n5;6\n", False),
    ],
)
def test_the_first_row_is_a_head_where_it_says_what_the_columns_are(text: str, has_head: bool) -> None:
    head, *rows = text.splitlines(keepends=True)
    first, *_others, last = divided(head + "".join(rows * 30), 150, is_table=True)

    assert first.text.startswith(head)
    assert last.text.startswith(head) == has_head


def test_sheets_and_tables_of_documents_are_divided_by_rows_too() -> None:
    workbook = divided(text_of("a.xlsx", samples.workbook()), 40)
    assert workbook[1].text.startswith("[sheet 销售, continued]\n\nDay,Sum,Paid\n2024-03-01")
    assert workbook[1].first == Mark("sheet", "销售")
    text = "# Sales\n\n| Region | Sum |\n| --- | --- |\n" + "".join(f"| R{n} | {n} |\n" for n in range(60))
    parts = divided(text, 150)

    assert all("| Region | Sum |\n| --- | --- |\n" in part.text for part in parts)
    assert parts[1].text.startswith("[heading Sales, continued]\n\n| Region |")
    rows = [row for part in parts for row in re.findall(r"\| R\d+", part.text)]
    assert rows == [f"| R{number}" for number in range(60)]


def test_a_part_ends_before_a_heading_or_a_page_that_is_near() -> None:
    chapters = [f"第{number}章 开始\n\n" + "字字字字字字字字字字。\n\n" * 20 for number in "一二三四五六"]
    parts = divided("".join(chapters), int(estimate_tokens(chapters[0]) * 1.25))

    assert [part.text for part in parts] == chapters
    pages = [f"[page {number}]\n\n" + "word " * 60 + "\n\n" for number in range(1, 9)]
    spans = [(part.first, part.last) for part in divided("".join(pages), estimate_tokens(pages[0]) * 9 // 4)]
    assert spans == [(Mark("page", str(n)), Mark("page", str(n + 1))) for n in (1, 3, 5, 7)]


@pytest.mark.parametrize("character", ["👩‍💻", "e\u0301\u0323", "🇨🇳", "👍🏽", "가\u0301"])
def test_no_character_is_cut(character: str) -> None:
    parts = divided(character * 400, 90)

    assert len(parts) > 2
    assert all(not part.text.replace(character, "") for part in parts)
