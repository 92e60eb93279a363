"""Conversations as a text in one of the formats."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Literal

from glmdesk.export.assets import Assets
from glmdesk.export.html import export_html
from glmdesk.export.markdown import Link, export_markdown
from glmdesk.storage.database import Database
from glmdesk.storage.transfer.jsonl import export_jsonl
from glmdesk.storage.whole_file import whole_file

TextFormat = Literal["jsonl", "html", "md"]


def export_text(
    database: Database,
    conversation_ids: Sequence[str] | None,
    form: TextFormat,
    *,
    model_title: Callable[[str | None], str],
    link: Link | None = None,
) -> AsyncGenerator[str, None]:
    """Yield these conversations, or all, piece by piece. Unknown ids are passed over.

    `model_title` says what a model is called (`Catalog.title`); `link` puts the files of messages where
    Markdown can lead to them, the other formats hold them.
    """
    match form:
        case "jsonl":
            return export_jsonl(database, conversation_ids)
        case "html":
            return export_html(database, conversation_ids, model_title=model_title)
        case "md":
            return export_markdown(database, conversation_ids, model_title=model_title, link=link)


async def write_text(
    database: Database,
    conversation_ids: Sequence[str] | None,
    form: TextFormat,
    path: Path,
    *,
    model_title: Callable[[str | None], str],
    is_private: bool = False,
) -> None:
    """Write what `export_text` yields into a file, whole or not at all. Raises LocalDataError.

    Files of messages are put beside Markdown, in a folder with its name.
    """
    assets = Assets(database, path, is_private=is_private)
    pieces = export_text(database, conversation_ids, form, model_title=model_title, link=assets.link)
    with whole_file(path, is_private=is_private) as write:
        async with aclosing(pieces) as texts:
            async for text in texts:
                write(text)
