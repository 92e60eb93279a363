"""A file that goes with a message."""

import re
from dataclasses import dataclass
from typing import Final

DIGEST: Final = re.compile(r"[0-9a-f]{64}")
"""What a digest looks like, so that none is ever taken for another path."""

_KILO: Final = 1000


@dataclass(frozen=True, slots=True)
class Attachment:
    """What a message says of a file. Its content is kept by itself (`storage.attachments`).

    Attributes:
        digest: SHA-256 of the content, 64 hexadecimal digits. Files with the same content are kept once.
        name: What the file was called, without folders.
        size_bytes: How long the content is.
    """

    digest: str
    name: str
    size_bytes: int

    @classmethod
    def of(cls, name: str, content: bytes) -> "Attachment":
        """Return what is said of a file with this content."""
        import hashlib  # noqa: PLC0415 - four megabytes, for who has a file

        return cls(hashlib.sha256(content).hexdigest(), name, len(content))

    @property
    def size(self) -> str:
        """How long the content is, in few letters: "512 B", "3 KB", "2.5 MB"."""
        if self.size_bytes < _KILO:
            return f"{self.size_bytes} B"
        if self.size_bytes < _KILO * _KILO:
            return f"{self.size_bytes / _KILO:.0f} KB"
        return f"{self.size_bytes / _KILO / _KILO:.1f} MB"


def told_name(name: str) -> str:
    """Return what the model is told that a file is called: one line, in letters that can be sent."""
    return " ".join(name.encode(errors="replace").decode().split())
