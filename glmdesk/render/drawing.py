"""A formula that was set, as SVG."""

from dataclasses import dataclass
from typing import NamedTuple

from glmdesk.markup import escape


class Part(NamedTuple):
    """A part of a formula that stands in one line, in em."""

    width: float
    above: float
    """How high it is above the baseline."""
    below: float
    begins_with_relation: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A formula in em: elements of SVG in `currentColor`, and what part of their plane is shown."""

    body: str
    view_box: str
    whole: Part
    parts: tuple[Part, ...]
    """Where it is too long for a line, another can begin with any of these; together they are the whole."""

    def svg(self, colour: str) -> str:
        """Return it in a colour of SVG, such as "#1f2328", to be drawn at any size."""
        value = f'"{escape(colour)}"'
        body = self.body.replace('"currentColor"', value)
        elements = f"<g fill={value}>{body}</g>"
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{self.view_box}">{elements}</svg>'
