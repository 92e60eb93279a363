"""The messages of the conversation on the screen, in order, with the variants of each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from glmdesk.domain.conversation import MessageTree
from glmdesk.domain.message import Message


class Row(NamedTuple):
    """A message on the screen. `variant` counts from 1; `status` stands for a text that is still awaited.

    `is_source` tells that its Markdown is to be shown as it is written. `results` are what tools answered to
    its calls.
    """

    message: Message
    variant: int = 1
    variants: int = 1
    status: str = ""
    is_source: bool = False
    results: tuple[Message, ...] = ()


class MessageList(QObject):
    """Rows of messages, oldest first. What a tool answered has no row but belongs to that of its call.

    Signals:
        reset(kept: int): every row may be another but the first `kept`.
        appended(row: int): a row was added at the end.
        changed(row: int): a row's message, variants, status or results changed.
        grew(row: int, text: str): the text of a row went on.
    """

    reset = Signal(int)
    appended = Signal(int)
    changed = Signal(int)
    grew = Signal(int, str)

    def __init__(self, parent: QObject | None = None, *, shows_sources: bool = False) -> None:
        """With `shows_sources` all Markdown is shown as it is written, until it is wanted formatted."""
        super().__init__(parent)
        self._shows_sources = shows_sources
        self._messages: list[Message] = []
        self._variants: dict[int, tuple[int, int]] = {}
        """Of the rows whose message has others: which it is, and how many there are."""
        self._results: dict[str, tuple[Message, ...]] = {}
        """What tools answered to the calls of messages, by the ids of these."""
        self._statuses: dict[str, str] = {}
        """What stands for the texts of messages."""
        self._marked: str | None = None
        """The message behind which the model begins to read; other cuts are for other models."""
        self._sources: set[str] = set()
        """Messages that are shown in the other way; it is remembered as long as the window is open."""

    def __len__(self) -> int:
        return len(self._messages)

    def __getitem__(self, row: int) -> Row:
        message = self._messages[row]
        variant, variants = self._variants.get(row, (1, 1))
        status = self._statuses.get(message.id, "")
        results = self._results.get(message.id, ())
        if message.cut is not None:
            message = self._with_mark(message)
        if any(result.cut is not None for result in results):
            results = tuple(map(self._with_mark, results))
        return Row(
            message, variant, variants, status, (message.id in self._sources) != self._shows_sources, results
        )

    @property
    def messages(self) -> Sequence[Message]:
        """The messages, by row."""
        return self._messages

    def _with_mark(self, message: Message) -> Message:
        return message if message.id == self._marked else replace(message, cut=None)

    def mark(self, message_id: str | None) -> None:
        """Show behind which message the model begins to read; None: it reads all."""
        before, self._marked = self._marked, message_id
        for changed_id in (before, message_id) if before != message_id else ():
            row = None if changed_id is None else self._row_with(changed_id)
            if row is not None:
                self.changed.emit(row)

    def _row_with(self, message_id: str) -> int | None:
        """Return the row of a message, or of the call to which it is the result."""
        for asking, results in self._results.items():
            if any(result.id == message_id for result in results):
                return self.row_of(asking)
        return self.row_of(message_id)

    def show_branch(self, tree: MessageTree, leaf_id: str | None) -> None:
        """Show the branch that ends at a message; rows that stay the same are kept."""
        before, variants_before = self._messages, self._variants
        messages, results = _with_results(tree.path(leaf_id))
        self._variants = dict(_variants(tree, messages))
        common = _common_start(before, messages)
        for row in variants_before.keys() | self._variants.keys():
            if variants_before.get(row) != self._variants.get(row):
                common = min(common, row)
        self._show_results(results, messages[:common])
        if common < len(before) or not before:
            self._messages = messages
            kept = {message.id for message in messages[:common]} if self._statuses else set[str]()
            self._statuses = {key: status for key, status in self._statuses.items() if key in kept}
            if messages or before:
                self.reset.emit(common)
            return
        for message in messages[common:]:
            self._messages.append(message)
            self.appended.emit(len(self._messages) - 1)

    def _show_results(self, results: dict[str, tuple[Message, ...]], kept: Sequence[Message]) -> None:
        before, self._results = self._results, results
        for row, message in enumerate(kept if before or results else ()):
            if before.get(message.id) != results.get(message.id):
                self.changed.emit(row)

    def put(self, message: Message) -> None:
        """Show a message's new state; its status is over."""
        row = self.row_of(message.id)
        if row is None and message.role == "tool":
            self._put_result(message)
        if row is not None:
            self._messages[row] = message
            self._statuses.pop(message.id, None)
            self.changed.emit(row)

    def _put_result(self, result: Message) -> None:
        for message_id, results in self._results.items():
            if any(known.id == result.id for known in results):
                self._results[message_id] = tuple(
                    result if known.id == result.id else known for known in results
                )
                row = self.row_of(message_id)
                if row is not None:
                    self.changed.emit(row)
                return

    def grow(self, message_id: str, text: str) -> None:
        """Add to the text of a message."""
        row = self.row_of(message_id)
        if row is None:
            return
        if self._statuses.pop(message_id, ""):
            self.changed.emit(row)
        message = self._messages[row]
        self._messages[row] = replace(message, text=message.text + text)
        self.grew.emit(row, text)

    def say(self, message_id: str, status: str) -> None:
        """Say something in place of an answer that has not begun."""
        row = self.row_of(message_id)
        if row is not None:
            self._statuses[message_id] = status
            self.changed.emit(row)

    def toggle_source(self, row: int) -> None:
        """Show the Markdown of a message as it is written, or what it stands for again."""
        self._sources ^= {self._messages[row].id}
        self.changed.emit(row)

    def row_of(self, message_id: str) -> int | None:
        """Return the row of a message, or None when it is not shown. The last rows are looked at first."""
        for row in range(len(self._messages) - 1, -1, -1):
            if self._messages[row].id == message_id:
                return row
        return None


def _variants(tree: MessageTree, branch: Iterable[Message]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield the rows of a branch whose messages have variants: which one it is, and of how many."""
    forks = tree.forks
    for row, message in enumerate(branch if forks else ()):
        if message.parent_id in forks:
            ids = [variant.id for variant in tree.variants(message.id)]
            yield row, (ids.index(message.id) + 1, len(ids))


def _with_results(branch: Iterable[Message]) -> tuple[list[Message], dict[str, tuple[Message, ...]]]:
    """Return the messages that have rows, and the results of their calls by their ids."""
    messages: list[Message] = []
    results: dict[str, tuple[Message, ...]] = {}
    for message in branch:
        is_result = message.role == "tool" and messages
        if is_result and any(call.id == message.tool_call_id for call in messages[-1].tool_calls):
            asking = messages[-1].id
            results[asking] = (*results.get(asking, ()), message)
        else:
            messages.append(message)
    return messages, results


def _common_start(old: Sequence[Message], new: Sequence[Message]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
