"""What lets a desktop itself run a command when keys are pressed: where a line belongs, and the very line."""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from glmdesk.domain.global_shortcut import LETTERS, SPACE, GlobalShortcut, Modifier
from glmdesk.i18n import N_


class Recipe(NamedTuple):
    """For which desktop it is, where the text belongs (to be translated), and the text."""

    desktop: str
    place: str
    text: str


_IN_TERMINAL: Final = N_("Run this in a terminal:")

_GTK: Final[Mapping[Modifier, str]] = {
    "Meta": "<Super>",
    "Ctrl": "<Primary>",
    "Alt": "<Alt>",
    "Shift": "<Shift>",
}
_I3: Final[Mapping[Modifier, str]] = {"Meta": "Mod4+", "Ctrl": "Ctrl+", "Alt": "Mod1+", "Shift": "Shift+"}
_HYPRLAND: Final[Mapping[Modifier, str]] = {
    "Meta": "SUPER ",
    "Ctrl": "CTRL ",
    "Alt": "ALT ",
    "Shift": "SHIFT ",
}

_GNOME: Final = """\
s=org.gnome.settings-daemon.plugins.media-keys
p=/org/gnome/settings-daemon/plugins/media-keys/custom-keybindings/glmdesk/
gsettings set "$s.custom-keybinding:$p" name glmdesk
gsettings set "$s.custom-keybinding:$p" command {command}
gsettings set "$s.custom-keybinding:$p" binding '{keys}'
l=$(gsettings get $s custom-keybindings | sed "s|^@as ||; s|, '$p'||; s|'$p', ||; s|'$p'||")
gsettings set $s custom-keybindings "$(echo "$l" | sed "s|]\\$|, '$p']|; s|^\\[, |[|")"
"""
"""The list of bindings is one value: ours is put at the end of it, once."""


def recipes(
    command: Sequence[str], shortcut: GlobalShortcut, environ: Mapping[str, str] = os.environ
) -> list[Recipe]:
    """Return how a command is bound to a shortcut, first on the desktop that runs here.

    On Windows and macOS nobody but programs themselves can have keys: there is none.
    """
    if sys.platform in ("win32", "darwin"):
        return []
    line = shlex.join(command)
    key = shortcut.key.lower() if shortcut.key in LETTERS or shortcut.key == SPACE else shortcut.key
    gtk, i3, hyprland = (_held(shortcut, signs) for signs in (_GTK, _I3, _HYPRLAND))
    made = {
        "GNOME": Recipe(
            "GNOME", _IN_TERMINAL, _GNOME.format(command=shlex.quote(_gvariant(line)), keys=gtk + key)
        ),
        "KDE": Recipe(
            "KDE Plasma",
            N_("System Settings → Keyboard → Shortcuts → Add New → Command or Script; there:"),
            line,
        ),
        "sway": Recipe(
            "Sway, i3",
            N_("Add this to ~/.config/sway/config, or ~/.config/i3/config, and reload it:"),
            f"bindsym {i3}{key} exec {line}",
        ),
        "Hyprland": Recipe(
            "Hyprland",
            N_("Add this to ~/.config/hypr/hyprland.conf:"),
            # A single # begins a comment.
            f"bind = {hyprland.rstrip()}, {key}, exec, {line.replace('#', '##')}",
        ),
        "XFCE": Recipe(
            "Xfce",
            _IN_TERMINAL,
            "xfconf-query -c xfce4-keyboard-shortcuts -n -t string "
            f"-p '/commands/custom/{gtk}{key}' -s {shlex.quote(line)}",
        ),
        "": Recipe(N_("Another desktop"), N_("Its keyboard settings take a command for keys:"), line),
    }
    names = environ.get("XDG_CURRENT_DESKTOP", "").replace("i3", "sway").split(":")
    running = next((made[name] for name in names if name in made), made[""])
    return sorted(made.values(), key=lambda recipe: recipe is not running)


def _held(shortcut: GlobalShortcut, signs: Mapping[Modifier, str]) -> str:
    return "".join(sign for modifier, sign in signs.items() if modifier in shortcut.modifiers)


def _gvariant(text: str) -> str:
    """Return a text as gsettings reads values. Source: "GVariant Text Format" of GLib."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
