"""The tools of servers as models are told of them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from glmdesk.domain.tool import Risk, Scene, ToolResult, ToolSpec
from glmdesk.tools.mcp.definition import Definition, callable_names
from glmdesk.tools.mcp.reasons import ServerFault
from glmdesk.tools.mcp.store import Server

Call = Callable[[Definition, Mapping[str, object]], Awaitable[ToolResult]]


@dataclass(frozen=True, slots=True)
class ServerTool:
    """A tool of a server, as the user has seen it. Its server starts with the first call."""

    spec: ToolSpec
    definition: Definition
    call: Call

    async def run(self, arguments: Mapping[str, object], _scene: Scene) -> ToolResult:
        """Call it. Raises UserError for what is not the server's fault."""
        try:
            return await self.call(self.definition, arguments)
        except ServerFault as fault:
            # The remedy is for the user: it may name folders, and what the program has said.
            return ToolResult(fault.problem.headline, is_error=True)


def tools_of(server: Server, definitions: "tuple[Definition, ...]", call: Call) -> tuple[ServerTool, ...]:
    """Return these tools of a server."""
    names = callable_names(server.config.name, server.id, (one.name for one in definitions))
    return tuple(ServerTool(_spec(server, one, names[one.name]), one, call) for one in definitions)


def _spec(server: Server, definition: Definition, name: str) -> ToolSpec:
    # What a server says of itself counts only where the user has said that it does.
    is_silent = server.reads_silently and definition.only_reads
    return ToolSpec(
        name,
        definition.title,
        definition.told,
        definition.parameters,
        server.config.name,
        Risk.READS if is_silent else Risk.ACTS,
        server.consent,
    )
