"""Which rows name the columns of a table, and which are above it."""

import csv
import io

import pytest

from glmdesk.tools.tabular.headings import Heading, heading_of


def found(text: str) -> Heading:
    rows = [row for row in csv.reader(io.StringIO(text)) if any(row)]
    return heading_of(rows, ".")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("省份,2022,2023\n北京,100,200\n上海,5,6\n", "省份 2022 2023"),
        ("省份,2023\n北京,100\n上海,200\n", "省份 2023"),
        ("2021,2022,2023\n5,6,7\n", "2021 2022 2023"),
        (",1,2,3\nA,4,5,6\nB,1,1,1\n", " 1 2 3"),
        ("姓名,成绩,成绩\n张三,90,85\n", "姓名 成绩 成绩"),
        ("日期,收入\n2026-01-01,5\n2026-01-02,6\n", "日期 收入"),
        ("item,2023-01,2023-02\na,1,2\n", "item 2023-01 2023-02"),
        ("item,2023-01-01,2023-02-01\na,1,2\n", ""),
        ("name,city\nAnn,Bonn\n", "name city"),
        ("name,city\n", "name city"),
        ("n\n1,5\n", "n"),
        ('金额,占比\n"1,234.50",12%\n-,3%\n', "金额 占比"),
        ("id,n\n1,2\nid,n\n3,4\n", "id n"),
    ],
)
def test_names_are_other_things_than_what_stands_below(text: str, names: str) -> None:
    heading = found(text)

    assert " ".join(heading.names) == names
    assert heading.height == (1 if names else 0)


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n3,4\n",
        "北京,100\n上海,200\n",
        "苹果,1999\n梨,2500\n桃,1800\n",
        "China,2008,2012\nUK,2012,2016\n",
        "2022,2023\n",
        "2026-01-01,5\n2026-01-02,6\n",
        "yes,a\nno,b\nyes,c\n",
        '"1,000",¥5\n"2,000",¥6\n',
    ],
)
def test_a_first_row_of_values_is_no_heading(text: str) -> None:
    assert found(text) == Heading((), 0)


def test_titles_stand_above() -> None:
    heading = found("Report,,\nmade on,2026-01-05,,,\nname,a,b,c,d\nx,1,2,3,4\ny,5,6,7,8\n")

    assert heading.names == ("name", "a", "b", "c", "d")
    assert heading.height == 3
    assert [row[0] for row in heading.above] == ["Report", "made on"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            ",2022,,2023,\n省份,收入,支出,收入,支出\n北京,1,2,3,4\n上海,5,6,7,8\n",
            ("省份", "2022 收入", "2022 支出", "2023 收入", "2023 支出"),
        ),
        (
            "省份,2022年,2022年,2023年\n,收入,支出,收入\n北京,1,2,3\n上海,5,6,7\n",
            ("省份", "2022年 收入", "2022年 支出", "2023年 收入"),
        ),
        ("name,price,weight\n,¥,kg\na,1,2\nb,3,4\n", ("name", "price ¥", "weight kg")),
    ],
)
def test_several_lines_of_a_heading_are_joined(text: str, names: tuple[str, ...]) -> None:
    heading = found(text)

    assert heading.names == names
    assert heading.height == len(heading.above) == 2


def test_a_row_of_missing_values_is_no_second_line() -> None:
    heading = found("name,jan,feb\nA,待定,待定\nB,5,6\nC,7,8\n")

    assert heading.height == 1
