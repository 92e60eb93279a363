import sys
from pathlib import Path

import pytest

from tests.support.desktop import SECRET_SERVICE, DesktopSession
from tests.support.waiting import wait_until


def test_nothing_of_a_desktop_is_left_when_it_ends(tmp_path: Path) -> None:
    with DesktopSession() as desktop:
        # A program that starts another one and forgets it.
        desktop.run("sh", "-c", "sleep 600 >/dev/null 2>&1 & exit 0")
        desktop.accessibility()
        home = desktop.home
        assert len(desktop.process_ids()) > 5

    assert desktop.process_ids() == []
    assert not home.exists()


def test_a_desktop_that_fails_half_way_leaves_nothing_either() -> None:
    desktop = DesktopSession(services=["org.example.Nobody"])

    with pytest.raises(FileNotFoundError), desktop:
        pass

    assert desktop.process_ids() == []
    assert not desktop.home.exists()


def test_two_desktops_live_side_by_side() -> None:
    with DesktopSession(keyring="none") as one, DesktopSession(keyring="none") as other:
        assert one.env["DISPLAY"] != other.env["DISPLAY"]
        assert one.env["DBUS_SESSION_BUS_ADDRESS"] != other.env["DBUS_SESSION_BUS_ADDRESS"]


def test_an_unlocked_keyring_keeps_a_secret() -> None:
    with DesktopSession(display=False) as desktop:
        desktop.run("secret-tool", "store", "--label=x", "service", "s", "username", "u", stdin="秘密")

        assert desktop.run("secret-tool", "lookup", "service", "s", "username", "u") == "秘密"


def test_a_locked_keyring_is_locked() -> None:
    with DesktopSession(display=False, keyring="locked") as desktop, desktop.bus() as bus:
        login = "/org/freedesktop/secrets/collection/login"

        assert bus.get(SECRET_SERVICE, login, "org.freedesktop.Secret.Collection", "Locked") is True


def test_without_a_keyring_nobody_answers_for_it() -> None:
    with DesktopSession(display=False, keyring="none") as desktop, desktop.bus() as bus:
        assert not bus.has_owner(SECRET_SERVICE)
        assert SECRET_SERVICE not in bus.ask_daemon("ListActivatableNames")


def test_without_a_bus_there_is_no_address_of_one() -> None:
    with DesktopSession(display=False, bus=False) as desktop:
        assert "DBUS_SESSION_BUS_ADDRESS" not in desktop.env
        assert "DISPLAY" not in desktop.env


def test_programs_see_nothing_of_the_surrounding_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLMDESK_API_KEY", "outside")
    with DesktopSession(display=False, bus=False) as desktop:
        assert "outside" not in desktop.run("env")


def test_the_output_of_a_program_is_in_its_log() -> None:
    with DesktopSession(display=False, bus=False) as desktop:
        desktop.start("speaker", [sys.executable, "-c", "print('hello')"])

        wait_until(lambda: desktop.log("speaker") == "hello\n", "the output")


def test_a_missing_program_is_a_failure_that_names_it() -> None:
    with (
        DesktopSession(display=False, bus=False) as desktop,
        pytest.raises(AssertionError, match="no-such-program is not installed"),
    ):
        desktop.start("nobody", ["no-such-program"])


def test_the_screen_is_saved_as_an_image(tmp_path: Path) -> None:
    with DesktopSession(bus=False) as desktop:
        desktop.screenshot(tmp_path / "screen.png")

    assert (tmp_path / "screen.png").read_bytes().startswith(b"\x89PNG")
