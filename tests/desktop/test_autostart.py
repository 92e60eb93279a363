"""The entries of programs that start at login; a desktop's own program reads them where there is one."""

import json
import plistlib
import subprocess
import sys
from pathlib import Path

import pytest

from glmdesk.desktop.autostart import Autostart, DesktopEntry, LaunchAgent, RunValue, autostart
from glmdesk.domain.errors import LocalDataError
from tests.support.waiting import wait_until

COMMAND = ("/opt/glm desk/glmdesk", "--home", "/home/me", "--hidden")
WORDS = ("a b", "100%", "%f %%", "$HOME", "`id`", "\\", "\\\\n", '"', "'", "茶", ";", "#x", "=", "a\\")
TELL = "import json, sys; from pathlib import Path; Path(sys.argv[1]).write_text(json.dumps(sys.argv[2:]))"


class Values:
    """A registry that remembers."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], object] = {}
        self.is_locked = False

    def value(self, key: str, name: str) -> object:
        return self.values.get((key, name))

    def set_text(self, key: str, name: str, text: str) -> None:
        if self.is_locked:
            raise PermissionError(5, "Access is denied")
        self.values[key, name] = text

    def remove(self, key: str, name: str) -> None:
        if self.is_locked:
            raise PermissionError(5, "Access is denied")
        self.values.pop((key, name), None)


@pytest.fixture(params=["freedesktop", "macos", "windows"])
def entry(request: pytest.FixtureRequest, tmp_path: Path) -> Autostart:
    match request.param:
        case "freedesktop":
            return DesktopEntry(COMMAND, tmp_path / "autostart")
        case "macos":
            return LaunchAgent(COMMAND, tmp_path / "LaunchAgents")
        case _:
            return RunValue(COMMAND, Values())


def test_an_entry_is_there_between_turning_it_on_and_off(entry: Autostart) -> None:
    assert not entry.is_on()
    entry.turn_off()
    entry.turn_on()
    entry.turn_on()
    assert entry.is_on()
    entry.turn_off()
    assert not entry.is_on()


@pytest.mark.parametrize("kind", [DesktopEntry, LaunchAgent])
def test_the_entry_of_another_command_is_off_and_replaced(
    tmp_path: Path, kind: type[DesktopEntry | LaunchAgent]
) -> None:
    ours, other = kind(COMMAND, tmp_path), kind(COMMAND[:1], tmp_path)
    other.turn_on()
    assert not ours.is_on()
    ours.turn_on()
    assert ours.is_on()
    assert not other.is_on()


def test_every_word_arrives_as_it_is_where_a_desktop_starts_the_entry(tmp_path: Path) -> None:
    told = tmp_path / "told"
    DesktopEntry((sys.executable, "-c", TELL, str(told), *WORDS), tmp_path).turn_on()
    subprocess.run(["gio", "launch", str(tmp_path / "glmdesk.desktop")], check=True)
    wait_until(lambda: told.exists() and told.read_text(), "the program to be started")
    assert tuple(json.loads(told.read_text())) == WORDS


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false", "Exec=true"])
def test_what_the_desktop_has_switched_off_is_off_until_it_is_turned_on_here(
    tmp_path: Path, line: str
) -> None:
    entry, path = DesktopEntry(COMMAND, tmp_path), tmp_path / "glmdesk.desktop"
    entry.turn_on()
    path.write_text(f"# mine\n{path.read_text()}Name[de]=x\n{line}\n[Desktop Action a]\nName=b\n")
    assert not entry.is_on()
    entry.turn_on()
    assert entry.is_on()


def test_a_launch_agent_that_is_disabled_is_off(tmp_path: Path) -> None:
    agent, path = LaunchAgent(COMMAND, tmp_path), tmp_path / "glmdesk.plist"
    agent.turn_on()
    written = plistlib.loads(path.read_bytes())
    assert written["RunAtLoad"] is True
    path.write_bytes(plistlib.dumps({**written, "Disabled": True}))
    assert not agent.is_on()


def test_what_the_task_manager_has_switched_off_is_off_until_it_is_turned_on_here() -> None:
    values = Values()
    run = RunValue(("C:\\glm desk\\glmdesk.exe", "--home", "D:\\", "--hidden"), values)
    run.turn_on()
    assert values.values["Run", "glmdesk"] == '"C:\\glm desk\\glmdesk.exe" "--home" "D:\\\\" "--hidden"'
    for switch, is_on in ((b"\x02" + bytes(11), True), (b"\x03" + bytes(11), False), (b"", True)):
        values.values["Explorer\\StartupApproved\\Run", "glmdesk"] = switch
        assert run.is_on() is is_on
    values.values["Explorer\\StartupApproved\\Run", "glmdesk"] = b"\x03"
    run.turn_on()
    assert run.is_on()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"Exec=x\n", b"[Desktop\n", b"bplist00", b"<plist>"])
def test_what_cannot_be_read_is_off_and_replaced(tmp_path: Path, content: bytes) -> None:
    for name in ("glmdesk.desktop", "glmdesk.plist"):
        (tmp_path / name).write_bytes(content)
    for entry in (DesktopEntry(COMMAND, tmp_path), LaunchAgent(COMMAND, tmp_path)):
        assert not entry.is_on()
        entry.turn_on()
        assert entry.is_on()


def test_what_cannot_be_changed_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    values = Values()
    values.is_locked = True
    for entry in (DesktopEntry(COMMAND, tmp_path / "file" / "autostart"), RunValue(COMMAND, values)):
        with pytest.raises(LocalDataError, match=r"could not be changed: [NA]"):
            entry.turn_on()
    (tmp_path / "glmdesk.desktop").mkdir()
    for entry in (DesktopEntry(COMMAND, tmp_path), RunValue(COMMAND, values)):
        with pytest.raises(LocalDataError, match="could not be changed"):
            entry.turn_off()


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of freedesktop.org")
@pytest.mark.parametrize(("config", "folder"), [("{home}/a", "a"), ("a", ".config"), ("", ".config")])
def test_the_entry_is_where_the_desktop_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str, folder: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    autostart(COMMAND, {"XDG_CONFIG_HOME": config.format(home=tmp_path)}).turn_on()
    assert (tmp_path / folder / "autostart" / "glmdesk.desktop").exists()
