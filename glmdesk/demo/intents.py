"""What kind of question is asked, by the words in it."""

import re
from enum import StrEnum, auto


class Intent(StrEnum):
    """The kinds of questions the demo has a fitting answer for."""

    GREETING = auto()
    JSON = auto()
    TRANSLATION = auto()
    CODE = auto()
    COMPARISON = auto()
    TRIP = auto()
    PLAN = auto()
    LONG_TEXT = auto()
    EXPLANATION = auto()
    INSTRUCTIONS = auto()
    ANYTHING = auto()


def _any_of(english: str, chinese: str) -> re.Pattern[str]:
    # Not a word border: “用Python写” has none, because ideographs are letters too.
    return re.compile(rf"(?<![a-z])(?:{english})(?![a-z])|{chinese}", re.IGNORECASE)


# The first that matches holds. Two kinds stand twice: asking who the assistant is beats everything, a mere
# “hello” nothing; and asking for a program beats a comparison, naming its language does not.
_SIGNS = (
    (
        Intent.GREETING,
        _any_of("who are you|your name|what can you do", "你是谁|你叫什么|你能做什么|你会什么"),
    ),
    (Intent.JSON, _any_of("json", "json")),
    (Intent.TRANSLATION, _any_of(r"translat\w+", "翻译|译成|译为|英译|中译")),
    (
        Intent.CODE,
        _any_of("code|coding|function|script|program|bug", "代码|函数|脚本|编程|程序|正则|报错"),
    ),
    (
        Intent.COMPARISON,
        _any_of(
            r"compar\w+|versus|vs|differences?|table|pros and cons", "对比|比较|区别|差别|差异|表格|优缺点"
        ),
    ),
    (Intent.CODE, _any_of("python|rust|java|javascript|typescript|sql|regex", "快速排序|算法")),
    (Intent.TRIP, _any_of(r"trip|travel\w*|itinerary|holiday|vacation", "旅行|旅游|行程|攻略|游玩")),
    (Intent.PLAN, _any_of("plan|plans|planning|schedule|agenda", "计划|安排|日程|规划")),
    (
        Intent.LONG_TEXT,
        _any_of(
            "essay|story|article|long text|long answer|at length|in detail", "长文|文章|故事|作文|散文|详细"
        ),
    ),
    (Intent.INSTRUCTIONS, _any_of("how (?:to|do|does|can|should)|steps?|guide", "怎么|如何|怎样|步骤|方法")),
    (
        Intent.EXPLANATION,
        _any_of(r"why|what is|what are|what's|explain\w*|meaning of", "为什么|为何|是什么|什么是|解释|原理"),
    ),
    (
        Intent.GREETING,
        _any_of("hi|hello|hey|good (?:morning|afternoon|evening)", "你好|您好|早上好|晚上好|嗨"),
    ),
)


def intent_of(question: str) -> Intent:
    """Return the kind of a question."""
    return next((intent for intent, sign in _SIGNS if sign.search(question)), Intent.ANYTHING)
