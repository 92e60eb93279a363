"""What is said where a library of the system is missing, without which there is no window to say it in."""

import asyncio
import contextlib
import sys

from glmdesk.cli.language import language_for
from glmdesk.cli.options import Options
from glmdesk.cli.streams import open_missing_streams, tell
from glmdesk.desktop.bus import Bus, BusProblem, Peer
from glmdesk.desktop.system_libraries import explained
from glmdesk.i18n import set_language
from glmdesk.resources import own_catalogues

NO_WINDOW = 2
"""The exit code where no window can be shown."""

_NOTIFIER = Peer(
    "org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications"
)


def tell_what_is_missing(error: str, options: Options) -> int:
    """Explain the loader's words on standard error, and in a notification; return the exit code."""
    home = [] if options.home is None else ["--home", options.home]
    set_language(language_for(home), own_catalogues())
    open_missing_streams()
    words = explained(error)
    tell(words)
    if sys.platform.startswith("linux"):
        with contextlib.suppress(BusProblem, TimeoutError):
            asyncio.run(_notify(words))
    return NO_WINDOW


async def _notify(words: str) -> None:
    async with asyncio.timeout(2.0):
        bus = await Bus.open("SESSION")
        try:
            values: tuple[object, ...] = ("glmdesk", 0, "glmdesk", "glmdesk", words, [], {}, -1)
            await bus.call(_NOTIFIER, "Notify", "susssasa{sv}i", *values)
        finally:
            bus.close()
