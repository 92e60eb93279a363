"""The files of a conversation, by the names that the model was told, and reading one of them by range."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final, Literal

from msgspec import Meta

from glmdesk.domain.attachment import Attachment, told_name
from glmdesk.domain.tool import Scene, Tool
from glmdesk.i18n import _
from glmdesk.tools.builtin.tool import MOST_CHARACTERS, Refused, built_in

ReadText = Callable[[Attachment], Awaitable[str | None]]
"""Returns the text of a file as the model reads it; None for what has none. Raises LocalDataError."""

_LINES: Final = 400
"""Of a file, where the model does not say how many."""
_HEAD: Final = 300
"""Characters of a result that are not of the file."""
_SHOWN_NAMES: Final = 50

_DESCRIPTION: Final = (
    "Read a part of a file attached to this conversation: by lines, or by characters. Without a name: list "
    f"the files with their sizes. A result has at most {MOST_CHARACTERS} characters and says what comes next."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be read."""

    name: Annotated[str, Meta(description="The file, as it is called in the conversation")] = ""
    unit: Annotated[Literal["lines", "characters"], Meta(description="What start and end count")] = "lines"
    start: Annotated[int, Meta(description="The first one, from 1")] = 1
    end: Annotated[int, Meta(description="The last one, included; 0: as much as fits")] = 0


def file_reader(read_text: ReadText) -> Tool:
    """Return the tool."""
    title = _("Read attached files")
    return built_in("read_file", title, _DESCRIPTION, Reading, partial(_run, read_text))


async def _run(read_text: ReadText, asked: Reading, scene: Scene) -> str:
    files = named_files(scene.attachments)
    if not asked.name.strip():
        return _listing(files)
    name, attachment = find_file(asked.name, files)
    text = await read_text(attachment)
    if text is None:
        raise Refused(f"“{name}” has no text that can be read.")
    return await asyncio.to_thread(part, name, text, asked)


def named_files(attachments: Sequence[Attachment]) -> dict[str, Attachment]:
    """Return files by the names that the model was told, in order; a second one of a name has a number."""
    named: dict[str, Attachment] = {}
    for attachment in dict.fromkeys(attachments):
        name = told_name(attachment.name)
        number = 1
        while (numbered := name if number == 1 else f"{name} ({number})") in named:
            number += 1
        named[numbered] = attachment
    return named


def find_file(name: str, files: dict[str, Attachment]) -> tuple[str, Attachment]:
    """Return a file with its name. Raises Refused, with the names that there are."""
    wanted = told_name(name)
    if wanted in files:
        return wanted, files[wanted]
    close = [known for known in files if known.casefold() == wanted.casefold()]
    if len(close) == 1:
        return close[0], files[close[0]]
    if not files:
        raise Refused("No files are attached to this conversation.")
    raise Refused(f"There is no file of that name. There are: {', '.join(list(files)[:_SHOWN_NAMES])}.")


def part(name: str, text: str, asked: Reading) -> str:
    """Return a part of a text below a line that says which. Raises Refused where there is none."""
    # Lines as editors count them: `splitlines` knows ten more ends of lines.
    pieces = list(io.StringIO(text, newline="")) if asked.unit == "lines" else text
    count, first = len(pieces), max(asked.start, 1) - 1
    if not count:
        return f"{name} is empty."
    if first >= count:
        raise Refused(f"“{name}” has {count} {asked.unit}.")
    last = min(asked.end if asked.end > 0 else count, count)
    if last <= first:
        raise Refused("`end` has to be `start` or more.")
    room = MOST_CHARACTERS - _HEAD - len(name)
    chosen, shown = _fitting(pieces, first, last, room, asked)
    head = f"{name}, {asked.unit} {first + 1}-{first + shown} of {count}"
    if first + shown < last:
        head += f" (the next begin at {first + shown + 1})"
    return f"{head}:\n{chosen}"


def _fitting(pieces: Sequence[str], first: int, last: int, room: int, asked: Reading) -> tuple[str, int]:
    """Return as much as there is room for, and how many lines or characters that is; one at least."""
    if asked.unit == "characters":
        chosen = pieces[first : min(last, first + room)]
        return "".join(chosen), len(chosen)
    last = last if asked.end > 0 else min(last, first + _LINES)
    shown, length = 0, 0
    for line in pieces[first:last]:
        length += len(line)
        if length > room:
            break
        shown += 1
    if shown:
        return "".join(pieces[first : first + shown]), shown
    return f"{pieces[first][:room]}\n[The line is longer: read it by characters.]", 1


def _listing(files: dict[str, Attachment]) -> str:
    if not files:
        return "No files are attached to this conversation."
    lines = [f"{name} ({attachment.size})" for name, attachment in files.items()]
    more = f"\n… and {len(lines) - _SHOWN_NAMES} more" if len(lines) > _SHOWN_NAMES else ""
    return "\n".join(lines[:_SHOWN_NAMES]) + more
