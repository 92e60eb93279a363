"""Bytes that are a text already."""

import codecs
from typing import Final

_AT_ONCE: Final = 1 << 18
"""Bytes; two milliseconds."""

_MARKED: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_in(content: bytes) -> str | None:
    """Return a file's content as text: UTF-8, UTF-16 with its mark, or what Chinese systems write (GB 18030).

    None for what is no text.
    """
    for encoding in ("utf-16",) if content.startswith(_MARKED) else ("utf-8-sig", "gb18030"):
        try:
            text = decoded(content, encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def decoded(content: bytes, encoding: str) -> str:
    """Decode a piece at a time: meanwhile the decoders let nothing else happen. Raises UnicodeDecodeError."""
    decoder = codecs.getincrementaldecoder(encoding)()
    pieces = [decoder.decode(content[at : at + _AT_ONCE]) for at in range(0, len(content), _AT_ONCE)]
    return "".join((*pieces, decoder.decode(b"", final=True)))
