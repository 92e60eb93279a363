"""The user's folder of tools, and which of its files were reviewed: as they were then, beside it."""

import difflib
import errno
import hashlib
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from glmdesk.domain.errors import LocalDataError, Problem, UsageError
from glmdesk.i18n import N_, _
from glmdesk.storage.atomic import replace_text
from glmdesk.storage.whole_file import unwritable
from glmdesk.tools.own.reading import Source, read_source

MOST_FILES: Final = 50
MOST_BYTES: Final = 256 << 10
_FOLDER: Final = "tools"
_REVIEWED: Final = "tools-reviewed"
_EXAMPLE: Final = ("dice.py", "README.md")


class State(StrEnum):
    """Whether a file is in use."""

    ON = "on"
    NEW = "new"
    CHANGED = "changed"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file of the folder.

    Attributes:
        name: What it is called.
        text: What is in it; empty where that cannot be read.
        source: What its functions are, and what is wrong.
        reviewed: What was in it when it was reviewed; None where it never was.
    """

    name: str
    text: str
    source: Source
    reviewed: str | None = None

    @property
    def digest(self) -> str:
        """A SHA-256 of what is in it: what is reviewed is this and nothing else."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def state(self) -> State:
        """Whether it is in use."""
        if not self.source.functions:
            return State.UNUSABLE
        if self.reviewed is None:
            return State.NEW
        return State.ON if self.reviewed == self.text else State.CHANGED

    @property
    def difference(self) -> str:
        """What has changed since it was reviewed, as `diff -u` shows it; empty where nothing has."""
        if self.reviewed is None or self.reviewed == self.text:
            return ""
        before, after = (text.splitlines() for text in (self.reviewed, self.text))
        lines = difflib.unified_diff(before, after, _("reviewed"), _("now"), lineterm="")
        # What differs in the ends of lines alone has no lines that differ.
        return "\n".join(lines) or _("Only the ends of lines have changed.")


class Folder:
    """Files of the user. Everything here takes as long as the disk does, and raises LocalDataError."""

    def __init__(self, data: Path, examples: Path) -> None:
        """`data` is the folder of the program's data, `examples` holds what is in a new folder of tools."""
        self.path = data / _FOLDER
        self._reviewed = data / _REVIEWED
        self._examples = examples

    def prepare(self) -> None:
        """Make the folder, with an example and what there is to know about it; one that is there stays."""
        if self.path.exists():
            return
        for name in _EXAMPLE:
            self._write(self.path / name, (self._examples / name).read_text(encoding="utf-8"))

    def files(self) -> tuple[OwnFile, ...]:
        """Return the files, in the order of their names."""
        try:
            paths = sorted(path for path in self.path.glob("*.py") if path.is_file())
        except OSError as error:
            raise LocalDataError(_unreadable(self.path, error)) from error
        return tuple(map(self._file, paths[:MOST_FILES]))

    def review(self, name: str, digest: str) -> None:
        """Let a file be used as it is now, if that is what was seen. Raises UsageError if it is not."""
        for file in self.files():
            if file.name == name and file.digest == digest and file.source.functions:
                self._write(self._reviewed / name, file.text)
                return
        raise UsageError(
            Problem(
                "tools-changed",
                N_("“{name}” has changed while it was reviewed."),
                N_("Review it again; it is not used until then."),
                details={"name": name},
            )
        )

    def forget(self, name: str) -> None:
        """Let a file not be used any more."""
        try:
            (self._reviewed / Path(name).name).unlink(missing_ok=True)
        except OSError as error:
            raise LocalDataError(unwritable(self._reviewed, error.strerror or str(error))) from error

    def _file(self, path: Path) -> OwnFile:
        try:
            text = _text(path)
        except ValueError:
            return OwnFile(path.name, "", Source(problems=(_("It is no text in UTF-8."),)))
        except OSError as error:
            reason = error.strerror or str(error)
            words = _("It cannot be read: {reason}.").format(reason=reason)
            return OwnFile(path.name, "", Source(problems=(words,)))
        return OwnFile(path.name, text, read_source(text), self._reviewed_text(path.name))

    def _reviewed_text(self, name: str) -> str | None:
        try:
            return _text(self._reviewed / name)
        except (OSError, ValueError):
            return None

    def _write(self, path: Path, text: str) -> None:
        try:
            replace_text(path, text)
        except OSError as error:
            raise LocalDataError(unwritable(path, error.strerror or str(error))) from error


def _text(path: Path) -> str:
    """Return what is in a file. Raises OSError, for one that is too large too, and ValueError for no text."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    # Ends of lines stay as they are: what is reviewed is every byte.
    return content.decode()


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(
        "tools-unreadable",
        N_("{path} could not be read: {reason}."),
        N_("Your own tools are missing until this is mended."),
        details={"path": str(path), "reason": error.strerror or str(error)},
    )
