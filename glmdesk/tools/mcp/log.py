"""What a server has said beside its answers, and what became of it: the last of it, in memory only."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

_MOST_LINES: Final = 500
_LONGEST_LINE: Final = 2_000
_SHORTEST_SECRET: Final = 6
_BLANK: Final = "•••"


class ServerLog:
    """The last lines of a server, without the values that are kept in the keyring."""

    def __init__(self, redact: Callable[[str], str], changed: Callable[[], None]) -> None:
        self._lines: deque[str] = deque(maxlen=_MOST_LINES)
        self._errors: deque[str] = deque(maxlen=_MOST_LINES)
        self._redact = redact
        self._changed = changed
        self._secrets: tuple[str, ...] = ()

    def hide(self, secrets: Iterable[str]) -> None:
        """Blank these from now on."""
        self._secrets = tuple(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)

    def note(self, words: str) -> None:
        """Keep what became of the server."""
        self._add(f"— {words}")

    def take(self, line: str) -> None:
        """Keep a line of its standard error."""
        self._errors.append(self._add(line))

    def hear(self, words: str) -> None:
        """Keep what it has said of itself in the protocol."""
        self._add(words)

    def begin(self) -> None:
        """Forget what the last run wrote on its standard error, but not what was said."""
        self._errors.clear()

    @property
    def text(self) -> str:
        """All lines, the oldest first."""
        return "\n".join(self._lines)

    def last_errors(self, count: int) -> str:
        """Return the last lines of its standard error that say something."""
        said = [line for line in self._errors if line.strip()]
        return "\n".join(said[-count:])

    def clean(self, line: str) -> str:
        """Return a line without secrets, and without what is not to be seen."""
        for secret in self._secrets:
            line = line.replace(secret, _BLANK)
        return self._redact(
            "".join(letter if letter.isprintable() else " " for letter in line[:_LONGEST_LINE])
        )

    def _add(self, line: str) -> str:
        clean = self.clean(line)
        self._lines.append(f"{datetime.now():%H:%M:%S}  {clean}")  # noqa: DTZ005 - the reader's own clock
        self._changed()
        return clean
