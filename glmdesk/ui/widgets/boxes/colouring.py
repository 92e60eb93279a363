"""The colours of finished code, found line by line as far as somebody wants to see them."""

import time
from collections.abc import Iterator

from glmdesk.render.highlight import Line, is_loaded, iter_lines


class Colouring:
    """Colours for a text in a language, which may be unknown."""

    def __init__(self) -> None:
        self.language = ""
        self._code = ""
        self._found: list[Line] = []
        self._wanted = 0
        self._rest: Iterator[Line] | None = None
        self._is_over = True

    def become(self, code: str, language: str) -> None:
        """Colour another text; without a language none."""
        self.language = language
        self._code = code
        self._found = []
        self._wanted = 0
        self._rest = None
        self._is_over = not code or not language

    def want(self, first: int, count: int) -> list[Line] | None:
        """Return some lines with their colours, or None where they are not found yet: then they are due."""
        if len(self._found) >= first + count:
            return self._found[first : first + count]
        if not self._is_over:
            self._wanted = max(self._wanted, first + count)
        return None

    @property
    def is_due(self) -> bool:
        """Whether somebody wants lines that have no colours yet."""
        return self._wanted > len(self._found) and not self._is_over

    @property
    def is_ready(self) -> bool:
        """Whether what the language needs is loaded."""
        return is_loaded(self.language)

    def go_on(self, until: float) -> bool:
        """Colour what is due, up to a time of `time.perf_counter`. Return whether there are new colours."""
        before = len(self._found)
        if self._rest is None:
            self._rest = iter_lines(self._code, self.language)
            self._is_over = self._rest is None
        while self.is_due and self._rest is not None:
            line = next(self._rest, None)
            if line is None:
                self._is_over = True
                break
            self._found.append(line)
            if time.perf_counter() >= until:
                break
        return len(self._found) > before
