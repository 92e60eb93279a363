"""Texts of real Chinese and English words, each as often as it is written."""

import random
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from wordfreq import get_frequency_dict


def texts(count: int, seed: int = 1) -> Iterator[str]:
    """Yield texts: four of ten in Chinese, three in English, three in both; some 120 characters each."""
    dice = random.Random(seed)
    for _ in range(count):
        match dice.random():
            case share if share < 0.4:
                yield _chinese(dice, 50)
            case share if share < 0.7:
                yield _english(dice, 28)
            case _:
                yield f"{_chinese(dice, 25)} {_english(dice, 14)}"


@cache
def _words(language: str) -> tuple[list[str], list[float]]:
    frequencies = get_frequency_dict(language, wordlist="best")
    return list(frequencies), list(accumulate(frequencies.values()))


def _chosen(dice: random.Random, language: str, count: int) -> list[str]:
    words, weights = _words(language)
    return dice.choices(words, cum_weights=weights, k=count)


def _chinese(dice: random.Random, count: int) -> str:
    words = _chosen(dice, "zh", count)
    return "，".join("".join(words[at : at + 7]) for at in range(0, count, 7)) + "。"


def _english(dice: random.Random, count: int) -> str:
    return " ".join(_chosen(dice, "en", count)).capitalize() + "."
