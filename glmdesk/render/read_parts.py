"""What was said of the parts of files that an answer is made of: one line, and below it one for each part."""

from functools import lru_cache
from typing import Final

from glmdesk.domain.message import Message, PartAnswer, Parts, Place, State
from glmdesk.i18n import N_, _, ngettext
from glmdesk.render.blocks import Blocks, Details, Written
from glmdesk.render.markdown import parse

_KEPT: Final = 128
"""Texts of which the blocks are known: each part that comes is shown with all before it."""

_SPANS: Final = {
    "page": (N_("page {name}"), N_("pages {first}–{last}")),
    "slide": (N_("slide {name}"), N_("slides {first}–{last}")),
    "sheet": (N_("sheet {name}"), N_("sheets {first} – {last}")),
    "heading": (N_("“{name}”"), N_("“{first}” – “{last}”")),
    "line": (N_("line {name}"), N_("lines {first}–{last}")),
}


def part_blocks(answer: Message) -> Blocks:
    """Return a line that says how an answer was made, with the parts below it; nothing where it has none."""
    parts = answer.parts
    if parts is None or not parts.count:
        return ()
    is_read = answer.state is not State.STREAMING or bool(answer.text)
    lines = tuple(_of_part(one, parts) for one in parts.answers)
    return (Details(_summary(parts, is_read=is_read), lines),)


def _summary(parts: Parts, *, is_read: bool) -> str:
    count, missing = parts.count, len(parts.missing)
    if not is_read:
        words = _("Read part by part: {read} of {count}")
        return words.format(read=count - missing, count=count)
    heads = [ngettext("Read in {count} part", "Read in {count} parts", count).format(count=count)]
    if missing:
        heads.append(_("{count} missing").format(count=missing))
    return " · ".join(heads)


def _of_part(answer: PartAnswer, parts: Parts) -> Details:
    if answer.is_of_one:
        heads = [_("Part {number} of {count}").format(number=answer.first, count=parts.count)]
        heads += map(place_words, answer.places)
    else:
        heads = [_("Parts {first}–{last} together").format(first=answer.first, last=answer.last)]
    if said := _said_of(answer):
        heads.append(said)
    below: Blocks = _blocks(answer.text) if answer.text else ()
    if answer.problem is not None:
        below = (*below, Written(answer.problem.words))
    return Details(" · ".join(heads), below)


def _said_of(answer: PartAnswer) -> str:
    """Return how an answer stands that cannot be used; of others, what it took."""
    if answer.is_whole:
        return str(answer.cost) if answer.cost is not None and answer.cost.amount else ""
    match answer.state:
        case State.STOPPED:
            return _("stopped")
        case State.CUT_SHORT:
            return _("cut short")
        case State.WITHHELD:
            return _("withheld")
        case _:
            return _("failed")


def place_words(place: Place) -> str:
    """Return where a part is, in few words."""
    said = place.file
    if place.kind and not (place.kind == "line" and place.rows):
        one, several = _SPANS[place.kind]
        words = _(one if place.first == place.last else several)
        said = _within(said, words.format(name=place.first, first=place.first, last=place.last))
    if place.rows is not None:
        said = _within(said, _("rows {first}–{last}").format(first=place.rows[0], last=place.rows[1]))
    return said


def _within(whole: str, part: str) -> str:
    # Translators: a place in a file, such as its rows; the name of the file comes first.
    return _("{whole}, {part}").format(whole=whole, part=part)


@lru_cache(maxsize=_KEPT)
def _blocks(text: str) -> Blocks:
    return parse(text)
