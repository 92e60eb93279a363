import pytest

from glmdesk.render.blocks import BulletList, Footnote, FootnoteRef, ListItem, Paragraph, Span, Text
from glmdesk.render.markdown import parse


def test_a_mark_is_a_reference_and_a_definition_stays_in_its_place() -> None:
    assert parse("a[^1]\n\n[^1]: b\n\nc") == (
        Paragraph((Text("a"), FootnoteRef("1")), span=Span(0, 5)),
        Footnote("1", (Paragraph((Text("b"),)),), span=Span(7, 14)),
        Paragraph((Text("c"),), span=Span(16, 17)),
    )


def test_a_definition_holds_what_is_indented_below_it() -> None:
    (note,) = parse("[^注-1]: a\nlazy\n\n    b\n\n    - c")
    assert isinstance(note, Footnote)
    assert note.label == "注-1"
    assert [type(block).__name__ for block in note.blocks] == ["Paragraph", "Paragraph", "BulletList"]


def test_a_definition_may_begin_with_another_block() -> None:
    (note,) = parse("[^1]: - a\n    - b")
    assert isinstance(note, Footnote)
    assert note.blocks == (
        BulletList((ListItem((Paragraph((Text("a"),)),)), ListItem((Paragraph((Text("b"),)),)))),
    )


def test_an_underline_makes_no_heading_of_a_definition() -> None:
    (note,) = parse("[^1]: a\n===")
    assert isinstance(note, Footnote)


def test_an_empty_definition_is_one() -> None:
    (note,) = parse("[^1]:")
    assert note == Footnote("1", (), span=Span(0, 5))


def test_definitions_may_stand_in_lines_below_each_other() -> None:
    notes = parse("[^1]: one\nlazy\n[^2]: two\n[^3]: - three\n    [^4]: no\n\n[^5]: five")

    assert [note.label for note in notes if isinstance(note, Footnote)] == ["1", "2", "3", "5"]
    assert len(notes) == 4


def test_a_definition_ends_a_paragraph_a_quote_and_a_table() -> None:
    markdown = "a\n[^1]: b\n> c\n[^2]: d\n\n|e|\n|-|\n[^3]: f"
    kinds = [type(block).__name__ for block in parse(markdown)]
    assert kinds == ["Paragraph", "Footnote", "Quote", "Footnote", "Table", "Footnote"]


@pytest.mark.parametrize(
    "text", ["[^a-z]", "[^a-zA-Z0-9]", "[^0-9_]", "[^]", "[^ a]", "[^a b]", "[^\"']", "[^"]
)
def test_character_classes_and_the_like_are_text(text: str) -> None:
    (block,) = parse(text)
    assert isinstance(block, Paragraph)
    assert block.inlines == (Text(text),)


def test_inside_other_blocks_there_are_no_definitions() -> None:
    (items,) = parse("- [^1]: a")
    assert isinstance(items, BulletList)
    assert items.items[0].blocks == (Paragraph((FootnoteRef("1"), Text(": a"))),)
