"""How a bare URL in running text becomes a link."""

import re
from typing import Final

from markdown_it.rules_inline import StateInline

from glmdesk.domain.address import is_web

_SCHEME: Final = re.compile(r"(?:^|[^A-Za-z0-9])(https?)$", re.IGNORECASE)
# The characters of RFC 3986 and the letters below U+2000. Above it come general punctuation, CJK, full-width
# forms and emoji: in running text they follow a URL. `*` is left out, it closes emphasis more often. The
# length bounds what one colon can make us read.
_REST: Final = re.compile(
    r"//(?=[^\W_])[A-Za-z0-9\-._~:/?#\[\]@!$&'()+,;=%\u00a1-\u10ff\u1200-\u1fff]{1,2048}"
)
_TRAILING: Final = ".,:;!?'_~"


def bare_url(state: StateInline, silent: bool) -> bool:
    """Turn an http or https URL that stands alone into a link. An inline rule, called at every colon.

    Linear: what one call reads is bounded, and what it takes is never read again.
    """
    start = state.pos
    if silent or state.linkLevel > 0 or not state.src.startswith("://", start):
        return False
    scheme = _SCHEME.search(state.src[max(start - 6, 0) : start])
    rest = _REST.match(state.src, start + 1, state.posMax)
    # The scheme must still be plain text; an earlier rule may have made it a part of something else.
    if scheme is None or rest is None or not state.pending.endswith(scheme[1]):
        return False
    tail = _trimmed(rest[0])
    url = f"{scheme[1]}:{tail}"
    href = state.md.normalizeLink(url)
    if not is_web(href):
        return False
    state.pending = state.pending[: -len(scheme[1])]
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = url
    state.push("link_close", "a", -1)
    state.pos = start + 1 + len(tail)
    return True


def _trimmed(url: str) -> str:
    """Return `url` without the punctuation of the sentence around it; brackets of its own stay."""
    end = len(url)
    surplus = {")": url.count(")") - url.count("("), "]": url.count("]") - url.count("[")}
    while True:
        last = url[end - 1]
        if last in surplus and surplus[last] > 0:
            surplus[last] -= 1
        elif last not in _TRAILING:
            return url[:end]
        end -= 1
