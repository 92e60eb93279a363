"""PDF page by page, through the library that Chromium shows them with.

It is loaded with the first PDF, lets nobody else in while it works, and gives the interpreter to the window
meanwhile. What it unpacks is looked at before: it would take gigabytes for a stream that says so.
"""

import atexit
import base64
import binascii
import re
import threading
import unicodedata
import zlib
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final, cast

from glmdesk.documents.bounds import Bounds, Unreadable

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_STREAM: Final = re.compile(rb"stream\r?\n")
_MOST_OF_A_STREAM: Final = 128 << 20
_MOST_ENCODED: Final = 16 << 20
_AT_ONCE: Final = 1 << 20
_MOST_FILTERS: Final = 4
_LOOKED_AT: Final = 512
"""Bytes before a stream, where its filters are named."""

_HYPHEN: Final = re.compile("[\ufffe\x02](\r?\n)?")
"""A word that is broken at the end of its line; PDFium marks it."""
_UNSEEN: Final = re.compile("[\0-\x08\x0b-\x1f\ufeff\uffff]|[ \t]+$", re.MULTILINE)

_DRAWN: Final = re.compile("[\u2e80-\u2fdf\ufb00-\ufb06]")
"""Radicals and ligatures: fonts draw them and the letters that are meant with the same glyphs."""
_RADICALS: Final = dict(
    zip(
        "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
        "母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
        strict=True,
    )
)
"""Those of which Unicode's normalization says nothing. Source: EquivalentUnifiedIdeograph.txt."""

_MARK: Final = "[page 1]\n\n"
_MOST_SECONDS_OF_A_PAGE: Final = 10

_lock = threading.Lock()
_ending = threading.Event()


def pdf_text(content: bytes, bounds: Bounds) -> str:
    """Return the text of a PDF, with a mark before each page. Raises Unreadable.

    A scan has no text: it is refused. A page without any is marked as such among others.
    """
    _require_bounded(content, bounds)
    with _lock:
        # A fifteenth of a second, and nine megabytes.
        import pypdfium2  # noqa: PLC0415

        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            code = cast("int | None", error.err_code)  # pyright: ignore[reportUnknownMemberType]
            is_locked = code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY)
            raise Unreadable("encrypted" if is_locked else "damaged") from error
        with _kept(document):
            pages = [_page(document, number, bounds) for number in range(len(document))]
    if not any(pages):
        raise Unreadable("no-text")
    return "\n\n".join(
        f"[page {number}]\n\n{page}" if page else f"[page {number}: no text]"
        for number, page in enumerate(pages, start=1)
    )


@contextmanager
def _kept(document: "PdfDocument") -> Generator[None]:
    """Close a document at the end of the block, and let the program end after that.

    WORKAROUND: whoever is in the library, pypdfium2 5.15 closes its documents and itself at the end of the
    program, and the process crashes. What is registered last is called first.
    """
    from pypdfium2 import _library_scope  # noqa: PLC0415

    atexit.unregister(_library_scope.destroy_lib)
    atexit.unregister(_end)
    atexit.register(_end)
    with closing(document):
        yield


def _end() -> None:
    """Let nobody go on to another page, and wait for the one that is being read."""
    _ending.set()
    _lock.acquire(timeout=_MOST_SECONDS_OF_A_PAGE)


def _page(document: "PdfDocument", number: int, bounds: Bounds) -> str:
    """Return the text of a page; none where the page is damaged."""
    from pypdfium2 import PdfiumError  # noqa: PLC0415

    if _ending.is_set():
        raise Unreadable("too-slow")
    bounds.write(len(_MARK))
    try:
        with closing(document[number]) as page, closing(page.get_textpage()) as text:
            found = text.get_text_bounded()  # pyright: ignore[reportUnknownMemberType]
    except PdfiumError:
        return ""
    bounds.write(len(found))
    return _legible(found)


def _legible(found: str) -> str:
    """Return the text of a page with the letters that are meant."""
    text = _HYPHEN.sub("", found).replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub("", _DRAWN.sub(lambda letter: _meant(letter[0]), text)).strip()


def _meant(letter: str) -> str:
    return _RADICALS.get(letter) or unicodedata.normalize("NFKC", letter)


def _require_bounded(content: bytes, bounds: Bounds) -> None:
    """Raise Unreadable for a stream that unpacks to more than any page needs."""
    for found in _STREAM.finditer(content):
        bounds.look()
        start = found.end()
        filters = content[max(0, start - _LOOKED_AT) : start]
        if b"ASCII85Decode" in filters or b"/A85" in filters:
            _unpack(_from_ascii85(content, start), 0, _MOST_FILTERS)
        else:
            _unpack(content, start, _MOST_FILTERS)


def _from_ascii85(content: bytes, start: int) -> bytes:
    end = content.find(b"~>", start)
    if end < 0:
        return b""
    if end - start > _MOST_ENCODED:
        raise Unreadable("too-long")
    try:
        return base64.a85decode(content[start:end])
    except (ValueError, binascii.Error):
        return b""


def _unpack(content: bytes, start: int, filters: int) -> None:
    """Unpack a stream, and what is packed in that again, and keep nothing of it."""
    unpacker, room, packed = zlib.decompressobj(), _MOST_OF_A_STREAM, memoryview(content)[start:]
    kept: list[bytes] | None = None
    at = 0
    while not unpacker.eof and (at < len(packed) or unpacker.unconsumed_tail):
        piece = unpacker.unconsumed_tail or packed[at : (at := at + _AT_ONCE)]
        try:
            unpacked = unpacker.decompress(piece, _AT_ONCE)
        except zlib.error:
            break
        if kept is None:
            kept = [] if filters > 1 and unpacked[:1] == b"\x78" else None
        room -= len(unpacked)
        if room < 0:
            raise Unreadable("too-long")
        if kept is not None:
            kept.append(unpacked)
    if kept:
        _unpack(b"".join(kept), 0, filters - 1)
