"""Where an answer was found, as a list below it."""

from glmdesk.domain.message import Citation
from glmdesk.render.blocks import Details, Inline, Link, ListItem, OrderedList, Paragraph, Text
from glmdesk.render.plain_text import plain_text
from glmdesk.render.sources import source_blocks


def listed(*items: tuple[Inline, ...]) -> OrderedList:
    return OrderedList(1, tuple(ListItem((Paragraph(inlines),)) for inlines in items))


def test_every_source_is_numbered() -> None:
    found = (
        Citation("ref_1", "展讯", "https://example.org/页", "示例", "2026-11-20"),
        Citation("ref_2", "", "https://example.com/b"),
    )

    (sources,) = source_blocks(found)

    first = Link("https://example.org/%E9%A1%B5", "", (Text("展讯"),))
    second = Link("https://example.com/b", "", (Text("https://example.com/b"),))
    items = listed((first, Text(" · 示例 · 2026-11-20")), (second,))
    assert sources == Details("Sources (2) · 示例 · example.com", (items,))


def test_a_link_that_is_not_of_the_web_is_text() -> None:
    for target in ("javascript:alert(1)", "file:///etc/passwd", ""):
        (sources,) = source_blocks((Citation("", "A title", target),))

        assert sources == Details("Sources (1)", (listed((Text("A title"),)),))


def test_the_summary_names_three_places_and_each_once() -> None:
    links = [f"https://{name}.example/1" for name in ("a", "b", "a", "c", "d")]

    (sources,) = source_blocks(Citation("", "", link) for link in links)

    assert isinstance(sources, Details)
    assert sources.summary == "Sources (5) · a.example · b.example · c.example · …"


def test_an_excerpt_tells_what_a_source_is_about_and_no_more() -> None:
    (sources,) = source_blocks((Citation("", "T", "https://a.b", summary="word\n" * 1000),))

    text = plain_text((sources,))
    assert text.endswith("word word…")
    assert len(text) < 400


def test_an_answer_without_sources_has_no_headline() -> None:
    assert source_blocks(()) == ()


def test_a_source_without_a_title_is_called_by_what_is_known_of_it() -> None:
    found = (Citation("ref_1", site="A site", published="2026-11-20"), Citation("ref_2", summary="It says."))

    (sources,) = source_blocks(found)

    assert plain_text((sources,)).endswith("1. A site · 2026-11-20\n2. Untitled\n   It says.")


def test_a_source_of_which_nothing_is_known_is_not_listed() -> None:
    assert source_blocks((Citation("ref_1"), Citation("ref_2", title=" "))) == ()


def test_a_source_without_a_site_names_its_host() -> None:
    (sources,) = source_blocks([Citation("", "T", "https://a.example/b", published="2026-11-20")])

    assert plain_text((sources,)).endswith("1. T · a.example · 2026-11-20")


def test_what_a_source_says_stands_below_its_title() -> None:
    (sources,) = source_blocks([Citation("", "T", "https://a.example", summary="What\nit says.")])

    assert plain_text((sources,)).endswith("1. T · a.example\n   What it says.")
