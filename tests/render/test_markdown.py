import pytest
from hypothesis import given, settings

from glmdesk.render.blocks import (
    Block,
    BulletList,
    Code,
    FootnoteRef,
    Heading,
    LineBreak,
    ListItem,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Span,
    Strike,
    Text,
)
from glmdesk.render.markdown import parse
from glmdesk.render.plain_text import plain_text
from glmdesk.render.source import normalize
from tests.render.samples import ANSWER, markdown


def only(text: str) -> Block:
    (block,) = parse(text)
    return block


def paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def test_an_answer_becomes_one_block_of_each_kind() -> None:
    kinds = [type(block).__name__ for block in parse(ANSWER)]
    assert kinds == [
        "Heading",
        "Paragraph",
        "OrderedList",
        "Code",
        "Table",
        "Quote",
        "Math",
        "Paragraph",
        "Footnote",
    ]


def test_nothing_is_no_block() -> None:
    assert parse("") == parse(" \n\t\n") == ()


def test_headings_have_levels() -> None:
    assert parse("# a\n\n### b\n\nc\n===") == (
        Heading(1, (Text("a"),), span=Span(0, 3)),
        Heading(3, (Text("b"),), span=Span(5, 10)),
        Heading(1, (Text("c"),), span=Span(12, 17)),
    )


def test_lists_are_tight_or_loose_and_know_their_start() -> None:
    assert only("3. a\n4. b") == OrderedList(
        3, (ListItem((paragraph("a"),)), ListItem((paragraph("b"),))), span=Span(0, 9)
    )
    loose = only("- a\n\n- b")
    assert isinstance(loose, BulletList)
    assert not loose.tight


def test_items_may_be_tasks() -> None:
    block = only("- [ ] a\n- [x] b\n- [X] c\n- [y] d\n- [ ]")
    assert isinstance(block, BulletList)
    assert [item.checked for item in block.items] == [False, True, True, None, None]
    assert block.items[0].blocks == (paragraph("a"),)


def test_quotes_and_lists_nest() -> None:
    assert only("> - a\n>   > b") == Quote(
        (BulletList((ListItem((paragraph("a"), Quote((paragraph("b"),)))),)),), span=Span(0, 13)
    )


@pytest.mark.parametrize(
    ("markdown", "language", "text", "closed"),
    [
        ("```python\na\n```", "python", "a", True),
        ("~~~ C++ title\na\n~~~", "C++", "a", True),
        ("```\na\n\n```", "", "a\n", True),
        ("```\n```", "", "", True),
        ("```js\na\n", "js", "a", False),
        ("```js", "js", "", False),
        ("```\na\n``\n", "", "a\n``", False),
        ("```\na\n    ```\n", "", "a\n    ```", False),
        ("````\n```\n````", "", "```", True),
        ("    a\n      b\n", "", "a\n  b", True),
    ],
)
def test_code_has_a_language_and_knows_its_end(markdown: str, language: str, text: str, closed: bool) -> None:
    assert only(markdown) == Code(language, text, closed, span=Span(0, len(markdown.rstrip("\n"))))


def test_strikethrough_takes_two_tildes() -> None:
    block = only("~~a~~ ~b~")
    assert isinstance(block, Paragraph)
    assert block.inlines == (Strike((Text("a"),)), Text(" ~b~"))


def test_line_breaks_are_soft_or_hard() -> None:
    block = only("a\nb  \nc\\\nd")
    assert isinstance(block, Paragraph)
    breaks = [inline for inline in block.inlines if isinstance(inline, LineBreak)]
    assert breaks == [LineBreak(), LineBreak(hard=True), LineBreak(hard=True)]


@pytest.mark.parametrize(
    "html",
    [
        "<b>a</b>",
        "<script>a()</script>",
        "<!-- a -->",
        "<img src=x onerror=a()>",
        "<a href='https://a.b'>c</a>",
        "<br>",
        "<div>\n  a",
    ],
)
def test_raw_html_is_the_text_it_is(html: str) -> None:
    assert plain_text(parse(html)).split() == html.split()


def test_entities_and_escapes_are_resolved_into_the_text_around_them() -> None:
    assert only("a &amp; \\* &copy;") == Paragraph((Text("a & * ©"),), span=Span(0, 17))


def test_rules_are_rules() -> None:
    assert [type(block) for block in parse("---\n\n***")] == [Rule, Rule]


def test_a_footnote_mark_is_no_link() -> None:
    assert only("[^1](https://a.b)") != Paragraph((FootnoteRef("1"),))


def test_spans_point_into_the_normalised_source() -> None:
    text = "# a\r\n\r\n```\r\nb\r\n\r\n```\r\n- c\r\n\r\n  d\r\n\r\n\r\ne  \r\n"
    source = normalize(text)

    assert [source[b.span.start : b.span.end] for b in parse(text) if b.span] == [
        "# a",
        "```\nb\n\n```",
        "- c\n\n  d",
        "e  ",
    ]


@settings(deadline=None)
@given(markdown())
def test_spans_hold_all_there_is_once_and_in_order(text: str) -> None:
    source = normalize(text)
    end = 0
    for block in parse(text):
        assert block.span is not None
        assert not source[end : block.span.start].strip(" \t\n")
        assert block.span.start < block.span.end <= len(source)
        end = block.span.end
    assert not source[end:].strip(" \t\n")
