"""What a model wanted to have done, and what came of it: a line for each call, with its data below."""

import json
from collections.abc import Iterable
from typing import Final

from glmdesk.domain.tool import ToolCall
from glmdesk.i18n import _
from glmdesk.render.blocks import Blocks, Code, Details

_LONGEST: Final = 60
"""Characters of the data in the line, so that they fit beside the name."""


def call_blocks(calls: Iterable[ToolCall]) -> Blocks:
    """Return a line for each call: the tool, and the beginning of its arguments; below it all of them."""
    return tuple(
        _details(_("Tool call: {name}").format(name=call.name or "…"), call.arguments) for call in calls
    )


def result_blocks(text: str) -> Blocks:
    """Return a line for what a tool has answered, and below it all of that."""
    return (_details(_("Tool result"), text),)


def _details(head: str, data: str) -> Details:
    line = " ".join(data.split())
    beginning = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
    return Details(f"{head} · {beginning}" if beginning not in ("", "{}") else head, (_code(data),))


def _code(data: str) -> Code:
    """Return JSON as it is easy to read; what is none, for instance because it was cut off, as it is."""
    try:
        return Code("json", json.dumps(json.loads(data), ensure_ascii=False, indent=2))
    except (ValueError, RecursionError):
        return Code("", data)
