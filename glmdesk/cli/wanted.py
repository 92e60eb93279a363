"""What the words want of a window, whichever process has it."""

import os
import sys

from glmdesk.cli.options import Options
from glmdesk.desktop.instance import InstanceCommand

TYPE_CHECKING = False  # type checkers know the name; importing it from `typing` would cost the time it saves
if TYPE_CHECKING:
    from collections.abc import Mapping


def wanted(options: Options, environ: "Mapping[str, str]" = os.environ) -> InstanceCommand:
    """Return it. Waits for the end of what is piped in.

    Raises UsageError for a file that cannot be read, and for a question without a word.
    """
    token = environ.get("XDG_ACTIVATION_TOKEN") or environ.get("DESKTOP_STARTUP_ID", "")
    if options.command == "ask":
        from glmdesk.cli.question import question_of  # noqa: PLC0415 - it reads documents
        from glmdesk.cli.streams import open_missing_streams  # noqa: PLC0415

        open_missing_streams()
        question = question_of(options)
        command = InstanceCommand("ask", question.text, model=options.model, system=options.system)
    elif options.is_quick:
        command = InstanceCommand("quick", _with_piped(options.text))
    elif options.is_hidden:
        command = InstanceCommand("hidden")
    else:
        command = InstanceCommand("open" if options.files else "raise")
        _require_readable(options)
    # The window works in another folder.
    files = tuple(os.path.abspath(file) for file in options.files)  # noqa: PTH100 - links stay as they are
    return command._replace(files=files, activation_token=token)


def _with_piped(text: str) -> str:
    if sys.stdin is None or sys.stdin.isatty():
        return text
    from glmdesk.cli.streams import piped_input  # noqa: PLC0415 - for what is piped in

    piped = piped_input()
    if not piped:
        return text
    from glmdesk.cli.question import decoded  # noqa: PLC0415 - it loads the readers of documents

    return "\n\n".join(part for part in (text, decoded(piped, "stdin")) if part.strip())


def _require_readable(options: Options) -> None:
    for file in options.files:
        try:
            with open(file, "rb"):  # noqa: PTH123 - as it was given
                pass
        except OSError as error:
            from glmdesk.domain.errors import UsageError  # noqa: PLC0415 - for who mistyped
            from glmdesk.storage.attachments import unreadable  # noqa: PLC0415

            raise UsageError(unreadable(file, error.strerror or str(error))) from error
