"""What dev.py does about system packages and a display, with stand-ins for dpkg-query and apt-get."""

from pathlib import Path

import pytest

from devtool import system
from devtool.terminal import Refusal

LISTING = """\
ii |libegl1|
ii |libglib2.0-0t64|libglib2.0-0 (= 2.84.4-3), libgio-2.0-0 (= 2.84.4-3)
hi |openbox|x-window-manager
rc |strace|
un |xdotool|
"""


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the path. dpkg-query prints LISTING; apt-get writes what it is asked to a file."""
    for name, script in {
        "dpkg-query": f"cat <<'END'\n{LISTING}END",
        "apt-get": f'echo "$DEBIAN_FRONTEND $*" >> {tmp_path}/asked',
        "cat": 'exec /bin/cat "$@"',
    }.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_what_a_package_provides_counts_as_installed() -> None:
    assert system.parse_listing(LISTING) >= {"libegl1", "libglib2.0-0t64", "libglib2.0-0", "openbox"}


def test_a_package_that_left_its_settings_behind_is_not_installed() -> None:
    assert not system.parse_listing(LISTING) & {"strace", "xdotool"}


def command_for(packages: list[str]) -> str:
    """Return the one line that a plain user is told to type."""
    with pytest.raises(Refusal) as refused:
        system.provide(packages, is_root=False)
    (command,) = (line.strip() for line in str(refused.value).splitlines() if "apt-get" in line)
    return command


def test_a_plain_user_is_given_one_command_for_all_that_is_missing(debian: Path) -> None:
    (debian / "sudo").touch(0o755)

    assert command_for(["libegl1", "strace", "xvfb"]) == (
        "sudo apt-get update && sudo apt-get install --yes --no-install-recommends strace xvfb"
    )
    assert not (debian / "asked").exists()


def test_where_there_is_no_sudo_the_command_asks_for_the_password_of_root(debian: Path) -> None:
    assert command_for(["strace"]) == (
        "su -c 'apt-get update && apt-get install --yes --no-install-recommends strace'"
    )


def test_the_advice_about_a_display_repeats_the_arguments(debian: Path) -> None:
    advice = system.explain_no_display(["--demo", "--home", "my files"], is_root=True)

    assert "\n    xvfb-run -a python3 packaging/dev.py run --demo --home 'my files'\n" in advice
    assert "\n    apt-get update && apt-get install --yes " in advice
    assert not (debian / "asked").exists()


def test_root_installs_what_is_missing_without_questions(debian: Path) -> None:
    system.provide(["libegl1", "strace", "xvfb"], is_root=True)

    assert (debian / "asked").read_text().splitlines() == [
        "noninteractive update",
        "noninteractive install --yes --no-install-recommends strace xvfb",
    ]


def test_what_apt_says_is_shown_when_it_fails(debian: Path) -> None:
    (debian / "apt-get").write_text("#!/bin/sh\necho 'E: no network'\nexit 100\n")

    with pytest.raises(Refusal, match="E: no network"):
        system.provide(["strace"], is_root=True)


def test_apt_is_left_alone_when_nothing_is_missing(debian: Path) -> None:
    system.provide(["libegl1", "libglib2.0-0"], is_root=True)

    assert not (debian / "asked").exists()


def test_nothing_is_asked_of_a_system_without_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert system.missing_packages(["strace"]) == []


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({"QT_QPA_PLATFORM": "wayland;xcb"}, "linux", False),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_a_window_needs_a_display_on_linux(
    environment: dict[str, str], platform: str, expected: bool
) -> None:
    assert system.has_display(environment, platform) is expected
