"""The list of conversations in pages, and the folders that they are in.

A page goes on after the last row of the one before, not at an offset: it costs the same at any depth and
repeats nothing.
"""

import apsw

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.listing import Listing, Order
from glmdesk.storage.rows import SELECT_CONVERSATION, read_conversation, to_microseconds
from glmdesk.storage.sql import Value, select

_COLUMNS = {Order.USED: "updated_at", Order.CREATED: "created_at"}

_FOLDERS = """
    SELECT folder, count(*) FROM conversations
    WHERE folder <> '' AND deleted_at IS NULL AND archived = 0
    GROUP BY folder ORDER BY folder
"""

# Later than anything that is stored.
_END_OF_TIME = 1 << 62


def page(
    connection: apsw.Connection, listing: Listing, *, after: Conversation | None, limit: int
) -> tuple[Conversation, ...]:
    """Return the next conversations of a list after one, or the first ones."""
    values: dict[str, Value] = {
        "archived": listing.is_archive,
        "folder": listing.folder,
        "pinned": after.pinned if after else True,
        "moment": to_microseconds(listing.moment(after)) if after else _END_OF_TIME,
        "id": after.id if after else "",
        "limit": limit,
    }
    return tuple(read_conversation(row) for row in select(connection, statement(listing), values))


def statement(listing: Listing) -> str:
    """Return how a page of a list is read. Rows of the same time are in the order of their ids."""
    column = _COLUMNS[listing.order]
    folder = "" if listing.folder is None else "AND conversation.folder = :folder"
    return f"""
        {SELECT_CONVERSATION}
        WHERE conversation.deleted_at IS NULL AND conversation.archived = :archived {folder}
          AND (conversation.pinned, conversation.{column}) <= (:pinned, :moment)
          AND NOT (conversation.pinned = :pinned AND conversation.{column} = :moment
                   AND conversation.id <= :id)
        ORDER BY conversation.pinned DESC, conversation.{column} DESC, conversation.id
        LIMIT :limit
    """


def folders(connection: apsw.Connection) -> dict[str, int]:
    """Return the names of the folders, in order, and how many conversations are listed in each.

    A folder is there for as long as something is in it.
    """
    return dict(select(connection, _FOLDERS))
