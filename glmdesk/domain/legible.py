"""Addresses as a person reads them: the host first, nothing unseen, nothing that could be taken for HTML."""

import re
from typing import Final, assert_never
from unicodedata import bidirectional

from glmdesk.domain.address import Address, MailAddress, WebAddress
from glmdesk.domain.unseen import FORMAT_CHARACTERS

_NOT_SHOWN: Final = re.compile(
    f"[\x00-\x1f\x7f-\x9f\u200c\u200d\u2028\u2029\ud800-\udfff<{FORMAT_CHARACTERS}]"
)
_LOOKS_LIKE_TAG: Final = re.compile("<|&lt;")
_ENCODED: Final = re.compile("(?:%[89A-Fa-f][0-9A-Fa-f])+")

_TIP_WIDTH: Final = 80
"""Characters of a line in a tool tip; Qt does not break the lines of plain text there."""


def visible(text: str) -> str:
    """Return a text in which everything is seen: what is not, and `<`, is percent-encoded."""
    return _NOT_SHOWN.sub(lambda found: _encoded(found[0]), text)


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters; what is too much is left out in its middle."""
    if len(text) <= most:
        return text
    tail = most // 3
    return f"{text[: most - tail - 1]}…{text[-tail:]}"


def readable(url: str) -> str:
    """Return an address with its words in letters where they are encoded, and all else as it is."""
    return visible(_ENCODED.sub(lambda found: _letters(found[0]), url))


def tip(address: Address, title: str = "") -> str:
    """Return a tool tip: the host alone, by both of its names if it has two, and below it the whole address.

    Between them stands what whoever wrote the link says that it leads to.

    Qt does not take it for HTML: it looks for that in the first line, and for tags.
    """
    lines = [line.replace("&", "%26") for line in heads(address)]
    said = _LOOKS_LIKE_TAG.sub("‹", " ".join(title.split()))
    lines += filter(None, (visible(said), readable(address.url)))
    return "\n".join(shortened(line, _TIP_WIDTH) for line in lines)


def heads(address: Address) -> list[str]:
    """Return where an address leads: the host in letters and as it is looked up, or whom a mail is for.

    The name that deceives does not come first.
    """
    match address:
        case WebAddress(host=host, port=port):
            forms = (host.name, host.shown) if host.disguise else (host.shown, host.name)
            names = [f"{name}:{port}" if port else name for name in dict.fromkeys(forms)]
        case MailAddress(recipients=recipients):
            names = [", ".join(recipients)] if recipients else []
        case _:
            assert_never(address)
    return [visible(name) for name in names]


def _encoded(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode(errors="replace"))


def _letters(encoded: str) -> str:
    """Return what is encoded in letters, those that are read from left to right."""
    try:
        decoded = bytes.fromhex(encoded.replace("%", "")).decode()
    except UnicodeDecodeError:
        return encoded
    return "".join(
        letter if letter.isalnum() and bidirectional(letter) == "L" else _encoded(letter)
        for letter in decoded
    )
