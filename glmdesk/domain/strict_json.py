"""JSON as it has to be before anything is called JSON: nothing is guessed, rounded or silently left out.

Source: RFC 8259, and RFC 7493 (I-JSON) for names that come twice and halves of characters.
"""

import json
import math
import re
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias, cast

from glmdesk.domain.fault import Fault
from glmdesk.i18n import N_

Json: TypeAlias = "bool | int | Decimal | str | list[Json] | dict[str, Json] | None"
"""A value of JSON. Numbers with a fraction keep the digits they are written with."""

DEEPEST: Final = 200
"""Levels. Nobody nests as deep on purpose."""
_TOO_DEEP: Final = N_("it is nested too deeply, or a number is too long")

_PEOPLES_INDENT: Final = 2

Step = str | int
"""A name in an object, or a place in an array, from 0."""

_FENCED: Final = re.compile(r"```[\w-]*[ \t]*\r?\n(.*)\n[ \t]*```", re.DOTALL)
_PLAIN_NAME: Final = re.compile(r"[^\W\d]\w*")


class NotJson(Exception):
    """A text is no JSON. It never leaves the module that reads one."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.english)
        self.fault = fault


def path_text(steps: Sequence[Step]) -> str:
    """Return where a value is, as programs write it: `items[3].name`; empty for the whole."""
    written = ""
    for step in steps:
        if isinstance(step, int):
            written += f"[{step}]"
        elif _PLAIN_NAME.fullmatch(step):
            written += f".{step}" if written else step
        else:
            written += f"[{json.dumps(step, ensure_ascii=False)}]"
    return written


def unfenced(text: str) -> str:
    """Return a text without the white space and the one code fence around it."""
    stripped = text.strip()
    found = _FENCED.fullmatch(stripped)
    # Two blocks with words between them are not one.
    return found[1] if found and "\n```" not in found[1] else stripped


def read_json(text: str) -> Json:
    """Return the value that a text is. Raises NotJson."""
    return cast("Json", _read(text, _exact))


def read_for_checking(text: str) -> Any:
    """Return the same with fractions as floating-point numbers, as validators want them. Raises NotJson."""
    return _read(text, _finite)


def written(value: Json, *, indent: int | None = None) -> str:
    """Return a value as JSON, with every digit it came with; on one line without an indent."""
    pieces: list[str] = []
    _write(value, pieces, indent, "\n", sys.maxsize)
    return "".join(pieces)


def beginning(value: Json, most: int) -> str:
    """Return a value as people read it, with so many characters at most: a sign tells that there are more."""
    pieces: list[str] = [value] if isinstance(value, str) else []
    if not pieces:
        # Each piece has a character at least.
        _write(value, pieces, _PEOPLES_INDENT, "\n", most)
    text = "".join(pieces)
    return text if len(text) <= most else text[:most] + "…"


def scalar_text(value: Json) -> str:
    """Return a value as it is shown in one line: a text without its quotation marks."""
    if isinstance(value, str):
        return value
    return written(value) if isinstance(value, (list, dict)) else _scalar(value)


def _scalar(value: Json) -> str:
    # Not by the module that reads them: it writes fractions as floating-point numbers.
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def _write(value: Json, pieces: list[str], indent: int | None, line: str, most: int) -> None:
    """Add a value to pieces of JSON; with so many of them it may end anywhere."""
    if not isinstance(value, (list, dict)) or not value:
        pieces.append(_scalar(value))
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    inner = line if indent is None else line + " " * indent
    before = opening if indent is None else opening + inner
    between = "," if indent is None else "," + inner
    members = value.items() if isinstance(value, dict) else (("", one) for one in value)
    for name, one in members:
        if len(pieces) > most:
            return
        pieces.append(before)
        before = between
        if isinstance(value, dict):
            pieces.append(json.dumps(name, ensure_ascii=False) + (":" if indent is None else ": "))
        _write(one, pieces, indent, inner, most)
    pieces.append(closing if indent is None else line + closing)


def _read(text: str, parse_float: Any) -> Any:
    if not text.strip():
        raise NotJson(Fault("", N_("there is nothing")))
    try:
        value = json.loads(
            text, parse_float=parse_float, parse_constant=_no_number, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        raise NotJson(_syntax(error)) from None
    except (RecursionError, ValueError):
        # A ValueError of its own is that of a whole number with thousands of digits.
        raise NotJson(Fault("", _TOO_DEEP)) from None
    if text.count("[") + text.count("{") > DEEPEST and _depth(value) > DEEPEST:
        raise NotJson(Fault("", _TOO_DEEP))
    if "\\u" in text and not _is_writable(value):
        raise NotJson(Fault("", N_("a text holds half of a character")))
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotJson(Fault("", N_("the name “{name}” comes twice in one object"), {"name": twice}))
    return made


def _no_number(name: str) -> Any:
    raise NotJson(Fault("", N_("{name} is no number of JSON"), {"name": name}))


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NotJson(Fault("", N_("{name} is no number of JSON"), {"name": digits}))
    return number


def _exact(digits: str) -> Decimal:
    _finite(digits)
    try:
        return Decimal(digits)
    except InvalidOperation:
        raise NotJson(Fault("", N_("{name} is no number of JSON"), {"name": digits})) from None


def _depth(value: Json) -> int:
    """Return how deep a value is nested, without a call a level."""
    depth = 0
    level: list[Json] = [value]
    while level:
        depth += 1
        inner: list[Json] = []
        for outer in level:
            if isinstance(outer, dict):
                inner += outer.values()
            elif isinstance(outer, list):
                inner += outer
        level = inner
    return depth


def _is_writable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


_SYNTAX: Final[Mapping[str, str]] = {
    "Expecting value": N_("a value is missing"),
    "Expecting property name enclosed in double quotes": N_("a name in double quotation marks is missing"),
    "Illegal trailing comma before end of object": N_("there is a comma too many"),
    "Illegal trailing comma before end of array": N_("there is a comma too many"),
    "Expecting ':' delimiter": N_("a colon is missing"),
    "Expecting ',' delimiter": N_("a comma or a bracket is missing"),
    "Unterminated string starting at": N_("a text has no end"),
    "Invalid control character at": N_("a text goes over a line break"),
    "Extra data": N_("there is more behind the value"),
}


def _syntax(error: json.JSONDecodeError) -> Fault:
    what = next((words for said, words in _SYNTAX.items() if error.msg.startswith(said)), None)
    if what is None:
        return Fault("", "{said}", {"said": error.msg}, error.lineno, error.colno)
    return Fault("", what, {}, error.lineno, error.colno)
