"""The two sides of a question that compares."""

import re

_NOISE = re.compile(
    r"(?<![a-z])(?:please|compare|the|a|differences?|between|pros and cons(?: of)?|what|is|are|in|table|me"
    r"|give|make|show|which|better)(?![a-z])"
    r"|请|帮我|给我|列出|对比|比较|一下|哪个|更好|有什么|有哪些|是什么|之间|用?表格"
    r"|(?:的|有)?(?:区别|差别|差异|优缺点)",
    re.IGNORECASE,
)
_NAME = r"[\w.+#-]{1,24}"
_SIDES = re.compile(
    rf"({_NAME}?)\s*(?:(?<!\w)(?:vs\.?|versus|and|or|with|to)(?!\w)|和|与|跟|、)\s*({_NAME})", re.IGNORECASE
)


def sides_of(question: str) -> tuple[str, str] | None:
    """Return what is compared with what, or None where it is not said in a plain way."""
    found = _SIDES.search(_NOISE.sub(" ", question))
    return (found[1], found[2].rstrip(".")) if found else None
