import pytest

from glmdesk.render.blocks import CodeSpan, LineBreak, Paragraph, Strong, Table, Text
from glmdesk.render.markdown import parse
from glmdesk.render.stream import BlockStream
from glmdesk.render.tables import MAX_COLUMNS, MAX_LINE


def table(markdown: str) -> Table:
    (block,) = parse(markdown)
    assert isinstance(block, Table)
    return block


def texts(block: Table) -> list[list[str]]:
    rows = (block.header, *block.rows)
    return [["".join(i.text for i in cell if isinstance(i, Text)) for cell in row] for row in rows]


def test_a_table_has_alignments_a_header_and_rows() -> None:
    block = table("| a | b | c | d |\n|---|:-:|--:|:--|\n| 1 | **2** | `3` | |")

    assert block.alignments == (None, "center", "right", "left")
    assert block.header == ((Text("a"),), (Text("b"),), (Text("c"),), (Text("d"),))
    assert block.rows == (((Text("1"),), (Strong((Text("2"),)),), (CodeSpan("3"),), ()),)


def test_bars_at_the_ends_may_be_left_out() -> None:
    assert texts(table("a | b\n--|--\n1 | 2")) == [["a", "b"], ["1", "2"]]


def test_a_row_is_never_longer_than_the_header_and_may_be_shorter() -> None:
    assert texts(table("|a|b|\n|-|-|\n|1|\n|1|2|3|\nx")) == [["a", "b"], ["1"], ["1", "2"], ["x"]]


def test_an_escaped_bar_is_part_of_a_cell_even_in_code() -> None:
    block = table("|a|b|\n|-|-|\n|x\\|y|`p\\|q`|")
    assert block.rows == (((Text("x|y"),), (CodeSpan("p|q"),)),)


def test_a_table_ends_a_paragraph_and_is_ended_by_a_blank_line_or_another_block() -> None:
    kinds = [type(block).__name__ for block in parse("text\n|a|\n|-|\n|b|\n> c\n\n|a|\n|-|\n\nd")]
    assert kinds == ["Paragraph", "Table", "Quote", "Table", "Paragraph"]


def test_only_the_delimiter_row_makes_a_table() -> None:
    assert isinstance(parse("| a | b |")[0], Paragraph)
    assert isinstance(parse("| a | b |\n|---|--")[0], Table)


@pytest.mark.parametrize(
    "markdown",
    ["|a|b|\n|-|", "|a|\n|-|-|", "|a|b|\n|-|x|", "|a|b|\n|-||", "|a|b|\n- | -", "a\n-:", "|a|\n    |-|"],
)
def test_header_and_delimiters_must_fit(markdown: str) -> None:
    assert not any(isinstance(block, Table) for block in parse(markdown))


def test_a_break_can_be_written_in_a_cell_and_nowhere_else() -> None:
    assert table("|a|\n|-|\n|b<br>c<BR />d<b>`<br>`|").rows == (
        ((Text("b"), LineBreak(hard=True), Text("c"), LineBreak(hard=True), Text("d<b>"), CodeSpan("<br>")),),
    )
    (block,) = parse("b<br>c")
    assert isinstance(block, Paragraph)
    assert block.inlines == (Text("b<br>c"),)


def test_thousands_of_short_rows_under_a_wide_header_take_no_more_than_they_are() -> None:
    block = table("|a" * 100 + "|\n" + "|-" * 100 + "|\n" + "x\n" * 2000)
    assert len(block.rows) == 2000
    assert {len(row) for row in block.rows} == {1}


def test_what_nobody_could_read_as_a_table_is_none() -> None:
    def kinds(markdown: str) -> list[str]:
        return [type(block).__name__ for block in parse(markdown)]

    row = f"|{'x' * (MAX_LINE - 2)}|"
    assert kinds(f"|a|\n|-|\n{row}\n|b|") == ["Table"]
    assert kinds(f"|a|\n|-|\n{row} \n|b|") == ["Table", "Paragraph"], "a space too many"
    assert kinds(f"{row} \n|-|\n|b|") == ["Paragraph"]
    assert kinds("|a" * MAX_COLUMNS + "\n" + "|-" * MAX_COLUMNS) == ["Table"]
    assert kinds("|a" * (MAX_COLUMNS + 1) + "\n" + "|-" * (MAX_COLUMNS + 1)) == ["Paragraph"]


@pytest.mark.parametrize("prefix", ["", "> ", "- "])
def test_a_row_that_becomes_too_long_while_it_is_written_is_none(prefix: str) -> None:
    text = f"{prefix}|a|\n{prefix}|-|\n{prefix}|b|\n{prefix}|".replace("\n- ", "\n  ") + "x" * (MAX_LINE - 3)
    stream = BlockStream()
    stream.feed(text)
    for delta in ("x", "y", "z", "|", "\n"):
        text += delta
        stream.feed(delta)
        assert stream.blocks == parse(text)
