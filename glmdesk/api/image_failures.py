"""What it means that an image did not come: what is said, and what can be done."""

from typing import Final

import httpcore

from glmdesk.api.tls import is_untrusted
from glmdesk.domain.errors import Action, ImageNotLoaded, Problem
from glmdesk.i18n import N_

FAULTS: Final = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.TimeoutException,
)
"""All that the library raises when a connection fails."""

_GONE: Final = frozenset((404, 410))
_NOT_FOR_US: Final = frozenset((401, 403))


def failure(error: Exception) -> ImageNotLoaded:
    """Return what it means that a connection failed."""
    if isinstance(error, httpcore.ProxyError):
        return ImageNotLoaded(PROXY)
    if isinstance(error, httpcore.ConnectTimeout | httpcore.ReadTimeout):
        return ImageNotLoaded(SLOW)
    if isinstance(error, httpcore.ConnectError):
        return ImageNotLoaded(UNTRUSTED if is_untrusted(error) else UNREACHABLE)
    return ImageNotLoaded(BROKEN_OFF)


def refusal(status: int) -> ImageNotLoaded:
    """Return what it means that a host answers with a status and no image."""
    details = {"status": str(status)}
    if status in _GONE:
        what, advice, action = N_("There is no image at this address (HTTP {status})."), "", Action.RETRY
    elif status in _NOT_FOR_US:
        what = N_("The host does not give this image to everybody (HTTP {status}).")
        advice, action = N_("In the browser, you may be known there."), None
    else:
        what = N_("The host has a fault of its own (HTTP {status}).")
        advice, action = N_("Try again later."), Action.RETRY
    return ImageNotLoaded(Problem("image-status", what, advice, action, details))


def _problem(code: str, what: str, advice: str, action: Action | None = Action.RETRY) -> Problem:
    return Problem(f"image-{code}", what, advice, action)


SLOW: Final = _problem("slow", N_("The host did not send it in time."), N_("Try again later."))
UNREACHABLE: Final = _problem(
    "unreachable", N_("The host was not found or cannot be reached."), N_("Check the connection.")
)
BROKEN_OFF: Final = _problem("broken-off", N_("The connection to the host broke off."), "")
PROXY: Final = _problem(
    "proxy", N_("Your proxy does not lead there."), N_("Check the proxy in the settings.")
)
UNTRUSTED: Final = _problem(
    "tls",
    N_("The host could not prove who it is: its certificate is not trusted."),
    N_("Nothing was loaded from it."),
)
NOT_PUBLIC: Final = _problem(
    "not-public",
    N_("The host is this computer or lies in your own network."),
    N_("Images are loaded from public hosts only."),
    None,
)
PLAIN_THROUGH_PROXY: Final = _problem(
    "plain",
    N_("The address is not encrypted (http). Through a proxy, images are loaded over https only."),
    "",
    None,
)
DOWNGRADE: Final = _problem(
    "downgrade",
    N_("The host leads on to an address that is not encrypted (http)."),
    N_("That was not followed."),
    None,
)
ENDLESS: Final = _problem(
    "endless",
    N_("The host leads from one address to the next, without an end."),
    N_("Try again later."),
)
MALFORMED: Final = _problem(
    "malformed",
    N_("The address is malformed: programs may disagree about where it leads."),
    N_("Nothing was asked for there."),
    None,
)
