from hypothesis import given

from glmdesk.render.blocks import Image
from glmdesk.render.link_places import PlacedLink, links_in
from glmdesk.render.markdown import parse
from glmdesk.render.runs import flat_text
from tests.render.samples import ANSWER, markdown


def links(source: str) -> list[PlacedLink]:
    (block,) = parse(source)
    return list(links_in(block))


def test_a_link_knows_where_it_stands_where_it_leads_and_what_it_reads() -> None:
    assert links("See [the **page**](https://a.b) there.") == [PlacedLink(4, 12, "https://a.b", "the page")]


def test_links_are_found_in_the_order_of_reading() -> None:
    source = "- a https://a.b/1\n- b\n\n  > c https://a.b/2\n\n  ```\n  https://a.b/x\n  ```\n- https://a.b/3"
    assert [link.text for link in links(source)] == ["https://a.b/1", "https://a.b/2", "https://a.b/3"]


def test_cells_of_a_table_have_links() -> None:
    source = "| a | [b](https://a.b/1) |\n| - | - |\n| [c](https://a.b/2) | d |\n| e |"
    assert [(link.text, link.href) for link in links(source)] == [
        ("b", "https://a.b/1"),
        ("c", "https://a.b/2"),
    ]


def test_neighbours_that_lead_elsewhere_are_two_links() -> None:
    assert [link.text for link in links("[a](https://a.b)[c](https://a.d)")] == ["a", "c"]


def test_an_image_leads_to_where_it_is_loaded_from_and_reads_what_it_shows() -> None:
    placeholder = "[Image: a cat, from a.b]"

    (found,) = links("See ![a  cat](https://a.b/x.png)!")
    assert found == PlacedLink(
        4, 4 + len(placeholder), "https://a.b/x.png", "a cat", Image("https://a.b/x.png", "a  cat")
    )
    (found,) = links("![](https://a.b/x.png)")
    assert found.text == "Image"
    assert links("![a](file:///x.png) ![b](x.png)") == []


def test_an_image_comes_before_the_link_that_it_is_in() -> None:
    image, link, other = links("[![a](https://a.b/x) b ![c](https://a.b/y)](https://a.b/z)")[:3]

    assert [image.href, link.href, other.href] == ["https://a.b/x", "https://a.b/y", "https://a.b/z"]
    assert other.text == "a b c"
    assert (other.start, other.end) == (image.start, link.end)


def read(text: str, link: PlacedLink, found: list[PlacedLink]) -> str:
    """Return what is read where a link stands: images as what they show, all else as it is."""
    pieces, start = list[str](), link.start
    for image in found:
        if image.image is not None and link.start <= image.start < link.end:
            pieces += [text[start : image.start], image.text]
            start = image.end
    return "".join([*pieces, text[start : link.end]])


@given(markdown())
def test_what_a_link_reads_stands_where_it_is_said_to_stand(source: str) -> None:
    for block in parse(source + "\n\n" + ANSWER):
        text, found = flat_text(block), list(links_in(block))
        for link in found:
            assert read(text, link, found) == link.text
            assert link.text
            assert link.image is None or text[link.start : link.end].startswith("[Image: ")
