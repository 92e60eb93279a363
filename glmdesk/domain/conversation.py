"""A conversation: a tree of messages in which an edit or a retry grows a new branch beside the old one."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from glmdesk.domain.message import Message
from glmdesk.domain.options import PLAIN, Options
from glmdesk.i18n import listed, ngettext

_TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the list shows of a conversation.

    `leaf_id` is the last message of the branch that is shown; `folder` is empty for none; an answer that has
    ended while something else was shown makes it `unread`.
    """

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    model: str
    leaf_id: str | None = None
    system: str = ""
    pinned: bool = False
    archived: bool = False
    folder: str = ""
    unread: bool = False
    options: Options = PLAIN


def counted(conversations: int, messages: int) -> str:
    """Return so many conversations and messages in words."""
    parts = (
        (ngettext("{count} conversation", "{count} conversations", conversations), conversations),
        (ngettext("{count} message", "{count} messages", messages), messages),
    )
    return listed(words.format(count=f"{count:,}") for words, count in parts)


def title_of(question: str) -> str:
    """Return what a conversation is called that begins with a question: its first line, if that is short."""
    line = next(iter(question.strip().splitlines()), "").rstrip()
    return line if len(line) <= _TITLE_LENGTH else f"{line[: _TITLE_LENGTH - 1]}…"


class MessageTree:
    """The messages of one conversation by parents. Siblings are variants of one another, oldest first."""

    def __init__(self, messages: Iterable[Message]) -> None:
        """Take messages, parents before their children."""
        self._by_id = {message.id: message for message in messages}
        self._children: dict[str | None, list[str]] = {}
        self._followed: dict[str | None, str] = {}
        self._forks: set[str | None] = set()
        for message in self._by_id.values():
            self._add(message)

    def put(self, message: Message) -> None:
        """Add a message, or replace the one with its id. A parent comes before its children."""
        if message.id not in self._by_id:
            self._add(message)
        self._by_id[message.id] = message

    def _add(self, message: Message) -> None:
        siblings = self._children.get(message.parent_id)
        if siblings is None:
            self._children[message.parent_id] = [message.id]
        else:
            siblings.append(message.id)
            self._forks.add(message.parent_id)

    @property
    def forks(self) -> AbstractSet[str | None]:
        """The messages that several follow; None where the conversation has several beginnings."""
        return self._forks

    def get(self, message_id: str) -> Message:
        """Return the message. Raises KeyError for an unknown id."""
        return self._by_id[message_id]

    def __contains__(self, message_id: str | None) -> bool:
        return message_id in self._by_id

    def path(self, leaf_id: str | None) -> tuple[Message, ...]:
        """Return the branch that ends at `leaf_id`, first message first; empty for None."""
        branch: list[Message] = []
        while leaf_id is not None:
            message = self._by_id[leaf_id]
            branch.append(message)
            leaf_id = message.parent_id
        return tuple(reversed(branch))

    def variants(self, message_id: str) -> tuple[Message, ...]:
        """Return the message and its siblings, oldest first."""
        parent_id = self._by_id[message_id].parent_id
        return tuple(self._by_id[sibling] for sibling in self._children[parent_id])

    def leaf_without(self, message_id: str) -> str | None:
        """Return where the branch ends that is shown in place of a message and all that follows it.

        It is that of the variant before, or else after it; without variants the message that it follows, or
        None where it is the first.
        """
        others = [variant.id for variant in self.variants(message_id)]
        position = others.index(message_id)
        others.remove(message_id)
        return self.leaf_below(others[max(0, position - 1)]) if others else self.get(message_id).parent_id

    @property
    def followed(self) -> Mapping[str | None, str]:
        """Which of the messages that follow one was shown last, where there are several."""
        return self._followed

    def follow(self, leaf_id: str | None) -> None:
        """Remember that the branch is shown that ends at a message, if that is there."""
        for message in self.path(leaf_id) if leaf_id in self._by_id else ():
            if message.parent_id in self._forks:
                self._followed[message.parent_id] = message.id

    def follow_as(self, other: "MessageTree") -> None:
        """Remember what another tree of the conversation does, as far as it is in this one."""
        self._followed = {parent: child for parent, child in other.followed.items() if child in self._by_id}

    def leaf_below(self, message_id: str) -> str:
        """Return the leaf reached from a message by the children that were shown last, or else are newest."""
        while children := self._children.get(message_id):
            message_id = self._followed.get(message_id, children[-1])
        return message_id
