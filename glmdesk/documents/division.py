"""Long texts divided to be read one part after the other: each part can be understood by itself.

A part ends between rows of a table, paragraphs, pages, slides or sheets, where a heading begins if there is
one nearby. What is needed to read on is said again: the head of a table, the page that goes on.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from math import ceil, inf
from typing import Final, NamedTuple

from glmdesk.documents.chunks import Mark, cut, mark_of, paragraphs
from glmdesk.domain.tokens import estimate_tokens

_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_SHEET: Final = re.compile(r"^\[sheet ([^\]\n]{1,60})\]\n\n", re.MULTILINE)
_RULE: Final = re.compile(r"\s*\|?\s*:?-{3,}:?\s*(\|\s*:?-{3,}:?\s*)*\|?\s*")
_NUMBER: Final = re.compile(r"[-+(]?[¥$€£]?\s*\d[\d,.:/\-\s]*\s*[%)]?")
_YEAR: Final = re.compile(r"(19|20)\d\d")

_LOOKED_AT: Final = 20
"""Rows by which a head is known."""
_LONGEST_ROW: Final = 200
"""Lines. Where a quotation mark is never closed, rows are what lines are."""
_SLACK: Final = 1.06
"""Parts are of about one size: so much more room is taken to be needed."""
_NEARBY: Final = 0.75
"""How full a part is at least that ends before a heading."""
_TOGETHER: Final = 64
_SHORT: Final = 400
"""Letters."""
_MOST_A_LETTER: Final = 2
"""Tokens; nothing is more of them."""
_MOST_HEAD: Final = 0.5
"""Which share of a part a head may take that is repeated."""


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a text as it is read by itself, about how many tokens that is, and where it is in the text.

    `rows` are counted from 1 without the head, where it is within one table; `lines` are those of the text.
    """

    text: str
    tokens: int
    first: Mark | None
    last: Mark | None
    rows: tuple[int, int] | None
    lines: tuple[int, int]


class _Unit(NamedTuple):
    """What stays together; before it stands a `head` where a part begins with it."""

    text: str
    head: str = ""
    mark: Mark | None = None
    table: int = 0
    """Which table it is in; 0: none."""
    row: int = 0
    is_beginning: bool = False
    """Whether something begins with it: a page, or what is below a heading."""


def divided(text: str, most_tokens: int, *, is_table: bool = False) -> list[Portion]:
    """Return a text in parts of so many tokens at most; of a table, row by row, if it is one.

    All of it is in one of them, but for a single row or line that is longer than a part: that is cut.
    """
    units = [piece for unit in _units(text, is_table=is_table) for piece in _bounded(unit, most_tokens)]
    starts = [0, *_starts(units, _sizes(units), most_tokens), len(units)]
    portions: list[Portion] = []
    line = 1
    for start, end in pairwise(starts):
        for part in _fitting(units[start:end], most_tokens, is_first=start == 0):
            lines = sum(unit.text.count("\n") for unit in part)
            last = line + lines - (1 if part[-1].text.endswith("\n") else 0)
            portions.append(_portion(part, (line, last), is_first=not portions))
            line += lines
    return portions


def _fitting(units: Sequence[_Unit], most: int, *, is_first: bool) -> Iterator[Sequence[_Unit]]:
    """Yield what is a part, or halves of it where it was taken to be shorter than it is."""
    if units and len(units) > 1 and _portion(units, (0, 0), is_first=is_first).tokens > most:
        middle = len(units) // 2
        yield from _fitting(units[:middle], most, is_first=is_first)
        yield from _fitting(units[middle:], most, is_first=False)
    elif units:
        yield units


def _portion(units: Sequence[_Unit], lines: tuple[int, int], *, is_first: bool) -> Portion:
    head = "" if is_first else units[0].head
    tables = {unit.table for unit in units}
    rows = (units[0].row, units[-1].row) if len(tables) == 1 and units[0].row else None
    text = head + "".join(unit.text for unit in units)
    return Portion(text, estimate_tokens(text), units[0].mark, units[-1].mark, rows, lines)


def _sizes(units: Sequence[_Unit]) -> list[float]:
    """Return about how many tokens each is. Short ones in a row are of one kind: it is quicker."""
    sizes: list[float] = []
    for start in range(0, len(units), _TOGETHER):
        texts = [unit.text for unit in units[start : start + _TOGETHER]]
        whole = "".join(texts)
        per_letter = estimate_tokens(whole) / max(1, len(whole))
        is_even = max(map(len, texts)) <= _SHORT
        sizes += [len(text) * per_letter if is_even else estimate_tokens(text) for text in texts]
    return sizes


