"""What an answer was found in: a list of its sources, numbered as the text refers to them."""

from collections.abc import Iterable
from typing import Final

from glmdesk.domain.address import WebAddress, is_web, parse_address
from glmdesk.domain.legible import shortened
from glmdesk.domain.message import Citation, listed_sources
from glmdesk.i18n import _
from glmdesk.render.blocks import (
    Blocks,
    Details,
    Inline,
    LineBreak,
    Link,
    ListItem,
    OrderedList,
    Paragraph,
    Text,
)
from glmdesk.render.parser import parser

_PLACES: Final = 3
"""How many places the summary names: as many as fit into a narrow window with their number."""
_LONGEST_PLACE: Final = 30
_LONGEST_EXCERPT: Final = 240
"""Characters. The service sends whole pages; this is enough to tell what a source is about."""


def source_blocks(citations: Iterable[Citation]) -> Blocks:
    """Return a list below a line that says how many there are, and where; nothing without sources."""
    found = listed_sources(citations)
    items = tuple(ListItem((Paragraph(tuple(_said(citation))),)) for citation in found)
    return (Details(_summary(found), (OrderedList(1, items),)),) if items else ()


def _summary(citations: tuple[Citation, ...]) -> str:
    count = _("Sources ({count})").format(count=len(citations))
    places = list(dict.fromkeys(place for citation in citations if (place := _place(citation))))
    if len(places) > _PLACES:
        places[_PLACES:] = ["…"]
    return " · ".join((count, *places))


def _place(citation: Citation) -> str:
    """Return where a source is, in few words."""
    return shortened(_line(citation.site) or _host(citation), _LONGEST_PLACE)


def _host(citation: Citation) -> str:
    address = parse_address(citation.link)
    return address.host.shown if isinstance(address, WebAddress) else ""


def href_of(citation: Citation) -> str:
    """Return where a source is opened, by the rules for every link; empty where nowhere."""
    href = parser().normalizeLink(citation.link)
    return href if is_web(href) else ""


def _said(citation: Citation) -> Iterable[Inline]:
    name, href = citation.name, href_of(citation)
    yield Link(href, "", (Text(name),)) if href else Text(name)
    site = _line(citation.site) or (_host(citation) if citation.title else "")
    if beside := [part for part in (site, _line(citation.published)) if part and part != name]:
        yield Text(" · " + " · ".join(beside))
    excerpt = _line(citation.summary)
    if excerpt:
        yield LineBreak(hard=True)
        cut = excerpt if len(excerpt) <= _LONGEST_EXCERPT else f"{excerpt[: _LONGEST_EXCERPT - 1]}…"
        yield Text(cut)


def _line(text: str) -> str:
    return " ".join(text.split())
