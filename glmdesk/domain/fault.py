"""One thing that is wrong with a text, and where."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from glmdesk.i18n import N_, _

_FIELD = re.compile(r"\{([a-z]\w*)\}")
_IN_LINE: Final = N_("line {line}, column {column}: {what}")


def filled(text: str, details: Mapping[str, str]) -> str:
    """Return a text with its fields filled in.

    A stored one may be of another version, with fields that this one does not know, or with braces that are
    none.
    """
    return _FIELD.sub(lambda field: details.get(field[1], "…"), text)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text, or with a value in it, in words that can be stored and translated again.

    Attributes:
        path: Where, as `path_text` writes it; empty for the whole.
        what: English, marked with `N_`; `{name}` stands for an entry of `details`.
        details: What is filled in.
        line, column: Where in the text, from 1, if it cannot be read; else 0.
    """

    path: str
    what: str
    details: Mapping[str, str] = field(default_factory=dict[str, str])
    line: int = 0
    column: int = 0

    @property
    def words(self) -> str:
        """Where and what, in the current language."""
        return self._placed(filled(_(self.what), self.details))

    @property
    def english(self) -> str:
        """The same for a model."""
        return self._placed(filled(self.what, self.details), is_english=True)

    def _placed(self, words: str, *, is_english: bool = False) -> str:
        if self.line:
            place = "line {line}, column {column}: {what}" if is_english else _(_IN_LINE)
            return place.format(line=self.line, column=self.column, what=words)
        return f"{self.path}: {words}" if self.path else words
