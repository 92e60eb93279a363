"""Why the operating system's keyring could not be used, each with its own words."""

from glmdesk.domain.errors import Action, Problem
from glmdesk.i18n import N_

NO_SERVICE = Problem(
    "keyring-no-service",
    N_("No keyring of the operating system was found."),
    N_("Start one, such as GNOME Keyring, KDE Wallet or KeePassXC; until then no key can be kept."),
    Action.ENTER_KEY,
)
LOCKED = Problem(
    "keyring-locked",
    N_("The keyring is locked, and there is no screen to ask for its password on."),
    N_("Unlock it, or give the key in the variable GLMDESK_API_KEY."),
    Action.RETRY,
)
DISMISSED = Problem(
    "keyring-dismissed",
    N_("The keyring stayed locked: its password was not given."),
    N_("Try again and unlock it, or enter the key for this time only."),
    Action.RETRY,
)
TIMED_OUT = Problem(
    "keyring-timed-out",
    N_("The keyring did not answer in time."),
    N_("Look for its dialog on the screen and answer it, then try again."),
    Action.RETRY,
)


def failed(reason: str) -> Problem:
    """Return the problem for everything else; `reason` is the keyring's own text."""
    return Problem(
        "keyring-failed",
        N_("The keyring reported an error: “{reason}”."),
        N_("Try again, or enter the key for this time only."),
        Action.RETRY,
        details={"reason": reason},
    )
