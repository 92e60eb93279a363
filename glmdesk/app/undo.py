"""What went out of sight just now, and the button in the banner that brings all of it back."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from glmdesk.i18n import _, ngettext
from glmdesk.ui.controllers.conversations import UNDO_S
from glmdesk.ui.widgets.banner import Banner, Kind

_UNDO = "undo"
_CONVERSATION, _MESSAGE, _ARCHIVED = "conversation", "message", "archived"


class Undo(QObject):
    """Offers for a while to bring back what is out of sight; what goes meanwhile joins what went before."""

    def __init__(
        self,
        banner: Banner,
        *,
        restore_conversation: Callable[[str], object],
        restore_message: Callable[[str], object],
        unarchive: Callable[[str], object],
    ) -> None:
        super().__init__(banner)
        self._banner = banner
        self._restorers = {
            _CONVERSATION: restore_conversation,
            _MESSAGE: restore_message,
            _ARCHIVED: unarchive,
        }
        banner.acted.connect(self._restore)

    def offer_conversation(self, conversation_id: str, title: str) -> None:
        """Offer to bring a conversation back that was deleted."""
        self._offer(_CONVERSATION, conversation_id, _("“{title}” was deleted.").format(title=title))

    def offer_archived(self, conversation_id: str, title: str) -> None:
        """Offer to take a conversation out of the archive."""
        self._offer(_ARCHIVED, conversation_id, _("“{title}” is in the archive.").format(title=title))

    def offer_message(self, message_id: str, count: int) -> None:
        """Offer to bring a message back, one of `count` messages that went together."""
        alone = _("The message was deleted.")
        self._offer(
            _MESSAGE, message_id, alone if count == 1 else _("The message and what followed it were deleted.")
        )

    def _offer(self, kind: str, item_id: str, text: str) -> None:
        everything = [*_undoable(self._banner.action_that(_UNDO)), f"{kind}/{item_id}"]
        if len(everything) > 1:
            text = _words(len(everything), {one.partition("/")[0] for one in everything})
        self._banner.show_message(
            Kind.NOTICE, text, action=f"{_UNDO}:{','.join(everything)}", label=_("Undo"), seconds=UNDO_S
        )

    def _restore(self, action: str) -> None:
        # The last one first: it may have held what was deleted before it.
        for gone in reversed(_undoable(action)):
            kind, _slash, item_id = gone.partition("/")
            self._restorers[kind](item_id)


def _words(count: int, kinds: set[str]) -> str:
    """Say what went, which is more than one."""
    if kinds == {_CONVERSATION}:
        words = ngettext("{count} conversation was deleted.", "{count} conversations were deleted.", count)
    elif kinds == {_ARCHIVED}:
        words = ngettext(
            "{count} conversation is in the archive.", "{count} conversations are in the archive.", count
        )
    elif _ARCHIVED in kinds:
        words = ngettext("{count} change.", "{count} changes.", count)
    else:
        words = ngettext("{count} deletion.", "{count} deletions.", count)
    return words.format(count=count)


def _undoable(action: str) -> list[str]:
    """Return what an action of the banner brings back, in the order in which it went."""
    does, _colon, gone = action.partition(":")
    return gone.split(",") if does == _UNDO else []
