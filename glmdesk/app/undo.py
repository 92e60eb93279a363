"""What was deleted just now, and the button in the banner that brings all of it back."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from glmdesk.i18n import _
from glmdesk.ui.controllers.library import UNDO_S
from glmdesk.ui.widgets.banner import Banner, Kind

_UNDO = "undo:"
_CONVERSATION, _MESSAGE = "conversation/", "message/"


class Undo(QObject):
    """Offers for a while to bring back what was deleted; what is deleted meanwhile joins what was before."""

    def __init__(
        self,
        banner: Banner,
        restore_conversation: Callable[[str], None],
        restore_message: Callable[[str], None],
    ) -> None:
        super().__init__(banner)
        self._banner = banner
        self._restore_conversation = restore_conversation
        self._restore_message = restore_message
        banner.acted.connect(self._restore)

    def offer_conversation(self, conversation_id: str, title: str) -> None:
        """Offer to bring a conversation back."""
        self._offer(_CONVERSATION + conversation_id, _("“{title}” was deleted.").format(title=title))

    def offer_message(self, message_id: str, count: int) -> None:
        """Offer to bring a message back, one of `count` messages that went together."""
        alone = _("The message was deleted.")
        self._offer(
            _MESSAGE + message_id,
            alone if count == 1 else _("The message and what followed it were deleted."),
        )

    def _offer(self, deleted: str, text: str) -> None:
        everything = [*_undoable(self._banner.action), deleted]
        if len(everything) > 1:
            are_conversations = all(one.startswith(_CONVERSATION) for one in everything)
            words = _("{count} conversations were deleted.") if are_conversations else _("{count} deletions.")
            text = words.format(count=len(everything))
        self._banner.show_message(
            Kind.NOTICE, text, action=_UNDO + ",".join(everything), label=_("Undo"), seconds=UNDO_S
        )

    def _restore(self, action: str) -> None:
        # The last one first: it may have held what was deleted before it.
        for deleted in reversed(_undoable(action)):
            if deleted.startswith(_CONVERSATION):
                self._restore_conversation(deleted.removeprefix(_CONVERSATION))
            else:
                self._restore_message(deleted.removeprefix(_MESSAGE))


def _undoable(action: str) -> list[str]:
    """Return what an action of the banner brings back, in the order in which it was deleted."""
    return action.removeprefix(_UNDO).split(",") if action.startswith(_UNDO) else []
