"""A report of facts, to be read by a person or by a program."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from glmdesk.domain.errors import Problem
from glmdesk.i18n import _, listed

Value = str | int | bool | tuple[str, ...] | None

_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Fact:
    """`name` and `value` are for programs and stay as they are; `label`, and `words` if any, for people."""

    name: str
    label: str
    value: Value
    words: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Facts about one thing, and what is wrong with it."""

    name: str
    title: str
    facts: Sequence[Fact]
    problems: Sequence[Problem] = ()


class Report:
    """Renders sections; every text in them goes through `redact`."""

    def __init__(self, sections: Sequence[Section], redact: Callable[[str], str]) -> None:
        self._sections = sections
        self._redact = redact

    def as_json(self) -> str:
        """Return an object of objects, and the problems with code and words, as indented JSON."""
        found: dict[str, object] = {
            section.name: {fact.name: self._clean(fact.value) for fact in section.facts}
            for section in self._sections
        }
        found["problems"] = [
            {"code": problem.code, "words": self._words(problem)} for problem in self._problems()
        ]
        return json.dumps(found, ensure_ascii=False, indent=2) + "\n"

    def as_text(self) -> str:
        """Return lines in the current language."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        for section in self._sections:
            yield section.title
            for fact in section.facts:
                yield "  " + _("{label}: {value}").format(
                    label=fact.label, value=_shown(self._clean(fact.words or fact.value))
                )
            yield "" if section.facts else f"  {_NOTHING}\n"
        problems = self._problems()
        yield _("Problems") if problems else _("No problem was found.")
        yield from (f"  {self._words(problem)}" for problem in problems)

    def _problems(self) -> list[Problem]:
        return [problem for section in self._sections for problem in section.problems]

    def _words(self, problem: Problem) -> str:
        return self._redact(problem.words)

    def _clean(self, value: Value) -> Value:
        match value:
            case str():
                return self._redact(value)
            case tuple():
                return tuple(map(self._redact, value))
            case _:
                return value


def _shown(value: Value) -> str:
    match value:
        case None | ():
            return _NOTHING
        case bool():
            return _("yes") if value else _("no")
        case tuple():
            return listed(value)
        case _:
            return str(value)
