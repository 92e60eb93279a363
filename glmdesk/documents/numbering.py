"""The numbers that a word processor puts before paragraphs, and that stand in none of them.

Source: ECMA-376 part 1, 17.9.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from glmdesk.documents.package import Attributes, Elements, count, value
from glmdesk.typed import override

_PLACE: Final = re.compile(r"%([1-9])")
_MOST: Final = 1_000_000
_DIGITS: Final = "〇一二三四五六七八九"
_LEVELS: Final = 9
_ROMAN: Final = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MOST_ROMAN: Final = 3999
_MOST_CHINESE: Final = 9999
_CHINESE: Final = frozenset({"chineseCounting", "chineseCountingThousand", "japaneseCounting"})


@dataclass(slots=True)
class _Level:
    form: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict[int, _Level])
    reached: list[int] = field(default_factory=list[int])


class Numbering(Elements):
    """The lists of a document, each at the number it has reached."""

    def __init__(self) -> None:
        self._lists: dict[str, _List] = {}
        self._used: dict[str, str] = {}
        self._list = _List()
        self._level = _Level()
        self._number = ""

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        match name:
            case "abstractNum":
                self._list = self._lists.setdefault(value(attributes, "abstractNumId"), _List())
            case "lvl":
                self._level = _Level()
                self._list.levels[count(attributes, "ilvl", 0, most=_LEVELS - 1)] = self._level
            case "start":
                self._level.start = count(attributes, "val", 1, most=_MOST)
            case "numFmt":
                self._level.form = value(attributes, "val")
            case "lvlText":
                self._level.text = value(attributes, "val")
            case "num":
                self._number = value(attributes, "numId")
                # What a use of a list changes in it is not looked at.
                self._list = _List()
            case "abstractNumId":
                self._used[self._number] = value(attributes, "val")
            case _:
                pass

    def next_label(self, number: str, level: int) -> str:
        """Return what stands before the next paragraph of a list; empty for one that is not known."""
        found = self._lists.get(self._used.get(number, ""))
        if found is None or level not in found.levels:
            return "-" if number not in ("", "0") else ""
        while len(found.reached) <= level:
            found.reached.append(found.levels.get(len(found.reached), _Level()).start - 1)
        del found.reached[level + 1 :]
        found.reached[level] += 1
        form = found.levels[level].form
        if form in ("bullet", "none"):
            return "-" if form == "bullet" else ""
        return _PLACE.sub(lambda place: _reached(found, int(place[1]) - 1), found.levels[level].text)


def _reached(found: _List, level: int) -> str:
    if level >= len(found.reached):
        return ""
    return _written(found.reached[level], found.levels.get(level, _Level()).form)


def _written(number: int, form: str) -> str:
    if form in _CHINESE:
        return _chinese(number)
    match form:
        case "lowerLetter" | "upperLetter" if number > 0:
            letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 % 10 + 1)
        case "lowerRoman" | "upperRoman" if 0 < number <= _MOST_ROMAN:
            letters = _roman(number)
        case "decimalZero":
            letters = f"{number:02}"
        case _:
            letters = str(number)
    return letters.upper() if form.startswith("upper") else letters


def _roman(number: int) -> str:
    letters = ""
    for amount, letter in _ROMAN:
        letters += letter * (number // amount)
        number %= amount
    return letters


def _chinese(number: int) -> str:
    """Return a number as it is counted in Chinese, up to 9,999."""
    if not 0 < number <= _MOST_CHINESE:
        return str(number)
    parts = ""
    for amount, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, amount)
        if digit:
            parts += _DIGITS[digit] + unit
        elif parts and number and not parts.endswith("〇"):
            parts += "〇"
    return parts.removeprefix("一") if parts.startswith("一十") else parts
