"""Where sentences end in a text that is being written."""

import re
from typing import Final

_END: Final = re.compile(r"[。！？…]+[”’」』）]*|[.!?]+[\"')\]]*(?=\s)|\n")


def end_of_sentences(text: str, start: int) -> int:
    """Return where the last finished sentence from `start` on ends, or `start` without one."""
    return max((found.end() for found in _END.finditer(text, start)), default=start)
