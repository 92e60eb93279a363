"""Every tool on offer, wherever it comes from."""

from collections.abc import Iterable, Sequence

from glmdesk.domain.tool import Tool, ToolSource


class Toolbox:
    """The tools of some sources, in their order. Of two with one name the first is on offer."""

    def __init__(self, sources: Sequence[ToolSource]) -> None:
        self._sources = sources

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
