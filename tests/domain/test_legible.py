import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.address import parse_address
from glmdesk.domain.legible import readable, shortened, tip, visible


def shown(href: str) -> list[str]:
    address = parse_address(href)
    assert address is not None
    return tip(address).split("\n")


def test_a_tip_names_the_host_and_then_the_whole() -> None:
    assert shown("https://Example.org/a?b=c") == ["example.org", "https://Example.org/a?b=c"]
    assert shown("http://example.org:8080/") == ["example.org:8080", "http://example.org:8080/"]
    assert shown("mailto:a@b.com?cc=d@e.f") == ["a@b.com", "mailto:a@b.com?cc=d@e.f"]
    assert shown("mailto:?subject=a") == ["mailto:?subject=a"]


def test_between_them_it_says_what_the_writer_of_the_link_says() -> None:
    address = parse_address("https://example.org/a")
    assert address is not None

    assert tip(address, " Questions\n& <b>answers</b>\u202e ").split("\n") == [
        "example.org",
        "Questions & ‹b>answers‹/b>%E2%80%AE",
        "https://example.org/a",
    ]


def test_a_host_with_two_names_is_named_in_letters_first_unless_they_deceive() -> None:
    assert shown("https://xn--fsqu00a.xn--fiqs8s/")[:2] == ["例子.中国", "xn--fsqu00a.xn--fiqs8s"]
    assert shown("https://xn--80ak6aa92e.com:1/")[:2] == ["xn--80ak6aa92e.com:1", "аррӏе.com:1"]


def test_what_is_long_is_cut_in_its_middle() -> None:
    *_, last = shown("https://example.org/" + "a" * 500 + "/end")

    assert len(last) == 80
    assert last.startswith("https://example.org/aaa")
    assert last.endswith("/end")
    assert "…" in last
    assert shortened("short", 5) == "short"


def test_words_are_shown_in_letters_and_nothing_else_is() -> None:
    assert readable("https://a.b/%E6%95%B0%E5%AD%A6?a=%C3%A9") == "https://a.b/数学?a=é"
    for encoded in ("%2F", "%20", "%3C", "%E2%80%AE", "%E2%80%8B", "%D7%90", "%EF%BC%8F", "%FF", "%E6%95"):
        assert readable(f"https://a.b/{encoded}") == f"https://a.b/{encoded}"


@pytest.mark.parametrize(
    "unseen", ["\x00", "\n", "\u202e", "\u200b", "\u200d", "\u2066", "\ufeff", "\U000e0041", "<"]
)
def test_what_is_not_seen_is_made_visible(unseen: str) -> None:
    assert unseen not in visible(f"a{unseen}b")
    assert visible(f"a{unseen}b").startswith("a%")


@given(st.text(), st.text())
def test_a_tip_is_a_few_short_lines(rest: str, title: str) -> None:
    for href in (f"https://{rest}", f"https://a.b/{rest}", f"mailto:{rest}"):
        address = parse_address(href)
        if address is not None:
            lines = tip(address, title).split("\n")
            assert len(lines) <= 4
            assert all(len(line) <= 80 for line in lines)
            assert "<" not in tip(address, title)
            assert "&" not in lines[0] or len(tip(address).split("\n")) == 1
