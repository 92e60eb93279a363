"""Chinese input on Linux where Qt lacks the plugin that the user's environment names.

The wheels of PySide6 ship the input plugin of IBus and none of fcitx, which most Chinese desktops use; their
guides have `QT_IM_MODULE=fcitx` set for every program. Fcitx 5 speaks the protocol of IBus as well, so we ask
Qt for that. A plugin of the system is no way out: it is bound to the exact Qt it was built for.

Source: Qt 6.8, where the list in QT_IM_MODULES beats QT_IM_MODULE, and where the IBus plugin refuses to work
without an `ibus-daemon` in the path unless IBUS_USE_PORTAL is set. Fcitx 5 answers for that portal too.
"""

import os
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from pathlib import Path

_PLUGIN = Path("platforminputcontexts/libfcitx5platforminputcontextplugin.so")
_MODULE = "QT_IM_MODULE"
_MODULES = "QT_IM_MODULES"
_X_PROTOCOL = "XMODIFIERS"
_PORTAL = "IBUS_USE_PORTAL"


def corrected(
    environ: Mapping[str, str], plugin_folders: Iterable[Path], platform: str
) -> Mapping[str, str | None]:
    """Return the variables to set so that a user of fcitx can type; None is for one to remove.

    `plugin_folders` holds the plugins of the very Qt in use (its PluginsPath, not what QT_PLUGIN_PATH adds:
    those were built for another one); `platform` is spelt as `sys.platform`.
    """
    uses_fcitx = any("fcitx" in environ.get(name, "") for name in (_MODULE, _MODULES, _X_PROTOCOL))
    if not platform.startswith("linux") or not uses_fcitx:
        return {}
    if any((folder / _PLUGIN).exists() for folder in plugin_folders):
        return {}
    modules = _modules_instead(environ)
    if modules is None:
        return {}
    return modules if environ.get(_PORTAL) else {**modules, _PORTAL: "1"}


def apply(plugin_folders: Iterable[Path], environ: MutableMapping[str, str] = os.environ) -> None:
    """Correct our own environment; to be called before there is a QApplication."""
    for name, value in corrected(environ, plugin_folders, sys.platform).items():
        if value is None:
            environ.pop(name, None)
        else:
            environ[name] = value


def _modules_instead(environ: Mapping[str, str]) -> Mapping[str, str | None] | None:
    """Return what makes Qt take the module of IBus, or None where it is to take another one."""
    module = environ.get(_MODULE, "")
    is_wayland = bool(environ.get("WAYLAND_DISPLAY")) and _platform_chosen(environ).startswith("wayland")
    if environ.get(_MODULES):
        listed = environ[_MODULES].split(";")
        return {} if "ibus" in listed else {_MODULES: ";".join(map(_ibus_for_fcitx, listed))}
    if module.startswith("fcitx"):
        # On Wayland the compositor passes input on by itself; IBus is for the case that it does not.
        return {_MODULES: "wayland;ibus", _MODULE: None} if is_wayland else {_MODULE: "ibus"}
    if module:
        return {} if module == "ibus" else None
    # Set up for X11's own protocol, which Qt has not spoken since version 5: it would take no Chinese.
    return None if is_wayland else {_MODULE: "ibus"}


def _platform_chosen(environ: Mapping[str, str]) -> str:
    return environ.get("QT_QPA_PLATFORM") or "wayland"


def _ibus_for_fcitx(module: str) -> str:
    return "ibus" if module.startswith("fcitx") else module
