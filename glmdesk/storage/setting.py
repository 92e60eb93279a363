"""How a setting is declared: once, with all that the file, the dialog and the checks need to know."""

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeGuard, TypeVar, overload

T = TypeVar("T", bound=int | str)
S = TypeVar("S", bound=str)
T_co = TypeVar("T_co", covariant=True)


class Kind(Protocol[T_co]):
    """What values a setting takes."""

    def read(self, value: object) -> T_co:
        """Return the value in its normal form. Raises ValueError for one that is not allowed."""
        ...


class Choice(Generic[S]):
    """One of some words."""

    def __init__(self, values: tuple[S, ...]) -> None:
        self.values = values

    def read(self, value: object) -> S:
        """Return the word. Raises ValueError for any other."""
        for allowed in self.values:
            if value == allowed:
                return allowed
        raise ValueError(value)


class Whole(NamedTuple):
    """A whole number from `minimum` to `maximum`; `automatic`, if there is one, leaves it to the program."""

    minimum: int
    maximum: int
    automatic: int | None = None

    def read(self, value: object) -> int:
        """Return the number. Raises ValueError for one out of range."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(value)  # noqa: TRY004 - one error for all that a file may hold
        if value != self.automatic and not self.minimum <= value <= self.maximum:
            raise ValueError(value)
        return value


class Text(NamedTuple):
    """A text. `normal` returns its normal form and raises ValueError for one that is not allowed."""

    normal: Callable[[str], str] = str.strip

    def read(self, value: object) -> str:
        """Return the text in its normal form. Raises ValueError for one that is not allowed."""
        if isinstance(value, str):
            return self.normal(value)
        raise ValueError(value)


class Holder(Protocol):
    """What has values for settings."""

    def value(self, setting: "Setting[T]") -> T:
        """Return the value in force."""
        ...


class Setting(Generic[T]):
    """The declaration of one setting. Its key is the name it is assigned to in its class.

    Read on that class it is the declaration, on an instance the value in force. `label` and `help` are marked
    with `N_`.

    `choose` returns the normal form of a value that is put in force, and raises UsageError for one that the
    program could not use. What a file says is in force as it stands: whoever uses it says what is wrong with
    it, instead of going on with another value that nobody meant.
    """

    def __init__(
        self, kind: Kind[T], default: T, *, label: str, help: str, choose: Callable[[T], T] | None = None
    ) -> None:
        self.key = ""
        self.choose: Callable[[T], T] = choose or (lambda value: value)
        self.kind = kind
        self.default = default
        self.label = label
        self.help = help

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = name

    def checked(self, value: object) -> T:
        """Return the normal form of a value that is to be put in force.

        Raises ValueError for one that is not allowed, and UsageError for one that could not be used.
        """
        return self.choose(self.kind.read(value))

    @overload
    def __get__(self, holder: None, owner: type) -> Self: ...

    @overload
    def __get__(self, holder: Holder, owner: type) -> T: ...

    def __get__(self, holder: Holder | None, owner: type) -> Self | T:
        return self if holder is None else holder.value(self)


def is_setting(value: object) -> TypeGuard[Setting[Any]]:
    """Whether a member of a class declares a setting."""
    return isinstance(value, Setting)
