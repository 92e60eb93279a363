"""What a banner says where there is no key to ask with, and what can be done about that."""

from glmdesk.chat.connection import no_key
from glmdesk.chat.key_state import KeyState, Malformed, Missing, Refused, Unread, describe
from glmdesk.domain.errors import Action
from glmdesk.ui.widgets.action_label import action_label
from glmdesk.ui.widgets.banner import Banner, Kind

_REMEDIES = {Action.ENTER_KEY, Action.ASK_KEYRING, Action.OPEN_SETTINGS}


def is_lack(state: KeyState) -> bool:
    """Whether the next question will fail for want of a key."""
    return isinstance(state, (Missing, Unread, Malformed, Refused))


def say_lack(banner: Banner, state: KeyState) -> None:
    """Say why the next question will fail."""
    withdraw_lack(banner)
    if isinstance(state, (Malformed, Refused)):
        banner.show_problem(state.problem)
        return
    action = Action.ASK_KEYRING if isinstance(state, Unread) else Action.ENTER_KEY
    text = no_key(state.endpoint.host).headline if isinstance(state, Missing) else describe(state)
    banner.show_message(Kind.NOTICE, text, action=action, label=action_label(action))


def withdraw_lack(banner: Banner) -> None:
    """Say nothing of it any more."""
    banner.withdraw(_REMEDIES)
