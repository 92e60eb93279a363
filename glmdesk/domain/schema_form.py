"""A JSON Schema as a form that anybody can fill in: fields with a name and a type, one level deep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, cast

from glmdesk.domain.strict_json import Json, NotJson, read_json, written

RECORDS: Final = "items"
"""What the list of records is called: JSON mode answers with an object."""

_INDENT: Final = 2


class Kind(StrEnum):
    """What stands in a field."""

    TEXT = "string"
    NUMBER = "number"
    WHOLE = "integer"
    YES_NO = "boolean"
    CHOICE = "choice"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        is_list: Whether there is a list of what `kind` says.
        choices: What a choice is among.
        fields: Those of an object, which hold no objects themselves.
    """

    name: str
    kind: Kind = Kind.TEXT
    is_list: bool = False
    is_required: bool = True
    description: str = ""
    choices: tuple[str, ...] = ()
    fields: tuple["Field", ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """What an answer consists of: one record, or a list of them."""

    fields: tuple[Field, ...] = ()
    is_list: bool = False

    @property
    def schema(self) -> str:
        """The JSON Schema, as people write it; the same form gives the same text."""
        record = _object(self.fields)
        if self.is_list:
            record = _closed({RECORDS: {"type": "array", "items": record}}, [RECORDS])
        return written(record, indent=_INDENT)


def form_of(schema: str) -> Form | None:
    """Return the form that says what a schema says; None where it says more than a form can."""
    try:
        said = read_json(schema)
    except NotJson:
        return None
    properties = _properties(said)
    inner = properties.get(RECORDS)
    is_list = list(properties) == [RECORDS] and isinstance(inner, dict) and _is_object(inner.get("items"))
    record = cast("dict[str, Json]", inner)["items"] if is_list else said
    fields = _fields_in(record)
    if fields is None:
        return None
    form = Form(fields, is_list)
    return form if read_json(form.schema) == said else None


def _object(fields: Sequence[Field]) -> dict[str, Json]:
    return _closed(
        {one.name: _property(one) for one in fields}, [one.name for one in fields if one.is_required]
    )


def _closed(properties: Mapping[str, Json], required: Sequence[str]) -> dict[str, Json]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _property(one: Field) -> dict[str, Json]:
    match one.kind:
        case Kind.CHOICE:
            said: dict[str, Json] = {"type": "string", "enum": list(one.choices)}
        case Kind.OBJECT:
            said = _object(one.fields)
        case _:
            said = {"type": one.kind.value}
    if one.is_list:
        said = {"type": "array", "items": said}
    return {**said, "description": one.description} if one.description else said


def _fields_in(said: Json, *, deep: bool = True) -> tuple[Field, ...] | None:
    required = said.get("required") if isinstance(said, dict) else None
    names = required if isinstance(required, list) else []
    fields: list[Field] = []
    for name, property_ in _properties(said).items():
        one = _field_in(name, property_, is_required=name in names, deep=deep)
        if one is None:
            return None
        fields.append(one)
    return tuple(fields)


def _field_in(name: str, said: Json, *, is_required: bool, deep: bool) -> Field | None:
    if not isinstance(said, dict):
        return None
    description = said.get("description")
    is_list = said.get("type") == "array"
    inner = said.get("items") if is_list else said
    if not isinstance(inner, dict):
        return None
    choices = inner.get("enum")
    kind = Kind.CHOICE if isinstance(choices, list) else _kind(inner.get("type"))
    fields = _fields_in(inner, deep=False) if kind is Kind.OBJECT and deep else ()
    if kind is None or fields is None or (kind is Kind.OBJECT and not deep):
        return None
    return Field(
        name,
        kind,
        is_list,
        is_required,
        description if isinstance(description, str) else "",
        tuple(str(choice) for choice in choices) if isinstance(choices, list) else (),
        fields,
    )


def _kind(name: object) -> Kind | None:
    return next((kind for kind in Kind if kind.value == name and kind is not Kind.CHOICE), None)


def _properties(said: Json) -> dict[str, Json]:
    properties = said.get("properties") if isinstance(said, dict) else None
    return properties if isinstance(properties, dict) else {}


def _is_object(said: Json) -> bool:
    return isinstance(said, dict) and said.get("type") == "object"
