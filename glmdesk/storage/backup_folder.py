"""Which folder is meant by what the settings say."""

from pathlib import Path

from glmdesk.domain.errors import Problem, UsageError
from glmdesk.i18n import N_


def folder_named(text: str, beside: Path) -> Path:
    """Return the folder, whole; one that does not say where it begins is one in `beside`.

    The folder that a program happens to be started in is never meant: it is another one each time.
    """
    return (beside / _expanded(text)).absolute()


def require_whole(text: str) -> str:
    """Return the name of a folder as it was given; none at all will do.

    Raises UsageError for one that does not say where it begins.
    """
    if text and not _expanded(text).is_absolute():
        raise UsageError(
            Problem(
                "folder-not-whole",
                N_("“{folder}” does not say where the folder begins."),
                N_("Write all of it, such as {example}."),
                details={"folder": text, "example": "~/backups"},
            )
        )
    return text


def _expanded(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:  # `~name` of somebody who is not known here
        return Path(text)
