from hypothesis import given

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


@given(markdown())
def test_what_a_link_reads_stands_where_it_is_said_to_stand(source: str) -> None:
    for block in parse(source + "\n\n" + ANSWER):
        text = flat_text(block)
        for link in links_in(block):
            assert text[link.start : link.end] == link.text
            assert link.text
