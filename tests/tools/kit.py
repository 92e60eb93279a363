"""Tools for tests: what they are called with is kept, and what they say is written by the test."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from glmdesk.domain.tool import Risk, Scene, Tool, ToolResult, ToolSpec

SCHEMA = '{"type":"object","properties":{"title":{"type":"string"}},"required":["title"]}'


@dataclass(slots=True)
class Handle:
    """A tool that says what it is told to say."""

    spec: ToolSpec
    says: ToolResult = field(default_factory=lambda: ToolResult("done"))
    called: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])
    goes_on: asyncio.Event | None = None
    """If there is one, what a call waits for."""

    async def run(self, arguments: Mapping[str, object], scene: Scene) -> ToolResult:
        self.called.append(arguments)
        if self.goes_on is not None:
            await self.goes_on.wait()
        return self.says


def spec(name: str, risk: Risk = Risk.READS, source: str = "") -> ToolSpec:
    return ToolSpec(name, name.replace("_", " ").title(), f"Does {name}.", SCHEMA, source, risk)


@dataclass(slots=True)
class Kit:
    """A source of such tools."""

    handles: list[Handle] = field(default_factory=list[Handle])

    async def tools(self) -> Sequence[Tool]:
        return tuple(self.handles)

    def add(self, name: str, risk: Risk = Risk.READS, says: str = "done") -> Handle:
        self.handles.append(Handle(spec(name, risk), ToolResult(says)))
        return self.handles[-1]
