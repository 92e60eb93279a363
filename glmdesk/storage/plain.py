"""Parts of a message as plain data (what JSON can hold) and back, for columns and for the exchange format.

Reading is tolerant: an unknown field is passed over and a part that is none of ours is left out, because a
newer version may have written it.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any, TypeGuard, TypeVar, cast, get_args

from glmdesk.domain.attachment import DIGEST, Attachment
from glmdesk.domain.connector import ServiceCall
from glmdesk.domain.errors import Action, Problem
from glmdesk.domain.fault import Fault
from glmdesk.domain.message import Citation, Cut, PartAnswer, Parts, Place, PlaceKind, State, Structured
from glmdesk.domain.money import CURRENCIES, Currency, Money, amount_in
from glmdesk.domain.tool import ToolCall
from glmdesk.domain.usage import Usage

Plain = dict[str, Any]
"""A JSON object."""

_Part = TypeVar("_Part")

_MOST_BYTES = 1 << 50
"""No file is larger, and a number that is cannot be shown."""

_MOST_COUNT = 1_000_000_000
_PAIR = 2

_STATES = {state.value: state for state in State}
_KINDS: dict[str, PlaceKind] = {kind: kind for kind in get_args(PlaceKind)}
_CITATION_FIELDS = tuple(field.name for field in fields(Citation))
_BY_NAME: dict[str, Currency] = {currency: currency for currency in CURRENCIES}
_TOKENS = ("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens")
_TOOL_CALL_FIELDS = tuple(field.name for field in fields(ToolCall))
_SERVICE_CALL_FIELDS = tuple(field.name for field in fields(ServiceCall))


def dump(value: object) -> str:
    """Return JSON on one line, without spaces and with every character as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def plain_problem(problem: Problem) -> Plain:
    """Return a problem as an object, without what it has not."""
    more = {
        "action": problem.action and problem.action.value,
        "alternative": problem.alternative and problem.alternative.value,
        "details": dict(problem.details),
        "faults": [_plain_fault(fault) for fault in problem.faults],
    }
    return {"code": problem.code, "what": problem.what, "advice": problem.advice, **_filled(more)}


def _plain_fault(fault: Fault) -> Plain:
    place = {"path": fault.path, "line": fault.line, "column": fault.column}
    return {"what": fault.what, **_filled({**place, "details": dict(fault.details)})}


def plain_tool_calls(calls: Iterable[ToolCall]) -> list[Plain]:
    """Return calls as objects, in their order."""
    return [{name: getattr(call, name) for name in _TOOL_CALL_FIELDS} for call in calls]


def plain_service_calls(calls: Iterable[ServiceCall]) -> list[Plain]:
    """Return what the service had done as objects without their empty fields, in their order."""
    return [
        {"id": call.id, "server": call.server, **_filled({n: getattr(call, n) for n in _SERVICE_CALL_FIELDS})}
        for call in calls
    ]


def plain_citations(citations: Iterable[Citation]) -> list[Plain]:
    """Return sources as objects without their empty fields, in their order."""
    return [
        {"ref": source.ref, **_filled({name: getattr(source, name) for name in _CITATION_FIELDS})}
        for source in citations
    ]


def plain_attachments(attachments: Iterable[Attachment]) -> list[Plain]:
    """Return what is said of files as objects, in their order."""
    return [
        {"sha256": attachment.digest, "name": attachment.name, "size": attachment.size_bytes}
        for attachment in attachments
    ]


def plain_cut(cut: Cut) -> Plain:
    """Return what is behind a message as an object, without what is not known."""
    more = {
        "summary": cut.summary,
        "model": cut.model,
        "usage": cut.usage and plain_usage(cut.usage),
        "cost": _plain_money(cut.cost),
    }
    return {"window": cut.window, **_filled(more)}


