"""The environment for programs we start: what the user's session has, without our secrets and our bundle.

Source: PyInstaller manual, "Launching External Programs from the Frozen Application".
"""

import os
from collections.abc import Mapping
from pathlib import Path

from glmdesk.desktop.redaction import Redactor
from glmdesk.domain.api_key import KEY_VARIABLE

# The bootloader points these into the bundle and keeps what they were beside them.
_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FRAMEWORK_PATH")
_ORIGINAL = "_ORIG"
# Each lets one program come to the front, once, and that was ours.
_TOKENS = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")
_BOOTLOADER_PREFIXES = ("_PYI_", "_MEIPASS")


def child_environment(
    environ: Mapping[str, str], redactor: Redactor, *, bundle: Path | None = None
) -> dict[str, str]:
    """Return the variables for a child, given those we were started with.

    `bundle` is the folder of the frozen program, None when it runs from source. Its paths are taken out of
    every variable: a system program that loads our libraries crashes.
    """
    kept = dict(environ) if bundle is None else _outside(environ, bundle)
    ours = (KEY_VARIABLE, *_TOKENS)
    return {name: value for name, value in kept.items() if name not in ours and not redactor.knows(value)}


def _outside(environ: Mapping[str, str], bundle: Path) -> dict[str, str]:
    variables = {name: value for name, value in environ.items() if not name.startswith(_BOOTLOADER_PREFIXES)}
    for name in _LIBRARY_PATHS:
        original = variables.pop(name + _ORIGINAL, None)
        variables.pop(name, None)
        if original is not None:
            variables[name] = original
    cleaned = {name: _without_bundle(value, bundle) for name, value in variables.items()}
    # A path list that held nothing but the bundle was not there before us.
    return {name: value for name, value in cleaned.items() if value or not variables[name]}


def _without_bundle(value: str, bundle: Path) -> str:
    if str(bundle) not in value:
        return value
    entries = value.split(os.pathsep)
    return os.pathsep.join(entry for entry in entries if not Path(entry).is_relative_to(bundle))
