"""Files that go with questions, as the model reads them: as text, in the same words each time, or images."""

import asyncio
import base64
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Final

from glmdesk.domain.attachment import Attachment, told_name
from glmdesk.domain.errors import Problem, UsageError, UserError
from glmdesk.domain.message import Message
from glmdesk.domain.request import PromptImage
from glmdesk.domain.tokens import estimate_tokens
from glmdesk.i18n import N_

if TYPE_CHECKING:
    from glmdesk.storage.attachments import Attachments

Content = str | PromptImage

_BACKTICKS: Final = re.compile("`{3,}")
MOST_IMAGE_BYTES: Final = 5 << 20
MOST_IMAGE_SIDE: Final = 6000
"""Pixels. What the service takes, as PNG or JPEG."""

_IMAGES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")

_MOST_KEPT: Final = 32_000_000
"""Letters of all texts that are kept in memory: two of the longest, or hundreds of others."""


class AttachedFiles:
    """What models read of attached files. Each is read once, and kept as far as there is room for it.

    Not on disk: what is erased would have to be erased there too, and a file is read again in a second.
    Its methods may be called in any thread, and take as long as the disk and the readers do.
    """

    def __init__(self, attachments: "Attachments") -> None:
        self.attachments = attachments
        """Where the files themselves are."""
        self._kept: OrderedDict[str, Content] = OrderedDict()
        self._letters = 0
        self._tokens: dict[str, int | None] = {}
        self._lock = Lock()

    def add(self, name: str, content: bytes) -> Attachment:
        """Keep a file that can be read. Raises LocalDataError, and UsageError for one that cannot."""
        read = content_of(name, content)
        attachment = self.attachments.keep(name, [content])
        self._remember(attachment, read)
        return attachment

    def read(self, file: Attachment) -> Content:
        """Return what a model reads of a file. Raises LocalDataError and UsageError."""
        with self._lock:
            if file.digest in self._kept:
                self._kept.move_to_end(file.digest)
                return self._kept[file.digest]
        content = content_of(file.name, self.attachments.content(file))
        self._remember(file, content)
        return content

    def tokens(self, file: Attachment) -> int | None:
        """Return about how many tokens a text takes; None for an image, and what was not read in this run."""
        return self._tokens.get(file.digest)

    def knows(self, file: Attachment) -> bool:
        """Whether a file was read in this run."""
        return file.digest in self._tokens

    def is_image(self, file: Attachment) -> bool:
        """Whether a file that was read in this run is an image."""
        return self.knows(file) and self._tokens[file.digest] is None

    async def of(self, branch: Iterable[Message]) -> Mapping[str, Content]:
        """Return what is in the files of a branch by digest, as far as they are there and can be read."""
        files = {attachment.digest: attachment for message in branch for attachment in message.attachments}
        if not files:
            return {}
        return await asyncio.to_thread(self._all, files.values())

    async def text(self, file: Attachment) -> str | None:
        """Return the text of one file; None where it is not there, or has none."""
        content = (await asyncio.to_thread(self._all, [file])).get(file.digest)
        return content if isinstance(content, str) else None

    def _all(self, files: Iterable[Attachment]) -> dict[str, Content]:
        contents: dict[str, Content] = {}
        for file in files:
            try:
                contents[file.digest] = self.read(file)
            except UserError:
                continue
        return contents

    def _remember(self, file: Attachment, content: Content) -> None:
        tokens = tokens_of_file(file.name, content) if isinstance(content, str) else None
        with self._lock:
            self._tokens[file.digest] = tokens
            if file.digest not in self._kept:
                self._kept[file.digest] = content
                self._letters += letters_of(content)
            while self._letters > _MOST_KEPT and len(self._kept) > 1:
                _digest, forgotten = self._kept.popitem(last=False)
                self._letters -= letters_of(forgotten)


def letters_of(content: Content) -> int:
    """Return how long it is, as it is sent."""
    return len(content) if isinstance(content, str) else len(content.data)


def content_of(name: str, content: bytes) -> Content:
    """Return what a model reads of a file, or sees. Raises UsageError for what is neither for it."""
    from glmdesk.documents.readers import text_of  # noqa: PLC0415 - for who has a file

    if not content.startswith(_IMAGES):
        return text_of(name, content)
    if len(content) > MOST_IMAGE_BYTES:
        raise UsageError(
            Problem(
                "image-too-large",
                N_("The image “{name}” is larger than {most} MB."),
                N_("Make it smaller, and attach that."),
                details={"name": name, "most": str(MOST_IMAGE_BYTES >> 20)},
            )
        )
    return PromptImage(base64.b64encode(content).decode())


def quoted(name: str, text: Content | None) -> str:
    """Return a file as a block of Markdown; None: its text cannot be had, which the model is told.

    An image is named only: models that see are given it beside the words.
    """
    shown = told_name(name)
    if text is None:
        return f"{shown}: (the text of this file is not available)"
    if isinstance(text, PromptImage):
        return f"{shown}: (an image)"
    body = text.rstrip("\n")
    fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(body)), default=0))
    return f"{shown}:\n\n{fence}\n{body}\n{fence}"


def tokens_of_file(name: str, text: str) -> int:
    """Return about how many tokens a file takes in a question, for a model of which nothing is known."""
    return estimate_tokens(quoted(name, text))
