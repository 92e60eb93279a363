"""What is written and not sent."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from glmdesk.domain.attachment import Attachment


class Draft(NamedTuple):
    """The words of a question and the files that go with it. It is false where there is neither.

    A `reader` is the model that is to read the files part by part; None: they are sent whole.
    """

    text: str = ""
    attachments: "tuple[Attachment, ...]" = ()
    reader: str | None = None

    def __bool__(self) -> bool:
        return bool(self.text or self.attachments)

    @property
    def heading(self) -> str:
        """What stands for it in a list: its words, or else what the files are called."""
        return self.text or ", ".join(attachment.name for attachment in self.attachments)

    def followed_by(self, other: "Draft") -> "Draft":
        """Return both as one; a file that is in both is there once."""
        text = "\n\n".join(filter(None, (self.text, other.text)))
        return Draft(text, tuple(dict.fromkeys((*self.attachments, *other.attachments))))
