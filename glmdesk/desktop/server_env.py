"""The environment of programs that serve us: named variables and nothing else, and the PATH of a login shell.

A program that is started from a desktop's menu has a PATH without what the user's shell adds to it, and that
is where `npx`, `uvx` and the like are found.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from glmdesk.desktop.child import Bounds, ask_child
from glmdesk.desktop.child_env import child_environment
from glmdesk.desktop.redaction import Redactor

# Files that a shell reads at its start may do anything, and some take long.
_BOUNDS: Final = Bounds(seconds=5.0, answer_bytes=1 << 16, log_bytes=1 << 16, kept_bytes=1 << 10)

# Such files write too; only what is asked for is let through. The question is read before anybody is gone.
_ASK: Final = """\
read -r _
exec 3>&1 >/dev/null 2>&1
exec "$1" -i -l -c 'printf "%s\\n" "$PATH" >&3'
"""

# Who and where the user is, how texts are written, and how the network is reached.
_NAMES: Final = frozenset(
    (
        *("HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "LANGUAGE", "TZ", "TMPDIR"),
        *("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"),
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
        *("GIT_SSL_CAINFO", "NPM_CONFIG_REGISTRY", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"),
        # Windows
        *("APPDATA", "HOMEDRIVE", "HOMEPATH", "LOCALAPPDATA", "PATHEXT", "PROGRAMDATA", "PROGRAMFILES"),
        *("PROCESSOR_ARCHITECTURE", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP", "TMP", "USERNAME", "USERPROFILE"),
        *("COMSPEC", "WINDIR"),
    )
)
_PREFIX: Final = "LC_"

_FOLDERS: Final = ("~/.local/bin", "~/bin", "~/.cargo/bin", "/opt/homebrew/bin", "/usr/local/bin")


def server_environment(
    environ: Mapping[str, str], redactor: Redactor, *, path: str, bundle: Path | None = None
) -> dict[str, str]:
    """Return the variables for a program that serves us, given those we were started with.

    There is no key among them and nothing of a frozen program in `bundle`.
    """
    ours = child_environment(environ, redactor, bundle=bundle)
    kept = {name: value for name, value in ours.items() if _is_for_servers(name)}
    return {**kept, "PATH": path}


def _is_for_servers(name: str) -> bool:
    return name.upper() in _NAMES or name.startswith(_PREFIX)


async def login_path(environ: Mapping[str, str]) -> str:
    """Return the PATH of the user's shell, if it tells, and behind it ours and what is usual."""
    told = "" if sys.platform == "win32" else await _told_by_shell(environ)
    home = environ.get("HOME", "")
    usual = (folder.replace("~", home, 1) for folder in _FOLDERS)
    found = (folder for folder in usual if Path(folder).is_dir())  # noqa: ASYNC240 - five, of this computer
    entries = (*told.split(os.pathsep), *environ.get("PATH", os.defpath).split(os.pathsep), *found)
    return os.pathsep.join(dict.fromkeys(filter(None, entries)))


async def _told_by_shell(environ: Mapping[str, str]) -> str:
    shell = environ.get("SHELL", "")
    if not shell:
        return ""
    argv = ("/bin/sh", "-c", _ASK, "sh", shell)
    try:
        outcome = await ask_child(
            argv, b"", env=environ, folder=Path(environ.get("HOME") or "/"), bounds=_BOUNDS
        )
    except OSError:
        return ""
    return outcome.answer.decode(errors="replace").rstrip("\n")
