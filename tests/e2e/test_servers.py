"""A server of tools in the real program: what it is told, and that it never outlives the program."""

import json
import re
import signal
from pathlib import Path

import pytest

from tests.e2e.app import KEY, App, Program
from tests.support.waiting import wait_until
from tests.tools.mcp.run import is_alive, plain_server, tool

TOKEN = "s3cr3t-t0ken-of-a-server"


@pytest.fixture
def pids(tmp_path: Path) -> Path:
    return tmp_path / "pids"


def run_server(app: App, folder: Path, pids: Path) -> int:
    """Paste a server and let it run; return its process."""
    plain = plain_server(folder, [tool("say")])
    # It tells of its process and of its environment, and heeds no request to end.
    script = f"trap '' TERM HUP; env > {pids}; echo PID=$$ >> {pids}; exec \"$@\""
    args = ["-c", script, "sh", plain.command, *plain.args]
    server = {"command": "/bin/sh", "args": args, "env": {"TOKEN": TOKEN}}
    pasted = json.dumps({"mcpServers": {"plain": server}})
    app.press("Settings")
    app.press("MCP servers")
    app.press("Paste JSON…")
    app.find(role="text", name="Servers as JSON").set_text(pasted)
    app.press("Add")
    app.find(role="text", name="Command")
    assert not pids.exists(), "it was run before somebody looked at it"
    app.press("Run this server")
    app.find(role="label", name=re.compile("^running"))
    return int(pids.read_text().rpartition("PID=")[2])


def leave(app: App) -> None:
    """Close the dialog and then the window."""
    app.press("Close")
    app.wait_for(lambda: not app.shows("Paste JSON…"), "the dialog to go")
    app.quit()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGABRT])
def test_nothing_of_a_server_is_left_when_the_program_is_killed(
    program: Program, tmp_path: Path, pids: Path, number: signal.Signals
) -> None:
    with program() as app:
        server = run_server(app, tmp_path, pids)
        assert is_alive(server)
        app.process.send_signal(number)
        app.process.wait()

        wait_until(lambda: not is_alive(server), "the server goes on without the program")


def test_nothing_of_a_server_is_left_when_the_window_is_closed(
    program: Program, tmp_path: Path, pids: Path
) -> None:
    with program() as app:
        server = run_server(app, tmp_path, pids)
        leave(app)

        assert not is_alive(server)


def test_a_server_is_told_its_secret_and_neither_the_key_nor_anything_of_ours(
    program: Program, tmp_path: Path, home: Path, pids: Path
) -> None:
    with program(env={"SOMETHING": "else", "HTTPS_PROXY": "http://127.0.0.1:9"}) as app:
        run_server(app, tmp_path, pids)
        leave(app)
    told = dict(line.partition("=")[::2] for line in pids.read_text().splitlines())

    assert KEY not in pids.read_text()
    assert told["TOKEN"] == TOKEN
    files = [path for path in home.rglob("*") if path.is_file()]
    assert any(path.name == "mcp-servers.json" for path in files)
    assert not any(TOKEN.encode() in path.read_bytes() for path in files)
    assert told["HTTPS_PROXY"] == "http://127.0.0.1:9"
    assert told["PATH"]
    assert not {name for name in told if name.startswith(("GLMDESK", "QT_", "PYTHON", "SOMETHING"))}


def test_the_sdk_is_not_loaded_before_a_server_is_wanted(program: Program) -> None:
    with program() as app:
        mapped = Path(f"/proc/{app.process.pid}/maps").read_text()

    assert "PySide6" in mapped
    assert "pydantic_core" not in mapped
