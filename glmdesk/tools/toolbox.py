"""Every tool on offer, wherever it comes from."""

from collections.abc import Iterable, Sequence

from glmdesk.domain.connector import Connector, ConnectorSource, OfferedConnector
from glmdesk.domain.tool import Tool, ToolSource


class Toolbox:
    """The tools of some sources, in their order. Of two with one name the first is on offer.

    Beside them are the servers that the service itself asks.
    """

    def __init__(self, sources: Sequence[ToolSource], connectors: ConnectorSource | None = None) -> None:
        self._sources = sources
        self._connectors = connectors

    async def all(self) -> tuple[Tool, ...]:
        """Return every tool that is on offer now."""
        tools: dict[str, Tool] = {}
        for source in self._sources:
            for tool in await source.tools():
                tools.setdefault(tool.spec.name, tool)
        return tuple(tools.values())

    async def chosen(self, names: Iterable[str]) -> tuple[Tool, ...]:
        """Return the tools with these names that are on offer, in the order of the names."""
        wanted = tuple(names)
        if not wanted:
            return ()
        by_name = {tool.spec.name: tool for tool in await self.all()}
        return tuple(by_name[name] for name in wanted if name in by_name)

    async def offered(self) -> Sequence[OfferedConnector]:
        """Return every server on offer that the service asks."""
        return () if self._connectors is None else await self._connectors.connectors()

    async def connectors(self, ids: Sequence[str]) -> tuple[Connector, ...]:
        """Return those with these ids that are on offer, in this order, with their secrets.

        Raises UserError.
        """
        if self._connectors is None or not ids:
            return ()
        known = {one.id for one in await self._connectors.connectors()}
        return tuple([await self._connectors.connector(one) for one in ids if one in known])
