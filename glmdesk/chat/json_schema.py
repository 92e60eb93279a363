"""What a JSON Schema says, and what in a text does not fit it.

The validator is loaded with the first schema. It is one that fetches nothing, and whose patterns take time in
proportion to the text: schemas are pasted from anywhere.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

from glmdesk.domain.fault import Fault
from glmdesk.domain.strict_json import NotJson, Step, path_text, read_for_checking
from glmdesk.i18n import N_

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

MOST_FAULTS: Final = 20
"""Nobody reads more of them, and a model that is told of twenty mends the others too."""

_LONGEST_VALUE: Final = 60
"""Characters."""

_WORDS: Final[Mapping[str, str]] = {
    "anyOf": N_("{value} is none of what is allowed here"),
    "oneOf": N_("{value} is none of what is allowed here, or more than one"),
    "type": N_("{value} is not of the type {expected}"),
    "required": N_("“{expected}” is missing"),
    "enum": N_("{value} is not one of {expected}"),
    "const": N_("{value} is not {expected}"),
    "additionalProperties": N_("{expected} is not among the fields"),
    "minItems": N_("the list is shorter than {expected}"),
    "maxItems": N_("the list is longer than {expected}"),
    "minLength": N_("{value} is shorter than {expected} characters"),
    "maxLength": N_("{value} is longer than {expected} characters"),
    "minimum": N_("{value} is less than {expected}"),
    "maximum": N_("{value} is more than {expected}"),
    "pattern": N_("{value} does not match the pattern {expected}"),
}
"""By keyword; for others the validator's own words are the best there are."""


def faults_of_schema(schema: str) -> tuple[Fault, ...]:
    """Return what is wrong with the text of a schema, with its line; nothing where it can be used."""
    try:
        _validator(schema)
    except NotJson as error:
        return (error.fault,)
    return ()


def faults_in(text: str, schema: str) -> tuple[Fault, ...]:
    """Return what in a text is no JSON, or does not fit a schema, the first ones; an empty one fits any.

    A schema that cannot be used is a fault too.
    """
    try:
        value = read_for_checking(text)
        if not schema:
            return ()
        errors = _validator(schema).iter_errors(value)
    except NotJson as error:
        return (error.fault,)
    return tuple(_fault(error) for error in islice(errors, MOST_FAULTS))


@lru_cache(maxsize=8)
def _validator(schema: str) -> "Validator":
    """Return what validates by a schema. Raises NotJson for one that is none."""
    from jsonschema_rs import (  # noqa: PLC0415 - takes 50 ms and 15 MB, for who wants JSON
        ReferencingError,
        RegexOptions,
        ValidationError,
        validator_for,
    )

    said = read_for_checking(schema)
    if not isinstance(said, dict):
        raise NotJson(Fault("", N_("a schema is an object"), {}, 1, 1))
    try:
        return validator_for(cast("dict[str, Any]", said), offline=True, pattern_options=RegexOptions())
    except ValidationError as error:
        line, column = _place_of(schema, tuple(error.instance_path))
        fault = _fault(error)
        raise NotJson(Fault("", fault.what, fault.details, line, column)) from error
    except (ReferencingError, ValueError) as error:
        raise NotJson(Fault("", "{said}", {"said": _cut(str(error))}, 1, 1)) from error


def _fault(error: "ValidationError") -> Fault:
    path = path_text(error.instance_path)
    what = _WORDS.get(error.kind.name)
    if what is None:
        return Fault(path, "{said}", {"said": _cut(error.message, 4 * _LONGEST_VALUE)})
    expected = _expected(error.kind.as_dict()) if "{expected}" in what else ""
    return Fault(path, what, {"value": _shown(error.instance), "expected": expected})


def _expected(said: Mapping[str, Any]) -> str:
    (value,) = said.values()
    many = cast("list[object]", value) if isinstance(value, list) else [value]
    return _cut(", ".join(one if isinstance(one, str) else _shown(one) for one in many), 4 * _LONGEST_VALUE)


def _shown(value: object) -> str:
    return _cut(json.dumps(value, ensure_ascii=False, default=str))


def _cut(text: str, longest: int = _LONGEST_VALUE) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


_TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


def _place_of(text: str, path: Sequence[Step]) -> tuple[int, int]:
    """Return the line and the column of a value in JSON, from 1."""
    here: list[Step] = []
    awaits_name: list[bool] = []
    start = 0
    for found in _TOKEN.finditer(text):
        piece = found[0]
        if awaits_name and awaits_name[-1] and piece[0] == '"':
            here[-1], awaits_name[-1] = json.loads(piece), False
        elif piece not in ",:]}" and here == list(path):
            start = found.start()
            break
        if piece in "[{":
            here.append(0 if piece == "[" else "")
            awaits_name.append(piece == "{")
        elif piece in "]}":
            here.pop()
            awaits_name.pop()
        elif piece == ",":
            last = here[-1]
            here[-1] = last + 1 if isinstance(last, int) else ""
            awaits_name[-1] = isinstance(last, str)
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
