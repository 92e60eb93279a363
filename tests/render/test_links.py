import pytest

from glmdesk.render.blocks import Image, Inlines, Link, Paragraph, Strong, Text
from glmdesk.render.markdown import parse


def inlines(markdown: str) -> Inlines:
    (block,) = parse(markdown)
    assert isinstance(block, Paragraph)
    return block.inlines


def bare(url: str) -> Link:
    return Link(url, "", (Text(url),))


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)", "java&#115;cript:alert(1)", "java\\script:a", "%6Aavascript:a",
        "data:text/html,a", "file:///etc/passwd", "<file:///a b>", "smb://host/share", "relative/path",
        "#fragment", "//host/path",
    ],
)  # fmt: skip
def test_a_link_to_anything_else_is_its_label(target: str) -> None:
    assert inlines(f"see [the **label**]({target})") == (Text("see the "), Strong((Text("label"),)))


def test_a_link_without_a_label_shows_where_it_leads() -> None:
    assert inlines("[](https://a.b/c)") == (bare("https://a.b/c"),)
    assert inlines("[](file:///a)") == (Text("file:///a"),)


def test_titles_are_kept_on_one_line() -> None:
    assert inlines('[a](https://b "two\n lines")') == (Link("https://b", "two lines", (Text("a"),)),)


def test_hosts_in_other_scripts_are_written_in_ascii() -> None:
    (link,) = inlines("[a](https://例子.中国/路)")
    assert link == Link("https://xn--fsqu00a.xn--fiqs8s/%E8%B7%AF", "", (Text("a"),))


def test_generic_types_are_no_links() -> None:
    assert inlines("a List<std::string> b") == (Text("a List<std::string> b"),)


def test_angle_brackets_make_links_of_web_and_mail_addresses() -> None:
    assert inlines("<https://a.b> <a@b.c>") == (
        bare("https://a.b"),
        Text(" "),
        Link("mailto:a@b.c", "", (Text("a@b.c"),)),
    )


@pytest.mark.parametrize(
    ("markdown", "url"),
    [
        ("见https://a.b/c。后面", "https://a.b/c"),
        ("（https://a.b/c）", "https://a.b/c"),
        ("“https://a.b/c”", "https://a.b/c"),
        ("https://a.b/c中文", "https://a.b/c"),
        ("https://a.b/c，", "https://a.b/c"),
        ("https://a.b/c🎉", "https://a.b/c"),
        ("see https://a.b/c.", "https://a.b/c"),
        ("see https://a.b/c?!", "https://a.b/c"),
        ("(https://a.b/c)", "https://a.b/c"),
        ("[https://a.b/c]", "https://a.b/c"),
        ("https://en.wikipedia.org/wiki/A_(b)", "https://en.wikipedia.org/wiki/A_(b)"),
        ("(https://en.wikipedia.org/wiki/A_(b))", "https://en.wikipedia.org/wiki/A_(b)"),
        ("https://a.b/c_d_e?f=1&g=2#h", "https://a.b/c_d_e?f=1&g=2#h"),
        ("**https://a.b/c**", "https://a.b/c"),
        ("_https://a.b/c_", "https://a.b/c"),
        ("~~https://a.b/c~~", "https://a.b/c"),
        ("`x`http://localhost:8000/a", "http://localhost:8000/a"),
        ("HTTP://A.B/", "HTTP://A.B/"),
    ],
)
def test_a_bare_url_ends_where_the_sentence_goes_on(markdown: str, url: str) -> None:
    found: list[str] = []

    def collect(inlines: Inlines) -> None:
        for inline in inlines:
            if isinstance(inline, Link):
                found.append(inline.href)
                assert inline.inlines == (Text(url),)
            elif isinstance(nested := getattr(inline, "inlines", ()), tuple):
                collect(nested)

    collect(inlines(markdown))
    assert [href.lower() for href in found] == [url.lower()]


@pytest.mark.parametrize(
    "text",
    ["xhttp://a.b", "http://", "http:// a", "https://。", "http://-", "https:\\\\a.b", "ftp://a.b", "a://b"],
)
def test_what_only_resembles_a_url_is_text(text: str) -> None:
    assert all(isinstance(inline, Text) for inline in inlines(text))


def test_a_url_in_code_or_in_a_link_is_not_linked_again() -> None:
    assert [type(i).__name__ for i in inlines("`https://a.b`")] == ["CodeSpan"]
    assert inlines("[https://a.b](https://c.d)") == (Link("https://c.d", "", (Text("https://a.b"),)),)


def test_an_escaped_scheme_is_text() -> None:
    assert inlines("https\\://a.b") == (Text("https://a.b"),)


def test_an_image_is_a_value_with_a_source_from_the_web_only() -> None:
    assert inlines('![a *b*](https://c.d/e.png "t")') == (Image("https://c.d/e.png", "a b", "t"),)
    for target in ("file:///a.png", "/a.png", "data:image/png;base64,AAAA", "//host/a.png", "mailto:a@b.c"):
        assert inlines(f"![a]({target})") == (Image(None, "a"),)


def test_reference_links_stay_text_and_their_urls_become_links() -> None:
    blocks = parse("[text][1]\n\n[1]: https://a.b")

    assert blocks == (
        Paragraph((Text("[text][1]"),), span=blocks[0].span),
        Paragraph((Text("[1]: "), bare("https://a.b")), span=blocks[1].span),
    )
