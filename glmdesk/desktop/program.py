"""How this program is started from outside of it: by the desktop, at login or with a key."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from glmdesk.desktop.opener import bundle_folder


def own_command(home: Path | None, *words: str, environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the command that starts this program with some words, and with the folder it keeps its data in.

    `home` is what `Paths` says of it.
    """
    folders = () if home is None else ("--home", str(home))
    return (*_program(environ), *folders, *words)


def _program(environ: Mapping[str, str]) -> tuple[str, ...]:
    if bundle_folder() is None:
        python = Path(sys.executable)
        # The other one opens a console.
        windowed = python.with_name("pythonw.exe")
        return (str(windowed if sys.platform == "win32" and windowed.exists() else python), "-m", "glmdesk")
    # Source: AppImage documentation, "Environment variables". Whoever was started by another AppImage has
    # its variables.
    mounted = environ.get("APPDIR")
    if mounted and Path(sys.executable).is_relative_to(mounted):
        return (environ.get("APPIMAGE", sys.executable),)
    return (sys.executable,)
