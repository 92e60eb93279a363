"""What assistive technology sees of a program, and can do with it: a small AT-SPI client without GTK.

Source: the interface descriptions of at-spi2-core (Accessible, Text, EditableText, Action, Component,
Selection, Value), as Qt 6 serves them.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from re import Pattern
from types import TracebackType
from typing import Any, Self

from tests.support.dbus import Bus, DBusFailure
from tests.support.waiting import PATIENCE_S, wait_until

_ROOT = "/org/a11y/atspi/accessible/root"
_NULL = "/org/a11y/atspi/null"
_REGISTRY = "org.a11y.atspi.Registry"
_REGISTRY_PATH = "/org/a11y/atspi/registry"
_PREFIX = "org.a11y.atspi."
_EVENTS = "org.a11y.atspi.Event.Object"
_LABELLED_BY = 2
_SCREEN_COORDINATES = 0

# By position in the state set; those a test may ask for.
_STATES = {
    1: "active",
    4: "checked",
    5: "collapsed",
    7: "editable",
    8: "enabled",
    10: "expanded",
    11: "focusable",
    12: "focused",
    16: "modal",
    17: "multi-line",
    20: "pressed",
    22: "selectable",
    23: "selected",
    25: "showing",
    30: "visible",
    41: "checkable",
    43: "read-only",
}

# What "use it" means, by what Qt calls the action of buttons, boxes and menus.
_MAIN_ACTIONS = ("Press", "Toggle", "ShowMenu")


@dataclass(frozen=True, slots=True)
class Extents:
    """A rectangle on the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        """The point a person would click."""
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Accessible:
    """One object of a running program. Every property asks the program anew.

    Raises DBusFailure when the object is gone, see `exists`.
    """

    owner: str
    path: str
    _bus: Bus = field(repr=False, compare=False)

    @property
    def exists(self) -> bool:
        """Whether the program still knows this object."""
        try:
            self._call("Accessible", "GetRole")
        except DBusFailure:
            return False
        return True

    @property
    def name(self) -> str:
        """The accessible name. Qt gives a combo box its current value here, see `label`."""
        return str(self._get("Accessible", "Name"))

    @property
    def label(self) -> str:
        """The name of the label that belongs to this object, empty without one."""
        for kind, targets in self._call("Accessible", "GetRelationSet"):
            if kind == _LABELLED_BY:
                return " ".join(self._other(target).name for target in targets)
        return ""

    @property
    def description(self) -> str:
        """The accessible description."""
        return str(self._get("Accessible", "Description"))

    @property
    def role(self) -> str:
        """The role's name: `frame`, `text`, `list item`; a push button is a `button`, as in newer Qt."""
        return str(self._call("Accessible", "GetRoleName")).removeprefix("push ")

    @property
    def states(self) -> frozenset[str]:
        """What is the case now: `showing`, `enabled`, `focused`, `checked`, `selected`, `editable`, …"""
        low, high = self._call("Accessible", "GetState")
        bits = low | high << 32
        return frozenset(name for position, name in _STATES.items() if bits >> position & 1)

    @property
    def is_showing(self) -> bool:
        """Whether it is on the screen. A program counts as such; not every toolkit says so of it."""
        return "showing" in self.states or self.role == "application"

    @property
    def interfaces(self) -> frozenset[str]:
        """The short names of the interfaces it serves, such as `Text`."""
        return frozenset(name.removeprefix(_PREFIX) for name in self._call("Accessible", "GetInterfaces"))

    @property
    def text(self) -> str:
        """Its content: the whole text, else the value, else the description."""
        interfaces = self.interfaces
        if "Text" in interfaces:
            return str(self._call("Text", "GetText", "ii", 0, -1))
        if "Value" in interfaces:
            return f"{self.value:g}"
        return self.description

    @property
    def value(self) -> float:
        """The number a slider, bar or spin box stands at."""
        return float(self._get("Value", "CurrentValue"))

    @property
    def extents(self) -> Extents:
        """Where it is on the screen."""
        return Extents(*self._call("Component", "GetExtents", "u", _SCREEN_COORDINATES))

    @property
    def actions(self) -> tuple[str, ...]:
        """The names of what can be done with it."""
        return tuple(name for name, _, _ in self._call("Action", "GetActions"))

    @property
    def children(self) -> Iterator["Accessible"]:
        """The objects directly inside, in order."""
        for target in self._call("Accessible", "GetChildren"):
            if target[1] != _NULL:
                yield self._other(target)

    def walk(self, *, showing: bool = True) -> Iterator["Accessible"]:
        """Yield this object and all below it, parents first, asking for children only as far as one reads.

        With `showing`, what is not on the screen is left out together with everything in it.
        """
        # What vanishes while one looks was not there.
        with suppress(DBusFailure):
            if showing and not self.is_showing:
                return
            yield self
            for child in self.children:
                yield from child.walk(showing=showing)

    def find_all(
        self, *, role: str | None = None, name: str | Pattern[str] | None = None, showing: bool = True
    ) -> Iterator["Accessible"]:
        """Yield what has this role and this name (or label), itself included; a pattern is searched for."""
        for found in self.walk(showing=showing):
            with suppress(DBusFailure):
                if found.is_a(role, name):
                    yield found

    def find(
        self,
        *,
        role: str | None = None,
        name: str | Pattern[str] | None = None,
        showing: bool = True,
        timeout_s: float = PATIENCE_S,
    ) -> "Accessible":
        """Return the first of `find_all`, waiting until there is one."""
        return wait_until(
            lambda: next(self.find_all(role=role, name=name, showing=showing), None),
            lambda: f"{role or 'anything'} named {name!r} in\n{self.outline(showing=showing)}",
            timeout_s=timeout_s,
        )

    def is_a(self, role: str | None, name: str | Pattern[str] | None) -> bool:
        """Whether it has this role and this name; `None` is any."""
        if role is not None and self.role != role:
            return False
        match name:
            case None:
                return True
            case str():
                return name in (self.name, self.label)
            case _:
                return bool(name.search(self.name) or name.search(self.label))

    def wait_until(
        self, condition: Callable[["Accessible"], bool], what: str, *, timeout_s: float = PATIENCE_S
    ) -> None:
        """Wait for something about this object, said by `what`."""
        wait_until(lambda: condition(self), f"{what} of {self}", timeout_s=timeout_s)

    def outline(self, *, showing: bool = True) -> str:
        """Return the tree below as indented lines, for messages of failed tests."""
        return "\n".join(self._outline("", showing))

    def do(self, action: str) -> None:
        """Do the action of this name."""
        actions = self.actions
        assert action in actions, f"{self.role} {self.name!r} offers {actions}, not {action}"
        done = self._call("Action", "DoAction", "i", actions.index(action))
        assert done, f"{action} of {self.role} {self.name!r} was refused"

    def press(self) -> None:
        """Press a button, tick a box, open a menu or a combo box.

        Click the items of an open menu instead: Qt runs them when pressed, and leaves the menu open on the
        keyboard.
        """
        self.do(next(action for action in _MAIN_ACTIONS if action in self.actions))

    def select(self) -> None:
        """Choose this item of its list."""
        parent = self._other(self._get("Accessible", "Parent"))
        index = self._call("Accessible", "GetIndexInParent")
        chosen = parent._call("Selection", "SelectChild", "i", index)
        assert chosen, f"{parent.role} {parent.name!r} does not let item {index} be chosen"

    def grab_focus(self) -> None:
        """Give it the keyboard, and wait until it has it."""
        self._call("Component", "GrabFocus")
        self.wait_until(lambda itself: "focused" in itself.states, "the focus")

    def set_text(self, text: str) -> None:
        """Replace the whole content of an editable text."""
        done = self._call("EditableText", "SetTextContents", "s", text)
        assert done, f"{self.role} {self.name!r} does not take a text"

    def _outline(self, indent: str, showing: bool) -> Iterator[str]:
        with suppress(DBusFailure):
            is_showing = self.is_showing
            if showing and not is_showing:
                return
            mark = "" if is_showing else " (not showing)"
            yield f"{indent}{self.role} {self.name!r}{mark}"
            for child in self.children:
                yield from child._outline(indent + "  ", showing)

    def _other(self, target: tuple[str, str]) -> "Accessible":
        return Accessible(*target, self._bus)

    def _call(self, interface: str, member: str, signature: str = "", *arguments: Any) -> Any:
        return self._bus.call(self.owner, self.path, _PREFIX + interface, member, signature, *arguments)

    def _get(self, interface: str, name: str) -> Any:
        return self._bus.get(self.owner, self.path, _PREFIX + interface, name)


