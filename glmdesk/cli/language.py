"""The language of the help and of a refusal: that of the settings, without what it takes to read all of them.

Only the one line is looked for, and only where there is a file.
"""

# ruff: noqa: PTH111, PTH118, PTH123 - `pathlib` takes longer to import than `--help` may take

import os
import re
import sys

from glmdesk.i18n import LANGUAGES, system_language

TYPE_CHECKING = False  # type checkers know the name; importing it from `typing` would cost the time it saves
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from glmdesk.i18n import Language

_LINE = re.compile(r"""^language[ \t]*=[ \t]*["']([A-Za-z-]*)["']""", re.MULTILINE)


def language_for(words: "Sequence[str]", environ: "Mapping[str, str]" = os.environ) -> "Language":
    """Return the language of the settings that words not yet understood lead to, or else of the system."""
    try:
        with open(os.path.join(config_folder(words, environ), "settings.toml"), encoding="utf-8-sig") as file:
            line = _LINE.search(file.read())
    except (OSError, ValueError):
        line = None
    chosen = line[1] if line else ""
    for known in LANGUAGES:
        if known == chosen:
            return known
    return system_language()


def config_folder(words: "Sequence[str]", environ: "Mapping[str, str]") -> str:
    """Return where the settings are. `Paths` says the same, and imports for it what takes longer."""
    if home := _home_among(words) or environ.get("GLMDESK_HOME"):
        return os.path.join(os.path.expanduser(home), "config")
    if sys.platform == "win32":
        parent = environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        parent = os.path.expanduser("~/Library/Application Support")
    else:
        parent = environ.get("XDG_CONFIG_HOME", "").strip() or os.path.expanduser("~/.config")
    return os.path.join(parent, "glmdesk")


def _home_among(words: "Sequence[str]") -> str:
    home = ""
    for number, word in enumerate(words):
        if word == "--home":
            home = "".join(words[number + 1 : number + 2])
        elif word.startswith("--home="):
            home = word.removeprefix("--home=")
    return home
