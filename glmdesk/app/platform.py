"""The platform plugin of Qt. Where its libraries are missing, Qt ends the program without saying which."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QPluginLoader

from glmdesk.desktop.system_libraries import LibraryMissing


def require_platform(plugins: Path, environ: Mapping[str, str] = os.environ) -> None:
    """Load the plugin that Qt is going to use, as it does itself a moment later.

    Raises LibraryMissing where none of those that it would try can be loaded.
    """
    if not sys.platform.startswith("linux"):
        return
    errors: list[str] = []
    for name in _tried(environ):
        for file in sorted((plugins / "platforms").glob(f"libq{name}*.so")):
            loader = QPluginLoader(str(file))
            if loader.load():
                return
            errors.append(loader.errorString())
    if errors:
        raise LibraryMissing(errors[0])


def _tried(environ: Mapping[str, str]) -> list[str]:
    """Return the platforms that Qt can try: those that are named, or those of which there is a display."""
    if named := environ.get("QT_QPA_PLATFORM"):
        return [one.partition(":")[0] for one in named.split(";")]
    displays = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
    return [name for name, variable in displays.items() if environ.get(variable)]
