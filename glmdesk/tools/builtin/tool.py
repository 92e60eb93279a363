"""What the tools of the program have in common: arguments that are checked, and results of bounded size."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec

from glmdesk.domain.errors import UserError
from glmdesk.domain.tool import Risk, Scene, ToolResult, ToolSpec

MOST_CHARACTERS: Final = 16_000
"""Of a result. It is read again with each question that follows."""

_CUT: Final = "\n[The rest of the result was left out.]"

A = TypeVar("A")


class Refused(Exception):
    """A call cannot be answered, for a reason that the model is told."""


@dataclass(frozen=True, slots=True)
class BuiltInTool(Generic[A]):
    """A tool whose arguments are a value of ours.

    Attributes:
        spec: What is said of it.
        arguments: A dataclass.
        work: Returns the result, or raises Refused or UserError with the reason why there is none.
    """

    spec: ToolSpec
    arguments: type[A]
    work: Callable[[A, Scene], Awaitable[str]]

    async def run(self, arguments: Mapping[str, object], scene: Scene, /) -> ToolResult:
        """Do it, and say what came of it."""
        # Models write null for what they leave out, and numbers as texts.
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            asked = msgspec.convert(given, self.arguments, strict=False)
            return ToolResult(bounded(await self.work(asked, scene)))
        except (msgspec.ValidationError, Refused, UserError) as error:
            return ToolResult(bounded(str(error)), is_error=True)
        except RecursionError:
            return ToolResult("The arguments are nested too deeply.", is_error=True)


def built_in(
    name: str,
    title: str,
    description: str,
    arguments: type[A],
    work: Callable[[A, Scene], Awaitable[str]],
) -> BuiltInTool[A]:
    """Return a tool of the program. `title` is translated already; the model reads all else."""
    spec = ToolSpec(name, title, description, parameters_of(arguments), risk=Risk.READS)
    return BuiltInTool(spec, arguments, work)


def parameters_of(arguments: type[Any]) -> str:
    """Return the JSON Schema of a dataclass as text, the same bytes each time."""
    _schemas, components = msgspec.json.schema_components([arguments])
    schema = components[arguments.__name__]
    kept = {"type": "object", "properties": schema["properties"], "required": schema["required"]}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def bounded(text: str, most: int = MOST_CHARACTERS) -> str:
    """Return a text that can be sent: of at most so many characters, without halves of surrogate pairs."""
    if len(text) > most:
        text = text[: most - len(_CUT)] + _CUT
    return text.encode("utf-8", "replace").decode()
