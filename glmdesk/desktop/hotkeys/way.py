"""What the ways to a global shortcut have in common, and how one stands."""

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

from glmdesk.domain.global_shortcut import GlobalShortcut
from glmdesk.i18n import N_, _

_HOLDERS: Final[Mapping[str, str]] = {
    "Alt+Space": N_("the menu of windows, or the launcher of the desktop"),
    "Ctrl+Alt+A": N_("QQ, or the screenshots of the desktop"),
    "Ctrl+Alt+D": N_("the desktop, to show itself"),
    "Ctrl+Alt+L": N_("the lock of the screen"),
    "Ctrl+Alt+T": N_("the terminal of the desktop"),
    "Ctrl+Alt+W": N_("WeChat"),
    "Ctrl+Alt+Z": N_("QQ"),
}
"""Who mostly has keys. No system tells who really has them."""
_ANYBODY: Final = N_("the desktop, an input method, or a program such as QQ or WeChat")


class WayRefused(Exception):
    """A shortcut cannot be had this way, for a reason in words."""

    @classmethod
    def taken(cls, shortcut: GlobalShortcut) -> "WayRefused":
        """Return that somebody else has it, and who that may be."""
        words = _(
            "Something else has {keys} already, perhaps {holder}. Choose other keys, or free these there."
        )
        holder = _(_HOLDERS.get(str(shortcut), _ANYBODY))
        return cls(words.format(keys=shortcut.shown_keys, holder=holder))


class HotkeyUser(Protocol):
    """Who is told."""

    def take_press(self, token: str) -> None:
        """Do what the keys are for. A `token` of the desktop lets windows rise; it may be empty."""
        ...

    def take_keys(self, keys: str) -> None:
        """Take note of how the desktop calls the keys from now on."""
        ...

    def take_loss(self, reason: str) -> None:
        """Take note that the keys are heard no more, for a reason in words."""
        ...

    def arm_anew(self) -> None:
        """Begin this way again: what it stands on has changed."""
        ...


class Way(Protocol):
    """Hears of one shortcut between `begin` and `end`."""

    @property
    def name(self) -> str:
        """What this way is called."""
        ...

    async def begin(self, shortcut: GlobalShortcut) -> str:
        """Hear of the shortcut from now on; return how the desktop calls the keys, empty if it has none.

        Raises WayRefused. A way that may work later goes on looking out for that, until its end.
        """
        ...

    def end(self) -> None:
        """Leave the keys to others."""
        ...


class NativeWay(Way, Protocol):
    """A way whose keys come among the events that the system has for our windows."""

    def take(self, address: int) -> None:
        """Look at an event, which is in memory there."""
        ...


class Off(NamedTuple):
    """There is no shortcut, or pausing has put it aside."""


class Asking(NamedTuple):
    """The desktop is asked, and may ask the user."""

    way: str


class Works(NamedTuple):
    """The keys are heard. The desktop calls them by other words than we do, or by none while it has none."""

    way: str
    keys: str


class Fails(NamedTuple):
    """They are not heard, for a reason in words. Where it is the shortcut itself there is no way."""

    way: str
    reason: str


Standing = Off | Asking | Works | Fails
