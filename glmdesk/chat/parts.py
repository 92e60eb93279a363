"""Files that are too long to be read at once, divided so that a model can be asked about each part.

The same files, question and models are always divided in the same way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from glmdesk.chat.attached import quoted, tokens_of_file
from glmdesk.chat.fitting import room_for_files
from glmdesk.chat.part_prompts import PartPrompts, language_of
from glmdesk.chat.price_forecast import PriceForecast
from glmdesk.chat.window import room_for_answer, room_for_prompt
from glmdesk.documents.division import Portion, divided
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.message import Message, PartAnswer, Parts, Place
from glmdesk.domain.model import Model
from glmdesk.domain.money import sum_of
from glmdesk.domain.options import PLAIN, Options
from glmdesk.domain.request import ChatRequest, PromptMessage
from glmdesk.domain.tokens import estimate_tokens
from glmdesk.domain.usage import Usage
from glmdesk.i18n import _, ngettext

MOST_PARTS: Final = 400
"""More of them take hours, whatever they cost."""

_TABLES: Final = (".csv", ".tsv", ".tab")
_AROUND: Final = 700
"""Tokens of what is said around a part."""
_LEAST: Final = 800
"""Tokens of a part. With less, what is said around it would be most of what is read."""
_SHARE: Final = 0.9
"""How much of the room is used: estimates may be wrong."""
_ANSWERS: Final = 4
"""A part is so many times as long as the longest answer at most, or a list has no room there."""
_TOGETHER: Final = 0.7
"""How much of the room answers may take that are read together; the question of before comes with them."""
_GUESSED: Final = 10
"""Answers are taken to be such a part of what is read, before anything is known of them."""
_SHORTEST: Final = 200
_BETWEEN: Final = 40
"""Tokens of what stands above an answer."""


@dataclass(frozen=True, slots=True)
class Section:
    """What of one file is in a part."""

    place: Place
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Part:
    """What is read at once, counted from 1: of one file, or of several where they are short."""

    number: int
    sections: tuple[Section, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it is."""
        return tuple(section.place for section in self.sections)

    @property
    def tokens(self) -> int:
        """About how many they are."""
        return sum(section.tokens for section in self.sections)

    def halved(self) -> "tuple[Part, Part] | None":
        """Return it in two parts; None where it is too short for that."""
        half = self.tokens // 2
        if half < _LEAST:
            return None
        smaller = [
            replace(section, text=portion.text, tokens=portion.tokens)
            for section in self.sections
            for portion in _portions(section.place.file, section.text, half)
        ]
        first: list[Section] = []
        while smaller and sum(section.tokens for section in first) < half * _SHARE:
            first.append(smaller.pop(0))
        return (
            (replace(self, sections=tuple(first)), replace(self, sections=tuple(smaller)))
            if smaller
            else None
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked, of whom, in which parts.

    Attributes:
        reader: Who reads the parts.
        answerer: Who makes one answer of what was said of them.
        system, options: How the conversation asks.
        has_images: Whether images go with the last question.
        together: For how many tokens of answers there is room in one question to each of the two.
    """

    prompts: PartPrompts
    parts: tuple[Part, ...]
    reader: Model
    answerer: Model
    system: str
    options: Options
    has_images: bool
    together: int

    def part_request(self, part: Part) -> ChatRequest:
        """Return what is asked of one part."""
        text = "\n\n".join(quoted(section.place.file, section.text) for section in part.sections)
        return self._request(self.prompts.of_part(part.number, part.places, text))

    def combining_request(self, answers: Sequence[PartAnswer]) -> ChatRequest:
        """Return what is asked so that several answers become one."""
        return self._request(self.prompts.of_several(answers))

    def _request(self, words: str) -> ChatRequest:
        system = (PromptMessage("system", self.system.strip()),) if self.system.strip() else ()
        return _plain(self.options).request(self.reader.id, (*system, PromptMessage("user", words)))

    def question(self, question: Message, parts: Parts, files: Iterable[Attachment]) -> Message:
        """Return what is asked in place of the question; the files are those that are not divided."""
        words = self.prompts.of_all(frontier(parts), parts)
        return replace(question, text=words, attachments=tuple(files), parts=None)

    def groups(self, answers: Sequence[PartAnswer]) -> list[list[PartAnswer]]:
        """Return answers in groups that can be read together, in order; one group: all of them can."""
        groups: list[list[PartAnswer]] = [[]]
        filled = 0
        for answer in answers:
            size = estimate_tokens(answer.text) + _BETWEEN
            if groups[-1] and filled + size > self.together:
                groups.append([])
                filled = 0
            groups[-1].append(answer)
            filled += size
        return groups

    def starting(self, earlier: Parts | None) -> Parts:
        """Return what there is to begin with: what was said of the same parts before, if anything was."""
        empty = Parts(self.reader.id, len(self.parts))
        if earlier is None or earlier.count != empty.count:
            return empty
        places = {part.number: part.places for part in self.parts}
        if any(one.is_of_one and places.get(one.first) != one.places for one in earlier.answers):
            return empty
        missing = earlier.missing
        kept = (
            one
            for one in earlier.answers
            if one.is_of_one or not any(one.first <= number <= one.last for number in missing)
        )
        return replace(empty, answers=tuple(kept))

    @property
    def forecast(self) -> "Forecast":
        """What all of it takes, about."""
        read = [part.tokens + _AROUND + estimate_tokens(self.prompts.question) for part in self.parts]
        longest = room_for_answer(self.reader, None)
        written = [min(longest, max(_SHORTEST, tokens // _GUESSED)) for tokens in read]
        last = sum(written) + _BETWEEN * len(written)
        # What is said of parts is read again, and paid for as an answer before: it has to be guessed.
        usages = [
            Usage(tokens, answer, is_estimated=True) for tokens, answer in zip(read, written, strict=True)
        ]
        price = PriceForecast.of(self.answerer, last, has_images=self.has_images)
        tokens = sum(usage.total_tokens for usage in usages) + last
        of_parts = PriceForecast(sum_of(map(self.reader.cost, usages)))
        return Forecast(len(self.parts), tokens, of_parts.plus(price))


@dataclass(frozen=True, slots=True)
class Forecast:
    """What reading part by part takes before the answer, about: tokens read and written, and their price."""

    count: int
    tokens: int
    price: PriceForecast

    @property
    def words(self) -> str:
        """Return it in one line, in the current language."""
        return " · ".join(
            (
                ngettext("{count} part", "{count} parts", self.count).format(count=f"{self.count:,}"),
                _("≈ {count} tokens").format(count=f"{self.tokens:,}"),
                self.price.words,
            )
        )

    def plus(self, other: "Forecast") -> "Forecast":
        """Return what both take together."""
        return Forecast(self.count + other.count, self.tokens + other.tokens, self.price.plus(other.price))


def _plain(options: Options) -> Options:
    """Return how parts are asked about: the form and the length of answers are for the last one."""
    return replace(alone(options), json_schema=None, stop=None, max_tokens=None)


def alone(options: Options) -> Options:
    """Return how is asked where nothing but what was read is to be in an answer."""
    return replace(options, searches_web=False, knowledge=PLAIN.knowledge, tools=(), connectors=())


def frontier(parts: Parts) -> list[PartAnswer]:
    """Return the answers that stand for all parts together, in their order; what is missing is left out."""
    found: list[PartAnswer] = []
    number = 1
    while number <= parts.count:
        whole = [one for one in parts.answers if one.first == number and one.is_whole]
        if whole:
            found.append(max(whole, key=lambda one: one.last))
            number = found[-1].last
        number += 1
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that may have to be asked part by part.

    Attributes:
        files: What is attached, with the text of each; None where there is none.
        system, options: How the conversation asks.
    """

    question: str
    files: Sequence[tuple[Attachment, str | None]]
    system: str
    options: Options

    def plan(self, reader: Model, answerer: Model) -> Plan | None:
        """Return how that is done; None where files fit in one question, or cannot be divided."""
        return self._plan(reader, answerer) if self.is_too_long(answerer) else None

    def is_too_long(self, answerer: Model) -> bool:
        """Whether the files do not fit in one question to a model."""
        room = room_for_files(answerer, self._words, self.options.max_tokens)
        return room is not None and self._tokens > room

    def forecast(self, reader: Model | None, answerers: Iterable[Model]) -> "Forecast | None":
        """Return what it takes with all who answer; None where it cannot be done for one of them.

        `reader` reads the parts; None: each who answers. Who has room for the files is asked as usual.
        """
        total: Forecast | None = None
        for answerer in answerers:
            one = self._forecast(reader or answerer, answerer)
            if one is None:
                return None
            total = one if total is None else total.plus(one)
        return total

    def _forecast(self, reader: Model, answerer: Model) -> "Forecast | None":
        if self.is_too_long(answerer):
            plan = self._plan(reader, answerer)
            return plan.forecast if plan else None
        tokens = self._tokens + estimate_tokens(self._words)
        return Forecast(0, tokens, PriceForecast.of(answerer, tokens, has_images=self._has_images))

    @property
    def _words(self) -> str:
        return f"{self.system}\n{self.question}"

    @property
    def _tokens(self) -> int:
        return sum(tokens_of_file(file.name, text) for file, text in self.files if text is not None)

    @property
    def _has_images(self) -> bool:
        return any(text is None for _file, text in self.files)

    def _plan(self, reader: Model, answerer: Model) -> Plan | None:
        of_reader, of_answerer = self._room(reader, None), self._room(answerer, self.options.max_tokens)
        if of_reader is None or of_answerer is None:
            return None
        size = min(int(of_reader * _SHARE), _ANSWERS * room_for_answer(reader, None))
        together = int(min(of_reader, of_answerer) * _TOGETHER)
        if size < _LEAST or together < _LEAST:
            return None
        parts = _parts(self.files, size)
        names = tuple(file.name for file, text in self.files if text is not None)
        schema = self.options.json_schema or ""
        language = language_of(self.question)
        prompts = PartPrompts(language, names, len(parts), self.question.strip(), schema)
        plan = Plan(prompts, parts, reader, answerer, self.system, self.options, self._has_images, together)
        return plan if 0 < len(parts) <= MOST_PARTS else None

    def _room(self, model: Model, max_tokens: int | None) -> int | None:
        room = room_for_prompt(model, max_tokens)
        words = f"{self.system}\n{self.question}\n{self.options.json_schema or ''}"
        return None if room is None else room - _AROUND - estimate_tokens(words)


def _parts(files: Iterable[tuple[Attachment, str | None]], size: int) -> tuple[Part, ...]:
    """Return files in parts; what is left of one goes with what follows it, where there is room."""
    sections = [
        Section(place, portion.text, portion.tokens + _BETWEEN)
        for file, text in files
        if text is not None
        for portions in [_portions(file.name, text, size - _BETWEEN)]
        for portion in portions
        for place in [_place(file.name, portion, is_all=len(portions) == 1)]
    ]
    filled, number = 0, 0
    numbers: list[int] = []
    for section in sections:
        if not numbers or filled + section.tokens > size:
            filled, number = 0, number + 1
        filled += section.tokens
        numbers.append(number)
    together = groupby(zip(numbers, sections, strict=True), key=lambda pair: pair[0])
    return tuple(Part(number, tuple(section for _number, section in group)) for number, group in together)


def _portions(name: str, text: str, size: int) -> list[Portion]:
    return divided(text, size, is_table=name.lower().endswith(_TABLES))


def _place(name: str, portion: Portion, *, is_all: bool) -> Place:
    if is_all:
        return Place(name)
    first, last = portion.first, portion.last
    if first is None or last is None or first.kind != last.kind:
        lines = portion.lines
        return Place(name, "line", str(lines[0]), str(lines[1]), portion.rows)
    return Place(name, first.kind, first.name, last.name, portion.rows)
