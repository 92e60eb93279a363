"""A server of tools in the real program: what it is told, and that it never outlives the program."""

import json
import re
import shlex
import signal
from pathlib import Path

import pytest

from tests.e2e.app import KEY, START_S, App, Program
from tests.e2e.test_tools import call, choose_tool
from tests.support.remote import ServiceProcess
from tests.support.script import Answer, ServiceCall
from tests.support.waiting import wait_until
from tests.tools.mcp.npm import filesystem
from tests.tools.mcp.run import is_alive, plain_server, tool

TOKEN = "s3cr3t-t0ken-of-a-server"


@pytest.fixture
def pids(tmp_path: Path) -> Path:
    return tmp_path / "pids"


def add_server(app: App, pasted: str) -> None:
    """Paste a server, and stop where it can be looked at."""
    app.press("Settings")
    app.press("MCP servers")
    app.press("Paste JSON…")
    app.find(role="text", name="Servers as JSON").set_text(pasted)
    app.press("Add")
    app.find(role="text", name="Command")


def run_server(app: App, folder: Path, pids: Path) -> int:
    """Paste a server and let it run; return its process."""
    plain = plain_server(folder, [tool("say")])
    # It tells of its process and of its environment, and heeds no request to end.
    script = folder / "server.sh"
    run = shlex.join([plain.command, *plain.args])
    script.write_text(f"trap '' TERM HUP; env > {pids}; echo PID=$$ >> {pids}; exec {run}", encoding="utf-8")
    # A command that is short wherever the test runs: what is longer than its place has to be read first.
    server = {"command": "/bin/sh", "args": [str(script)], "env": {"TOKEN": TOKEN}}
    add_server(app, json.dumps({"mcpServers": {"plain": server}}))
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


def test_a_server_is_allowed_with_its_program_and_its_variables_in_view(
    program: Program, tmp_path: Path
) -> None:
    plain = plain_server(tmp_path, [tool("say")])
    server = {
        "command": "env",
        "args": [plain.command, *plain.args],
        "env": {"LEVEL": "debug", "TOKEN": TOKEN},
    }
    with program() as app:
        add_server(app, json.dumps({"mcpServers": {"plain": server}}))

        assert Path(app.find(role="text", name="Program").text).name == "env"
        variables = app.find(role="text", name="Variables").text
        assert variables.splitlines() == ["LEVEL=debug", "TOKEN (its value is in the keyring)"]
        app.press("Run this server")
        app.find(role="label", name=re.compile("^running"))
        leave(app)


def test_a_model_reads_a_file_through_a_server_of_the_registry_after_a_word(
    program: Program, service: ServiceProcess, tmp_path: Path
) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "tea.txt").write_text("龙井 80 °C", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    service.script(
        call("files_read_text_file", path=str(folder / "tea.txt")),
        call("files_read_text_file", path=str(tmp_path / "secret.txt")),
        Answer("80 °C."),
    )
    way = filesystem(folder)
    pasted = json.dumps({"mcpServers": {"files": {"command": way.command, "args": [*way.args]}}})
    with program() as app:
        add_server(app, pasted)
        app.press("Run this server")
        app.find(role="label", name=re.compile("^running"))
        app.press("Close")
        app.wait_for(lambda: not app.shows("Paste JSON…"), "the dialog to go")
        choose_tool(app, "files", "Read Text File")
        app.ask("How hot?")
        panel = app.find(name="A tool wants to run")
        assert str(folder / "tea.txt") in panel.find(role="text", name="Arguments").text
        assert len(service.chats) == 1
        app.press("Allow in this chat")
        app.wait_answer("80 °C.")
        first, second = (chat.body["messages"][-1]["content"] for chat in service.chats[1:])

        assert first == "龙井 80 °C"
        assert "outside allowed directories" in second
        app.quit()
    with program() as app:
        # It starts with the first call, and what was said of it holds for this chat only.
        app.open("How hot?")
        service.script(call("files_read_text_file", path=str(folder / "tea.txt")), Answer("Still 80 °C."))
        app.ask("And now?")
        app.wait_answer("Still 80 °C.", timeout_s=START_S)
        app.new_chat()
        choose_tool(app, "files", "Read Text File")
        service.script(call("files_read_text_file", path=str(folder / "tea.txt")), Answer("As you wish."))
        app.ask("Here too?")
        app.press("Deny")
        app.wait_answer("As you wish.")
        assert "龙井" not in service.chats[-1].body["messages"][-1]["content"]
        app.quit()


def test_the_sdk_is_not_loaded_before_a_server_is_wanted(program: Program) -> None:
    with program() as app:
        mapped = Path(f"/proc/{app.process.pid}/maps").read_text()

    assert "PySide6" in mapped
    assert "pydantic_core" not in mapped


def let_the_service_ask(app: App, name: str, address: str) -> None:
    """Describe a server by hand, and allow the service to ask it."""
    app.press("Settings")
    app.press("MCP servers")
    app.press("Add a server…")
    form = app.find(role="dialog", name="Add a server")
    form.find(role="radio button", name="Asked by the service").press()
    form.find(role="text", name="Name").set_text(name)
    form.find(role="text", name="Address").set_text(address)
    form.find(role="text", name="Headers").set_text(f"Authorization: Bearer {TOKEN}")
    form.find(role="button", name="Add").press()
    app.press("Let the service ask it")
    app.find(role="list item", name=re.compile(f"^{name}\nasked by the service$"))
    app.press("Close")
    app.wait_for(lambda: not app.shows("Paste JSON…"), "the dialog to go")


def test_a_server_that_the_service_asks_is_allowed_chosen_and_its_calls_are_shown(
    program: Program, service: ServiceProcess, home: Path
) -> None:
    found = ServiceCall("notes", "find", '{"q": "tea"}', "![x](https://evil.example/x.png)")
    service.script(Answer("Two notes.", service_calls=(found,)))
    shown = 'notes: find · by the service · done · { "q": "tea" }'
    with program() as app:
        let_the_service_ask(app, "notes", "https://mcp.example.org/mcp")
        app.press("Tools")
        app.find(role="menu item", name="Servers that the service asks").press()
        app.find(role="menu item", name="notes").press()
        app.ask("What do I need?")
        app.wait_for(lambda: app.answer.text.endswith("Two notes."), "the answer")
        app.wait_idle()

        assert shown in app.answer.text
        (tool,) = service.chats[-1].body["tools"]
        assert tool["mcp"]["headers"] == {"Authorization": f"Bearer {TOKEN}"}
        assert len(service.chats) == 1, "nothing was called here"
        app.press_in_answer("More")
        app.find(role="menu item", name="Show as code").press()
        code = app.find(role="text", name="cURL")
        code.wait_until(lambda it: it.text.endswith("}'"), "the whole code")
        assert '"Authorization": "YOUR_HEADER_VALUE"' in code.text
        app.desktop.press("Escape")
        app.wait_for(lambda: not app.shows("Request as code", role="dialog"), "the dialog to close")
        app.quit()
    with program() as app:
        app.open("What do I need?")
        app.wait_for(lambda: shown in app.answer.text, "the call, after a new start")
        app.quit()
    files = [path for path in home.rglob("*") if path.is_file()]
    assert not any(TOKEN.encode() in path.read_bytes() for path in files)