def _starts(units: Sequence[_Unit], sizes: Sequence[float], most: int) -> Iterator[int]:
    """Yield with which units the second part and those after it begin; all are of about one size."""
    rest, filled, start, head = sum(sizes), 0.0, 0, 0
    goal = _goal(rest, most)
    for at, (unit, size) in enumerate(zip(units, sizes, strict=True)):
        is_full = filled + size / 2 > goal or head + filled + size > most
        if at > start and (is_full or (unit.is_beginning and filled >= goal * _NEARBY)):
            yield at
            rest -= filled
            start, filled, head = at, 0.0, estimate_tokens(unit.head)
            goal = _goal(rest, most - head)
        filled += size


def _goal(rest: float, most: int) -> float:
    """Return how long the next part is; the last one takes what there is."""
    count = ceil(rest * _SLACK / max(1, most))
    return rest / count if count > 1 else inf


def _bounded(unit: _Unit, most: int) -> Iterator[_Unit]:
    """Yield what stays together, or pieces of it where a part has no room for it."""
    if (len(unit.head) + len(unit.text)) * _MOST_A_LETTER <= most:
        yield unit
        return
    head = unit.head if estimate_tokens(unit.head) <= most * _MOST_HEAD else ""
    room = most - estimate_tokens(head)
    for number, piece in enumerate(cut(unit.text, room)):
        yield unit._replace(text=piece, head=head, is_beginning=unit.is_beginning and not number)


def _units(text: str, *, is_table: bool) -> Iterator[_Unit]:
    sheets = [found.start() for found in _SHEET.finditer(text)]
    if is_table:
        yield from _rows(text, None, "", table=1)
    elif sheets[:1] == [0]:
        for table, (begin, end) in enumerate(pairwise((*sheets, len(text))), start=1):
            found = _SHEET.match(text, begin)
            assert found is not None, "it has just been found"
            yield from _rows(text[found.end() : end], Mark("sheet", found[1]), found[0], table=table)
    else:
        yield from _of_prose(text)


def _rows(text: str, mark: Mark | None, opening: str, *, table: int) -> Iterator[_Unit]:
    """Yield the rows of a table of CSV; what opens it and its head go with the first one."""
    first = list(islice(_records(text), _LOOKED_AT))
    has_head = _has_head(first)
    again = f"[sheet {mark.name}, continued]\n\n" if mark else ""
    head = again + (first[0] if has_head else "")
    before = opening
    row, is_beginning = 0, True
    for number, record in enumerate(_records(text)):
        if has_head and number == 0 and len(first) > 1:
            before += record
            continue
        row += bool(record.strip())
        yield _Unit(before + record, "" if before else head, mark, table, max(row, 1), is_beginning)
        before, is_beginning = "", False
    if before:
        yield _Unit(before, "", mark, table, 1, is_beginning)


def _records(text: str) -> Iterator[str]:
    """Yield rows with their ends; one goes on in the next line as long as a quotation mark is open."""
    held: list[str] = []
    is_open = False
    for line in _LINE.findall(text):
        held.append(line)
        is_open ^= line.count('"') % 2 == 1
        if not is_open:
            yield "".join(held)
            held = []
        elif len(held) == _LONGEST_ROW:
            yield from held
            held, is_open = [], False
    yield from held


def _has_head(records: Sequence[str]) -> bool:
    """Whether the first row of a table says what the columns are."""
    if not records:
        return False
    delimiter = max("\t;,", key=records[0].count)
    try:
        rows = [row for row in csv.reader("".join(records).splitlines(), delimiter=delimiter) if any(row)]
    except csv.Error:
        # A cell is longer than any that a table of columns has.
        return False
    if len(rows) <= 1:
        return False
    head, *others = rows
    for column, cell in enumerate(head):
        cells = [row[column] for row in others if column < len(row) and row[column].strip()]
        if cells and all(map(_is_number, cells)) and not _is_number(cell):
            return True
    return not any(_is_number(cell) and not _YEAR.fullmatch(cell.strip()) for cell in head)


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell.strip()) is not None


def _of_prose(text: str) -> Iterator[_Unit]:
    """Yield paragraphs, and the rows of tables that stand between them."""
    mark: Mark | None = None
    table = 0
    for paragraph in paragraphs(text):
        found = mark_of(paragraph)
        mark = found or mark
        again = "" if mark is None or found else f"[{mark.kind} {mark.name}, continued]\n\n"
        lines: list[str] = _LINE.findall(paragraph)
        rule = next((at for at, line in enumerate(lines) if _RULE.fullmatch(line) and "|" in line), 0)
        if not rule or len(lines) <= rule + 1:
            yield _Unit(paragraph, again, mark, is_beginning=found is not None)
            continue
        table += 1
        head = again + "".join(lines[rule - 1 : rule + 1])
        yield _Unit("".join(lines[: rule + 2]), again, mark, table, 1, found is not None)
        for row, line in enumerate(lines[rule + 2 :], start=2):
            yield _Unit(line, head, mark, table, row if line.strip() else row - 1)
