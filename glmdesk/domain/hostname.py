"""The name of a host: what is looked up, how people read it, and whether they may read another one.

Source: WHATWG URL for what a browser makes of it, IDNA 2008 for letters beyond ASCII, Unicode TR 39 for what
they are taken for.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv6Address
from typing import Final
from urllib.parse import unquote

_CODED: Final = "xn--"
_LONGEST: Final = 253
"""Characters of a name in ASCII."""

_DOTS: Final = str.maketrans("。．｡", "...")
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER: Final = re.compile(r"0x[0-9a-f]*|[0-9]+")
_BYTE: Final = 256

_HAN: Final = "HAN"
_KANA: Final = "KANA"
_SCRIPTS: Final = {"CJK": _HAN, "IDEOGRAPHIC": _HAN, "HIRAGANA": _KANA, "KATAKANA": _KANA}
_UNLIKE_LATIN: Final = (frozenset((_HAN,)), frozenset(("HANGUL",)))
_STROKES: Final = frozenset("一丨丶丿乀乁亅〇-0123456789")
"""What reads like a dash, a slash or a letter where no other Chinese character stands beside it."""

_JAPANESE: Final = frozenset((_HAN, _KANA))

_LOCAL_NAMES: Final = frozenset(("localhost", "local", "localdomain", "lan", "home", "internal", "intranet"))


class Disguise(Enum):
    """How the letters of a name may deceive."""

    MIXED = "letters of several scripts in one word"
    ALIKE = "letters that can look like Latin ones"
    CODE = "a code for letters that cannot be in a name"


@dataclass(frozen=True, slots=True)
class Host:
    """A host.

    Attributes:
        name: What is looked up, in ASCII; a number as browsers write it.
        shown: The same in letters; `name` where there are none.
        ip: The number, when it is one.
        is_odd: Whether it is no name as names are, so that programs may disagree about it.
    """

    name: str
    shown: str
    ip: IPv4Address | IPv6Address | None = None
    is_odd: bool = False

    @classmethod
    def parse(cls, written: str) -> "Host":
        """Return the host that a browser reads in what stands between the slashes and the port."""
        if written.startswith("["):
            return _six(written)
        text = unquote(written).translate(_DOTS).lower().removesuffix(".")
        ascii_name = _in_ascii(text)
        if ascii_name is None or not all(map(_LABEL.fullmatch, ascii_name.split("."))):
            return cls(text, text, is_odd=True)
        if _NUMBER.fullmatch(ascii_name.rpartition(".")[2]):
            number = _four(ascii_name)
            return cls(str(number or text), str(number or text), number, is_odd=number is None)
        labels = [_in_letters(label) or label for label in ascii_name.split(".")]
        return cls(ascii_name, ".".join(labels), is_odd="%" in written)

    @property
    def is_local(self) -> bool:
        """Whether it is this computer, or one of the network around it."""
        if self.ip is not None:
            return not self.ip.is_global
        return "." not in self.name or self.name.rpartition(".")[2] in _LOCAL_NAMES

    @property
    def disguise(self) -> Disguise | None:
        """How it may be taken for another one, if at all.

        Chinese and Korean words look like no Latin ones. Words of other scripts may, so they are trusted only
        below a top-level domain in the same script, where everybody expects them.
        """
        if self.is_odd:
            return None
        labels = self.shown.split(".")
        expected = frozenset[str]() if labels[-1].isascii() else _scripts(labels[-1])
        if labels[-1] == "jp" or expected == frozenset((_KANA,)):
            expected = _JAPANESE
        found = {_disguise(label, expected) for label in labels}
        return next((kind for kind in Disguise if kind in found), None)

    def is_related_to(self, other: "Host") -> bool:
        """Whether this is the same host, or the one lies within the domain of the other."""
        mine, its = self.name.removeprefix("www."), other.name.removeprefix("www.")
        return mine == its or mine.endswith(f".{its}") or its.endswith(f".{mine}")


def _in_ascii(text: str) -> str | None:
    if len(text) > _LONGEST:
        return None
    if text.isascii():
        return text
    import idna  # noqa: PLC0415 - for names beyond ASCII

    try:
        return idna.encode(text, uts46=True).decode()
    except UnicodeError:
        return None


def _in_letters(label: str) -> str | None:
    """Return the letters that a code stands for, or None where it is none that a name may have."""
    if not label.startswith(_CODED):
        return None
    import idna  # noqa: PLC0415 - for names beyond ASCII

    try:
        return idna.decode(label)
    except UnicodeError:
        return None


def _four(name: str) -> IPv4Address | None:
    """Return the number that a browser reads: of one to four parts, decimal, octal or hexadecimal."""
    parts = name.split(".")
    if len(parts) > 4 or not all(map(_NUMBER.fullmatch, parts)):  # noqa: PLR2004 - as many as there are bytes
        return None
    try:
        *first, last = [_value(part) for part in parts]
    except ValueError:
        return None
    if any(value >= _BYTE for value in first) or last >= _BYTE ** (4 - len(first)):
        return None
    return IPv4Address(sum(value << 8 * (3 - place) for place, value in enumerate(first)) + last)


def _value(part: str) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8 if part.startswith("0") else 10)


def _six(written: str) -> Host:
    try:
        number = IPv6Address(written[1:-1] if written.endswith("]") else "")
    except ValueError:
        return Host(written, written, is_odd=True)
    return Host(f"[{number}]", f"[{number}]", number.ipv4_mapped or number)


def _disguise(label: str, expected: frozenset[str]) -> Disguise | None:
    if label.isascii():
        return Disguise.CODE if label.startswith(_CODED) else None
    scripts = _scripts(label)
    if len(scripts) > 1 and scripts != _JAPANESE:
        return Disguise.MIXED
    is_word = scripts in _UNLIKE_LATIN and not _STROKES.issuperset(label)
    return None if is_word or scripts <= expected else Disguise.ALIKE


def _scripts(label: str) -> frozenset[str]:
    """Return the scripts of the letters of a name. Digits and hyphens have none; ASCII letters are Latin."""
    letters = (letter for letter in label if not letter.isascii() or letter.isalpha())
    words = (re.split("[ -]", unicodedata.name(letter, ""), maxsplit=1)[0] for letter in letters)
    return frozenset(_SCRIPTS.get(word, word) for word in words)
