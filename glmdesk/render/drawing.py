"""A formula that was set, as SVG."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Drawing:
    """A formula in em: elements of SVG in `currentColor`, and what part of their plane is shown."""

    body: str
    view_box: str
    width: float
    height: float
    baseline: float
    """From the upper edge down to the baseline of the text it stands in."""

    def svg(self, colour: str) -> str:
        """Return it in a colour of SVG, such as "#1f2328", to be drawn at any size."""
        value = f'"{escape(colour)}"'
        body = self.body.replace('"currentColor"', value)
        elements = f"<g fill={value}>{body}</g>"
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{self.view_box}">{elements}</svg>'
