"""Which conversations are listed, and in which order."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from glmdesk.domain.conversation import Conversation


class Order(StrEnum):
    """By which time the latest comes first. Pinned ones come before all others."""

    USED = "used"
    CREATED = "created"


@dataclass(frozen=True, slots=True)
class Listing:
    """A choice of conversations. `folder` is None for those of all folders and of none."""

    folder: str | None = None
    is_archive: bool = False
    order: Order = Order.USED

    def holds(self, conversation: Conversation) -> bool:
        """Whether a conversation is in the list."""
        is_in_folder = self.folder is None or self.folder == conversation.folder
        return is_in_folder and self.is_archive == conversation.archived

    def moment(self, conversation: Conversation) -> datetime:
        """Return the time that decides where a conversation stands."""
        return conversation.updated_at if self.order is Order.USED else conversation.created_at


EVERYTHING = Listing()
"""What is not archived, the last used first."""
