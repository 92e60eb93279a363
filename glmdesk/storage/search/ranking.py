"""Which of the newest hits come first: what is meant most probably, and was written not too long ago."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from glmdesk.domain.folding import Needle, fold
from glmdesk.storage.search.query import Query
from glmdesk.storage.search.search import Found

_MONTH_S: Final = 30 * 24 * 3600.0
_LONG: Final = 600
"""Characters. A longer text holds many words by chance."""
_MOST: Final = 5
"""Hits in one text; more of them say nothing more."""


def ranked(found: Sequence[Found], query: Query, now: datetime | None = None) -> list[Found]:
    """Return hits in the order in which they are worth being looked at; equal ones stay as they are.

    A hit counts by how often and how early every piece stands in it, whether as a whole word, and whether the
    title has it too; half of that fades away within months.
    """
    moment = now or datetime.now(UTC)
    return sorted(found, key=lambda hit: -_worth(hit, query, moment))


def _worth(hit: Found, query: Query, now: datetime) -> float:
    relevance = sum(_relevance(needle, hit) for needle in query.needles) / (1 + len(hit.text) / _LONG)
    age = max(0.0, (now - hit.at).total_seconds()) / _MONTH_S
    return relevance * (0.5 + 0.5 * math.pow(0.5, age))


def _relevance(needle: Needle, hit: Found) -> float:
    text, piece = hit.text.lower(), needle.folded
    if piece not in text:
        text = fold(text)
    at, count = text.find(piece), min(text.count(piece), _MOST)
    end = at + len(piece)
    is_whole = not text[max(0, at - 1) : at].isalnum() and not text[end : end + 1].isalnum()
    return math.log1p(count) + 0.5 * is_whole + 0.5 / (1 + at / _LONG) + needle.is_in(hit.title)
