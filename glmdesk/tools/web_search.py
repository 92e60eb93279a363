"""A search of the web as a tool: the model says what to look for, and is told what was found."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Protocol

from glmdesk.domain.message import Citation
from glmdesk.domain.request import LONGEST_QUERY, RECENCIES, Recency, WebSearch
from glmdesk.domain.tool import Risk, Scene, Tool, ToolResult, ToolSpec
from glmdesk.i18n import _

_LONGEST_SUMMARY: Final = 800
"""Characters of each source."""

_PARAMETERS: Final = (
    '{"type":"object","properties":{'
    f'"query":{{"type":"string","description":"What to look for, at most {LONGEST_QUERY} characters"}},'
    '"recency":{"type":"string","enum":["oneDay","oneWeek","oneMonth","oneYear"],'
    '"description":"How old pages may be; leave it out for any age"}},'
    '"required":["query"]}'
)


class Searcher(Protocol):
    """What searches the web."""

    async def search_web(self, query: str, search: WebSearch) -> tuple[Citation, ...]:
        """Return what is found. Raises UserError."""
        ...


class WebSearchTool:
    """Looks for pages. It costs a little each time."""

    def __init__(self, connect: Callable[[], Awaitable[Searcher]]) -> None:
        self._connect = connect

    @property
    def spec(self) -> ToolSpec:
        """What is said of it."""
        return ToolSpec(
            "search_web",
            _("Search the web"),
            "Search the web and return titles, links and summaries of pages. Cite pages by their links.",
            _PARAMETERS,
            risk=Risk.READS,
        )

    async def run(self, arguments: Mapping[str, object], _scene: Scene) -> ToolResult:
        """Search. Raises UserError where the service refuses."""
        query = arguments.get("query")
        if not isinstance(query, str) or not query.strip() or len(query.strip()) > LONGEST_QUERY:
            return ToolResult(f"query has to be a text of 1 to {LONGEST_QUERY} characters.", is_error=True)
        asked: object = arguments.get("recency")
        recency: Recency | None = next((known for known in RECENCIES if known == asked), None)
        searcher = await self._connect()
        found = await searcher.search_web(query.strip(), WebSearch(recency=recency))
        return ToolResult("\n\n".join(map(_said, range(1, len(found) + 1), found)) or "Nothing was found.")


class WebSearchSource:
    """The one tool of this kind."""

    def __init__(self, connect: Callable[[], Awaitable[Searcher]]) -> None:
        self._tools = (WebSearchTool(connect),)

    async def tools(self) -> Sequence[Tool]:
        """Return it."""
        return self._tools


def _said(number: int, source: Citation) -> str:
    where = " · ".join(filter(None, (source.site, source.published)))
    summary = " ".join(source.summary.split())[:_LONGEST_SUMMARY]
    lines = (f"[{number}] {' '.join(source.title.split())}", source.link, where, summary)
    return "\n".join(filter(None, lines))
