"""What an argument of a user's function may be: from its type hint, as JSON Schema, and checked."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, assert_never, cast

Json = str | int | float | bool | None

_SIMPLE: Final[Mapping[str, "Type"]] = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
}
_LISTS: Final = frozenset({"list", "List", "Sequence"})
_OBJECTS: Final = frozenset({"dict", "Dict", "Mapping"})
_DEEPEST: Final = 8

Type = Literal["string", "integer", "number", "boolean"]


class Unsupported(Exception):
    """A type hint that says nothing that a model can be told."""


class Mismatch(Exception):
    """A value that is not of its kind; the words are for the model."""


@dataclass(frozen=True, slots=True)
class Simple:
    """A text, a number or a truth value."""

    type: Type


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; None: of anything."""

    item: "Kind | None"


@dataclass(frozen=True, slots=True)
class ObjectOf:
    """An object with values of a kind; None: of any."""

    value: "Kind | None"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some values; `enumeration` is the class whose members they are, if they are any's."""

    values: tuple[Json, ...]
    enumeration: str = ""


@dataclass(frozen=True, slots=True)
class Nullable:
    """What may be null too."""

    kind: "Kind"


Kind = Simple | ListOf | ObjectOf | OneOf | Nullable


def kind_of(hint: ast.expr, enumerations: Mapping[str, tuple[Json, ...]], depth: int = 0) -> Kind:
    """Return what a hint means. Raises Unsupported."""
    if depth > _DEEPEST:
        raise Unsupported(_written(hint))
    match hint:
        case ast.Constant(value=str(text)):
            return kind_of(_parsed(text), enumerations, depth + 1)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _named(name, hint, enumerations)
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
            return _generic(name, inner, hint, enumerations, depth)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _union([left, right], hint, enumerations, depth)
        case _:
            raise Unsupported(_written(hint))


def _named(name: str, hint: ast.expr, enumerations: Mapping[str, tuple[Json, ...]]) -> Kind:
    if name in _SIMPLE:
        return Simple(_SIMPLE[name])
    if name in _LISTS:
        return ListOf(None)
    if name in _OBJECTS:
        return ObjectOf(None)
    if name in enumerations:
        return OneOf(enumerations[name], name)
    raise Unsupported(_written(hint))


def _generic(
    name: str, inner: ast.expr, hint: ast.expr, enumerations: Mapping[str, tuple[Json, ...]], depth: int
) -> Kind:
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if name in _LISTS and len(parts) == 1:
        return ListOf(kind_of(parts[0], enumerations, depth + 1))
    if name in _OBJECTS and len(parts) == 2 and _written(parts[0]) == "str":  # noqa: PLR2004 - key and value
        return ObjectOf(kind_of(parts[1], enumerations, depth + 1))
    if name == "Literal":
        return OneOf(tuple(literal(part) for part in parts))
    if name == "Optional" and len(parts) == 1:
        return Nullable(kind_of(parts[0], enumerations, depth + 1))
    if name == "Union":
        return _union(parts, hint, enumerations, depth)
    raise Unsupported(_written(hint))


def _union(
    parts: Sequence[ast.expr], hint: ast.expr, enumerations: Mapping[str, tuple[Json, ...]], depth: int
) -> Kind:
    """Return what is of one kind or null; other choices between kinds are not supported."""
    kinds = [part for part in parts if not (isinstance(part, ast.Constant) and part.value is None)]
    if len(kinds) == 1 and len(kinds) < len(parts):
        return Nullable(kind_of(kinds[0], enumerations, depth + 1))
    raise Unsupported(_written(hint))


def literal(node: ast.expr) -> Json:
    """Return the value of a plain literal. Raises Unsupported for anything else."""
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise Unsupported(_written(node)) from error
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise Unsupported(_written(node))


def schema(kind: Kind | None) -> dict[str, object]:
    """Return a kind as JSON Schema."""
    match kind:
        case None:
            return {}
        case Simple(type=name):
            return {"type": name}
        case ListOf(item=item):
            return {"type": "array", "items": schema(item)}
        case ObjectOf(value=value):
            return {"type": "object", "additionalProperties": schema(value)}
        case OneOf(values=values):
            return {"enum": list(values)}
        case Nullable(kind=inner):
            return {"anyOf": [schema(inner), {"type": "null"}]}
        case _:
            assert_never(kind)


def fitting(value: object, kind: Kind | None) -> object:
    """Return a value as the function takes it. Raises Mismatch where it is of another kind."""
    match kind:
        case None:
            return value
        case Simple(type=name):
            return _simple(value, name)
        case ListOf(item=item) if isinstance(value, list):
            return [fitting(part, item) for part in cast("list[object]", value)]
        case ObjectOf(value=inner) if isinstance(value, dict):
            parts = cast("dict[str, object]", value)
            return {key: fitting(part, inner) for key, part in parts.items()}
        case OneOf(values=values):
            # Python takes True for 1.
            if any(value == known and isinstance(value, bool) == isinstance(known, bool) for known in values):
                return value
            raise Mismatch(f"has to be one of {', '.join(map(repr, values))}")
        case Nullable(kind=inner):
            return None if value is None else fitting(value, inner)
        case ListOf():
            raise Mismatch("has to be an array")
        case ObjectOf():
            raise Mismatch("has to be an object")
        case _:
            assert_never(kind)


def _simple(value: object, name: Type) -> Json:
    match name, value:
        case "string", str():
            return value
        case "boolean", bool():
            return value
        case "integer", int() if not isinstance(value, bool):
            return value
        case "integer", float() if value.is_integer():
            return int(value)
        case "number", int() | float() if not isinstance(value, bool):
            return value
        case _:
            raise Mismatch(f"has to be of type {name}")


def enumeration_of(node: ast.ClassDef) -> tuple[Json, ...]:
    """Return the values of an enumeration; nothing where a class is none, or they are not written out."""
    bases = {base.attr if isinstance(base, ast.Attribute) else _written(base) for base in node.bases}
    if not bases & {"Enum", "StrEnum", "IntEnum"}:
        return ()
    values: list[Json] = []
    for line in node.body:
        if isinstance(line, ast.Assign):
            try:
                values.append(literal(line.value))
            except Unsupported:
                return ()
    return tuple(values)


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise Unsupported(text) from error


def _written(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except RecursionError:
        return "…"
