"""What the words of the command line ask for.

A window is started without any, and `argparse` takes as long to load as the window to be filled: this stands
without it.
"""

from types import SimpleNamespace

TYPE_CHECKING = False  # type checkers know the name; importing it from `typing` would cost the time it saves
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from glmdesk.desktop.logs import Level

    Command = Literal["ask", "search", "export", "import", "key", "doctor"]
    KeyAction = Literal["set", "status", "delete"]
    from glmdesk.export.texts import TextFormat


class Options(SimpleNamespace):
    """What was asked for; each command reads the options that are its own.

    The defaults stand here and not in the parsers: an option that may stand before the command and after it
    must not be reset by the place where it is missing.
    """

    command: "Command | None" = None
    """None opens the window."""
    is_demo: bool = False
    home: str | None = None
    log_level: "Level" = "info"

    is_quick: bool = False
    is_hidden: bool = False
    is_safe: bool = False
    self_test: "Literal['', 'here', 'all', 'server']" = ""
    """What is demanded: what can be had here, or everything; or to be the server that is tried."""
    wants_window: bool = False
    """Whether a question is asked in the window."""

    text: str = ""
    model: str = ""
    system: str = ""
    files: "Sequence[str]" = ()
    json_schema: str | None = None
    reads_parts: bool = False
    parts_model: str = ""
    searches_web: bool = False
    is_saved: bool = True
    goes_over_budget: bool = False

    search_words: "Sequence[str]" = ()
    limit: int = 20

    ids: "Sequence[str]" = ()
    wants_all: bool = False
    format: "TextFormat" = "md"
    output: str | None = None

    path: str = ""
    is_dry: bool = False

    key_action: "KeyAction" = "status"

    as_json: bool = False
    is_online: bool = False
