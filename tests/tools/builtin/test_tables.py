"""SQL over attached tables: what is recognised in them, what may be asked, and where it ends."""

import asyncio
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glmdesk.domain.attachment import Attachment
from glmdesk.storage.table_query import NotAnswered, Table, query
from glmdesk.tools.builtin.tables import answer, table_query
from glmdesk.tools.builtin.tool import Refused
from tests.tools.builtin.asking import Files, answered, refused, told

pytestmark = pytest.mark.anyio

SALES = 'name,amount,qty,code\nA,1.5,3,007\n"x, ""y""",,4,8\n天,2.25,5,9\n'
ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"


@pytest.fixture
def sales() -> Files:
    return Files().add("sales 2026.csv", SALES)


async def test_without_sql_the_tables_are_described(sales: Files) -> None:
    assert await told(table_query(sales.read), sales.scene, files=["sales 2026.csv"]) == (
        'sales 2026.csv: table "sales_2026", 3 rows\n'
        '"name" TEXT, "amount" REAL, "qty" INTEGER, "code" TEXT\n'
        'A,1.5,3,007\n"x, ""y""",,4,8\n天,2.25,5,9\n'
    )


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT sum(amount), avg(qty) FROM t", "[1 rows]\nsum(amount),avg(qty)\n3.75,4.0"),
        ("SELECT name FROM sales_2026 WHERE amount IS NULL", '[1 rows]\nname\n"x, ""y"""'),
        ("SELECT code FROM t ORDER BY qty DESC LIMIT 1", "[1 rows]\ncode\n9"),
        ("SELECT name FROM t WHERE name = '天'; ", "[1 rows]\nname\n天"),
        ("SELECT name FROM t WHERE 0", "[0 rows]\nname"),
        ("SELECT x'00ff' AS raw", "[1 rows]\nraw\n00ff"),
    ],
)
async def test_statements_are_answered_as_csv(sales: Files, sql: str, expected: str) -> None:
    assert await told(table_query(sales.read), sales.scene, files=["sales 2026.csv"], sql=sql) == expected


async def test_tables_are_joined() -> None:
    files = Files().add("a.csv", "id;name\n1;one\n2;two\n").add("b.tsv", "id\tprice\n2\t9.5\n")
    sql = "SELECT name, price FROM a JOIN b USING (id)"

    assert await told(table_query(files.read), files.scene, files=["a.csv", "b.tsv"], sql=sql) == (
        "[1 rows]\nname,price\ntwo,9.5"
    )


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("1,2\n3,4\n", '"c1" INTEGER, "c2" INTEGER'),
        ("a,a\n1,2\n", '"a" INTEGER, "a_2" INTEGER'),
        ("a,,A\n1,2,3\n", '"a" INTEGER, "c2" INTEGER, "A_3" INTEGER'),
        ("a,b\n1\n2,x,9\n", '"a" INTEGER, "b" TEXT, "c3" INTEGER'),
        ("when,n\n2026-01-01,1e3\n", '"when" TEXT, "n" REAL'),
        ("n\n12345678901234567890\n", '"n" TEXT'),
        ("n\n1.5e-3\n12\n", '"n" REAL'),
        ("n\n.5\n-0.25\n", '"n" REAL'),
        ("n\n1.234,5\n", '"n" REAL, "c2" INTEGER'),
        ("a b\u2028c,d\n1,\n", '"a b c" INTEGER, "d" TEXT'),
    ],
)
def test_headings_and_types_are_recognised(text: str, columns: str) -> None:
    assert answer({"f.csv": text}, "").splitlines()[1] == columns


PROVINCES = """\
各省收入表,,,,
单位：元,,,,
,,,,
省份,2022,2023,增长,备注
北京,"1,234.50","￥1,000",12%,-
上海,"(1,234.50)",¥2.5万,-3.5％,补充
合计,"１，０００",-,0%,n/a
"""


async def test_sums_are_right_however_numbers_are_written() -> None:
    files = Files().add("收入.csv", PROVINCES)
    sql = 'SELECT sum("2022") AS a, sum("2023") AS b, round(sum("增长"), 6) AS c, count(*) AS n FROM t'
    said = await told(table_query(files.read), files.scene, files=["收入.csv"], sql=sql)

    assert said.splitlines()[:3] == ["[1 rows]", "a,b,c,n", "1000.0,26000,0.085,3"]


