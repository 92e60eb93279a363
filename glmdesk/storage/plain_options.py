"""How a conversation asks, as plain data (what JSON can hold) and back. What is not allowed is left out."""

from collections.abc import Sequence
from typing import Final, TypeVar, cast

from glmdesk.domain.options import MOST_TOKENS, PLAIN, TEMPERATURES, TOP_PS, TRIMMINGS, Options
from glmdesk.domain.request import EFFORTS, ENGINES, MOST_SOURCES, RECENCIES, Knowledge, WebSearch
from glmdesk.storage.plain import Plain

_T = TypeVar("_T", bound=str)

_LONGEST_STOP: Final = 1_000
_SIMPLE: Final = (
    "temperature",
    "top_p",
    "max_tokens",
    "stop",
    "do_sample",
    "thinking",
    "effort",
    "json_schema",
)


def plain_options(options: Options, *, with_tools: bool = True) -> Plain:
    """Return options as an object without what is left to the service.

    Tools are somebody's consent and are left out where it is read by another one.
    """
    plain: Plain = {name: value for name in _SIMPLE if (value := getattr(options, name)) is not None}
    if options.searches_web:
        plain["searches_web"] = True
    if options.web_search != PLAIN.web_search:
        plain["web_search"] = _plain_search(options.web_search)
    if options.knowledge != PLAIN.knowledge:
        plain["knowledge"] = {"id": options.knowledge.base_id, "template": options.knowledge.template}
    if options.tools and with_tools:
        plain["tools"] = list(options.tools)
    if options.connectors and with_tools:
        plain["connectors"] = list(options.connectors)
    if options.trimming != PLAIN.trimming:
        plain["trimming"] = options.trimming
    return plain


def options_in(value: object) -> Options:
    """Return the options that an object says."""
    if not isinstance(value, dict):
        return PLAIN
    said = cast("dict[str, object]", value)
    schema = said.get("json_schema")
    return Options(
        temperature=_number(said.get("temperature"), *TEMPERATURES),
        top_p=_number(said.get("top_p"), *TOP_PS),
        max_tokens=_whole(said.get("max_tokens"), MOST_TOKENS),
        stop=_text(said.get("stop"))[:_LONGEST_STOP] or None,
        do_sample=_flag(said.get("do_sample")),
        thinking=_flag(said.get("thinking")),
        effort=_one_of(said.get("effort"), EFFORTS),
        searches_web=said.get("searches_web") is True,
        web_search=_search_in(said.get("web_search")),
        knowledge=_knowledge_in(said.get("knowledge")),
        tools=_names(said.get("tools")),
        connectors=_names(said.get("connectors")),
        json_schema=schema if isinstance(schema, str) else None,
        trimming=_one_of(said.get("trimming"), TRIMMINGS) or PLAIN.trimming,
    )


def _plain_search(search: WebSearch) -> Plain:
    more: Plain = {"recency": search.recency, "domain": search.domain, "is_long": search.is_long}
    return {
        "engine": search.engine,
        "count": search.count,
        **{name: value for name, value in more.items() if value},
    }


def _search_in(value: object) -> WebSearch:
    if not isinstance(value, dict):
        return PLAIN.web_search
    said = cast("dict[str, object]", value)
    default = PLAIN.web_search
    return WebSearch(
        engine=_one_of(said.get("engine"), ENGINES) or default.engine,
        count=_whole(said.get("count"), MOST_SOURCES) or default.count,
        recency=_one_of(said.get("recency"), RECENCIES),
        domain=_text(said.get("domain")),
        is_long=said.get("is_long") is True,
    )


def _knowledge_in(value: object) -> Knowledge:
    said = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return Knowledge(_text(said.get("id")), _text(said.get("template")))


def _number(value: object, least: float, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if least <= value <= most else None


def _whole(value: object, most: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 1 <= value <= most else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _one_of(value: object, words: Sequence[_T]) -> _T | None:
    return next((word for word in words if word == value), None)


def _names(value: object) -> tuple[str, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return tuple(dict.fromkeys(item for item in items if isinstance(item, str)))
