"""The question of a command: its words, what was piped in, and the files that go with it."""

import locale
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from glmdesk.chat.attached import Content, content_of
from glmdesk.chat.json_schema import faults_of_schema
from glmdesk.cli.options import Options
from glmdesk.cli.streams import piped_input
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import Problem, UsageError
from glmdesk.domain.request import PromptImage
from glmdesk.i18n import N_
from glmdesk.storage.attachments import unreadable


@dataclass(frozen=True, slots=True)
class AskedFile:
    """A file that goes with a question: what is said of it, what is in it, and what a model reads of that."""

    attachment: Attachment
    content: bytes
    read: Content

    @property
    def is_image(self) -> bool:
        """Whether it is one."""
        return isinstance(self.read, PromptImage)


@dataclass(frozen=True, slots=True)
class Question:
    """The words of a question, empty where there are files alone, and its files."""

    text: str
    files: Sequence[AskedFile]
    reader: str | None = None
    """The model that reads the files part by part; empty: the one that answers; None: they are sent whole."""

    @property
    def draft(self) -> Draft:
        """It as it is stored."""
        return Draft(self.text, tuple(file.attachment for file in self.files), self.reader)


def question_of(options: Options) -> Question:
    """Return the whole question. Waits for the end of what is piped in.

    Raises UsageError when there is none, and for a file that cannot be read.
    """
    parts = [options.text, decoded(piped_input(), "stdin")]
    question = Question(
        "\n\n".join(part for part in parts if part.strip()),
        list(map(_file, options.files)),
        options.parts_model if options.reads_parts else None,
    )
    if not question.draft:
        raise UsageError(
            Problem(
                "no-question",
                N_("There is no question."),
                N_("Write it behind the command, as in {example}, or pipe it in."),
                details={"example": 'glmdesk ask "…"'},
            )
        )
    return question


def schema_of(options: Options) -> str | None:
    """Return the JSON Schema that the answer has to fit; None where it need not be JSON.

    Raises UsageError for a file that holds none.
    """
    if options.json_schema is None:
        return None
    word = options.json_schema
    text = decoded(_content(word), word)
    if faults := faults_of_schema(text):
        raise UsageError(
            Problem(
                "no-schema",
                N_("“{name}” is not a JSON Schema: {fault}"),
                N_("Mend the file, or give another one."),
                details={"name": word, "fault": faults[0].words},
            )
        )
    return text.strip()


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


def _file(word: str) -> AskedFile:
    path, content = Path(word), _content(word)
    # A name with its folders would tell how those are called here.
    return AskedFile(Attachment.of(path.name, content), content, content_of(word, content))


def _content(word: str) -> bytes:
    try:
        return Path(word).read_bytes()
    except OSError as error:
        raise UsageError(unreadable(word, error.strerror or str(error))) from error
