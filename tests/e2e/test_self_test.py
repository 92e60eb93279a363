"""The self-test, where there is all that it looks for, and where there is little."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.app import PROGRAM, START_S
from tests.support.desktop import DesktopSession
from tests.support.waiting import wait_until

PANEL = ("trayer", "--edge", "bottom", "--align", "right")
PATIENCE_S = 2 * START_S
# What a system need not have: letters of all the world, and a Python for functions of the user.
OPTIONAL = {"Fonts", "Your tools"}


def tried(env: dict[str, str], *words: str) -> tuple[int, dict[str, str]]:
    """Return the exit code, and how each part went."""
    ended = subprocess.run(
        [*PROGRAM, "--self-test", *words],
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    lines = [line.split("\t", 1) for line in ended.stdout.splitlines() if "\t" in line]
    assert lines, ended.stderr
    return ended.returncode, {title.split(":")[0].split(" (")[0]: how for how, title in lines}


@pytest.mark.timeout(2 * PATIENCE_S)
def test_everything_works_on_a_desktop(desktop: DesktopSession) -> None:
    panel = desktop.start("panel", PANEL)
    # Its window comes when it holds the place of the panel.
    wait_until(lambda: '"trayer"' in desktop.run("xwininfo", "-root", "-tree"), "the panel")
    code, parts = tried(desktop.env)
    # Where there is a panel, closing a window ends no program.
    panel.terminate()
    panel.wait()

    assert code == 0, parts
    assert {title for title, how in parts.items() if how != "works"} <= OPTIONAL
    assert len(parts) > 15


@pytest.mark.timeout(2 * PATIENCE_S)
def test_what_the_surroundings_lack_fails_only_where_all_is_demanded(tmp_path: Path) -> None:
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    code, parts = tried(bare)

    assert code == 0, parts
    assert {parts[title] for title in ("Window", "Session bus", "Keyring")} == {"not here"}
    assert parts["Streamed answer and stop"] == "works"
    assert tried(bare, "all")[0] == 1
