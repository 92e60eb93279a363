"""A server made with the official SDK, over streamable HTTP on this machine; it prints its port.

Arguments: a token that requests have to bring; empty for none.
"""

import socket
import sys

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp_types import ToolAnnotations
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send


class Guard:
    """Lets nobody in who does not bring the token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._token:
            request = Request(scope)
            if request.headers.get("authorization") != f"Bearer {self._token}":
                refusal: Response = PlainTextResponse("no", 401)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def main() -> None:
    server: MCPServer[object] = MCPServer("elsewhere", version="3")

    @server.tool(annotations=ToolAnnotations(read_only_hint=True))
    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    @server.tool()
    def fail() -> str:
        """Fail."""
        raise ValueError("this always fails")

    @server.resource("memo://today")
    def memo() -> str:
        """Return what is to be done."""
        return "Buy milk."

    @server.prompt()
    def review(code: str) -> str:
        """Ask for a review."""
        return f"Please review: {code}"

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    app = Guard(server.streamable_http_app(), sys.argv[1])
    config = uvicorn.Config(app, log_level="error", lifespan="on")
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
