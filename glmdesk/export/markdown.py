"""Conversations as Markdown: the branch of each that is shown."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from datetime import datetime

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.connector import ServiceCall
from glmdesk.domain.conversation import Conversation
from glmdesk.domain.message import ENDINGS, Message
from glmdesk.i18n import _
from glmdesk.markup import fenced
from glmdesk.render.cited_source import cited_source
from glmdesk.render.sources import source_blocks
from glmdesk.render.writer import written
from glmdesk.storage.database import Database
from glmdesk.storage.transfer import source

Link = Callable[[Attachment], Awaitable[str]]
_SPECIAL = re.compile(r"[\\\[\]*_`<>&]")


async def export_markdown(
    database: Database,
    conversation_ids: Sequence[str] | None = None,
    *,
    model_title: Callable[[str | None], str],
    link: Link | None = None,
) -> AsyncGenerator[str, None]:
    """Yield the text of these conversations, or of all, piece by piece. Unknown ids are passed over.

    `model_title` says what a model is called (`Catalog.title`). `link` returns what leads to a file of a
    message, empty where nothing does; without it files are named only.
    """
    separator = ""
    async with aclosing(source.conversations(database, conversation_ids)) as conversations:
        async for conversation in conversations:
            yield separator + _head(conversation)
            separator = "\n---\n\n"
            if conversation.leaf_id is None:
                continue
            branch = await source.branch(database, conversation.leaf_id)
            async with aclosing(source.messages(database, conversation.id)) as messages:
                async for seq, message in messages:
                    if seq in branch:
                        files = [await _file(attachment, link) for attachment in message.attachments]
                        yield "\n" + "\n\n".join(_paragraphs(message, files, model_title)) + "\n"


def _head(conversation: Conversation) -> str:
    title = " ".join(conversation.title.split()) or _("Untitled")
    heading = _("System prompt")
    system = f"\n## {heading}\n\n{conversation.system}\n" if conversation.system else ""
    return f"# {title}\n\n*{_moment(conversation.created_at)}*\n{system}"


async def _file(attachment: Attachment, link: Link | None) -> str:
    name = _plain(attachment.name)
    href = await link(attachment) if link else ""
    return f"- [{name}]({href}) · {attachment.size}" if href else f"- {name} · {attachment.size}"


def _paragraphs(
    message: Message, files: Sequence[str], model_title: Callable[[str | None], str]
) -> Iterator[str]:
    yield f"## {_speaker(message, model_title)}"
    if files:
        yield "\n".join(files)
    if message.reasoning:
        yield _quoted(message.reasoning)
    for served in message.service_calls:
        yield from _service_call(served)
    if message.text:
        yield cited_source(message.text, message.citations)
    for call in message.tool_calls:
        yield f"**{call.name}**\n\n{fenced(call.arguments, 'json')}"
    if message.state in ENDINGS:
        yield f"*{_(ENDINGS[message.state])}*"
    if lacking := message.parts.problem if message.parts else None:
        yield f"*{lacking.headline}*"
    if sources := source_blocks(message.citations):
        yield written(sources)


def _service_call(call: ServiceCall) -> Iterator[str]:
    title = f"{call.server}: {call.name}" if call.name else _("Tools of {server}").format(server=call.server)
    yield f"**{_plain(title)}**"
    if call.arguments:
        yield fenced(call.arguments, "json")
    for name, text in ((_("Error"), call.error), (_("Result"), call.output)):
        if text:
            yield f"{name}\n\n{fenced(text)}"


def _plain(text: str) -> str:
    """Return a line of text in which nothing is a mark of Markdown."""
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))


def _speaker(message: Message, model_title: Callable[[str | None], str]) -> str:
    match message.role:
        case "user":
            return _("You")
        case "assistant":
            return model_title(message.model) or _("Answer")
        case "tool":
            return _("Tool result")
        case "system":
            return _("System prompt")


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
