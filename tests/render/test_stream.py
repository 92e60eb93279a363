import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glmdesk.render.blocks import Block, Blocks, BulletList, Code, OrderedList, Quote, Table
from glmdesk.render.markdown import parse
from glmdesk.render.stream import BlockStream, Update
from tests.render.samples import ANSWER, markdown, nested
from tests.render.work import count_calls


def cut(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def parts(block: Block) -> tuple[object, ...]:
    """Return what `Update.kept_parts` counts."""
    match block:
        case Code(text=text):
            return tuple(text.split("\n"))
        case Table(rows=rows):
            return rows
        case BulletList(items=items) | OrderedList(items=items):
            return items
        case Quote(blocks=blocks):
            return blocks
        case _:
            return ()


class Reader:
    """What a view does with the updates of a stream, checked at every step."""

    def __init__(self) -> None:
        self.blocks: Blocks = ()

    def apply(self, update: Update) -> None:
        before = self.blocks
        self.blocks = before[: update.kept] + update.blocks
        assert update.kept <= len(before)
        if update.kept_parts:
            old, new = parts(before[update.kept]), parts(self.blocks[update.kept])
            assert type(before[update.kept]) is type(self.blocks[update.kept])
            assert update.kept_parts <= len(old)
            assert old[: update.kept_parts] == new[: update.kept_parts]


@settings(deadline=None, max_examples=600)
@given(markdown(), st.integers(1, 5))
@example("text\n#tag", 1)
@example("===\n===\nx\n===", 1)
@example("text\n```a`b", 1)
@example("```a|b\nx\n--|--\n", 1)
@example("```a|b\n--|--\nx\n", 1)
@example("$$\na\n$$ where b\nc\n\nd\n", 1)
@example("$$--|\n[^a]:$$\nb\n", 1)
@example("- a\n- | b\n--|--\n- c\n\n- d\n", 1)
@example("- # a\n\n- # b\n- ```\n  c\n- d\n\n\n- e", 1)
@example("> # a\n> b\n     > c\nd\n\n> e", 1)
@example("a\n$$\nb\n\n- c\n", 1)
@example("[^a]: b\nc|d\n-|-\n", 1)
@example("a\r\n\r\nb\r\r\nc", 1)
@example("|a|\n|-|  \r\n|b|\n", 1)
@example("```\n  \n  ", 1)
@example("~~~ c\n a\n ~b\n\t~~~\n  ~~~ \nd", 1)
@example("| a |\n|-|\n| b\n| c \\| d \n|\n|| e |\n```\n", 1)
def test_at_every_prefix_the_blocks_are_those_of_the_whole(text: str, size: int) -> None:
    stream, reader = BlockStream(), Reader()
    fed = ""
    for delta in cut(text, size):
        reader.apply(stream.feed(delta))
        fed += delta
        assert stream.blocks == parse(fed)
        assert reader.blocks == stream.blocks


@settings(deadline=None, max_examples=300)
@given(nested(), st.integers(1, 5))
def test_nor_are_they_others_in_containers(text: str, size: int) -> None:
    stream, reader = BlockStream(), Reader()
    fed = ""
    for delta in cut(text, size):
        reader.apply(stream.feed(delta))
        fed += delta
        assert reader.blocks == stream.blocks == parse(fed)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text()))
def test_cutting_any_text_anywhere_changes_nothing(deltas: list[str]) -> None:
    stream = BlockStream()
    for delta in deltas:
        stream.feed(delta)
    assert stream.blocks == parse("".join(deltas))


@pytest.mark.parametrize("size", [1, 10, 100_000])
def test_an_answer_streams_to_the_blocks_of_its_history(size: int) -> None:
    stream, reader = BlockStream(), Reader()
    for delta in cut(ANSWER * 2, size):
        reader.apply(stream.feed(delta))

    assert stream.blocks == reader.blocks == parse(ANSWER * 2)
    assert len(stream.blocks) == 18


def test_an_update_replaces_only_what_changed() -> None:
    stream = BlockStream()
    stream.feed("# a\n\nb\n\n")

    update = stream.feed("c")

    assert update.kept == 2
    assert update.blocks == stream.blocks[2:]


def test_an_empty_delta_changes_nothing() -> None:
    stream = BlockStream()
    stream.feed("a")
    assert stream.feed("") == Update(kept=1, blocks=())


@pytest.mark.parametrize(
    ("opening", "delta"),
    [
        ("```\na\nb\n", "c"),
        ("|a|\n|-|\n|b|\n|c|\n", "|d"),
        ("- a\n- b\n- c\n", "- d"),
        ("1. a\n2. b\n3. c\n", "4. d"),
        ("> # a\n> # b\n> # c\n", "> d"),
    ],
)
def test_an_update_says_how_much_of_the_open_block_stands(opening: str, delta: str) -> None:
    stream = BlockStream()
    before = stream.feed(opening).blocks[0]

    update = stream.feed(delta)

    assert update.kept == 0
    assert update.kept_parts == 2
    assert parts(update.blocks[0])[:2] == parts(before)[:2]


GROWING = {
    "paragraph": lambda n: "a **word** and `code` of a [sentence](https://a.b), 一个句子。" * (n // 60),
    "lines": lambda n: "a short line of text\n" * (n // 21),
    "code": lambda n: "```python\n" + "    x = foo(bar, 12)  # comment\n" * (n // 32),
    "table": lambda n: "| a | b |\n|---|---|\n" + "| foo bar | **bold** |\n" * (n // 24),
    "list": lambda n: "- an item with **bold** text\n" * (n // 29),
    "loose list": lambda n: "1. an item\n\n   - and a nested one\n\n" * (n // 34),
    "quote": lambda n: "> a paragraph\n>\n" * (n // 16),
    "answer": lambda n: ANSWER * (n // len(ANSWER)),
    "formula": lambda n: "$$\n" + "x_{1} + y = 2 \\\\\n" * (n // 17),
    "indented code": lambda n: "    code in a line\n" * (n // 19),
    "list in an item": lambda n: "- top\n" + "  - an item of the list\n" * (n // 24),
    "loose list in an item": lambda n: "- top\n\n" + "  - item\n\n    text of the item\n\n" * (n // 33),
    "code in an item": lambda n: "1. item\n\n   ```python\n" + "   value = compute(first)\n" * (n // 26),
    "table in a quote": lambda n: "> | a | b |\n> | - | - |\n" + "> | foo | bar |\n" * (n // 16),
    "lines in a note": lambda n: "[^1]: text\n" + "    more of the words\n" * (n // 22),
}


@pytest.mark.parametrize("text_of", GROWING.values(), ids=GROWING.keys())
def test_a_delta_costs_the_same_however_long_the_text_is(text_of: Callable[[int], str]) -> None:
    def work_at(length: int) -> int:
        text = text_of(length)
        stream = BlockStream()
        stream.feed(text)
        deltas = list(cut(text_of(2_000).removeprefix(text_of(1)), 10))
        return count_calls(lambda: [stream.feed(delta) for delta in deltas])

    assert work_at(20_000) <= 1.2 * work_at(5_000)


def test_streaming_does_not_import_pygments() -> None:
    code = "import sys, glmdesk.render.stream, glmdesk.render.highlight; print('pygments' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"
