"""What a reader has done to the panels of a message. It outlives their boxes, which come and go."""

from dataclasses import dataclass


@dataclass(slots=True)
class PanelState:
    """How a panel is shown.

    Attributes:
        is_expanded: Whether all of it is shown, however long it is.
        wraps: Whether lines that are too long are broken.
        offset: Pixels. How far it is moved sideways from the left; None where nobody has moved it.
    """

    is_expanded: bool = False
    wraps: bool = False
    offset: float | None = None


class Kept:
    """The panels at or below a place in a message, which is given by the indices that lead there."""

    def __init__(
        self, states: dict[tuple[int, ...], PanelState] | None = None, path: tuple[int, ...] = ()
    ) -> None:
        self._states = {} if states is None else states
        self._path = path

    def at(self, index: int, /) -> "Kept":
        """Return what is kept of a block in this one."""
        return Kept(self._states, (*self._path, index))

    @property
    def panel(self) -> PanelState:
        """The state of the panel that stands here."""
        return self._states.setdefault(self._path, PanelState())
