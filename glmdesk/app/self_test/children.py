"""Programs that we start, and the other start of ourselves."""

import asyncio
import sys
from typing import Final

from glmdesk.app.instance import InstanceServer
from glmdesk.app.self_test.part import Broken, NotHere, Scene, require
from glmdesk.desktop.child import Bounds, ask_child
from glmdesk.desktop.child_env import child_environment
from glmdesk.desktop.instance import InstanceCommand, claim_or_hand_over
from glmdesk.desktop.paths import Paths, resources
from glmdesk.desktop.program import own_command
from glmdesk.domain.tool import Scene as ToolScene
from glmdesk.i18n import _
from glmdesk.tools.mcp.config import Program, ServerConfig
from glmdesk.tools.mcp.servers import Servers
from glmdesk.tools.mcp.store import ServerStore
from glmdesk.tools.mcp.surroundings import Surroundings
from glmdesk.tools.mcp.values import State
from glmdesk.tools.own.reading import read_source
from glmdesk.tools.own.running import Runner
from glmdesk.ui.tasks import TaskRunner

SERVER_WORD: Final = "--self-test-server"
"""Lets the program be the server that it tries."""

_BOUNDS: Final = Bounds(seconds=10.0, answer_bytes=1 << 16, log_bytes=1 << 16, kept_bytes=1 << 10)
_OURS: Final = (
    "LD_LIBRARY_PATH=",
    "QT_PLUGIN_PATH=",
    "QML",
    "_PYI_",
    "_MEIPASS",
    "PYTHONHOME=",
    "GLMDESK_API_KEY=",
)

_FUNCTION: Final = '''def double(number: int) -> int:
    """Double a number."""
    return 2 * number
'''


async def look_at_environment(scene: Scene) -> str:
    """Look at what a program that we start is given."""
    ours = child_environment(scene.environ, scene.redactor, bundle=scene.bundle)
    if sys.platform == "win32":
        argv = ("cmd", "/d", "/c", "set /p question= & echo %PATH%")
    else:
        argv = ("/bin/sh", "-c", "read -r _; env | tr '\\n' '\\t'; echo")
    outcome = await ask_child(argv, b"", env=ours, folder=scene.home, bounds=_BOUNDS)
    told = outcome.answer.decode(errors="replace")
    require(told.strip(), outcome.log or _("it says nothing"))
    leaks = [name for entry in told.split("\t") for name in _OURS if entry.startswith(name)]
    if scene.bundle is not None and str(scene.bundle) in told:
        leaks.append(str(scene.bundle))
    require(not leaks, _("it is told what is none of its business: {names}").format(names=", ".join(leaks)))
    return ""


async def look_at_second_start(scene: Scene) -> str:
    """Be the running program, and let another start hand over what it wants."""
    wished: list[InstanceCommand] = []

    def take(command: InstanceCommand) -> bool:
        wished.append(command)
        return True

    home = scene.home / "second"
    claim = claim_or_hand_over(Paths.locate(home).data, InstanceCommand())
    if claim is None:
        raise Broken(_("another program is there"))
    server = InstanceServer(claim, take)
    try:
        ours = child_environment(scene.environ, scene.redactor, bundle=scene.bundle)
        command = own_command(home, "--hidden", environ=scene.environ)
        outcome = await ask_child(command, b"", env=ours, folder=scene.home, bounds=_BOUNDS)
    finally:
        server.close()
        claim.close()
    require(outcome.code == 0, f"{outcome.code}: {outcome.log}")
    require([each.act for each in wished] == ["hidden"], _("it was not heard"))
    return ""


async def look_at_mcp(scene: Scene) -> str:
    """Start a server of tools, and call one."""
    tasks = TaskRunner()
    surroundings = Surroundings(
        scene.environ, scene.redactor, bundle=scene.bundle, proxy=lambda _address: None
    )
    servers = Servers(ServerStore(scene.home, _NoSecrets()), surroundings, tasks)
    news = asyncio.Event()
    servers.changed = lambda _id: news.set()
    command, *words = own_command(None, SERVER_WORD, environ=scene.environ)
    try:
        server_id = await servers.add(ServerConfig("self-test", Program(command, tuple(words))))
        await servers.allow(server_id, (await servers.review(server_id)).digest)
        while True:
            news.clear()
            view = await servers.view(server_id)
            assert view is not None
            require(
                view.state is not State.FAILED, view.problem.words if view.problem else servers.log(server_id)
            )
            if view.state is State.RUNNING:
                break
            await news.wait()
        (tool,) = await servers.tools()
        result = await tool.run({}, ToolScene("self-test"))
    finally:
        await servers.stop_all()
        await tasks.shut_down()
    require("said" in result.text, result.text)
    return ""


async def look_at_own_tools(scene: Scene) -> str:
    """Call a function of a file."""
    runner = Runner(resources() / "tool_child.py", scene.redactor, scene.environ, bundle=scene.bundle)
    if runner.python is None:
        raise NotHere(_("there is no Python that could run functions of the user"))
    (function,) = read_source(_FUNCTION).functions
    called = await runner.call("self-test.py", _FUNCTION, function, {"number": 21})
    require(called.text == "42", called.text)
    return runner.python


class _NoSecrets:
    """Servers of the self-test have none."""

    async def read(self, _host: str, /) -> str | None:
        return None

    async def store(self, _host: str, _key: str, /) -> None:
        pass

    async def delete(self, _host: str, /) -> None:
        pass
