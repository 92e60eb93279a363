"""The messages of the conversation on the screen, in order, with the variants of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from glmdesk.domain.conversation import MessageTree
from glmdesk.domain.message import Message


@dataclass(frozen=True, slots=True)
class Row:
    """A message on the screen. `variant` counts from 1; `status` stands for a text that is still awaited.

    `is_source` tells that its Markdown is to be shown as it is written.
    """

    message: Message
    variant: int = 1
    variants: int = 1
    status: str = ""
    is_source: bool = False


class MessageList(QObject):
    """Rows of messages, oldest first.

    Signals:
        reset(kept: int): every row may be another but the first `kept`.
        appended(row: int): a row was added at the end.
        changed(row: int): a row's message, variants or status changed.
        grew(row: int, text: str): the text of a row went on.
    """

    reset = Signal(int)
    appended = Signal(int)
    changed = Signal(int)
    grew = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._sources: set[str] = set()
        """The messages whose source is shown; it is remembered as long as the window is open."""

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: int) -> Row:
        return self._rows[row]

    def show_branch(self, tree: MessageTree, leaf_id: str | None) -> None:
        """Show the branch that ends at a message; rows that stay the same are kept."""
        rows = [self._row(tree, message) for message in tree.path(leaf_id)]
        common = _common_start(self._rows, rows)
        is_longer_only = common == len(self._rows) > 0
        if not is_longer_only:
            if self._rows != rows:
                self._rows = rows
                self.reset.emit(common)
            return
        for row in rows[common:]:
            self._rows.append(row)
            self.appended.emit(len(self._rows) - 1)

    def put(self, message: Message) -> None:
        """Show a message's new state; its status is over."""
        row = self.row_of(message.id)
        if row is not None:
            self._rows[row] = replace(self._rows[row], message=message, status="")
            self.changed.emit(row)

    def grow(self, message_id: str, text: str) -> None:
        """Add to the text of a message."""
        row = self.row_of(message_id)
        if row is None:
            return
        shown = self._rows[row]
        if shown.status:
            self._rows[row] = shown = replace(shown, status="")
            self.changed.emit(row)
        self._rows[row] = replace(shown, message=replace(shown.message, text=shown.message.text + text))
        self.grew.emit(row, text)

    def say(self, message_id: str, status: str) -> None:
        """Say something in place of an answer that has not begun."""
        row = self.row_of(message_id)
        if row is not None:
            self._rows[row] = replace(self._rows[row], status=status)
            self.changed.emit(row)

    def toggle_source(self, row: int) -> None:
        """Show the Markdown of a message as it is written, or what it stands for again."""
        shown = self._rows[row]
        (self._sources.discard if shown.is_source else self._sources.add)(shown.message.id)
        self._rows[row] = replace(shown, is_source=not shown.is_source)
        self.changed.emit(row)

    def row_of(self, message_id: str) -> int | None:
        """Return the row of a message, or None when it is not shown. The last rows are looked at first."""
        for row in range(len(self._rows) - 1, -1, -1):
            if self._rows[row].message.id == message_id:
                return row
        return None

    def _row(self, tree: MessageTree, message: Message) -> Row:
        variants = tree.variants(message.id)
        position = next(i for i, variant in enumerate(variants, start=1) if variant.id == message.id)
        return Row(message, position, len(variants), is_source=message.id in self._sources)


def _common_start(old: Sequence[Row], new: Sequence[Row]) -> int:
    length = 0
    for before, after in zip(old, new, strict=False):
        if before != after:
            break
        length += 1
    return length
