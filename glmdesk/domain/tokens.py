"""How many tokens a text is, about, and how that is learned: a service counts them only once it was asked.

A text is a handful of counts (`Features`), which add up as tokens do; its tokens are the sum of these, each
with a weight. The weights begin as those of a vocabulary made for Chinese and English, and come nearer to the
model's own with each answer, for which the service gives exact figures.

Source: recursive least squares with a prior (Haykin, Adaptive Filter Theory, chapter 10).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FEATURES: Final = 13
"""How many counts a text is."""

# What UTF-8 consists of, by the first byte: the bytes that follow a first one are passed over.
_KINDS: Final = (
    (b"a", b"abcdefghijklmnopqrstuvwxyz"),
    (b"A", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    (b"0", b"0123456789"),
    (b" ", b" \t\r\x0b\x0c"),
    (b"\n", b"\n"),
    (b"h", bytes(range(0xE4, 0xEA))),  # U+4000 to U+9FFF: Chinese characters, nearly all of them
    (b"p", bytes((0xE3, 0xEF))),  # Chinese punctuation, kana, full-width forms
    (b"o", bytes((*range(0xC2, 0xE3), *range(0xEA, 0xEF), *range(0xF0, 0xF5)))),
)
_OTHERS: Final = b"."
_FOLLOWING: Final = bytes(range(0x80, 0xC0))


def _table() -> bytes:
    kinds = bytearray(_OTHERS * 256)
    for kind, members in _KINDS:
        for member in members:
            kinds[member] = kind[0]
    return bytes(kinds)


_TABLE: Final = _table()


@dataclass(frozen=True, slots=True)
class Features:
    """What is counted of texts and messages, in the order of the weights.

    Chinese characters and punctuation, words, their letters, capitals inside of them, digits, numbers,
    punctuation, runs of it, lines, indentations, and what is left; the messages come last and are apart.
    """

    counts: tuple[int, ...] = (0,) * FEATURES

    def __add__(self, other: "Features") -> "Features":
        return Features(tuple(map(int.__add__, self.counts, other.counts)))

    def __sub__(self, other: "Features") -> "Features":
        return Features(tuple(map(int.__sub__, self.counts, other.counts)))


NOTHING: Final = Features()
MESSAGE: Final = Features((*(0,) * (FEATURES - 1), 1))
"""What a message is beside its text."""


def features_of(text: str) -> Features:
    """Return what is counted of a text. A megabyte takes thirty milliseconds."""
    shape = text.encode(errors="replace").translate(_TABLE, _FOLLOWING)
    count = shape.count
    lower, upper, digits, marks = count(b"a"), count(b"A"), count(b"0"), count(b".")
    folded = shape.replace(b"A", b"a")
    words = folded.count(b"a") and len(_runs(folded, b"a"))
    return Features(
        (
            count(b"h"),
            count(b"p"),
            words,
            lower + upper,
            count(b"aA"),
            digits,
            digits and len(_runs(shape, b"0")),
            marks,
            marks and len(_runs(shape, b".")),
            count(b"\n"),
            count(b"  "),
            count(b"o"),
            0,
        )
    )


def _runs(shape: bytes, kind: bytes) -> list[bytes]:
    others = bytes(set(range(256)) - set(kind))
    return shape.translate(bytes.maketrans(others, b" " * len(others))).split()


_FIRST_WEIGHTS: Final = (0.65, 0.85, 0.82, 0.055, 0.3, 0.9, 0.3, 0.26, 0.48, 0.85, 0.1, 1.15, 4.0)
"""Tokens. They were fitted to the public vocabularies of three models that know Chinese."""
_DOUBT: Final = 0.5
"""How far a model's own weights are from these, as a part of them, as far as one can guess."""
_LEAST_DOUBT: Final = 0.05
"""Tokens. A weight of nearly nothing may be found to be more."""
_SPREAD: Final = 0.04
"""How far texts are from what their counts say, as a part of their tokens."""
_FORGOTTEN: Final = 1.005
"""With each answer a little of what was learned is doubted again: services change their vocabularies."""
_MOST_DOUBT: Final = 4.0
_LEAST: Final = 64
"""Tokens. Of less there is nothing to be learned: what the service adds by itself weighs too much."""
_IMPLAUSIBLE: Final = 3.0
"""What is so many times more or less than estimated was counted with what was not sent by us."""

Row = tuple[float, ...]


def _first_doubts() -> tuple[Row, ...]:
    spreads = [max(_LEAST_DOUBT, _DOUBT * weight) ** 2 for weight in _FIRST_WEIGHTS]
    return tuple(
        tuple(spread if row == column else 0.0 for column in range(FEATURES))
        for row, spread in enumerate(spreads)
    )


_FIRST_DOUBTS: Final = _first_doubts()


@dataclass(frozen=True, slots=True)
class Estimator:
    """What is known of the tokens of one model: a weight for each count, and how sure they are.

    `doubts` are the covariances of the weights. `answers` counts what was learned from.
    """

    weights: Row = _FIRST_WEIGHTS
    doubts: tuple[Row, ...] = _FIRST_DOUBTS
    answers: int = 0

    def weigh(self, features: Features) -> float:
        """Return about how many tokens texts are of which this is counted, so that parts add up."""
        return _product(self.weights, features.counts)

    def estimate(self, features: Features) -> int:
        """Return about how many tokens texts are of which this is counted."""
        return math.ceil(max(0.0, self.weigh(features)))

    def learned(self, features: Features, tokens: int) -> "Estimator":
        """Return what is known after texts turned out to be so many tokens."""
        estimate = self.weigh(features)
        is_telling = tokens >= _LEAST and estimate > 0
        if not is_telling or not 1 / _IMPLAUSIBLE < tokens / estimate < _IMPLAUSIBLE:
            return self
        # Everything is divided by the tokens, so that long texts do not count for more than short ones.
        shares = tuple(count / tokens for count in features.counts)
        reach = tuple(_product(row, shares) for row in self.doubts)
        gain_below = _SPREAD**2 + _product(reach, shares)
        surprise = 1.0 - estimate / tokens
        weights = tuple(
            min(max(weight + far * surprise / gain_below, 0.0), _MOST_DOUBT * first + _LEAST_DOUBT)
            for weight, far, first in zip(self.weights, reach, _FIRST_WEIGHTS, strict=True)
        )
        return Estimator(weights, self._doubts_after(reach, gain_below), self.answers + 1)

    def _doubts_after(self, reach: Row, gain_below: float) -> tuple[Row, ...]:
        # What is surer than it was at first may be doubted more again.
        grows = [self.doubts[at][at] < _FIRST_DOUBTS[at][at] for at in range(FEATURES)]
        return tuple(
            tuple(
                (value - reach[row] * reach[column] / gain_below)
                * (_FORGOTTEN if grows[row] and grows[column] else 1.0)
                for column, value in enumerate(values)
            )
            for row, values in enumerate(self.doubts)
        )


def _product(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(one * other for one, other in zip(left, right, strict=True))


UNLEARNED: Final = Estimator()


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text is for a model of which nothing is known."""
    return UNLEARNED.estimate(features_of(text))
