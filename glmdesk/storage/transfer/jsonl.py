"""Lossless export: one JSON object per line. The format is described in `resources/export-format.md`."""

from base64 import b64encode
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.conversation import Conversation
from glmdesk.domain.message import Message, State, Timing
from glmdesk.storage.database import Database
from glmdesk.storage.plain import (
    Plain,
    dump,
    plain_attachments,
    plain_citations,
    plain_cut,
    plain_parts,
    plain_problem,
    plain_service_calls,
    plain_structured,
    plain_tool_calls,
    plain_usage,
)
from glmdesk.storage.plain_options import plain_options
from glmdesk.storage.transfer import source

_ENDED = {State.STREAMING: State.INTERRUPTED, State.WAITING: State.FAILED}
FORMAT = "glmdesk-conversations"
VERSION = 1


async def export_jsonl(
    database: Database, conversation_ids: Sequence[str] | None = None
) -> AsyncGenerator[str, None]:
    """Yield the lines of an export of these conversations, or of all, each with its line feed.

    The same conversations give the same bytes, also after they were imported into an empty database. Unknown
    ids are passed over.
    """
    yield _line({"type": "header", "format": FORMAT, "version": VERSION})
    written = set[str]()
    async with aclosing(source.conversations(database, conversation_ids)) as conversations:
        async for conversation in conversations:
            yield _line(_plain_conversation(conversation))
            async with aclosing(source.messages(database, conversation.id)) as messages:
                async for _, message in messages:
                    for attachment in message.attachments:
                        if attachment.digest not in written:
                            written.add(attachment.digest)
                            async with aclosing(source.file_pieces(database, attachment)) as pieces:
                                async for piece in pieces:
                                    yield _line(_plain_piece(attachment, piece))
                    yield _line(_plain_message(message))


def _line(entry: Plain) -> str:
    return dump(entry) + "\n"


def _plain_conversation(conversation: Conversation) -> Plain:
    options = plain_options(conversation.options, with_tools=False)
    return {
        "type": "conversation",
        "id": conversation.id,
        "title": conversation.title,
        "created_at": _moment(conversation.created_at),
        "updated_at": _moment(conversation.updated_at),
        "model": conversation.model,
        "leaf": conversation.leaf_id,
        "system": conversation.system,
        "pinned": conversation.pinned,
        "archived": conversation.archived,
        **({"folder": conversation.folder} if conversation.folder else {}),
        **({"options": options} if options else {}),
    }


def _plain_message(message: Message) -> Plain:
    return {
        "type": "message",
        "id": message.id,
        "conversation": message.conversation_id,
        "parent": message.parent_id,
        "role": message.role,
        "created_at": _moment(message.created_at),
        "text": message.text,
        # In a file nothing goes on: what is written got as far as its text, and what waits was not answered.
        "state": _ENDED.get(message.state, message.state).value,
        **{name: value for name, value in _optional(message).items() if value not in (None, "", [])},
    }


def _plain_piece(attachment: Attachment, piece: bytes) -> Plain:
    return {"type": "file", "sha256": attachment.digest, "data": b64encode(piece).decode("ascii")}


def _optional(message: Message) -> Plain:
    usage, cost, timing = message.usage, message.cost, message.timing
    return {
        "model": message.model,
        "reasoning": message.reasoning,
        "tool_calls": plain_tool_calls(message.tool_calls),
        "tool_call_id": message.tool_call_id,
        "citations": plain_citations(message.citations),
        "usage": usage and plain_usage(usage),
        **({f"cost_{cost.currency.lower()}": str(cost.amount)} if cost else {}),
        "saved": message.saved and str(message.saved.amount),
        "timing": timing and _plain_timing(timing),
        "problem": message.problem and plain_problem(message.problem),
        "request_id": message.request_id,
        "attachments": plain_attachments(message.attachments),
        "structured": message.structured and plain_structured(message.structured),
        "cut": message.cut and plain_cut(message.cut),
        "service_calls": plain_service_calls(message.service_calls),
        "compared": message.is_compared or None,
        "parts": message.parts and plain_parts(message.parts),
    }


def _plain_timing(timing: Timing) -> Plain:
    thought = {} if timing.thought_s is None else {"thought_s": timing.thought_s}
    return {"first_token_s": timing.first_token_s, "total_s": timing.total_s, **thought}


def _moment(moment: datetime) -> str:
    """Return RFC 3339 in UTC with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
