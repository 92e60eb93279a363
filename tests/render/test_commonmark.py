"""Every example of the CommonMark specification, but for the listed ones of what we leave out."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from glmdesk.domain.address import is_allowed, is_web
from glmdesk.render.markdown import parse
from glmdesk.render.stream import BlockStream
from tests.render.spec_html import to_html


@dataclass(frozen=True, slots=True)
class Example:
    number: int
    section: str
    markdown: str
    html: str


def _examples() -> list[Example]:
    text = (Path(__file__).parent / "commonmark" / "spec.txt").read_text(encoding="utf-8")
    fence = "`" * 32
    pattern = re.compile(
        rf"^{fence} example\n(?P<markdown>.*?)^\.\n(?P<html>.*?)^{fence}$|^#+ +(?P<section>[^\n]*)$",
        re.MULTILINE | re.DOTALL,
    )
    found: list[Example] = []
    section = ""
    for match in pattern.finditer(text.replace("→", "\t")):
        if match["section"] is not None:
            section = match["section"]
        else:
            found.append(Example(len(found) + 1, section, match["markdown"], match["html"]))
    return found


EXAMPLES = _examples()

# Why an example may differ, and which ones do. Each of them must differ, or it does not belong here.
RAW_HTML = "raw HTML is shown as the text it is"
REFERENCES = "reference links are left out: a definition at the end would change what stands finished"
BARE_URLS = "a bare URL becomes a link"
OTHER_SCHEMES = "other schemes than http, https and mailto are no links, and their angle brackets are text"
NO_LABEL = "a link without a label shows its target instead of nothing"

EXCEPTIONS: dict[str, set[int]] = {
    RAW_HTML: {
        21, 31, *range(148, 192), 308, 309, 344, 475, 476, 477, 491, 494, 524, *range(613, 618), 623,
        *range(625, 632), 642, 643,
    },
    REFERENCES: {
        23, 33, *range(192, 197), 198, *range(200, 209), 210, *range(214, 219), 317, *range(527, 546), 549,
        550, *range(553, 572), 573, 576, 577, *range(582, 590), *range(591, 594),
    },
    BARE_URLS: {602, 608, 611},
    OTHER_SCHEMES: {596, 598, 599, 601},
    NO_LABEL: {484},
}  # fmt: skip
EXCEPTED = set().union(*EXCEPTIONS.values())


def _by_policy(html: str) -> str:
    """Return the HTML of an example with the links and image sources that we do not allow taken out."""

    def link(found: re.Match[str]) -> str:
        return found[0] if is_allowed(found["href"]) else found["label"]

    def image(found: re.Match[str]) -> str:
        return found[0] if is_web(found["src"]) else 'src=""'

    html = re.sub(r'<a href="(?P<href>[^"]*)"[^>]*>(?P<label>.*?)</a>', link, html, flags=re.DOTALL)
    return re.sub(r'src="(?P<src>[^"]*)"', image, html)


def _normal(html: str) -> str:
    """Return `html` without the line breaks that mean nothing."""
    return re.sub(r"(<li>|<blockquote>)\n|\n+(?=</li>)", r"\1", re.sub(r"\n+", "\n", html))


def _ours(markdown: str) -> str:
    return _normal(to_html(parse(markdown)))


def _ids(example: Example) -> str:
    return f"{example.number}-{example.section}"


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.number not in EXCEPTED], ids=_ids)
def test_an_example_of_the_specification_gives_its_html(example: Example) -> None:
    assert _ours(example.markdown) == _normal(_by_policy(example.html))


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.number in EXCEPTED], ids=_ids)
def test_an_exception_is_one(example: Example) -> None:
    assert _ours(example.markdown) != _normal(_by_policy(example.html))


RELATIVE_URL = re.compile(r'(?<=[(<"\s])/(?=ur[il])')
# With an absolute URL these have a bare one in their text.
BARE_WHEN_ABSOLUTE = {508, 511, 513, 518, 519}


@pytest.mark.parametrize(
    "example",
    [
        example
        for example in EXAMPLES
        if '="/ur' in example.html and example.number not in EXCEPTED | BARE_WHEN_ABSOLUTE
    ],
    ids=_ids,
)
def test_an_example_with_a_relative_link_holds_for_an_absolute_one(example: Example) -> None:
    absolute = _by_policy(RELATIVE_URL.sub("https://host/", example.html))

    assert "https://host/" in absolute
    assert _ours(RELATIVE_URL.sub("https://host/", example.markdown)) == _normal(absolute)


def test_no_example_is_missing() -> None:
    assert len(EXAMPLES) == 652


def test_all_examples_in_one_stream_give_the_blocks_of_the_whole() -> None:
    text = "\n\n".join(example.markdown for example in EXAMPLES)
    stream = BlockStream()

    for start in range(0, len(text), 7):
        stream.feed(text[start : start + 7])

    assert stream.blocks == parse(text)
