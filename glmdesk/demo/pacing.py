"""How a model writes: pieces the size of tokens, at the speed of a real one.

The same text is always cut and paced in the same way.
"""

import random
import re
from collections.abc import Iterator

REFUSAL_S = 0.2
FIRST_PIECE_S = 0.4
# What a server of tools takes.
SERVER_S = 0.6
# Beyond the minute after which the client says that it is still waiting.
LATE_FIRST_PIECE_S = 65.0

_PIECES_PER_S = (40.0, 60.0)

# How many ideographs a piece has, and how often: 1.6 to a token on the whole, as the service's documents say.
_SIZES = (1, 2, 3, 4)
_WEIGHTS = (54, 34, 9, 3)

_UNIT = re.compile(
    r"""
      (?P<ideographs> [\u3400-\u9fff]+ )
    | [ ]?[A-Za-z0-9]{1,10}             # a word with the space before it
    | (?P<mark> [*\#`=-] )(?P=mark)*    # a mark of Markdown, however long
    | \s+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


def pieces(text: str) -> Iterator[str]:
    """Yield a text in pieces; each counts as one token."""
    rng = _rng(text)
    for unit in _UNIT.finditer(text):
        run = unit["ideographs"]
        if run is None:
            yield unit[0]
        while run:
            size = rng.choices(_SIZES, _WEIGHTS)[0]
            yield run[:size]
            run = run[size:]


def pauses(text: str) -> Iterator[float]:
    """Yield the seconds between the pieces of a text, without end."""
    rng = _rng(text)
    while True:
        yield 1 / rng.uniform(*_PIECES_PER_S)


def _rng(text: str) -> random.Random:
    return random.Random(text)  # noqa: S311 - variety, not secrets


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text has: 1.5 characters each, or four where they are ASCII."""
    narrow = len(text.encode("ascii", "ignore"))
    return round((len(text) - narrow) / 1.5 + narrow / 4)
