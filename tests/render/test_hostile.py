"""Texts made to hurt: each costs in proportion to its length, and none is lost or raises."""

import pytest

from glmdesk.render.blocks import Block, BulletList, Code, Heading, Inline, Paragraph, Quote
from glmdesk.render.inlines import MAX_DEPTH
from glmdesk.render.markdown import parse
from glmdesk.render.plain_text import plain_text
from glmdesk.render.rich_text import rich_text
from glmdesk.render.rules import MAX_BLOCK_DEPTH
from tests.render.work import count_calls
from tests.support.hostile import SHAPES, Make


@pytest.mark.parametrize("make", SHAPES.values(), ids=SHAPES.keys())
def test_twice_the_text_is_twice_the_work(make: Make) -> None:
    def work(length: int) -> int:
        text = make(length)
        return count_calls(lambda: rich_text(parse(text)))

    # What turns formulas into MathML is loaded with the first.
    rich_text(parse("$a$"))
    # Both are longer than the pieces that long texts are parsed in.
    assert work(8_400) <= 2.3 * work(4_200) + 1_000


@pytest.mark.parametrize("make", SHAPES.values(), ids=SHAPES.keys())
def test_it_can_be_compared_copied_and_encoded(make: Make) -> None:
    blocks = parse(make(6_000))

    assert hash(blocks) == hash(parse(make(6_000)))
    assert plain_text(blocks).encode() is not None
    assert rich_text(blocks).encode() is not None


def block_depth(blocks: tuple[Block, ...]) -> int:
    depth = 0
    for block in blocks:
        if isinstance(block, Quote):
            depth = max(depth, 1 + block_depth(block.blocks))
        elif isinstance(block, BulletList):
            depth = max(depth, *(1 + block_depth(item.blocks) for item in block.items))
    return depth


@pytest.mark.parametrize("marker", [">", "> ", "- "])
def test_blocks_nest_only_so_deep_and_the_rest_is_text(marker: str) -> None:
    blocks = parse(marker * 5_000 + "a")

    assert 4 < block_depth(blocks) <= MAX_BLOCK_DEPTH
    assert plain_text(blocks).endswith(marker * 4_900 + "a")


def inline_depth(inlines: tuple[Inline, ...]) -> int:
    return max((1 + inline_depth(getattr(inline, "inlines", ())) for inline in inlines), default=0)


def test_emphasis_nests_only_so_deep_and_keeps_its_text() -> None:
    (block,) = parse("*a **b " * 200 + "x" + "** *" * 200)
    assert isinstance(block, Paragraph | Heading)
    assert inline_depth(block.inlines) <= MAX_DEPTH + 1
    assert "x" in plain_text((block,))


def test_a_hundred_thousand_brackets_are_text() -> None:
    text = "[" * 100_000
    assert plain_text(parse(text)) == text


@pytest.mark.parametrize("word", ["word ", "中文，"])
def test_a_line_of_a_megabyte_is_one_paragraph(word: str) -> None:
    (block,) = parse(word * (1_000_000 // len(word.encode())))
    assert isinstance(block, Paragraph)


def test_a_long_line_of_code_stays_whole() -> None:
    (block,) = parse("```\n" + "x" * 1_000_000)
    assert isinstance(block, Code)
    assert len(block.text) == 1_000_000
