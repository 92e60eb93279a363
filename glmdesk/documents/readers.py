"""Files as texts, whatever they are: which kind a file is of is seen by what is in it, not by its name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from glmdesk.documents.bounds import MOST_LETTERS, Bounds, Reason, Unreadable
from glmdesk.documents.plain import text_in
from glmdesk.domain.errors import Problem, UsageError
from glmdesk.i18n import N_

_ZIP: Final = b"PK\x03\x04"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RTF: Final = b"{\\rtf"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_PDF: Final = b"%PDF-"
_PDF_WITHIN: Final = 1024
"""Bytes at the beginning; other things may stand before."""

_WORDS: Final[Mapping[Reason, tuple[str, str]]] = MappingProxyType(
    {
        "damaged": (N_("“{name}” is damaged."), N_("Open it with its own program and save it again.")),
        "encrypted": (
            N_("“{name}” is protected by a password."),
            N_("Save a copy of it without one, and attach that."),
        ),
        "no-text": (
            N_("There is no text in “{name}”; it may be made of images, as a scan is."),
            N_("Let a program recognise its text, and attach what that makes of it."),
        ),
        "old-format": (
            N_("“{name}” is of an old kind that is not read."),
            N_("Save it as DOCX, XLSX or PPTX, and attach that."),
        ),
        "too-long": (
            N_("“{name}” holds more than can be read: over {most} million letters."),
            N_("Attach the part of it that the question is about."),
        ),
        "too-slow": (
            N_("Reading “{name}” takes too long."),
            N_("Attach the part of it that the question is about."),
        ),
    }
)


def text_of(name: str, content: bytes) -> str:
    """Return what a model reads of a file. Raises UsageError, which says why, for what it cannot read.

    The same content gives the same text. It may take a minute, and does not know Qt: for a thread.
    """
    try:
        text = _text(content, Bounds())
    except Unreadable as refused:
        raise UsageError(_problem(name, refused.reason)) from refused
    if text is None:
        raise UsageError(_no_text(name))
    return text


def _text(content: bytes, bounds: Bounds) -> str | None:
    if _is_pdf(content):
        from glmdesk.documents.pdf import pdf_text  # noqa: PLC0415 - each kind is loaded with its first file

        return pdf_text(content, bounds)
    if content.startswith(_ZIP):
        return _office_text(content, bounds)
    if content.startswith(_RTF):
        # It is a text, of which a model reads nothing but codes.
        raise Unreadable("old-format")
    if content.startswith(_OLD_OFFICE):
        raise Unreadable("encrypted" if _LOCKED in content else "old-format")
    from glmdesk.documents.web_page import is_page, page_text  # noqa: PLC0415

    return page_text(content, bounds) if is_page(content) else text_in(content)


def _is_pdf(content: bytes) -> bool:
    """Whether a file is one by how it begins, and no text that speaks of them."""
    beginning = content[:_PDF_WITHIN]
    return beginning.lstrip().startswith(_PDF) or (_PDF in beginning and text_in(content) is None)


def _office_text(content: bytes, bounds: Bounds) -> str | None:
    """Return the text of an Office file; None for any other archive."""
    from glmdesk.documents import docx, pptx, xlsx  # noqa: PLC0415
    from glmdesk.documents.package import Package  # noqa: PLC0415

    package = Package(content, bounds)
    if package.has(docx.MAIN):
        return _required(docx.docx_text(package, bounds))
    if package.has(xlsx.MAIN):
        return _required(xlsx.xlsx_text(package, bounds))
    if package.has(pptx.MAIN):
        return _required(pptx.pptx_text(package, bounds))
    return None


def _required(text: str) -> str:
    if not text.strip():
        raise Unreadable("no-text")
    return text


def _problem(name: str, reason: Reason) -> Problem:
    what, advice = _WORDS[reason]
    return Problem(
        f"document-{reason}", what, advice, details={"name": name, "most": str(MOST_LETTERS // 1_000_000)}
    )


def _no_text(name: str) -> Problem:
    return Problem(
        "not-text",
        N_("“{name}” is not a text."),
        N_("Models read PDF, DOCX, XLSX, PPTX, web pages, text, code and CSV; some see PNG and JPEG images."),
        details={"name": name},
    )
