"""What a server is given of the place where it runs."""

import asyncio
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from glmdesk.desktop.guarded_child import find_program
from glmdesk.desktop.redaction import Redactor
from glmdesk.desktop.server_env import login_path, server_environment
from glmdesk.tools.beside import Beside, in_thread
from glmdesk.tools.mcp.config import Program


class Surroundings:
    """The environment of programs, and the proxy that leads to an address.

    `environ` is what we were started with, `bundle` the folder of a frozen program. `beside` does heavy work
    in a thread.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        redactor: Redactor,
        *,
        bundle: Path | None = None,
        proxy: Callable[[str], str | None],
        beside: Beside = in_thread,
    ) -> None:
        self.redactor = redactor
        self.proxy = proxy
        self.beside = beside
        self._environ = environ
        self._bundle = bundle
        self._path: str | None = None
        self._asking = asyncio.Lock()

    async def environment(self) -> dict[str, str]:
        """Return the variables that every program gets. The user's shell is asked for its PATH once."""
        async with self._asking:
            if self._path is None:
                plain = server_environment(
                    self._environ, self.redactor, path=self._environ.get("PATH", ""), bundle=self._bundle
                )
                self._path = await login_path(plain)
        return server_environment(self._environ, self.redactor, path=self._path, bundle=self._bundle)

    async def place_of(self, program: Program) -> tuple[dict[str, str], str | None]:
        """Return the variables that a program gets, and the folder it is started in, if there is any."""
        environ = {**await self.environment(), **dict(program.env)}
        return environ, os.path.expanduser(program.folder) or environ.get("HOME") or None  # noqa: PTH111, ASYNC240

    async def file_of(self, program: Program) -> str:
        """Return the file that its command names; empty where there is none."""
        environ, folder = await self.place_of(program)
        return await asyncio.to_thread(find_program, program.command, environ, folder) or ""
