"""What the simulated service does on demand: `demo:` or `演示：` and a name from `HINTS`, in the question.

It has to stand in the last paragraph: a question that got no answer is sent again, above the next one.
The keyword takes no part in what is answered.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from glmdesk.i18n import N_


class Fate(Enum):
    """What becomes of an answer that the service began, or would have begun."""

    LATE = auto()
    CALLS_A_TOOL = auto()
    CUT_SHORT = auto()
    WITHDRAWN = auto()
    FAULTY = auto()
    LOST = auto()
    SILENT = auto()
    GATEWAY_PAGE = auto()
    UNREACHABLE = auto()


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of the service in place of an answer, with its message in both languages."""

    status: int
    code: str
    english: str
    chinese: str
    is_moderation: bool = False


Effect = Fate | Refusal

TOO_LONG = Refusal(400, "1261", "The prompt is too long.", "Prompt 超长。")
UNKNOWN_MODEL = Refusal(400, "1211", "There is no such model.", "模型不存在，请检查模型代码。")
UNKNOWN_METHOD = Refusal(400, "1222", "There is no such method.", "该方法不存在。")
UNREADABLE = Refusal(400, "1210", "The parameters are wrong.", "调用参数有误，请检查文档。")
NOTHING_ASKED = Refusal(400, "1214", "The parameter messages is illegal.", "messages 参数非法。")
_KEY = Refusal(401, "1000", "The identity could not be verified.", "身份验证失败。")
_BALANCE = Refusal(429, "1113", "The account is in arrears, please top up.", "余额不足，请充值。")
CROWDED = Refusal(
    429, "1302", "Too many requests at once, please lower the rate.", "并发数过高，请降低并发。"
)
_BUSY = Refusal(
    429, "1305", "The model is overloaded, try again later.", "该模型当前访问量过大，请稍后再试。"
)
_UNSAFE = Refusal(
    400,
    "1301",
    "The input may contain unsafe or sensitive content.",
    "系统检测到输入内容可能包含不安全或敏感内容。",
    is_moderation=True,
)
_FAULT = Refusal(500, "1234", "Network error, error id: demo-500", "网络错误，错误 id：demo-500")


@dataclass(frozen=True, slots=True)
class Hint:
    """One row of the table. `shows` is English, marked for translation."""

    name: str
    chinese_name: str
    shows: str
    effect: Effect

    @property
    def keyword(self) -> str:
        """What to write in an English question."""
        return f"demo:{self.name}"

    @property
    def chinese_keyword(self) -> str:
        """What to write in a Chinese question."""
        return f"演示：{self.chinese_name}"


HINTS = (
    Hint("401", "密钥", N_("The service refuses the API key."), _KEY),
    Hint("1113", "余额", N_("The balance is used up."), _BALANCE),
    Hint("1211", "模型", N_("The model does not exist."), UNKNOWN_MODEL),
    Hint("1261", "超长", N_("The conversation is too long for the model."), TOO_LONG),
    Hint("1301", "审核", N_("The content filter refuses the question."), _UNSAFE),
    Hint("1302", "并发", N_("Too many requests at once; asked again by itself."), CROWDED),
    Hint("1305", "繁忙", N_("The model is overloaded; asked again by itself."), _BUSY),
    Hint("500", "故障", N_("A fault of the service; asked again by itself."), _FAULT),
    Hint("502", "网关", N_("A gateway answers with a web page."), Fate.GATEWAY_PAGE),
    Hint("offline", "断网", N_("The service cannot be reached."), Fate.UNREACHABLE),
    Hint("slow", "慢", N_("The first word takes more than a minute."), Fate.LATE),
    Hint("length", "截断", N_("The answer reaches its length limit."), Fate.CUT_SHORT),
    Hint("sensitive", "撤回", N_("The answer is withdrawn while it is written."), Fate.WITHDRAWN),
    Hint("fault", "中断", N_("The model breaks off because of a fault."), Fate.FAULTY),
    Hint("cut", "断线", N_("The connection is lost in mid-answer."), Fate.LOST),
    Hint("stall", "停滞", N_("The service falls silent in mid-answer."), Fate.SILENT),
    Hint(
        "tool",
        "工具",
        N_("The model calls the first tool on offer, or one that it makes up."),
        Fate.CALLS_A_TOOL,
    ),
)

_EFFECTS = {name: hint.effect for hint in HINTS for name in (hint.name, hint.chinese_name)}
_KEYWORD = re.compile(
    rf"(?<![a-z])(?:demo|演示)\s*[:：]\s*({'|'.join(map(re.escape, _EFFECTS))})(?![a-z0-9])", re.IGNORECASE
)


_ANY_KEYWORD = re.compile(r"^\W*(?:demo\s*[:：]\s*\w+|演示\s*[:：]\s*\w{1,4})\W*$", re.IGNORECASE)


def effect_of(question: str) -> Effect | None:
    """Return what the first keyword in the last paragraph of a question asks for, or None."""
    found = _KEYWORD.search(_last_paragraph(question))
    return _EFFECTS[found[1].lower()] if found else None


def is_unknown(question: str) -> bool:
    """Whether a question is nothing but a keyword, and one that does not exist."""
    return effect_of(question) is None and _ANY_KEYWORD.match(_last_paragraph(question)) is not None


def _last_paragraph(question: str) -> str:
    return question.strip().rpartition("\n\n")[2]


def without_keywords(question: str) -> str:
    """Return the question as the model would read it; empty when it was nothing but a keyword."""
    return _KEYWORD.sub("", question).strip()
