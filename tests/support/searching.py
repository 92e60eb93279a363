"""`POST /web_search`, and the sources that searching finds. Source: the web search API page."""

from typing import Final

from tests.support.contract_tools import ENGINES
from tests.support.errors import Refusal, refusal_for
from tests.support.json_values import JsonObject, as_text, is_integer
from tests.support.replies import new_id, now_s
from tests.support.script import SearchResult

LONGEST_QUERY: Final = 70


def results_for(query: str, count: int) -> tuple[SearchResult, ...]:
    """Return sources for a query; the last one lacks link and date, as has been seen."""
    found = [
        SearchResult(
            title=f"{query} {number}",
            link=f"https://example.org/{number}" if number < count else "",
            content=f"{query}：摘要 {number}",
            media="示例",
            refer=f"ref_{number}",
            publish_date="2026-11-20" if number < count else "",
        )
        for number in range(1, count + 1)
    ]
    return tuple(found)


def search_refusal(body: JsonObject, *, english: bool) -> Refusal | None:
    """Return why a search request is refused; `None` when it is accepted."""
    for field in ("search_query", "search_engine", "search_intent"):
        if body.get(field) is None:
            return refusal_for("1213", field, english=english)
    wrong = [
        field
        for field, is_right in (
            ("search_query", 0 < len(as_text(body["search_query"])) <= LONGEST_QUERY),
            ("search_engine", body["search_engine"] in ENGINES),
            ("search_intent", isinstance(body["search_intent"], bool)),
            ("count", _count(body) is not None),
        )
        if not is_right
    ]
    return refusal_for("1214", wrong[0], english=english) if wrong else None


def search_body(body: JsonObject) -> object:
    """Return the answer to an accepted search request."""
    query = as_text(body["search_query"])
    return {
        "id": new_id(),
        "created": now_s(),
        "request_id": body.get("request_id") or new_id(),
        "search_intent": [
            {
                "query": query,
                "intent": "SEARCH_ALL" if body["search_intent"] else "SEARCH_ALWAYS",
                "keywords": query,
            }
        ],
        "search_result": results_for(query, _count(body) or 0),
    }


def _count(body: JsonObject) -> int | None:
    count = body.get("count")
    if count is None:
        return 10
    return count if isinstance(count, int) and is_integer(count) and 1 <= count <= 50 else None
