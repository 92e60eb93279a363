"""`glmdesk search`: what holds some words, on standard output, without key and network."""

import asyncio
import json
from collections.abc import Mapping

from glmdesk.cli.options import Options
from glmdesk.cli.streams import Output, tell, tell_problem
from glmdesk.cli.surroundings import Surroundings
from glmdesk.domain.errors import Problem, UsageError
from glmdesk.i18n import N_, _
from glmdesk.storage.database import Database
from glmdesk.storage.search.excerpt import excerpt
from glmdesk.storage.search.query import Query, parse_query
from glmdesk.storage.search.search import Found, Search

NOTHING_FOUND = 1
"""The exit code where nothing holds the words, as of `grep`."""


def search(options: Options, surroundings: Surroundings) -> int:
    """Write what was found, titles first and then messages, the newest first; return the exit code.

    Raises UsageError for words that mean nothing, LocalDataError, and what `Output` raises.
    """
    query = parse_query(" ".join(options.search_words))
    if not query:
        raise UsageError(
            Problem("nothing-to-find", N_("There is nothing to look for."), N_("Write words, or a filter."))
        )
    found = asyncio.run(_found(query, options.limit, surroundings))
    output = Output(is_exact=options.as_json)
    for hit in found:
        output.write(_as_json(hit) if options.as_json else _as_text(hit, query))
    if not found:
        tell(_("Nothing was found."))
    return 0 if found else NOTHING_FOUND


async def _found(query: Query, limit: int, surroundings: Surroundings) -> list[Found]:
    async with Database(surroundings.database_path) as database:
        for notice in database.notices:
            tell_problem(notice)
        looking = Search(database)
        titles = await looking.titles(query, limit)
        return [*titles, *await looking.messages(query, limit - len(titles))]


def _as_text(hit: Found, query: Query) -> str:
    """Return where and when in one line, and in the next the words around what was found."""
    head = f"{hit.at.astimezone():%Y-%m-%d}  {hit.conversation_id}  {' '.join(hit.title.split())}\n"
    return head if hit.message_id is None else f"{head}    {excerpt(hit.text, query.needles).text}\n"


def _as_json(hit: Found) -> str:
    """Return a line with everything. A title has no message and no role."""
    fields: Mapping[str, str | None] = {
        "conversation": hit.conversation_id,
        "title": hit.title,
        "message": hit.message_id,
        "role": hit.role or None,
        "at": hit.at.isoformat(),
        "text": hit.text,
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"
