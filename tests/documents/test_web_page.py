"""Web pages as a reader sees them."""

import pytest

from glmdesk.documents.readers import text_of


def read(body: str) -> str:
    return text_of("a.html", f"<!DOCTYPE html><body>{body}".encode())


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<h1>A</h1><h3>B</h3>c", "# A\n\n### B\n\nc"),
        ("a  b\n c<br>d<p>e", "a b c\nd\n\ne"),
        ("<ul><li>a<li>b<ol><li>c</ol></ul>d", "- a\n- b\n  1. c\n\nd"),
        ("<ul><li><p>a</p></ul>", "- a"),
        ('<a href="https://a.example/?x=1&amp;y=2">b</a>', "[b](https://a.example/?x=1&y=2)"),
        ('<a href="javascript:alert(1)">b</a> <a href="/x">c</a>', "b c"),
        ('<a href="https://a.example/"><img src="x"></a>d', "d"),
        ('<img alt="A cat" src="https://a.example/x.png">', "[image: A cat]"),
        ("<script>a<b</script><style>p{}</style><template>x</template><svg><text>y</text></svg>z", "z"),
        ("<noscript>a<noscript>b</noscript>c</noscript>d", "d"),
        ("<pre>a\n  b</pre>c", "```\na\n  b\n```\n\nc"),
        ("<table><tr><th>A<th>B<tr><td>1<td>2|3</table>", "| A | B |\n| --- | --- |\n| 1 | 2\\|3 |"),
        ("<table><tr><td>A<table><tr><td>1<td>2</table></table>", "A\n\n| 1 | 2 |\n| --- | --- |"),
        ("1 < 2 &lt; 3 &amp;amp; <!-- no -->&#x4f60;<3", "1 < 2 < 3 &amp; 你<3"),
        ("a<b title='>'>c</b><i title=\"it's\">d", "acd"),
        ("a<b title='>c</b>d", "acd"),
        ("a<b", "a"),
    ],
)
def test_what_is_seen_is_written_in_markdown(body: str, text: str) -> None:
    assert read(body) == text


def test_the_title_comes_first() -> None:
    page = "<!-- saved --><html><head><title>A &amp; B</title><meta charset='utf-8'></head><p>c"

    assert text_of("a", page.encode()) == "A & B\n\nc"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_a_page_says_how_it_is_encoded(encoding: str) -> None:
    page = f'<html><meta http-equiv="Content-Type" content="text/html; charset={encoding}"><p>標題'

    assert text_of("a", page.encode(encoding)) == "標題"


def test_an_encoding_that_nobody_knows_is_guessed() -> None:
    assert text_of("a", "<html><meta charset='x-none'><p>標題".encode()) == "標題"
    assert text_of("a", "<html><meta charset='zlib'><p>標題".encode()) == "標題"


def test_a_part_of_a_page_is_a_text_as_it_is() -> None:
    assert text_of("a.html", b"<p>Hello</p>") == "<p>Hello</p>"