async def test_what_is_read_in_another_way_is_told_and_kept_as_it_is_written() -> None:
    files = Files().add("收入.csv", PROVINCES)
    tool = table_query(files.read)

    assert await told(tool, files.scene, files=["收入.csv"]) == (
        '收入.csv: table "收入", 3 rows\n'
        '"省份" TEXT, "2022" REAL, "2023" INTEGER, "增长" REAL, "备注" TEXT, '
        '"2022_text" TEXT, "2023_text" TEXT, "增长_text" TEXT\n'
        "Above the rows stands:\n各省收入表,,,,\n单位：元,,,,\n"
        '"2022" was read as numbers: "1,234.50" is 1234.5, "(1,234.50)" is -1234.5, "１，０００" is 1000. '
        'As written: "2022_text".\n'
        '"2023" was read as numbers: "￥1,000" is 1000, "¥2.5万" is 25000; "-" is NULL. '
        'As written: "2023_text".\n'
        '"增长" was read as numbers: "12%" is 0.12, "-3.5％" is -0.035. As written: "增长_text".\n'
        "Rows that begin with 合计 may be sums of others.\n"
        '北京,1234.5,1000,0.12,-,"1,234.50","￥1,000",12%\n'
        '上海,-1234.5,25000,-0.035,补充,"(1,234.50)",¥2.5万,-3.5％\n'
        "合计,1000,,0.0,n/a,１，０００,-,0%\n"
    )
    sql = 'SELECT "2023_text" FROM t WHERE "2022" < 0'
    assert (await told(tool, files.scene, files=["收入.csv"], sql=sql)).startswith(
        "[1 rows]\n2023_text\n¥2.5万"
    )


def test_numbers_among_words_are_told_with_the_result() -> None:
    text = 'item,price\na,"1,000"\nb,500\nc,待定\n'

    assert answer({"p.csv": text}, "SELECT sum(price_number) AS s FROM t") == (
        '[1 rows]\ns\n1500\n\n"price" is text, because 1 of 3 values are no numbers, such as "待定"; '
        '"price_number" has its numbers, and NULL for the rest ("1,000" is 1000).'
    )
    assert answer({"p.csv": text}, "SELECT item FROM t LIMIT 1") == "[1 rows]\nitem\na"


def test_a_comma_is_decimal_where_cells_are_separated_by_something_else() -> None:
    text = "Ort;Umsatz\nBonn;1.234,50 €\nKiel;2,25 €\nUlm;1.000\n"

    assert answer({"d.csv": text}, "SELECT sum(Umsatz) AS s FROM t").splitlines()[2] == "2236.75"
    points = "place;n\nBonn;1.5\nKiel;1,234.50\n"
    assert answer({"d.csv": points}, "SELECT sum(n) AS s FROM t").splitlines()[2] == "1236.0"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_rows_without_anything_in_them_are_no_rows(separator: str) -> None:
    rows = [["", ""], ["a", "b"], ["1", "2"], ["", " "], ["3", "4"], ["", ""]]
    text = "\n".join(separator.join(row) for row in rows)

    assert answer({"f.csv": text}, "SELECT count(*) AS n, sum(a) AS s FROM t") == "[1 rows]\nn,s\n2,4"


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE t",
        "INSERT INTO sales_2026 VALUES (1, 2, 3, 4)",
        "UPDATE sales_2026 SET name = ''",
        "DELETE FROM sales_2026",
        "CREATE TEMP TABLE z AS SELECT 1",
        "ATTACH 'other.db' AS other",
        "VACUUM INTO 'copy.db'",
        "PRAGMA query_only = off",
        "SELECT * FROM pragma_database_list",
        "SELECT load_extension('x')",
        "BEGIN",
        "SELECT 1; SELECT 2",
        "SELECT writefile('x', 'y')",
        "--",
        "SELECT zeroblob(100000000)",
        "SELECT * FROM nowhere",
        "SELECT 'unfinished",
        "SELECT \0",
    ],
)
async def test_nothing_but_reading_is_allowed(sales: Files, sql: str) -> None:
    words = await refused(table_query(sales.read), sales.scene, files=["sales 2026.csv"], sql=sql)

    assert 'Tables: "sales_2026"(name, amount, qty, code)' in words


@pytest.mark.parametrize(
    "sql",
    [
        f"{ENDLESS} SELECT count(*) FROM c",
        f"{ENDLESS} SELECT randomblob(900000) FROM c ORDER BY 1",
        f"{ENDLESS} SELECT group_concat(x) FROM c",
    ],
)
def test_what_has_no_end_is_ended(sql: str) -> None:
    table = Table("one", ("a",), ("INTEGER",), [(1,)])

    with pytest.raises(NotAnswered, match="The statement was ended: it"):
        query([table], sql, most_rows=10, most_seconds=0.5)


def test_of_rows_without_end_the_first_are_shown() -> None:
    table = Table("one", ("a",), ("INTEGER",), [(1,)])
    rows = query([table], f"{ENDLESS} SELECT x FROM c", most_rows=3, most_seconds=0.2)

    assert rows.rows == ((1,), (2,), (3,))
    assert not rows.is_whole


