"""Requests to be put into code: a plain one, one in which everything is set, and texts that do harm there."""

from typing import Final

from glmdesk.domain.connector import Connector
from glmdesk.domain.request import ChatRequest, Knowledge, PromptMessage, WebSearch
from glmdesk.domain.tool import ToolCall, ToolSpec

QUESTION: Final = ChatRequest("glm-4-plus", (PromptMessage("user", "你好"),))
SCHEMA: Final = '{"type":"object","properties":{"city":{"type":"string","maxLength":20}},"required":["city"]}'
SECRET: Final = "Bearer s3cr3t-of-a-server"
EVERYTHING: Final = ChatRequest(
    "glm-5.2",
    (
        PromptMessage("system", "Answer in JSON."),
        PromptMessage("user", "How is the weather in “杭州”?\nIt's for a trip."),
        PromptMessage("assistant", "", (ToolCall("call-1", "weather", '{"city": "杭州"}'),)),
        PromptMessage("tool", "sunny", tool_call_id="call-1"),
        PromptMessage("assistant", "Sunny."),
        PromptMessage("user", "And tomorrow?"),
    ),
    temperature=1.0,
    top_p=0.7,
    max_tokens=512,
    thinking=True,
    effort="high",
    stop="。",
    do_sample=True,
    json_mode=True,
    web_search=WebSearch("search_pro", 7, "oneWeek", "example.org", is_long=True),
    tools=(ToolSpec("weather", "Weather", "What the weather\nis like.", SCHEMA),),
    connectors=(
        Connector(
            "notes",
            "https://mcp.example.org/sse",
            "sse",
            ("find", "read"),
            (("Authorization", SECRET), ("X-Room", SECRET)),
        ),
        Connector("web_search_prime"),
    ),
    knowledge=Knowledge("1234567890", "By {{ knowledge }}:\n{{ question }}"),
)
"""A request in which nothing is left to the service."""

# Whatever one of the languages gives a meaning to, ends a string in it, or does not show.
HARMFUL: Final = (
    *("'", '"', "\\", "\\u0041", "\\'", "'\\''", '"""', "$HOME `id` $(id) !!", "%s {0} {{}}"),
    *("\n", "\r\n", "\n\n", "JSON\nJSON", "\0", "\x007", "\x1a", "\x7f", "\x85", "\u2028\u2029", "\f\v\t"),
    *("\u202eabc", "\ufeff", "\u200b", "😀", "👩‍💻", "\U000e0041", "\U0010ffff", "\ufdd0", "\u3000", "*/"),
)


def words(size: int) -> str:
    return "".join(f"line {number}: “它”'s 😀\n" for number in range(size))
