from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from glmdesk.domain.address import is_allowed
from glmdesk.render.markdown import parse
from glmdesk.render.rich_text import rich_text
from glmdesk.typed import override
from tests.render.formulas import MATH_ATTRIBUTES, MATH_ELEMENTS
from tests.render.samples import ANSWER, markdown


def rich(text: str) -> str:
    return rich_text(parse(text))


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# a", "<h1>a</h1>"),
        ("a **b** *c* ~~d~~", "<p>a <strong>b</strong> <em>c</em> <s>d</s></p>"),
        ("a  \nb", "<p>a<br>b</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("3. [x] a", '<ol start="3"><li>☑ a</li></ol>'),
        ("[a&b](https://c/?d=1&e='2')", '<p><a href="https://c/?d=1&amp;e=&#x27;2&#x27;">a&amp;b</a></p>'),
        ("![a <b>](https://c/d.png)", '<p><a href="https://c/d.png">a &lt;b&gt;</a></p>'),
        ("![](https://c/d.png)", '<p><a href="https://c/d.png">https://c/d.png</a></p>'),
        ("[![a](https://c/d.png)](https://e)", '<p><a href="https://e">a</a></p>'),
        ("![a](file:///c/d.png)", "<p>a</p>"),
        ("- [x] a\n- b", '<ul><li style="list-style-type:none">☑ a</li><li>b</li></ul>'),
        ("a[^1]", "<p>a<sup>1</sup></p>"),
        ("[^1]: a *b*\n\n    c", "<p><sup>1</sup> a <em>b</em></p>\n<p>c</p>"),
        ("[^1]: - a", "<p><sup>1</sup></p><ul><li>a</li></ul>"),
        ("---", "<hr>"),
    ],
)
def test_rich_text_is_html(markdown: str, html: str) -> None:
    assert rich(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("שלום world", '<p dir="rtl">שלום world</p>'),
        ("world שלום", "<p>world שלום</p>"),
        ("# 1. سلام", '<h1 dir="rtl">1. سلام</h1>'),
        ("- שלום\n- b", '<ul dir="rtl"><li>שלום</li><li>b</li></ul>'),
        ("3. שלום\n\n   b", '<ol dir="rtl" start="3"><li><p>שלום</p>\n<p dir="ltr">b</p></li></ol>'),
        ("[^1]: שלום", '<p dir="rtl"><sup>1</sup> שלום</p>'),
    ],
)
def test_what_is_read_from_the_other_side_says_so(markdown: str, html: str) -> None:
    assert rich(markdown) == html


def test_quotes_tables_and_code_inside_them_say_so_too() -> None:
    quote = rich("> שלום\n>\n> ```\n> a\n> ```")
    assert quote.startswith('<blockquote dir="rtl" style="margin:0 4px;padding-right:12px;border-right:')
    assert '<pre dir="ltr" ' in quote
    table = rich("|שם|1|\n|-|:-|\n|2|3|")
    assert table.startswith('<table dir="rtl" ')
    assert table.count("text-align:right") == table.count("text-align:left") == 2


def test_code_formulas_and_tables_bring_their_looks() -> None:
    assert "white-space:pre-wrap" in rich("```\na\n```")
    assert "<mi>x</mi><mo>&lt;</mo><mi>y</mi>" in rich("$x<y$")
    assert "border-left" in rich("> a")
    table = rich("|a|b|\n|-|-:|\n|1|\n")
    assert table.count("<tr>") == 2
    assert "text-align:right" in table
    assert 'colspan="1"' in table


def test_a_formula_is_mathml_and_what_is_none_is_its_source() -> None:
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">' in rich("so $x$")
    assert 'display="block"' in rich("so $$x$$ on")
    assert rich("$$\nx\n$$").startswith('<p style="text-align:center"><math ')
    assert 'display="block"' in rich("$$\nx\n$$")
    assert r">$\unknown&lt;$</code></p>" in rich(r"$\unknown<$")
    assert ">$$\n\\unknown&lt;\n$$</code></pre>" in rich("$$\n\\unknown<\n$$")


class Tags(HTMLParser):
    """Collects what is in a piece of HTML, and checks that it is well nested."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: set[str] = set()
        self.attributes: set[str] = set()
        self.hrefs: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.hrefs += [value or "" for name, value in attrs if name == "href"]
        if tag not in {"br", "hr"}:
            self.open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


HARMLESS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "s", "strong", "sup", "table", "td", "th", "tr", "ul", *MATH_ELEMENTS,
}  # fmt: skip


@settings(deadline=None)
@given(markdown())
def test_rich_text_holds_nothing_that_is_fetched_or_run(text: str) -> None:
    tags = Tags()
    tags.feed(rich(text + ANSWER))
    tags.close()

    assert not tags.open
    assert tags.found <= HARMLESS
    assert tags.attributes <= {"href", "dir", "style", "start", "colspan", "xmlns", *MATH_ATTRIBUTES}
    assert all(map(is_allowed, tags.hrefs))


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        '<img src="file:///etc/passwd" onerror=alert(1)>',
        '![a" onerror="alert(1)](https://b/c.png "d")',
        '[a](https://b/"onmouseover="alert(1))',
        "[a](javascript:alert(1))",
        "|<b onclick=a()>|\n|-|\n|<svg/onload=a()>|",
        '```"><script>\n</code></pre><script>\n```',
        "[^<b>]: a",
        "$</code><script>$",
    ],
)
def test_an_attack_is_text(attack: str) -> None:
    tags = Tags()
    tags.feed(rich(attack))
    tags.close()

    assert tags.found <= HARMLESS
    assert tags.attributes <= {"href", "style", "xmlns", *MATH_ATTRIBUTES}
    assert all(map(is_allowed, tags.hrefs))