class Accessibility:
    """A connection to the accessibility bus; use it as a context manager."""

    def __init__(self, address: str) -> None:
        self._bus = Bus(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bus.close()

    def applications(self) -> list[Accessible]:
        """Return the programs that show themselves now."""
        found = self._bus.call(_REGISTRY, _ROOT, _PREFIX + "Accessible", "GetChildren")
        return [Accessible(owner, path, self._bus) for owner, path in found]

    def application(
        self, *, pid: int | None = None, name: str | None = None, timeout_s: float = PATIENCE_S
    ) -> Accessible:
        """Return the program with this process id or name, waiting until it shows itself."""

        def find() -> Accessible | None:
            with suppress(DBusFailure):  # one ends while we ask
                for application in self.applications():
                    if pid == self._process_id(application) or name == application.name:
                        return application
            return None

        return wait_until(
            find, f"process {pid or name} to appear on the accessibility bus", timeout_s=timeout_s
        )

    def listen(self) -> None:
        """Hear from now on what programs announce."""
        self._bus.listen(_EVENTS, "Announcement")
        self._bus.call(
            _REGISTRY, _REGISTRY_PATH, _REGISTRY, "RegisterEvent", "sass", "object:announcement", [], ""
        )

    def announcement(self, *, timeout_s: float = PATIENCE_S) -> str:
        """Return the next words that a program announces, waiting for them. Needs `listen`."""
        body = self._bus.next_signal(_EVENTS, "Announcement", timeout_s=timeout_s)
        return str(body[3][1])

    def _process_id(self, application: Accessible) -> int:
        return int(self._bus.ask_daemon("GetConnectionUnixProcessID", "s", application.owner))
