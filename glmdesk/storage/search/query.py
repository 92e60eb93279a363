"""What a person types to find something: words, "phrases" and filters.

    plan model:plus role:user before:2026-05 after:2025 in:title has:code "risk report"

All of it has to apply. What only looks like a filter (`http://…`, `note: …`) is text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from glmdesk.domain.errors import Problem, UsageError
from glmdesk.domain.folding import Needle, fold
from glmdesk.domain.message import Role
from glmdesk.i18n import N_

_PARTS: Final = re.compile(
    r"""
    (?P<key>model|role|before|after|in|has) : (?P<value> "[^"]*"? | [^\s"]\S* )
    | ["“”] (?P<phrase> [^"“”]*) ["“”]?
    | (?P<word> [^\s"“”]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DATES: Final = ("%Y-%m-%d", "%Y-%m", "%Y")
_ROLES: Final[Mapping[str, Role]] = {
    "user": "user",
    "me": "user",
    "assistant": "assistant",
    "model": "assistant",
    "我": "user",
    "模型": "assistant",
}
FEATURES: Final = ("file", "code", "table")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Attributes:
        needles: Every one has to be in the text.
        models: Pieces of names, folded, all of which the model's id has to have.
        role: Whose messages; None for everybody's.
        before, after: Moments between which the message was written, the first of them excluded.
        is_title: Whether only titles are looked at.
        features: Some of `FEATURES`, all of which the message has to have.
    """

    needles: tuple[Needle, ...] = ()
    models: tuple[str, ...] = ()
    role: Role | None = None
    before: datetime | None = None
    after: datetime | None = None
    is_title: bool = False
    features: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self != Query()

    @property
    def has_filters(self) -> bool:
        """Whether it asks for anything beside words."""
        return bool(self.is_about_messages or self.before or self.after)

    @property
    def is_about_messages(self) -> bool:
        """Whether it asks for something that no title has."""
        return bool(self.models or self.role or self.features)


def parse_query(line: str) -> Query:
    """Return what a line asks for; nothing where it is empty.

    Raises UsageError for a filter whose value means nothing.
    """
    query = Query()
    for found in _PARTS.finditer(line):
        if found["key"]:
            query = _FILTERS[found["key"].lower()](query, found["value"].strip('"'))
        else:
            needle = Needle(found["phrase"] if found["word"] is None else found["word"])
            query = replace(query, needles=(*query.needles, needle)) if needle else query
    return query


def _with_model(query: Query, value: str) -> Query:
    return replace(query, models=(*query.models, fold(value)))


def _with_role(query: Query, value: str) -> Query:
    role = _ROLES.get(fold(value))
    if role is None:
        raise _mistake("role", value, N_("Write role:user or role:assistant."))
    return replace(query, role=role)


def _with_end(query: Query, value: str) -> Query:
    return replace(query, before=_moment("before", value))


def _with_start(query: Query, value: str) -> Query:
    return replace(query, after=_moment("after", value))


def _with_place(query: Query, value: str) -> Query:
    if fold(value) not in {"title", "标题"}:
        raise _mistake("in", value, N_("Write in:title, or leave it out."))
    return replace(query, is_title=True)


def _with_feature(query: Query, value: str) -> Query:
    feature = fold(value)
    if feature not in FEATURES:
        raise _mistake("has", value, N_("Write has:file, has:code or has:table."))
    return replace(query, features=query.features | {feature})


_FILTERS: Final[Mapping[str, Callable[[Query, str], Query]]] = {
    "model": _with_model,
    "role": _with_role,
    "before": _with_end,
    "after": _with_start,
    "in": _with_place,
    "has": _with_feature,
}


def _moment(key: str, value: str) -> datetime:
    """Return when a day, a month or a year begins here."""
    for form in _DATES:
        try:
            # The time zone of this computer, whatever it was on that day.
            return datetime.strptime(value, form).astimezone()
        except (ValueError, OverflowError):
            continue
    raise _mistake(key, value, N_("Write a day, a month or a year: 2026-05-31, 2026-05 or 2026."))


def _mistake(key: str, value: str, advice: str) -> UsageError:
    details = {"filter": f"{key}:{value}"}
    return UsageError(
        Problem("search-filter", N_("“{filter}” cannot be understood."), advice, details=details)
    )
