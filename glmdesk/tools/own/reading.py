"""What the functions of a file are, read from its text: nothing in it is run."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from glmdesk.domain.unseen import FORMAT_CHARACTERS
from glmdesk.i18n import _
from glmdesk.tools.own.kinds import (
    Json,
    Kind,
    Nullable,
    OneOf,
    Unsupported,
    enumeration_of,
    kind_of,
    literal,
    schema,
)

MOST_FUNCTIONS: Final = 20
_LONGEST_DESCRIPTION: Final = 1_000
_LONGEST_DOCSTRING: Final = 8_000
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)
_HIDDEN: Final = re.compile(f"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f{FORMAT_CHARACTERS}]")
"""What makes code look like other code."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a function. `default` is what the model is told of it."""

    name: str
    kind: Kind
    description: str
    is_required: bool
    default: Json = None


@dataclass(frozen=True, slots=True)
class Function:
    """A function that is a tool."""

    name: str
    description: str
    parameters: tuple[Parameter, ...]

    @property
    def schema(self) -> str:
        """The JSON Schema of its arguments, the same bytes each time."""
        described = {it.name: _described(it) for it in self.parameters}
        required = [it.name for it in self.parameters if it.is_required]
        whole = {"type": "object", "properties": described, "required": required}
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))

    @property
    def enumerations(self) -> Mapping[str, str]:
        """The classes of the arguments that are members of one."""
        found = {
            it.name: it.kind.kind if isinstance(it.kind, Nullable) else it.kind for it in self.parameters
        }
        return {
            name: kind.enumeration
            for name, kind in found.items()
            if isinstance(kind, OneOf) and kind.enumeration
        }


@dataclass(frozen=True, slots=True)
class Source:
    """What is in a file: functions that are tools, and why others are none, in the language of the screen."""

    functions: tuple[Function, ...] = ()
    problems: tuple[str, ...] = ()


@lru_cache(maxsize=64)
def read_source(text: str) -> Source:
    """Return what is in a file."""
    if hidden := _HIDDEN.search(text):
        line = text.count("\n", 0, hidden.start()) + 1
        words = _(
            "Line {line} has a character that is not seen (U+{code:04X}): it may hide what the code does."
        )
        return Source(problems=(words.format(line=line, code=ord(hidden[0])),))
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        words = _("Line {line} is no Python: {reason}.")
        return Source(problems=(words.format(line=error.lineno or 1, reason=error.msg),))
    except (ValueError, MemoryError, RecursionError):
        return Source(problems=(_("This is no Python that can be read."),))
    return _functions(tree)


def _functions(tree: ast.Module) -> Source:
    enumerations = {
        node.name: values
        for node in tree.body
        if isinstance(node, ast.ClassDef) and (values := enumeration_of(node))
    }
    functions: dict[str, Function] = {}
    problems: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            try:
                functions[node.name] = _function(node, enumerations)
            except _NoTool as error:
                problems.append(_("{name} is no tool: {reason}").format(name=node.name, reason=error))
    if len(functions) > MOST_FUNCTIONS:
        return Source(problems=(_("A file has at most {count} tools.").format(count=MOST_FUNCTIONS),))
    if not functions and not problems:
        problems.append(_("There is no public function in it."))
    return Source(tuple(functions.values()), tuple(problems))


class _NoTool(Exception):
    """Why a function is no tool."""


def _function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, enumerations: Mapping[str, tuple[Json, ...]]
) -> Function:
    if not _NAME.fullmatch(node.name):
        raise _NoTool(_("its name has to be of letters a to z, digits and _."))
    docstring = ast.get_docstring(node)
    if not docstring:
        raise _NoTool(_("it has no docstring, which tells the model what it does."))
    if node.returns is None:
        raise _NoTool(_("it does not say what it returns."))
    arguments = node.args
    if arguments.vararg or arguments.kwarg or arguments.posonlyargs:
        raise _NoTool(_("its arguments have to be plain ones, which are given by name."))
    words, described = _docstring(docstring)
    parameters = tuple(
        _parameter(argument, default, described, enumerations)
        for argument, default in _with_defaults(arguments)
    )
    return Function(node.name, words, parameters)


def _with_defaults(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    missing = len(arguments.args) - len(arguments.defaults)
    yield from zip(arguments.args, [*[None] * missing, *arguments.defaults], strict=True)
    yield from zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)


def _parameter(
    argument: ast.arg,
    default: ast.expr | None,
    described: Mapping[str, str],
    enumerations: Mapping[str, tuple[Json, ...]],
) -> Parameter:
    if argument.annotation is None:
        raise _NoTool(_("{argument} has no type hint.").format(argument=argument.arg))
    try:
        kind = kind_of(argument.annotation, enumerations)
    except Unsupported as error:
        words = _("the type hint of {argument} cannot be told to a model: {hint}")
        raise _NoTool(words.format(argument=argument.arg, hint=error)) from error
    told: Json = None
    if default is not None:
        try:
            told = literal(default)
        except Unsupported:
            told = None  # the function knows it
    return Parameter(argument.arg, kind, described.get(argument.arg, ""), default is None, told)


def _docstring(text: str) -> tuple[str, Mapping[str, str]]:
    """Return what a docstring says of the function, and of each argument."""
    import docstring_parser  # noqa: PLC0415 - for who has tools

    text = text[:_LONGEST_DOCSTRING]
    try:
        parsed = docstring_parser.parse(text)
    except docstring_parser.ParseError:
        return text[:_LONGEST_DESCRIPTION], {}
    parts = [part for part in (parsed.short_description, parsed.long_description) if part]
    arguments = {it.arg_name: " ".join((it.description or "").split()) for it in parsed.params}
    described = {name: words[:_LONGEST_DESCRIPTION] for name, words in arguments.items()}
    return "\n\n".join(parts)[:_LONGEST_DESCRIPTION] or text[:_LONGEST_DESCRIPTION], described


def _described(parameter: Parameter) -> dict[str, object]:
    told = schema(parameter.kind)
    if parameter.description:
        told["description"] = parameter.description
    if parameter.default is not None:
        told["default"] = parameter.default
    return told
