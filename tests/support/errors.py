"""The service's error codes: HTTP status and text of each, and the refusal made of one.

Source: BigModel's error-code page with its HTTP column. Where an older table gives no status, the status here
is our choice; so are all texts, which the real service words in its own way.
"""

from dataclasses import dataclass
from typing import Final

# Code → HTTP status, Chinese text, English text. `{0}` is the field the refusal is about.
_TABLE: Final[dict[str, tuple[int, str, str]]] = {
    "": (500, "内部错误", "Internal error"),
    "1000": (401, "身份验证失败。", "Authentication failed"),
    "1001": (
        401,
        "Header中未收到Authentication参数，无法进行身份验证。",
        "No Authentication header received",
    ),
    "1002": (401, "Authentication Token非法。", "The authentication token is illegal"),
    "1003": (401, "Authentication Token已过期。", "The authentication token has expired"),
    "1004": (401, "Authentication Token校验失败。", "The authentication token could not be checked"),
    "1005": (401, "账户已开启二次验证保护。", "Second-factor protection is on"),
    "1110": (403, "账户未激活。", "The account is inactive"),
    "1112": (403, "账户已被锁定，请联系客服解锁。", "The account is locked"),
    "1113": (429, "余额不足或无可用资源包，请充值。", "Insufficient balance or no resource package"),
    "1120": (503, "暂时无法访问账户，请稍后重试。", "The account is temporarily unreachable"),
    "1121": (403, "账户因违规已被锁定。", "The account is locked for violations"),
    "1200": (500, "API调用失败。", "The call failed"),
    "1210": (400, "API 调用参数有误，请检查文档。{0}", "Bad parameters, check the documentation. {0}"),
    "1211": (400, "模型不存在，请检查模型代码。", "Unknown model, check the model code"),
    "1212": (400, "当前模型不支持该调用方式。", "The model does not support this method"),
    "1213": (400, "未正常接收到{0}参数。", "The parameter {0} was not received"),
    "1214": (400, "{0} 参数非法。请检查文档。", "The parameter {0} is illegal, check the documentation"),
    "1215": (400, "{0} 不能同时设置。", "{0} exclude each other"),
    "1220": (403, "您无权访问该API。", "No right to this API"),
    "1221": (400, "该API已下线。", "The API is retired"),
    "1222": (400, "该API不存在。", "The API does not exist"),
    "1230": (500, "API调用流程出错。", "Error in the process of the call"),
    "1231": (400, "已有相同的 request_id 请求。", "The request_id is already in use"),
    "1234": (
        500,
        "网络错误，错误id：20261123101500a1b2，请联系客服。",
        "Network error, id 20261123101500a1b2",
    ),
    "1261": (400, "Prompt 超长。", "The prompt is too long"),
    "1300": (403, "API调用被策略阻止。", "Blocked by policy"),
    "1301": (400, "系统检测到输入或生成内容可能包含不安全或敏感内容。", "Unsafe content in input or output"),
    "1302": (429, "您当前使用该API的并发数过高，请降低并发。", "Rate limit reached, lower the concurrency"),
    "1303": (429, "您当前使用该API的频率过高，请降低频率。", "Request frequency too high"),
    "1304": (429, "该API已达今日调用次数限额。", "Daily quota of the API used up"),
    "1305": (429, "该模型当前访问量过大，请您稍后再试。", "The model is overloaded, try again later"),
    "1308": (
        429,
        "已达到使用上限，将在 2026-11-24 08:00:00 重置。",
        "Limit reached until 2026-11-24 08:00:00",
    ),
    "1309": (429, "您的套餐已到期。", "The plan has expired"),
    "1310": (
        429,
        "已达到每周上限，将在 2026-11-30 08:00:00 重置。",
        "Limit reached until 2026-11-30 08:00:00",
    ),
    "1311": (429, "当前套餐不包含该模型。", "The plan lacks this model"),
    "1312": (429, "该模型繁忙，请使用 glm-4-air-250414。", "The model is busy, use glm-4-air-250414"),
    "1313": (429, "触发公平使用限制。", "Fair-use restriction"),
    "1701": (429, "网络搜索并发已达上限。", "Search concurrency reached"),
    "1702": (400, "没有可用的搜索引擎。", "No search engine found"),
    "1703": (400, "搜索引擎没有返回数据。", "The search engine returned nothing"),
}

CODES: Final = frozenset(_TABLE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the service refuses: what it answers instead."""

    http_status: int
    code: str
    message: str


def refusal_for(code: str, field: str = "", *, english: bool = False) -> Refusal:
    """Return the refusal of a code; `field` is the one its text names. Unknown codes are 400."""
    status, chinese_text, english_text = _TABLE.get(code, (400, "{0}", "{0}"))
    text = english_text if english else chinese_text
    return Refusal(status, code, text.format(field).strip())


def error_object(refusal: Refusal) -> dict[str, str]:
    """Return the value of `error` in the body; a refusal without a code has no such key."""
    return (
        {"code": refusal.code, "message": refusal.message} if refusal.code else {"message": refusal.message}
    )
