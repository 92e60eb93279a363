"""Text as HTML, and as Markdown.

`html` of the standard library brings two thousand names of characters along: half a megabyte at rest.
"""

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


def escape(text: str) -> str:
    """Return a text as it is written in HTML, between marks or in quotation marks."""
    return text.translate(_ENTITIES)


def tool_tip(text: str) -> str:
    """Return HTML that is nothing but that text. Qt reads a tool tip as HTML if it looks like it."""
    return f"<span>{escape(text)}</span>".replace("\n", "<br>")


def fenced(text: str, language: str = "") -> str:
    """Return a text as a block of code, whatever is in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"
