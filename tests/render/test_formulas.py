import pytest

from glmdesk.render.blocks import (
    Block,
    Blocks,
    BulletList,
    CodeSpan,
    Math,
    MathSpan,
    Paragraph,
    Quote,
    Table,
    Text,
)
from glmdesk.render.markdown import parse


def kinds(blocks: Blocks) -> list[str]:
    return [type(block).__name__ for block in blocks]


def only(markdown: str) -> Block:
    (block,) = parse(markdown)
    return block


def spans(markdown: str) -> list[MathSpan]:
    block = only(markdown)
    assert isinstance(block, Paragraph)
    return [inline for inline in block.inlines if isinstance(inline, MathSpan)]


@pytest.mark.parametrize(
    ("markdown", "tex", "display"),
    [
        ("so $a^2 + b_1$ is", "a^2 + b_1", False),
        ("设$x$为", "x", False),
        ("the $n$th", "n", False),
        (r"$\$5$", r"\$5", False),
        ("$a\nb$", "a\nb", False),
        ("is $$a$$ then", "a", True),
        (r"so \(a*b*c\) is", "a*b*c", False),
        (r"so \(f(x)\) is", "f(x)", False),
        (r"so \[a\] is", "a", True),
        (r"so \[a \\ b\] is", r"a \\ b", True),
    ],
)
def test_a_formula_within_a_line(markdown: str, tex: str, display: bool) -> None:
    assert spans(markdown) == [MathSpan(tex, display)]


@pytest.mark.parametrize(
    "markdown",
    [
        "$5 and $6", "from $5 to $10", "US$5 and HK$6", "a $ b $ c", "$ a$", "$a $",
        r"\$a\$", "$", "$$$$", "$a", r"\(a", r"\(\)", r"\[\]", "价格$5，涨到$6",
    ],
)  # fmt: skip
def test_money_and_lone_signs_are_text(markdown: str) -> None:
    assert not spans(markdown)


def test_code_is_not_searched_for_formulas() -> None:
    block = only("`$a$` and `$b$`")
    assert isinstance(block, Paragraph)
    assert block.inlines == (CodeSpan("$a$"), Text(" and "), CodeSpan("$b$"))


@pytest.mark.parametrize(
    ("markdown", "tex"),
    [
        ("$$a$$", "a"),
        ("$$ a = b $$  ", "a = b"),
        ("$$a$$.", "a."),
        ("$$\na\n= b\n$$", "a\n= b"),
        ("$$a\n= b$$", "a\n= b"),
        ("  $$\n  a\n    b\n  $$。", "a\n  b\n。"),
        ("\\[\na\n\\]", "a"),
        ("\\[ a \\]", "a"),
        ("$$\n\\begin{x}\na &= b \\\\\n- c\n\\end{x}\n$$", "\\begin{x}\na &= b \\\\\n- c\n\\end{x}"),
    ],
)  # fmt: skip
def test_a_formula_on_its_own_lines(markdown: str, tex: str) -> None:
    block = only(markdown)
    assert block == Math(tex, closed=True, span=block.span)


def test_a_formula_needs_no_blank_line_around_it() -> None:
    assert kinds(parse("text\n$$\na\n$$\ntext")) == ["Paragraph", "Math", "Paragraph"]


def test_formulas_stand_in_lists_and_quotes() -> None:
    item, quote = parse("- a\n  $$\n  b\n  $$\n\n> $$\n> c\n> $$")
    assert isinstance(item, BulletList)
    assert isinstance(quote, Quote)
    assert item.items[0].blocks == (Paragraph((Text("a"),)), Math("b"))
    assert quote.blocks == (Math("c"),)


def test_an_unfinished_formula_is_open() -> None:
    assert only("$$\na") == Math("a", closed=False, span=only("$$\na").span)


def test_what_begins_like_a_formula_and_is_none_stays_a_paragraph_of_its_own() -> None:
    assert kinds(parse("text\n$$ or **so**\nmore\n\nnext")) == ["Paragraph", "Paragraph", "Paragraph"]
    assert kinds(parse("$$\na\n$$ where b\nis c")) == ["Paragraph", "Paragraph"]
    assert kinds(parse("text\n\\[1] a note")) == ["Paragraph"]


def test_a_bar_within_dollars_still_parts_cells() -> None:
    table = only("| a | b |\n|---|---|\n| $x$ | $|y|$ |")
    assert isinstance(table, Table)
    assert table.rows[0] == ((MathSpan("x"),), (Text("$"),))
