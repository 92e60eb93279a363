"""Reading decoded JSON with types: what has the wrong type reads as absent."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

JsonObject: TypeAlias = Mapping[str, object]


def as_object(value: object) -> JsonObject | None:
    """Return a JSON object as it is, anything else as `None`."""
    return cast("JsonObject", value) if isinstance(value, dict) else None


def as_list(value: object) -> list[object] | None:
    """Return a JSON array as it is, anything else as `None`."""
    return cast("list[object]", value) if isinstance(value, list) else None


def as_text(value: object) -> str:
    """Return a JSON string as it is, anything else as the empty string."""
    return value if isinstance(value, str) else ""


def is_integer(value: object) -> bool:
    """Tell whether a JSON value is a whole number; `true` is not."""
    return isinstance(value, int) and not isinstance(value, bool)


def as_number(value: object) -> float | None:
    """Return a JSON number; `true`, and anything else, as `None`."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def objects(value: object) -> list[JsonObject]:
    """Return the objects in a JSON array, in order; none when it is no array."""
    return [found for item in as_list(value) or [] if (found := as_object(item)) is not None]


def nulls(value: object, path: str = "") -> Iterator[str]:
    """Yield where an explicit null stands, as paths like `messages[0].content`."""
    if value is None:
        yield path
    for name, item in (as_object(value) or {}).items():
        yield from nulls(item, f"{path}.{name}" if path else name)
    for index, item in enumerate(as_list(value) or []):
        yield from nulls(item, f"{path}[{index}]")
