"""Which function a model would call for a question, and with which arguments."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from glmdesk.demo.chat import Function, Property, Scalar

# Verbs that say what any tool does, not what it is about.
_GENERIC = frozenset({"get", "set", "find", "list", "make", "read", "run", "search", "show", "write"})
_TEXT_ARGUMENT_CHARACTERS = 80

_QUOTED = re.compile('[“「『《"]([^”」』》"]+)[”」』》"]')
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

Argument = Scalar | list[Scalar] | dict[str, Scalar]


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A call; the arguments are JSON text, as on the wire."""

    name: str
    arguments: str


def fitting_function(question: str, functions: Iterable[Function]) -> Function | None:
    """Return the first function whose name, or Chinese description, shares a word with the question."""
    words = set(re.findall("[a-z]+", question.lower()))
    for function in functions:
        if words & (_words(function.name) - _GENERIC) or _shares_ideographs(question, function.description):
            return function
    return None


def call_of(function: Function, question: str) -> FunctionCall:
    """Return a call whose arguments fit the function's schema and are taken from the question."""
    schema = function.parameters
    names = schema.properties if schema.required is None else schema.required
    arguments = {name: _argument(schema.properties.get(name, Property()), question) for name in names}
    return FunctionCall(function.name, msgspec.json.encode(arguments).decode())


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall("[A-Z]?[a-z]+|[A-Z]+", name)}


def _shares_ideographs(question: str, description: str) -> bool:
    pairs = re.findall("(?=([\u4e00-\u9fff]{2}))", description)
    return any(pair in question for pair in pairs)


def _argument(schema: Property, question: str) -> Argument:
    number = _NUMBER.search(question)
    quoted = _QUOTED.search(question)
    values: dict[str, Argument] = {
        "string": quoted[1] if quoted else question[:_TEXT_ARGUMENT_CHARACTERS],
        "number": float(number[0]) if number else 1.0,
        "integer": int(float(number[0])) if number else 1,
        "boolean": True,
        "array": [],
        "object": {},
        "null": None,
    }
    kind = schema.type if isinstance(schema.type, str) else schema.type[0]
    return schema.enum[0] if schema.enum else values[kind]
