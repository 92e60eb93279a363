"""Tools whose code is loaded when they are asked for first: a start does without."""

import asyncio
from collections.abc import Callable, Sequence

from glmdesk.domain.tool import Tool, ToolSource


class LateTools:
    """A source that `make` returns, which is called in a thread and may import what it likes but Qt."""

    def __init__(self, make: Callable[[], ToolSource]) -> None:
        self._make = make
        self._source: ToolSource | None = None

    async def tools(self) -> Sequence[Tool]:
        """Return what is on offer now."""
        if self._source is None:
            self._source = await asyncio.to_thread(self._make)
        return await self._source.tools()
