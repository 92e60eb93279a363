"""Texts as they are written in a program, so that every character is there and can be seen."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, cast

import msgspec

from glmdesk.domain.unseen import FORMAT_CHARACTERS

Value: TypeAlias = "dict[str, Value] | list[Value] | str | bool | None"
"""JSON; its numbers are of the class `Number`."""
Body: TypeAlias = dict[str, Value]


class Number(str):
    """A number as it is written in JSON, which Python and Java write alike."""

    __slots__ = ()


_JSON_WORDS: Final[Mapping[bool | None, str]] = {True: "true", False: "false", None: "null"}
_UNSEEN: Final = f"\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029{FORMAT_CHARACTERS}"
"""What is not seen, or makes the code look other than it is. A line end is not among it: JSON has them
between its members."""

_IN_JSON: Final = re.compile(f"[{_UNSEEN}]")
_IN_STRING: Final = re.compile(f'["\\\\\n{_UNSEEN}]')
_BY_NAME: Final = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
"""What is escaped in the same way in Python and in Java, where a line end by its number ends the line."""

_ONE_BYTE: Final = 0xFF
_BASIC_PLANE: Final = 0xFFFF


def decoded(body: bytes) -> Body:
    """Return the members of an object, with every number as it was written: Python's may be smaller."""
    return cast("Body", json.loads(body, parse_int=Number, parse_float=Number))


def in_one_line(
    value: Value,
    string: Callable[[str], str] = lambda text: msgspec.json.encode(text).decode(),
    words: Mapping[bool | None, str] = _JSON_WORDS,
) -> str:
    """Return a value as JSON, or in a language that differs from it in strings and words only."""
    match value:
        case dict():
            members = (f"{string(name)}: {in_one_line(it, string, words)}" for name, it in value.items())
            return f"{{{', '.join(members)}}}"
        case list():
            return f"[{', '.join(in_one_line(item, string, words) for item in value)}]"
        case Number():
            return str(value)
        case str():
            return string(value)
        case _:
            return words[value]


def json_in_lines(body: bytes) -> str:
    """Return JSON with each member in a line of its own, and every value as it was written."""
    return _IN_JSON.sub(lambda found: _in_units(found[0]), msgspec.json.format(body, indent=2).decode())


def python_string(text: str) -> str:
    """Return a string literal of Python."""
    return _string(text, _in_python)


def java_string(text: str) -> str:
    """Return a string literal of Java."""
    return _string(text, _in_units)


def shell_word(text: str) -> str:
    """Return one word of a POSIX shell. It has no NUL."""
    return "'" + text.replace("'", r"'\''") + "'"


def lines_of(text: str) -> list[str]:
    r"""Return the lines of a text with their ends, which are `\n` and nothing else."""
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def _string(text: str, by_number: Callable[[str], str]) -> str:
    escaped = _IN_STRING.sub(lambda found: _BY_NAME.get(found[0]) or by_number(found[0]), text)
    return f'"{escaped}"'


def _in_python(character: str) -> str:
    number = ord(character)
    if number <= _ONE_BYTE:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= _BASIC_PLANE else f"\\U{number:08x}"


def _in_units(character: str) -> str:
    """Return a character by the numbers of its UTF-16, as JSON and Java have it."""
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