def cut_in(value: object) -> Cut | None:
    """Return what is behind a message from an object; None for what is none."""
    found = _object(value)
    texts, window = _texts(found), found.get("window")
    if not isinstance(window, int):
        return None
    return Cut(
        window,
        texts.get("summary", ""),
        texts.get("model", ""),
        usage_in(found.get("usage")),
        _money_in(found.get("cost")),
    )


def plain_parts(parts: Parts) -> Plain:
    """Return how a question is asked part by part, or what came of that, as an object."""
    more = {"count": parts.count, "answers": list(map(_plain_part, parts.answers))}
    return {"model": parts.model, **_filled(more)}


def parts_in(value: object) -> Parts | None:
    """Return what an object says of reading part by part; None for what says nothing of that."""
    found = _object(value)
    texts, count = _texts(found), found.get("count", 0)
    if "model" not in texts or not _is_count(count):
        return None
    answers = (_part_in(_object(item), count) for item in _list(found.get("answers")))
    return Parts(texts["model"], count, tuple(answer for answer in answers if answer is not None))


def _plain_part(answer: PartAnswer) -> Plain:
    is_withheld = answer.state is State.WITHHELD
    more = {
        "places": list(map(_plain_place, answer.places)),
        "text": "" if is_withheld else answer.text,
        "problem": answer.problem and plain_problem(answer.problem),
        "usage": answer.usage and plain_usage(answer.usage),
        "cost": _plain_money(answer.cost),
        "saved": _plain_money(answer.saved),
    }
    heads = {"first": answer.first, "last": answer.last, "model": answer.model, "state": answer.state.value}
    return {**heads, **_filled(more)}


def _part_in(found: dict[str, object], count: int) -> PartAnswer | None:
    texts, first, last = _texts(found), found.get("first"), found.get("last")
    state = _STATES.get(texts.get("state", ""))
    if not (_is_count(first) and _is_count(last) and 1 <= first <= last <= count):
        return None
    if state is None or "model" not in texts:
        return None
    places = (_place_in(_object(item)) for item in _list(found.get("places")))
    return PartAnswer(
        first,
        last,
        texts["model"],
        tuple(place for place in places if place is not None),
        state,
        texts.get("text", ""),
        problem_in(found.get("problem")),
        usage_in(found.get("usage")),
        _money_in(found.get("cost")),
        _money_in(found.get("saved")),
    )


def _plain_place(place: Place) -> Plain:
    more = {"kind": place.kind, "first": place.first, "last": place.last, "rows": place.rows}
    return {"file": place.file, **_filled(more)}


def _place_in(found: dict[str, object]) -> Place | None:
    texts, kind = _texts(found), _KINDS.get(_texts(found).get("kind", ""))
    if "file" not in texts or kind is None:
        return None
    rows = [row for row in _list(found.get("rows")) if _is_count(row)]
    within = (rows[0], rows[1]) if len(rows) == _PAIR else None
    return Place(texts["file"], kind, texts.get("first", ""), texts.get("last", ""), within)


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_COUNT


def plain_usage(usage: Usage) -> Plain:
    """Return tokens as an object, without what holds of most."""
    more = {"exchanges": usage.exchanges} if usage.exchanges != 1 else {}
    about = {"is_estimated": True} if usage.is_estimated else {}
    return {**{name: getattr(usage, name) for name in _TOKENS}, **more, **about}


def usage_in(value: object) -> Usage | None:
    """Return tokens from an object; None for what has no such numbers."""
    found = _object(value)
    counts = [found.get(name, 0) for name in _TOKENS]
    exchanges = found.get("exchanges", 1)
    numbers = [count for count in (*counts, exchanges) if type(count) is int]
    if not found or len(numbers) <= len(_TOKENS):
        return None
    return Usage(*numbers, is_estimated=found.get("is_estimated") is True)


def _plain_money(money: Money | None) -> Plain | None:
    if money is None:
        return None
    about = {"is_estimated": True} if money.is_estimated else {}
    return {"amount": str(money.amount), "currency": money.currency, **about}


