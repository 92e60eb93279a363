"""Conversations as files of their own, in folders as they are in the sidebar."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

from glmdesk.domain.conversation import Conversation
from glmdesk.i18n import _
from glmdesk.storage.database import Database
from glmdesk.storage.faults import translated
from glmdesk.storage.transfer import source
from glmdesk.storage.whole_file import whole_file

Pieces = Callable[[Sequence[str]], AsyncGenerator[str, None]]
"""Returns the text of conversations with these ids."""

_LONGEST: Final = 80
"""Characters of a name; some file systems take 255 bytes, and a Chinese character takes three."""
# What Windows takes for something else, wherever the files will be read one day.
_UNWANTED: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


async def export_files(
    database: Database,
    conversation_ids: Sequence[str] | None,
    folder: Path,
    pieces: Pieces,
    *,
    suffix: str,
) -> Path:
    """Write each of these conversations, or all, into a file; return the new folder for them in `folder`.

    It has the name of the day, and nothing that is in `folder` already is touched. Raises LocalDataError.
    """
    folder = await asyncio.to_thread(_new_folder, folder)
    taken: set[Path] = set()
    async with aclosing(source.conversations(database, conversation_ids)) as conversations:
        async for conversation in conversations:
            path = _free(folder / _place(conversation), suffix, taken)
            with translated(path):
                path.parent.mkdir(exist_ok=True)
            with whole_file(path, is_private=False) as write:
                async with aclosing(pieces([conversation.id])) as texts:
                    async for text in texts:
                        write(text)
    return folder


def _new_folder(parent: Path) -> Path:
    name = f"glmdesk {datetime.now().astimezone():%Y-%m-%d}"
    names = (f"{name} ({number})" if number > 1 else name for number in count(1))
    folder = next(path for path in map(parent.joinpath, names) if not path.exists())
    with translated(folder):
        folder.mkdir()
    return folder


def _place(conversation: Conversation) -> Path:
    name = file_name(conversation.title) or _("Untitled")
    return Path(file_name(conversation.folder), name) if conversation.folder else Path(name)


def _free(path: Path, suffix: str, taken: set[Path]) -> Path:
    """Return a name that no other file of this export has, whatever letters a file system takes for equal."""
    number, found = 1, path.with_name(path.name + suffix)
    while Path(str(found).casefold()) in taken:
        number += 1
        found = path.with_name(f"{path.name} ({number}){suffix}")
    taken.add(Path(str(found).casefold()))
    return found


def file_name(title: str) -> str:
    """Return a title as the name of a file on any system, without an end; empty where nothing is left."""
    name = " ".join(_UNWANTED.sub(" ", title).split())[:_LONGEST].strip(" .")
    return f"{name}_" if _DEVICES.fullmatch(name) else name
