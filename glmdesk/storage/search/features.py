"""What a message may hold besides words."""

import re
from typing import Final

_FENCE: Final = re.compile(r"^[ >\-*+\d.]*(```|~~~)", re.MULTILINE)
_DELIMITER_ROW: Final = re.compile(r"^[ \t>]*\|?[ \t]*:?-+:?[ \t]*\|[ \t:|-]*$", re.MULTILINE)


def has_feature(text: str, feature: str) -> bool:
    """Whether a Markdown text has `code` or a `table`."""
    match feature:
        case "code":
            return ("```" in text or "~~~" in text) and _FENCE.search(text) is not None
        case "table":
            return "|" in text and _DELIMITER_ROW.search(text) is not None
        case _:
            return False
