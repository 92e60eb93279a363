"""Which of the demo's two languages a text is written in."""

import re
from typing import Literal

Language = Literal["en", "zh"]

_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile("[A-Za-z]+")


def language_of(text: str) -> Language:
    """Return the language most of a text is in; English when it is in neither.

    An ideograph weighs as much as a Latin word: “Translate 你好 into English” is English, and
    “用 Python 写一个函数” is Chinese.
    """
    ideographs = len(_IDEOGRAPH.findall(text))
    return "zh" if ideographs and ideographs >= len(_WORD.findall(text)) else "en"
