"""What the palette offers beside what is stored."""

from collections.abc import Callable

from glmdesk.i18n import _
from glmdesk.ui.models.found_list import Command
from glmdesk.ui.shortcuts import Shortcut


def command(what: Shortcut | str, act: Callable[[], object]) -> Command:
    """Return a command; a shortcut gives it its name and its keys."""
    return Command(_(what.does), act, what.shown_keys) if isinstance(what, Shortcut) else Command(what, act)
