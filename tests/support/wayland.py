"""A desktop without X: a real compositor on a screen in memory."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from glmdesk.typed import override
from tests.support.desktop import DesktopSession
from tests.support.waiting import wait_until

_CONFIGURATION = "output HEADLESS-1 resolution 1280x900\nxwayland disable\n"
_NOBODY = 65534
# wlroots: no screen, no processor of graphics, no devices.
_IN_MEMORY = {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1"}


class WaylandSession(DesktopSession):
    """A private desktop under Sway, without a keyring."""

    def __init__(self) -> None:
        super().__init__(keyring="none")

    @override
    def _start_display(self) -> None:
        runtime = Path(self.env["XDG_RUNTIME_DIR"])
        configuration = self._folder / "sway.conf"
        configuration.write_text(_CONFIGURATION)
        command = ["sway", "--config", str(configuration)]
        if os.getuid() == 0:
            # It refuses to run as root.
            self._folder.chmod(0o711)
            shutil.chown(runtime, _NOBODY, _NOBODY)
            command = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", *command]
        self.start("compositor", command, env=_IN_MEMORY)
        display = wait_until(lambda: _sockets(runtime, "wayland-"), "the compositor")
        control = wait_until(lambda: _sockets(runtime, "sway-ipc"), "its control")
        self.env |= {"WAYLAND_DISPLAY": display, "SWAYSOCK": str(runtime / control)}
        self.env["QT_QPA_PLATFORM"] = "wayland"

    @override
    def press(self, *keys: str) -> None:
        for key in keys:
            # The first key of a keyboard that has just come can get lost.
            self.run("wtype", "-k", "Shift_L", "-k", key)

    @override
    def screenshot(self, path: Path) -> None:
        self.run("grim", str(path))

    @property
    def windows(self) -> list[dict[str, Any]]:
        """The windows there are, as Sway describes them: with `app_id`, `name`, `focused` and `rect`."""
        return list(_windows(json.loads(self.run("swaymsg", "--raw", "-t", "get_tree"))))


def _sockets(folder: Path, prefix: str) -> str:
    """Return the name of a socket, empty where there is none yet."""
    return next((path.name for path in folder.glob(f"{prefix}*") if path.is_socket()), "")


def _windows(node: dict[str, Any]) -> Any:
    if node.get("app_id"):
        yield node
    for child in (*node["nodes"], *node["floating_nodes"]):
        yield from _windows(child)
