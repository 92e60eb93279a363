"""The commands that let a desktop have the keys; those that run in a terminal are run."""

import json
import os
import shlex
import subprocess
import sys
from ast import literal_eval
from pathlib import Path

import pytest

from glmdesk.desktop.hotkeys.recipes import Recipe, recipes
from glmdesk.domain.global_shortcut import GlobalShortcut

CHOSEN = GlobalShortcut.parse("Ctrl+Alt+G")
WORDS = ("a b", "100%", "$HOME", "`id`", "\\", '"', "it's", "茶", "#x", ";")
TELL = "import json, sys; print(json.dumps(sys.argv[1:]))"
COMMAND = (sys.executable, "-c", TELL, *WORDS)

# As much of GNOME's as is written.
SCHEMAS = """<schemalist>
<schema id="org.gnome.settings-daemon.plugins.media-keys"
 path="/org/gnome/settings-daemon/plugins/media-keys/">
 <key name="custom-keybindings" type="as"><default>[]</default></key>
</schema>
<schema id="org.gnome.settings-daemon.plugins.media-keys.custom-keybinding">
 <key name="name" type="s"><default>''</default></key>
 <key name="binding" type="s"><default>''</default></key>
 <key name="command" type="s"><default>''</default></key>
</schema>
</schemalist>"""
MEDIA_KEYS = "org.gnome.settings-daemon.plugins.media-keys"
OURS = "/org/gnome/settings-daemon/plugins/media-keys/custom-keybindings/glmdesk/"


def recipe(desktop: str, shortcut: GlobalShortcut = CHOSEN) -> Recipe:
    (found,) = (one for one in recipes(COMMAND, shortcut, {}) if one.desktop == desktop)
    return found


def arguments(line: str) -> list[str]:
    """Return what a shell gives the program of a line."""
    shell = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True)
    return list(json.loads(shell.stdout))


class Gnome:
    """GNOME's settings, in a file of their own."""

    def __init__(self, folder: Path) -> None:
        (folder / "media-keys.gschema.xml").write_text(SCHEMAS)
        subprocess.run(["glib-compile-schemas", folder], check=True)
        self._env = {
            **os.environ,
            "GSETTINGS_SCHEMA_DIR": str(folder),
            "GSETTINGS_BACKEND": "keyfile",
            "XDG_CONFIG_HOME": str(folder),
        }

    def run(self, *command: str) -> str:
        ended = subprocess.run(command, env=self._env, capture_output=True, text=True, check=True)
        assert not ended.stderr
        return ended.stdout.strip()

    def bindings(self) -> list[str]:
        text = self.run("gsettings", "get", MEDIA_KEYS, "custom-keybindings")
        return list(literal_eval(text.removeprefix("@as ")))

    def ours(self, key: str) -> str:
        return str(literal_eval(self.run("gsettings", "get", f"{MEDIA_KEYS}.custom-keybinding:{OURS}", key)))


@pytest.mark.parametrize(
    "before", [[], ["/a/"], ["/a/", "/b/"], [OURS], [OURS, "/a/"], ["/a/", OURS], ["/a/", OURS, "/b/"]]
)
def test_gnome_has_the_keys_beside_those_it_had_however_often_it_is_told(
    tmp_path: Path, before: list[str]
) -> None:
    gnome = Gnome(tmp_path)
    gnome.run("gsettings", "set", MEDIA_KEYS, "custom-keybindings", str(before))

    for _time in range(2):
        gnome.run("sh", "-c", recipe("GNOME").text)
        assert gnome.bindings() == [*(one for one in before if one != OURS), OURS]

    assert gnome.ours("binding") == "<Primary><Alt>g"
    assert arguments(gnome.ours("command")) == list(WORDS)


def test_kde_and_others_take_the_command_itself() -> None:
    for name in ("KDE Plasma", "Another desktop"):
        assert arguments(recipe(name).text) == list(WORDS)


def test_sway_and_i3_hand_the_rest_of_the_line_to_a_shell() -> None:
    before, line = recipe("Sway, i3", GlobalShortcut.parse("Meta+Shift+Space")).text.split(" exec ", 1)
    assert before == "bindsym Mod4+Shift+space"
    assert arguments(line) == list(WORDS)


def test_hyprland_hands_the_rest_of_the_line_to_a_shell_in_which_two_signs_stand_for_one() -> None:
    text = recipe("Hyprland").text
    assert text.startswith("bind = CTRL ALT, g, exec, ")
    assert arguments(text.split("exec, ", 1)[1].replace("##", "#")) == list(WORDS)


def test_xfce_takes_the_command_as_a_value() -> None:
    words = shlex.split(recipe("Xfce", GlobalShortcut.parse("Alt+F13")).text)
    assert words[words.index("-p") + 1] == "/commands/custom/<Alt>F13"
    assert arguments(words[words.index("-s") + 1]) == list(WORDS)


@pytest.mark.parametrize(
    ("current", "first"),
    [
        ("GNOME", "GNOME"),
        ("ubuntu:GNOME", "GNOME"),
        ("KDE", "KDE Plasma"),
        ("sway", "Sway, i3"),
        ("i3", "Sway, i3"),
        ("Hyprland", "Hyprland"),
        ("XFCE", "Xfce"),
        ("Deepin", "Another desktop"),
        ("", "Another desktop"),
    ],
)
def test_the_desktop_that_runs_comes_first(current: str, first: str) -> None:
    found = recipes(COMMAND, CHOSEN, {"XDG_CURRENT_DESKTOP": current})
    assert found[0].desktop == first
    assert len(found) == 6
