"""`glmdesk export`: conversations on standard output or in a file, without key and network."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

from glmdesk.cli.options import Options
from glmdesk.cli.streams import Output, tell_problem
from glmdesk.cli.surroundings import Surroundings
from glmdesk.domain.errors import Problem, UsageError
from glmdesk.export.texts import export_text, write_text
from glmdesk.i18n import N_, listed
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database


def export(options: Options, surroundings: Surroundings) -> int:
    """Write the conversations and return the exit code.

    Raises UsageError for ids of no conversation, LocalDataError, and what `Output` raises.
    """
    asyncio.run(_export(options, surroundings))
    return 0


async def _export(options: Options, surroundings: Surroundings) -> None:
    async with Database(surroundings.database_path) as database:
        for notice in database.notices:
            tell_problem(notice)
        await _require_known(database, options.ids)
        ids = None if options.wants_all else options.ids
        title = surroundings.catalog().title
        if options.output is not None:
            path = Path(options.output)
            await write_text(database, ids, options.format, path, model_title=title, is_private=True)
            return
        output = Output(is_exact=True)
        async with aclosing(export_text(database, ids, options.format, model_title=title)) as pieces:
            async for piece in pieces:
                output.write(piece)


async def _require_known(database: Database, ids: Sequence[str]) -> None:
    store = Conversations(database)
    unknown = [conversation_id for conversation_id in ids if await store.get(conversation_id) is None]
    if unknown:
        raise UsageError(
            Problem(
                "unknown-conversation",
                N_("There is no conversation with this id: {ids}."),
                N_("An export of all, in the format jsonl, holds every id."),
                details={"ids": listed(unknown)},
            )
        )
