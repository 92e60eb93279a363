"""What is copied of a conversation: parts of its messages, and how."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from glmdesk.domain.message import Message
from glmdesk.render import blocks as b
from glmdesk.render.selection import START, Place, selected
from glmdesk.render.shown import shown_blocks


class Manner(Enum):
    """How something is copied."""

    RICH = auto()
    """As HTML for those who take it, with plain text beside it."""
    PLAIN = auto()
    MARKDOWN = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """What is copied of a message: from one place to another; None: from its beginning, to its end.

    The results are what tools answered to its calls.
    """

    message: Message
    is_source: bool = False
    results: tuple[Message, ...] = ()
    first: Place | None = None
    last: Place | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all of it is copied."""
        return self.first in (None, START) and self.last is None

    @property
    def blocks(self) -> b.Blocks:
        """What is copied, as it is shown."""
        if self.is_whole:
            # Whoever wants the thoughts too selects them.
            said = replace(self.message, reasoning="") if self.message.text else self.message
            return shown_blocks(said, is_source=self.is_source, results=self.results)
        blocks = shown_blocks(self.message, is_source=self.is_source, results=self.results)
        return selected(blocks, self.first or START, self.last or Place(len(blocks), 0))
