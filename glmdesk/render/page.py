"""Conversations as one page of HTML that anybody can read: nothing in it is run, and nothing is fetched.

Formulas are MathML, which browsers know. What is shown of a message is what the window shows.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.errors import ImageNotLoaded
from glmdesk.domain.image import recognised
from glmdesk.domain.message import ENDINGS, Message
from glmdesk.i18n import _
from glmdesk.markup import escape
from glmdesk.render.rich_text import rich_text, written_line
from glmdesk.render.shown import shown_blocks

# A page that is opened years later must not ask anybody for anything.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE: Final = """
body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #1d2129;
  background: #fff; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
header, .time { color: #5c6370; font-size: .85rem; }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 0 0 .25rem; }
section + section { margin-top: 4rem; border-top: 1px solid #d8dbe0; padding-top: 2rem; }
article { margin: 1.75rem 0; overflow-wrap: anywhere; }
article > header b { color: #1d2129; }
.user > div { background: #f1f3f8; border-radius: 12px; padding: .1rem 1rem; }
pre { border-radius: 8px; overflow-x: auto; }
details { color: #5c6370; }
img { max-width: 100%; }
table { display: block; overflow-x: auto; }
.note { color: #8a5a00; }
@media print { body { margin: 0; max-width: none; } article { break-inside: avoid-page; } }
"""


def page_start(title: str) -> str:
    """Return what stands before the first conversation."""
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )


PAGE_END: Final = "</body>\n</html>\n"
"""What stands after the last conversation."""


def conversation_start(title: str, at: datetime, system: str) -> str:
    """Return what stands before the first message of a conversation."""
    name = " ".join(title.split()) or _("Untitled")
    told = _folded(_("System prompt"), system)
    return f"<section>\n<header>\n<h1>{escape(name)}</h1>\n{_moment(at)}\n</header>\n{told}"


CONVERSATION_END: Final = "</section>\n"
"""What stands after the last message of a conversation."""


def message_start(message: Message, model_title: Callable[[str | None], str]) -> str:
    """Return the beginning of a message, after which its files come."""
    is_user = message.role == "user"
    speaker = _("You") if is_user else model_title(message.model) or _("Answer")
    thought = _folded(_("Reasoning"), message.reasoning)
    return (
        f'<article class="{"user" if is_user else "answer"}">\n'
        f"<header><b>{escape(speaker)}</b> · {_moment(message.created_at)}</header>\n{thought}<div>\n"
    )


def around_file(attachment: Attachment, beginning: bytes) -> tuple[str, str]:
    """Return what stands before and after the content of a file in base64; `beginning` is that of it.

    Images are shown, and anything can be saved.
    """
    name, size = escape(attachment.name), escape(attachment.size)
    try:
        kind = recognised(beginning).format
    except ImageNotLoaded:
        return (
            f'<p><a download="{name}" href="data:application/octet-stream;base64,',
            f'">{name}</a> · {size}</p>\n',
        )
    return f'<p><img alt="{name}" src="data:image/{kind};base64,', f'"><br>{name} · {size}</p>\n'


def lost_file(attachment: Attachment) -> str:
    """Return what stands for a file that is not there any more."""
    return f"<p>{escape(attachment.name)} · {attachment.size}</p>\n"


def message_rest(message: Message, results: Iterable[Message] = ()) -> str:
    """Return a message from its words on. The results are what tools answered to its calls."""
    how = _(ENDINGS.get(message.state, ""))
    ended = f'<p class="note">{escape(how)}</p>\n' if how else ""
    said = replace(message, attachments=(), reasoning="", cut=None)
    blocks = shown_blocks(said, is_source=False, results=results)
    return f"{rich_text(blocks)}\n</div>\n{ended}</article>\n"


def _folded(summary: str, text: str) -> str:
    """Return a text behind its summary; nothing for none."""
    if not text:
        return ""
    return f"<details><summary>{escape(summary)}</summary><p>{written_line(text)}</p></details>\n"


def _moment(at: datetime) -> str:
    local = at.astimezone()
    return (
        f'<time class="time" datetime="{local.isoformat(timespec="seconds")}">{local:%Y-%m-%d %H:%M}</time>'
    )
