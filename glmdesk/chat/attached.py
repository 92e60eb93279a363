"""Files that go with questions, as the model reads them: as text, in the same words each time."""

import asyncio
import codecs
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from glmdesk.domain.attachment import Attachment, told_name
from glmdesk.domain.errors import LocalDataError, Problem, UsageError
from glmdesk.domain.message import Message
from glmdesk.i18n import N_

if TYPE_CHECKING:
    from glmdesk.storage.attachments import Attachments

_BACKTICKS: Final = re.compile("`{3,}")
_AT_ONCE: Final = 1 << 18
"""Bytes; two milliseconds."""

_MARKED: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_in(content: bytes) -> str | None:
    """Return a file's content as text: UTF-8, UTF-16 with its mark, or what Chinese systems write (GB 18030).

    None for what is no text.
    """
    for encoding in ("utf-16",) if content.startswith(_MARKED) else ("utf-8-sig", "gb18030"):
        try:
            text = _decoded(content, encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def _decoded(content: bytes, encoding: str) -> str:
    """Decode a piece at a time: meanwhile the decoders let nothing else happen. Raises UnicodeDecodeError."""
    decoder = codecs.getincrementaldecoder(encoding)()
    pieces = [decoder.decode(content[at : at + _AT_ONCE]) for at in range(0, len(content), _AT_ONCE)]
    return "".join((*pieces, decoder.decode(b"", final=True)))


def require_text(name: str, content: bytes) -> str:
    """Return a file's content as text. Raises UsageError for what is none."""
    text = text_in(content)
    if text is None:
        raise UsageError(
            Problem(
                "not-text",
                N_("“{name}” is not a text."),
                N_("Models are given texts: plain text, code, CSV, Markdown and the like."),
                details={"name": name},
            )
        )
    return text


async def attached_texts(branch: Iterable[Message], attachments: "Attachments") -> Mapping[str, str]:
    """Return the texts of the files of a branch by digest, as far as they are there and are texts."""
    files = {attachment.digest: attachment for message in branch for attachment in message.attachments}
    if not files:
        return {}
    return await asyncio.to_thread(_texts, files.values(), attachments)


async def attached_text(attachment: Attachment, attachments: "Attachments") -> str | None:
    """Return the text of one file; None where it is not there, or is none."""
    return (await asyncio.to_thread(_texts, [attachment], attachments)).get(attachment.digest)


def _texts(files: Iterable[Attachment], attachments: "Attachments") -> dict[str, str]:
    texts: dict[str, str] = {}
    for file in files:
        try:
            text = text_in(attachments.content(file))
        except LocalDataError:
            continue
        if text is not None:
            texts[file.digest] = text
    return texts


def quoted(name: str, text: str | None) -> str:
    """Return a file as a block of Markdown; None: its text cannot be had, which the model is told."""
    shown = told_name(name)
    if text is None:
        return f"{shown}: (the text of this file is not available)"
    body = text.rstrip("\n")
    fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(body)), default=0))
    return f"{shown}:\n\n{fence}\n{body}\n{fence}"
