"""Where `*`, `_` and `~~` may open and close, next to Chinese, Japanese and Korean text too.

CommonMark 6.2 wants a space or punctuation outside a delimiter that has punctuation inside. Scripts written
without spaces have none, so `**加粗：**后面` would not be bold. Two additions mend it and touch nothing else:
CJK punctuation does not count as punctuation inside, and a CJK character outside counts as a space would.

Source: CommonMark 0.31 section 6.2; commonmark-spec issue 650 and the CJK-friendly amendments to it.
"""

from functools import lru_cache
from typing import NamedTuple
from unicodedata import category, east_asian_width

from markdown_it.rules_inline.state_inline import Scanned, StateInline

from glmdesk.typed import override


class _Kind(NamedTuple):
    space: bool
    punctuation: bool
    cjk: bool


@lru_cache(maxsize=4096)
def _kind(char: str) -> _Kind:
    kind = category(char)
    return _Kind(
        space=kind == "Zs" or char in "\t\n\f\r",
        punctuation=kind[0] in "PS",
        cjk=east_asian_width(char) in "WFH",
    )


def _is_variation_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


class CjkStateInline(StateInline):
    """An inline parser's state that knows text without spaces."""

    @override
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        end = start
        marker = self.src[start]
        while end < self.posMax and self.src[end] == marker:
            end += 1
        before = _kind(self._before(start))
        after = _kind(self.src[end] if end < self.posMax else " ")

        opens_after = after.punctuation and not after.cjk
        closes_before = before.punctuation and not before.cjk
        left_flanking = not after.space and (
            not opens_after or before.space or before.punctuation or before.cjk
        )
        right_flanking = not before.space and (
            not closes_before or after.space or after.punctuation or after.cjk
        )
        # `_` must not split a word; next to punctuation inside, a CJK character outside is no part of one.
        may_open = canSplitWord or not right_flanking or before.punctuation
        may_close = canSplitWord or not left_flanking or after.punctuation
        return Scanned(
            left_flanking and (may_open or (after.punctuation and before.cjk)),
            right_flanking and (may_close or (before.punctuation and after.cjk)),
            end - start,
        )

    def _before(self, start: int) -> str:
        """Return the character before `start`, a space at the beginning. Variation selectors do not count."""
        while start > 0 and _is_variation_selector(self.src[start - 1]):
            start -= 1
        return self.src[start - 1] if start > 0 else " "
