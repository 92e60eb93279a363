"""Characters that are not seen, and texts in which they are: what is read before something is allowed."""

import re
from typing import Final

FORMAT_CHARACTERS: Final = (
    "\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
)
"""What is not seen itself but changes how the rest is seen, as part of a pattern. Joiners of letters and of
emoji are left out: words are spelt with them."""

_HIDDEN: Final = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{FORMAT_CHARACTERS}]")


def unmasked(text: str) -> str:
    """Return a text of any lines in which nothing is hidden: what is not seen is its number, as in JSON."""
    return _HIDDEN.sub(lambda found: _numbered(found[0]), text)


def _numbered(letter: str) -> str:
    units = letter.encode("utf-16-be", errors="surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))
