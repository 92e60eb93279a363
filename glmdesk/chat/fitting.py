"""What of files fits into one question, and what may be sent in place of the rest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from glmdesk.chat.attached import tokens_of_file
from glmdesk.chat.window import room_for_prompt
from glmdesk.documents.chunks import Chunk, chunks
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.model import Model
from glmdesk.domain.tokens import estimate_tokens
from glmdesk.i18n import _, listed

_AROUND: Final = 32
"""Tokens of a part's name and of what is around its text."""

_FILLED: Final = 0.75
"""How much of the room a beginning takes: with the next question it would be left out again otherwise."""

_PARTS: Final = 8
_MOST_PARTS: Final = 120
"""Parts that fill a window, and of a file at most: somebody has to choose among them."""

_LEAST_PART: Final = 64
_GAP: Final = "\n\n[…]\n\n"


@dataclass(frozen=True, slots=True)
class LongFile:
    """A file in parts that may be chosen. One that is an image has none, and goes with the rest.

    `tokens` says about how many it takes as a whole.
    """

    file: Attachment
    chunks: tuple[Chunk, ...] = ()
    tokens: int = 0

    def tokens_of(self, numbers: Collection[int]) -> int:
        """Return about how many tokens some of its parts are, counted from 0. All of them are the file."""
        if numbers and len(numbers) == len(self.chunks):
            return self.tokens
        return sum(self.chunks[number].tokens for number in numbers)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is to be sent of a file: all of it, where there is no text."""

    file: Attachment
    name: str = ""
    text: str | None = None


def room_for_files(model: Model, words: str, max_tokens: int | None) -> int | None:
    """Return for how many tokens of files there is room beside words; None where the window is not known."""
    room = room_for_prompt(model, max_tokens)
    return None if room is None else max(0, room - estimate_tokens(words))


def in_parts(file: Attachment, text: str, room: int) -> LongFile:
    """Return a text in parts of which several fit into a window."""
    tokens = tokens_of_file(file.name, text)
    size = max(room // _PARTS, tokens // _MOST_PARTS, _LEAST_PART)
    return LongFile(file, tuple(chunks(text, min(size, max(room - _AROUND, _LEAST_PART)))), tokens)


def beginning(files: Sequence[LongFile], room: int) -> list[Excerpt]:
    """Return what fits of files, from the beginning of the first one on, and leaves room for what follows."""
    room = int(room * _FILLED)
    excerpts: list[Excerpt] = []
    for long_file in files:
        if not long_file.chunks:
            excerpts.append(Excerpt(long_file.file))
        elif long_file.tokens <= room:
            excerpts.append(Excerpt(long_file.file))
            room -= long_file.tokens
        else:
            excerpts += _first_part(long_file, room - _AROUND)
            room = 0
    return excerpts


def _first_part(long_file: LongFile, room: int) -> list[Excerpt]:
    if room < _LEAST_PART:
        return []
    first = chunks("".join(chunk.text for chunk in long_file.chunks), room)[0]
    return [Excerpt(long_file.file, _named(long_file.file, _("beginning")), first.text.rstrip())]


def chosen_parts(files: Sequence[LongFile], chosen: Sequence[Collection[int]]) -> list[Excerpt]:
    """Return what was chosen of files: of each the numbers of its parts, counted from 0."""
    excerpts: list[Excerpt] = []
    for long_file, numbers in zip(files, chosen, strict=True):
        if len(numbers) == len(long_file.chunks):
            excerpts.append(Excerpt(long_file.file))
        elif numbers:
            excerpts.append(_excerpt(long_file, sorted(numbers)))
    return excerpts


def _excerpt(long_file: LongFile, numbers: Sequence[int]) -> Excerpt:
    runs = _runs(numbers)
    texts = [_joined([long_file.chunks[at] for at in run]) for run in runs]
    shown = [str(run[0] + 1) if len(run) == 1 else f"{run[0] + 1}–{run[-1] + 1}" for run in runs]
    part = _("parts {numbers} of {count}").format(numbers=listed(shown), count=len(long_file.chunks))
    return Excerpt(long_file.file, _named(long_file.file, part), _GAP.join(texts))


def _joined(run: Sequence[Chunk]) -> str:
    """Return parts that follow each other, and first which page, slide or sheet they are from."""
    text = "".join(chunk.text for chunk in run).strip("\n")
    mark = run[0].first
    if mark is None or mark.kind == "heading" or text.startswith(f"[{mark.kind} {mark.name}"):
        return text
    return f"[{mark.kind} {mark.name}, continued]\n\n{text}"


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Return numbers that follow each other together."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _named(file: Attachment, part: str) -> str:
    # Translators: the name of a file that has a part of another one.
    return _("{name} ({part}).txt").format(name=PurePath(file.name).stem, part=part)
