"""What a model asks to have done, and what it is told about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call the model asks for. `arguments` is JSON text as the model wrote it, possibly invalid."""

    id: str
    name: str
    arguments: str
