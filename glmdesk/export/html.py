"""Conversations as one page of HTML: the branch of each that is shown."""

from base64 import b64encode
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from glmdesk.domain.attachment import Attachment
from glmdesk.i18n import _
from glmdesk.render.page import (
    CONVERSATION_END,
    PAGE_END,
    around_file,
    conversation_start,
    lost_file,
    message_rest,
    message_start,
    page_start,
)
from glmdesk.storage.database import Database
from glmdesk.storage.transfer import source


async def export_html(
    database: Database,
    conversation_ids: Sequence[str] | None = None,
    *,
    model_title: Callable[[str | None], str],
) -> AsyncGenerator[str, None]:
    """Yield a page with these conversations, or with all, piece by piece. Unknown ids are passed over.

    `model_title` says what a model is called (`Catalog.title`).
    """
    is_begun = False
    async with aclosing(source.conversations(database, conversation_ids)) as conversations:
        async for conversation in conversations:
            if not is_begun:
                is_one = conversation_ids is not None and len(conversation_ids) == 1
                yield page_start(conversation.title if is_one else _("Conversations"))
                is_begun = True
            yield conversation_start(conversation.title, conversation.created_at, conversation.system)
            if conversation.leaf_id is not None:
                shown = source.shown_messages(database, conversation.id, conversation.leaf_id)
                async with aclosing(shown) as messages:
                    async for message, results in messages:
                        yield message_start(message, model_title)
                        for attachment in message.attachments:
                            async with aclosing(_file(database, attachment)) as pieces:
                                async for piece in pieces:
                                    yield piece
                        yield message_rest(message, results)
            yield CONVERSATION_END
    yield PAGE_END if is_begun else page_start(_("Conversations")) + PAGE_END


async def _file(database: Database, attachment: Attachment) -> AsyncGenerator[str, None]:
    """Yield a file of a message; nothing but its name where it is lost."""
    after = ""
    async with aclosing(source.file_pieces(database, attachment)) as pieces:
        async for piece in pieces:
            if not after:
                before, after = around_file(attachment, piece)
                yield before
            yield b64encode(piece).decode("ascii")
    yield after or lost_file(attachment)
