"""Conversations as a text in one of the formats."""

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Literal

from glmdesk.export.html import export_html
from glmdesk.storage.database import Database
from glmdesk.storage.transfer.jsonl import export_jsonl
from glmdesk.storage.transfer.markdown import export_markdown

TextFormat = Literal["jsonl", "html", "md"]


def export_text(
    database: Database,
    conversation_ids: Sequence[str] | None,
    form: TextFormat,
    *,
    model_title: Callable[[str | None], str],
) -> AsyncGenerator[str, None]:
    """Yield these conversations, or all, piece by piece. Unknown ids are passed over.

    `model_title` says what a model is called (`Catalog.title`).
    """
    match form:
        case "jsonl":
            return export_jsonl(database, conversation_ids)
        case "html":
            return export_html(database, conversation_ids, model_title=model_title)
        case "md":
            return export_markdown(database, conversation_ids, model_title=model_title)
