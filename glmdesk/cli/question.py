"""The question of a command: its words, what was piped in, and the files that go with it."""

import locale
import re
from pathlib import Path

from glmdesk.cli.options import Options
from glmdesk.cli.streams import piped_input
from glmdesk.domain.errors import Problem, UsageError
from glmdesk.i18n import N_

_BACKTICKS = re.compile("`{3,}")


def question_of(options: Options) -> str:
    """Return the whole question. Waits for the end of what is piped in.

    Raises UsageError when there is none, and for a file that cannot be read as text.
    """
    parts = [options.text, decoded(piped_input(), "stdin"), *map(_quoted_file, options.files)]
    question = "\n\n".join(part for part in parts if part.strip())
    if not question:
        raise UsageError(
            Problem(
                "no-question",
                N_("There is no question."),
                N_("Write it behind the command, as in {example}, or pipe it in."),
                details={"example": 'glmdesk ask "…"'},
            )
        )
    return question


def decoded(content: bytes, name: str) -> str:
    """Return bytes as text: UTF-8, or else what the locale of the system says.

    Raises UsageError, which calls them by `name`, for what is no text.
    """
    for encoding in ("utf-8-sig", locale.getencoding()):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UsageError(
        Problem(
            "not-text",
            N_("“{name}” is not a text."),
            N_("Give a text in UTF-8."),
            details={"name": name},
        )
    )


def _quoted_file(word: str) -> str:
    """Return a file as a block of Markdown. A name from the root would tell how folders are called here."""
    path = Path(word)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            Problem(
                "file-unreadable",
                N_("“{name}” cannot be read: {reason}."),
                N_("Check the name of the file."),
                details={"name": word, "reason": error.strerror or str(error)},
            )
        ) from error
    text = decoded(content, word).rstrip("\n")
    name = path.name if path.is_absolute() else word
    fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(text)), default=0))
    return f"{name.encode(errors='replace').decode()}:\n\n{fence}\n{text}\n{fence}"