def _money_in(value: object) -> Money | None:
    said = _texts(value)
    amount = amount_in(said.get("amount", ""))
    currency = _BY_NAME.get(said.get("currency", ""))
    if amount is None or currency is None:
        return None
    return Money(amount, currency, _object(value).get("is_estimated") is True)


def plain_structured(structured: Structured, *, is_withheld: bool = False) -> Plain:
    """Return what an answer was asked to be as an object; nothing of it where that was withdrawn."""
    return {
        "schema": structured.schema,
        **_filled({"attempt": "" if is_withheld else structured.attempt}),
    }


def structured_in(value: object) -> Structured | None:
    """Return what an object says that an answer was asked to be; None for what says nothing of that."""
    texts = _texts(value)
    return Structured(texts["schema"], texts.get("attempt", "")) if "schema" in texts else None


def problem_in(value: object) -> Problem | None:
    """Return the problem that an object is; None for what is none."""
    found = _object(value)
    texts = _texts(found)
    if "code" not in texts:
        return None
    return Problem(
        code=texts["code"],
        what=texts.get("what", ""),
        advice=texts.get("advice", ""),
        action=_action(texts.get("action")),
        details=_texts(found.get("details")),
        faults=tuple(_fault(_object(item)) for item in _list(found.get("faults"))),
        alternative=_action(texts.get("alternative")),
    )


def _fault(said: dict[str, object]) -> Fault:
    texts, line, column = _texts(said), said.get("line"), said.get("column")
    return Fault(
        texts.get("path", ""),
        texts.get("what", ""),
        _texts(said.get("details")),
        line if isinstance(line, int) and 0 < line <= _MOST_BYTES else 0,
        column if isinstance(column, int) and 0 < column <= _MOST_BYTES else 0,
    )


def tool_calls_in(value: object) -> tuple[ToolCall, ...]:
    """Return the calls in a list of objects."""
    return _parts(value, ToolCall)


def service_calls_in(value: object) -> tuple[ServiceCall, ...]:
    """Return what a list of objects says that the service had done."""
    return _parts(value, ServiceCall)


def citations_in(value: object) -> tuple[Citation, ...]:
    """Return the sources in a list of objects."""
    return _parts(value, Citation)


def attachments_in(value: object) -> tuple[Attachment, ...]:
    """Return the files that a list of objects speaks of."""
    found = (_attachment(_object(item)) for item in _list(value))
    return tuple(attachment for attachment in found if attachment is not None)


def read(text: str) -> object:
    """Return what a JSON text says; None for one that is none, or what a damaged file has in its place."""
    try:
        return json.loads(text)
    except (ValueError, TypeError):
        return None


def _parts(value: object, make: Callable[..., _Part]) -> tuple[_Part, ...]:
    """Return the parts of a list of objects whose fields are all texts."""
    parts = (_read_part(item, make) for item in _list(value))
    return tuple(part for part in parts if part is not None)


def _read_part(item: object, make: Callable[..., _Part]) -> _Part | None:
    try:
        return make(**_texts(item))
    except TypeError:  # a field is missing, or is not one of ours
        return None


def _attachment(said: dict[str, object]) -> Attachment | None:
    digest, name, size = said.get("sha256"), said.get("name"), said.get("size")
    if not (isinstance(digest, str) and isinstance(name, str) and isinstance(size, int)):
        return None
    is_one = DIGEST.fullmatch(digest) and 0 <= size <= _MOST_BYTES
    return Attachment(digest, name, size) if is_one else None


def _texts(value: object) -> dict[str, str]:
    """Return the fields of an object that are texts."""
    return {name: text for name, text in _object(value).items() if isinstance(text, str)}


def _object(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _action(name: str | None) -> Action | None:
    try:
        return None if name is None else Action(name)
    except ValueError:
        return None


def _filled(values: Plain) -> Plain:
    return {name: value for name, value in values.items() if value}
