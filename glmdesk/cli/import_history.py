"""`glmdesk import`: a history from elsewhere into our own, without key and network."""

import asyncio
from pathlib import Path

from glmdesk.cli.options import Options
from glmdesk.cli.streams import Output, tell, tell_problem
from glmdesk.cli.surroundings import Surroundings
from glmdesk.domain.conversation import counted
from glmdesk.i18n import _
from glmdesk.storage.database import Database
from glmdesk.storage.transfer.importing import Importer, Tally


def import_history(options: Options, surroundings: Surroundings) -> int:
    """Add what is not there yet, write what that was, and return the exit code.

    Raises LocalDataError for what is no history, and what `Output` raises.
    """
    path = Path(options.path).absolute()
    tally = asyncio.run(_import(path, surroundings, is_dry=options.is_dry))
    for loss in tally.losses:
        tell(f"{loss.where}: {loss.why}")
    Output().write(_report(tally, is_dry=options.is_dry) + "\n")
    return 0


async def _import(path: Path, surroundings: Surroundings, *, is_dry: bool) -> Tally:
    async with Database(surroundings.database_path) as database:
        for notice in database.notices:
            tell_problem(notice)
        importer = Importer(database, surroundings.settings.model)
        if is_dry:
            return await importer.preview(path)
        return (await importer.run(path)).tally


def _report(tally: Tally, *, is_dry: bool) -> str:
    """Say in one line what was added, or what would be."""
    report = (
        _("{program}: {added} would be added, {known} are there.")
        if is_dry
        else _("{program}: {added} added, {known} were there.")
    )
    return report.format(
        program=tally.program,
        added=counted(tally.new_conversations, tally.new_messages),
        known=f"{tally.messages - tally.new_messages:,}",
    )