def test_rows_that_were_left_out_are_counted() -> None:
    text = "n\n" + "\n".join(map(str, range(1000)))
    said = answer({"n.csv": text}, "SELECT n FROM t")

    assert said.startswith("[the first 200 of 1000 rows]\nn\n0\n1\n")
    assert said.endswith("\n199")


def test_what_has_no_room_is_left_out() -> None:
    text = "n\n" + "\n".join(f"{'x' * 600}{number}" for number in range(100))
    said = answer({"n.csv": text}, "SELECT n FROM t")

    assert len(said) <= 16_000
    assert said.splitlines()[0] == "[the first 31 of 100 rows]"
    assert said.splitlines()[2] == "x" * 500 + "…"


@pytest.mark.parametrize("rows", [[], [(number,) for number in range(1000)]])
def test_what_is_not_wanted_any_more_is_ended(rows: list[tuple[int]]) -> None:
    looks = count()
    table = Table("one", ("a",), ("INTEGER",), rows)

    with pytest.raises(NotAnswered, match="not wanted any more"):
        query([table], f"{ENDLESS} SELECT count(*) FROM c", most_rows=1, is_over=lambda: next(looks) > 500)
    assert next(looks) < 520


async def test_a_call_that_is_cancelled_ends(sales: Files) -> None:
    began = asyncio.Event()

    async def read(attachment: Attachment) -> str | None:
        began.set()
        return await sales.read(attachment)

    async with asyncio.TaskGroup() as group:
        arguments = {"files": ["sales 2026.csv"], "sql": f"{ENDLESS} SELECT count(*) FROM c"}
        call = group.create_task(table_query(read).run(arguments, sales.scene))
        await began.wait()
        call.cancel()

    assert call.cancelled()


async def test_the_sheets_of_a_workbook_are_tables() -> None:
    people, staff = 'id,name\n1,"Ann\n\n[sheet X]\n\n""B"""\n2,Eve', "id,dept\n2,R&D"
    sheets = {"People": people, "Empty": "", "部门 2": staff, "Last": ""}
    text = "\n\n".join(f"[sheet {name}]\n\n{rows}".rstrip() for name, rows in sheets.items())
    files = Files().add("Book.XLSX", text)
    tool = table_query(files.read)

    described = await told(tool, files.scene, files=["Book.XLSX"])
    first, second = described.split("\n\n\n")
    assert first.splitlines()[:2] == [
        'Book.XLSX, sheet People: table "People", 2 rows',
        '"id" INTEGER, "name" TEXT',
    ]
    assert second == 'Book.XLSX, sheet 部门 2: table "部门_2", 1 rows\n"id" INTEGER, "dept" TEXT\n2,R&D\n'
    sql = "SELECT name FROM People JOIN 部门_2 USING (id)"
    assert await told(tool, files.scene, files=["Book.XLSX"], sql=sql) == "[1 rows]\nname\nEve"


@pytest.mark.parametrize(
    "text",
    ["," * 199 + "x\n" * 30_000, "," * 200 + "x", "a\n" + "," * 200 + "x", "x\n" * 500_002],
    ids=["cells", "columns of the first row", "columns of another", "rows"],
)
def test_a_table_that_is_too_large_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="is too large"):
        answer({"large.csv": text}, "")


@pytest.mark.parametrize("text", ["[sheet One]\n\n[sheet Two]", ""])
def test_a_workbook_without_cells_is_empty(text: str) -> None:
    with pytest.raises(Refused, match=r"nothing in these|is empty"):
        answer({"book.xlsx": text}, "SELECT 1")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "files"),
        (["other.csv"], "no file of that name"),
        (["sales 2026.csv"] * 9, "files"),
        ("sales 2026.csv", "files"),
    ],
)
async def test_files_have_to_be_there(sales: Files, files: object, words: str) -> None:
    assert words in await refused(table_query(sales.read), sales.scene, files=files)


def test_texts_in_a_result_that_are_none_are_refused() -> None:
    with pytest.raises(NotAnswered, match="no text"):
        query([Table("o", ("a",), ("TEXT",), [])], "SELECT CAST(x'80' AS TEXT)", most_rows=1)


@settings(max_examples=150)
@given(
    st.text(alphabet=st.sampled_from("ab1.,;\t|\"\n\r'\0é\ud800 "), max_size=80),
    st.sampled_from(["", "SELECT * FROM t", "SELECT count(*), c1 FROM t", "WITH", "VALUES (1)"])
    | st.text(max_size=30),
)
async def test_anything_is_answered_in_bounds(text: str, sql: str) -> None:
    files = Files().add("f.csv", text)

    await answered(table_query(files.read), {"files": ["f.csv"], "sql": sql}, files.scene)
