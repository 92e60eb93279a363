"""What the buttons beside errors say."""

from collections.abc import Mapping
from types import MappingProxyType

from glmdesk.domain.errors import Action
from glmdesk.domain.fault import filled
from glmdesk.i18n import N_, _

_NOTHING: Mapping[str, str] = MappingProxyType({})

_LABELS: Mapping[Action, str] = {
    Action.ENTER_KEY: N_("Enter key"),
    Action.ASK_KEYRING: N_("Ask the keyring again"),
    Action.OPEN_SETTINGS: N_("Settings"),
    Action.OPEN_CONSOLE: N_("Open the console"),
    Action.OPEN_BILLING: N_("Top up"),
    Action.RETRY: N_("Retry"),
    Action.CONTINUE: N_("Continue"),
    Action.CHOOSE_MODEL: N_("Choose another model"),
    Action.ASK_SUCCESSOR: N_("Ask {successor} instead"),
    Action.GO_ON_FREE: N_("Go on with {free}"),
    Action.EDIT_QUESTION: N_("Edit the question"),
    Action.NEW_CHAT: N_("New chat"),
    Action.SPEND_ON: N_("Go on this month"),
    Action.STOP_WAITING: N_("Do not send"),
    Action.ASK_MISSING: N_("Ask for what is missing"),
}


def action_label(action: Action, details: Mapping[str, str] = _NOTHING) -> str:
    """Return the label of a button, in the current language; some name what is in a problem's details."""
    return filled(_(_LABELS[action]), details)
