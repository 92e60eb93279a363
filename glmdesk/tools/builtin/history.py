"""Looking through the user's own conversations, in the query language of the window's search.

It reads what was said in private elsewhere, and what it finds goes to the service: it is for who turns it on.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final

from msgspec import Meta

from glmdesk.domain.tool import Scene, Tool
from glmdesk.i18n import _
from glmdesk.storage.database import Database
from glmdesk.storage.search.excerpt import excerpt
from glmdesk.storage.search.query import Query, parse_query
from glmdesk.storage.search.ranking import ranked
from glmdesk.storage.search.search import Found, Search
from glmdesk.tools.builtin.tool import Refused, built_in

_MOST: Final = 20
_MOST_CHARACTERS: Final = 500
_LOOKED_AT: Final = 5
"""Times as many hits as are wanted, so that the best of them come first."""
_LONGEST_TITLE: Final = 120

_DESCRIPTION: Final = (
    "Search the user's earlier conversations in this program. Every word of the query has to be in a message "
    'or title; "words in quotes" stand together. Filters: role:user, role:assistant, after:2026-03, '
    "before:2026-05-31, model:flash, in:title, has:code. Returns dates, titles, who wrote it and an excerpt."
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for."""

    query: Annotated[str, Meta(description="A few words, and filters")]
    limit: Annotated[int, Meta(description="How many hits, at most", ge=1, le=_MOST)] = 10


def history_search(database: Database) -> Tool:
    """Return the tool."""
    title = _("Search your conversations")
    return built_in("search_history", title, _DESCRIPTION, Question, partial(_run, Search(database)))


async def _run(search: Search, asked: Question, scene: Scene) -> str:
    query = parse_query(asked.query[:_MOST_CHARACTERS])
    if not query:
        raise Refused("There is nothing to look for: write words, or a filter.")
    wanted = asked.limit * _LOOKED_AT
    found = [*await search.titles(query, wanted), *await search.messages(query, wanted)]
    # The model has this conversation before it, and the question itself would be the first hit.
    elsewhere = [hit for hit in found if hit.conversation_id != scene.conversation_id]
    # Messages may be long, and all of each is looked at.
    lines = await asyncio.to_thread(_lines, elsewhere, query, asked.limit)
    return "\n".join(lines) or "Nothing was found."


def _lines(found: Sequence[Found], query: Query, limit: int) -> list[str]:
    return [_line(hit, query) for hit in ranked(found, query)[:limit]]


def _line(hit: Found, query: Query) -> str:
    head = f"{hit.at.astimezone():%Y-%m-%d} “{' '.join(hit.title.split())[:_LONGEST_TITLE]}”"
    return (
        f"{head} {hit.role}: {excerpt(hit.text, query.needles).text}" if hit.message_id else f"{head} (title)"
    )
