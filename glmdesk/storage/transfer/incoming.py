"""What is read of a history that comes from elsewhere, before any of it is stored."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, cast

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.conversation import Conversation
from glmdesk.domain.message import Message, Role
from glmdesk.domain.usage import Usage
from glmdesk.i18n import _

ROLES: Mapping[str, Role] = {
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "system": "system",
    "tool": "tool",
}
"""Whose a message is, by what the programs call it."""

_MILLISECONDS = 1e11
"""A time that is counted in more than so many of something is not counted in seconds."""

_MOST_TOKENS = 1 << 40
"""Of one message. SQLite holds more, but has to add them up."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a file that goes with a message. `pieces` yields it, each time it is called.

    What it yields need not be what the attachment says.
    """

    attachment: Attachment
    pieces: Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A conversation with its messages, parents first. Its model is empty for that of the settings.

    `contents` are the files of its messages, as far as the history has them.
    """

    conversation: Conversation
    messages: tuple[Message, ...]
    contents: tuple[Content, ...] = ()


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that cannot be read: where it stands, and why, in words."""

    where: str
    why: str


class Thread:
    """A conversation of another program while it is read. Everything in it gets the same id each time.

    `kind` is the program and `key` what it calls the conversation.
    """

    def __init__(self, kind: str, key: str, title: str = "") -> None:
        self._kind = kind
        self.id = stable_id(kind, key)
        self.title = " ".join(title.split())
        self.created: datetime | None = None
        self.updated: datetime | None = None
        self.system = ""
        self.folder = ""
        self.leaf: str | None = None
        self.is_pinned = self.is_archived = False
        self._messages: dict[str, Message] = {}
        self._contents: list[Content] = []

    @property
    def last(self) -> str | None:
        """The key of the message that was added last."""
        return next(reversed(self._messages), None)

    def add(
        self,
        key: str,
        role: Role,
        text: str,
        *,
        parent: str | None,
        at: datetime | None = None,
        files: Sequence[Content] = (),
        **more: Any,
    ) -> str:
        """Add a message below one that was added before it; return its key.

        A key that is taken, or none, is made one of its own by the place of the message. Other values are
        those of `Message`, for answers; files are for questions.
        """
        if not key or key in self._messages:
            key = f"{key}#{len(self._messages)}"
        above = self._messages.get(parent) if parent is not None else None
        moment = at or (above.created_at if above else None) or self.created or _UNKNOWN
        message_id = stable_id(self._kind, self.id, key)
        above_id = above.id if above else None
        if role == "user":
            self._contents += files
            more = {"attachments": tuple(file.attachment for file in files)}
        self._messages[key] = Message(message_id, self.id, above_id, role, moment, text, **more)
        return key

    def extend(self, key: str, text: str, *, reasoning: str = "", model: str | None = None) -> None:
        """Let a message go on: some programs keep an answer in several pieces."""
        message = self._messages[key]
        self._messages[key] = replace(
            message,
            text="\n\n".join(filter(None, (message.text, text))),
            reasoning="\n\n".join(filter(None, (message.reasoning, reasoning))),
            model=message.model or model,
        )

    def role(self, key: str | None) -> Role | None:
        """Return whose a message is."""
        return self._messages[key].role if key in self._messages else None

    def finished(self, where: str) -> Incoming | Loss:
        """Return all of it, or a loss where nothing was said."""
        messages = tuple(self._messages.values())
        if not messages:
            return Loss(where, _("It has no messages."))
        moments = [message.created_at for message in messages]
        leaf = self._messages.get(self.leaf or "") or messages[-1]
        conversation = Conversation(
            self.id,
            self.title,
            self.created or min(moments),
            self.updated or max(moments),
            model="",
            leaf_id=leaf.id,
            system=self.system,
            pinned=self.is_pinned,
            archived=self.is_archived,
            folder=self.folder,
        )
        return Incoming(conversation, messages, tuple(self._contents))


_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = datetime(9000, 1, 1, tzinfo=UTC)


def stable_id(*parts: str) -> str:
    """Return the id of something that others call so: the same each time it is imported."""
    return sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:32]


def moment(value: object) -> datetime | None:
    """Return a time that is written as a number since 1970 or in the manner of RFC 3339.

    None for what is none, and for one that no conversation can be of.
    """
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            found = found if found.tzinfo else found.replace(tzinfo=UTC)
        elif isinstance(value, int | float):
            found = datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return found if _UNKNOWN < found < _NEVER else None


def usage_of(read: object, written: object) -> Usage | None:
    """Return how many tokens an answer took, if both counts are given."""
    counts = count_of(read), count_of(written)
    if counts[0] is None or counts[1] is None or not any(counts):
        return None
    return Usage(prompt_tokens=counts[0], completion_tokens=counts[1])


def count_of(value: object) -> int | None:
    """Return a number of tokens; None for what is none."""
    return value if isinstance(value, int) and 0 <= value <= _MOST_TOKENS else None


def words(value: object) -> str:
    """Return a text, or an empty one for what is none."""
    return value if isinstance(value, str) else ""


def fields(value: object) -> Mapping[str, Any]:
    """Return the members of an object, or none for what is none."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def items(value: object) -> Sequence[Any]:
    """Return the items of a list, or none for what is none."""
    return cast("Sequence[Any]", value) if isinstance(value, list) else ()
