"""Conversations as Markdown, in files of their own, in folders as they are in the sidebar."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from pathlib import Path

from glmdesk.domain.conversation import Conversation
from glmdesk.export.names import Names, file_name, new_name
from glmdesk.export.texts import write_text
from glmdesk.i18n import _
from glmdesk.storage.database import Database
from glmdesk.storage.faults import translated
from glmdesk.storage.transfer import source


async def export_files(
    database: Database,
    conversation_ids: Sequence[str] | None,
    folder: Path,
    *,
    model_title: Callable[[str | None], str],
) -> Path:
    """Write each of these conversations, or all, into a file; return the new folder for them in `folder`.

    It has the name of the day, and nothing that is in `folder` already is touched. Raises LocalDataError.
    `model_title` says what a model is called (`Catalog.title`).
    """
    folder = await asyncio.to_thread(_new_folder, folder)
    names = Names()
    async with aclosing(source.conversations(database, conversation_ids)) as conversations:
        async for conversation in conversations:
            path = names.free(folder / _place(conversation), ".md")
            with translated(path):
                await asyncio.to_thread(path.parent.mkdir, exist_ok=True)
            await write_text(database, [conversation.id], "md", path, model_title=model_title)
    return folder


def _new_folder(parent: Path) -> Path:
    folder = new_name(parent / f"glmdesk {datetime.now().astimezone():%Y-%m-%d}")
    with translated(folder):
        folder.mkdir()
    return folder


def _place(conversation: Conversation) -> Path:
    name = file_name(conversation.title) or _("Untitled")
    return Path(file_name(conversation.folder), name) if conversation.folder else Path(name)
