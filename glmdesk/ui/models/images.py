"""The images of the conversation that is shown: which were loaded, and what stands in place of the others."""

from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QObject, Signal

from glmdesk.domain.address import WebAddress
from glmdesk.domain.errors import Action, Problem
from glmdesk.domain.image import EncodedImage
from glmdesk.i18n import _
from glmdesk.ui.decoding import Picture

MAX_BYTES: Final = 128 * 1024 * 1024
"""Of what is kept: some twenty photos that fill the column, with the bytes that they came in."""

_PERCENT: Final = 100
_KILO: Final = 1024


class Act(Enum):
    """What somebody wants of an image."""

    PRESS = auto()
    """What a click does."""
    COPY = auto()
    SAVE = auto()


@dataclass(frozen=True, slots=True)
class Unloaded:
    """Nobody has asked for it."""

    words = ""

    @property
    def action(self) -> str:
        """What a click does."""
        return _("Click to load")


@dataclass(frozen=True, slots=True)
class Asking:
    """There is something to know before it is loaded from an address. A click does what `action` says."""

    words: str
    action: str
    address: WebAddress


@dataclass(frozen=True, slots=True)
class Loading:
    """It is on its way: so many bytes have come, and of so many where that is known."""

    done: int = 0
    total: int | None = None

    @property
    def words(self) -> str:
        """How far it is."""
        if not self.done:
            return _("Loading…")
        if self.total:
            return _("Loading… {percent} %").format(percent=min(self.done * _PERCENT // self.total, _PERCENT))
        return _("Loading… {size} KB").format(size=f"{self.done // _KILO:,}")

    @property
    def action(self) -> str:
        """What a click does."""
        return _("Stop")


@dataclass(frozen=True, slots=True)
class Failed:
    """It was not loaded from an address, or cannot be shown."""

    problem: Problem
    address: WebAddress

    @property
    def words(self) -> str:
        """Why."""
        return self.problem.words

    @property
    def can_retry(self) -> bool:
        """Whether it may come the next time."""
        return self.problem.action is Action.RETRY

    @property
    def action(self) -> str:
        """What a click does."""
        return _("Retry") if self.can_retry else _("Open in browser")


@dataclass(frozen=True, slots=True)
class Loaded:
    """It is shown: the pixels, and the bytes that they came in."""

    picture: Picture
    encoded: EncodedImage
    words = ""
    action = ""

    @property
    def size_bytes(self) -> int:
        """How much memory it takes."""
        return self.picture.image.sizeInBytes() + len(self.encoded.data)


State = Unloaded | Asking | Loading | Failed | Loaded

_UNLOADED: Final = Unloaded()


class Images(QObject):
    """What is known of images, by the addresses that the messages give. It is kept in memory alone.

    Signals:
        changed(src: str): another state holds for an image.
    """

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._states: OrderedDict[str, State] = OrderedDict()
        """The least used first."""
        self._size_bytes = 0

    def state(self, src: str) -> State:
        """Return what is known of an image."""
        return self._states.get(src, _UNLOADED)

    def note_seen(self, src: str) -> None:
        """Remember that an image was seen: it stays longer than those that were not."""
        if src in self._states:
            self._states.move_to_end(src)

    def put(self, src: str, state: State) -> None:
        """Let another state hold. Where there are too many images, those that were not seen for long go."""
        if self.state(src) == state:
            return
        self._drop(src)
        if not isinstance(state, Unloaded):
            self._states[src] = state
        if isinstance(state, Loaded):
            self._size_bytes += state.size_bytes
        self.changed.emit(src)
        for other in [other for other, its in self._states.items() if isinstance(its, Loaded)]:
            if self._size_bytes <= MAX_BYTES or other == src:
                break
            self._drop(other)
            self.changed.emit(other)

    def clear(self) -> None:
        """Forget all of them."""
        known = list(self._states)
        self._states.clear()
        self._size_bytes = 0
        for src in known:
            self.changed.emit(src)

    def _drop(self, src: str) -> None:
        state = self._states.pop(src, None)
        if isinstance(state, Loaded):
            self._size_bytes -= state.size_bytes
