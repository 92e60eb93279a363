"""Tools whose code is loaded when they are asked for first: a start does without."""

from collections.abc import Callable, Sequence

from glmdesk.domain.tool import Tool, ToolSource
from glmdesk.tools.beside import Beside, in_thread


class LateTools:
    """A source that `make` returns, which is called in a thread and may import what it likes but Qt."""

    def __init__(self, make: Callable[[], ToolSource], beside: Beside = in_thread) -> None:
        self._make = make
        self._beside = beside
        self._source: ToolSource | None = None

    async def tools(self) -> Sequence[Tool]:
        """Return what is on offer now."""
        if self._source is None:
            self._source = await self._beside(self._make)
        return await self._source.tools()
