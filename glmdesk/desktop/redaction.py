"""Blanks secrets in text that leaves the memory of the program, in whatever encoding they got into it."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote, quote_plus

from glmdesk.markup import escape

BLANK = "•••"

# Shorter ones would blank ordinary words; placeholders such as "none" for a local service are no secrets.
_SHORTEST_SECRET = 8

# What gives a secret away without our knowing it. Each keeps what stands before the secret.
_SHAPES = (
    r"(?<=bearer\s)\S+",
    r"(?<=basic\s)[\w+/=-]{8,}",
    r"(?<=://)[^\s/@]+(?=@)",  # user and password of a proxy
    r"\beyj[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}",  # a JSON web token
    r"\bsk-[\w-]{16,}",
    # <id>.<secret>; the digits tell it from a module's name.
    r"\b(?=[a-z]*\d)[a-z\d]{16,}\.(?=[a-z]*\d)[a-z\d]{12,}\b",
)


class Redactor:
    """Knows the secrets of this run; handed to whatever writes files or starts programs."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._known: re.Pattern[str] | None = None
        self._pattern = _any_of(_SHAPES)

    def register(self, secret: str) -> None:
        """Blank `secret`, and what stands behind its first dot, from now on."""
        _, _, second_half = secret.partition(".")
        for part in (secret, second_half):
            if len(part) >= _SHORTEST_SECRET:
                self._forms.update(_forms(part))
        if self._forms:
            # The longest first: a form may begin with another.
            literals = [re.escape(form) for form in sorted(self._forms, key=len, reverse=True)]
            self._known = _any_of(literals)
            self._pattern = _any_of([*literals, *_SHAPES])

    def redact(self, text: str) -> str:
        """Return `text` without registered secrets and without what looks like one."""
        return self._pattern.sub(BLANK, text)

    def knows(self, text: str) -> bool:
        """Whether `text` holds a registered secret in any form."""
        return self._known is not None and self._known.search(text) is not None


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    # Hexadecimal and percent encodings come in both cases.
    return re.compile("|".join(patterns), re.IGNORECASE)


def _forms(secret: str) -> Iterator[str]:
    """Yield the ways a secret may be written; letters' case is left to the pattern."""
    plain = secret.encode()
    yield secret
    yield secret[::-1]
    yield plain.hex()
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield quote(secret, safe="").replace(".", "%2E")
    yield "".join(f"%{byte:02X}" for byte in plain)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield escape(secret)
    yield repr(secret)[1:-1]
    for encode in (b64encode, urlsafe_b64encode):
        yield from _base64_cores(plain, encode)


def _base64_cores(plain: bytes, encode: Callable[[bytes], bytes]) -> Iterator[str]:
    """Yield the middle of the Base64 of any text around `plain`: one for each way the bytes may align."""
    for shift in range(3):
        encoded = encode(bytes(shift) + plain)
        first = -(-shift * 8 // 6)
        whole = (shift + len(plain)) * 8 // 6
        yield encoded[first:whole].decode()
