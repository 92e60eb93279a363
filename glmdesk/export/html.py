"""Conversations as one page of HTML: the branch of each that is shown."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from glmdesk.i18n import _
from glmdesk.render.page import CONVERSATION_END, PAGE_END, conversation_start, message_html, page_start
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
                        yield message_html(message, model_title, results)
            yield CONVERSATION_END
    yield PAGE_END if is_begun else page_start(_("Conversations")) + PAGE_END
