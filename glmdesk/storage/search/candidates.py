"""What the index is asked for a piece of text."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import apsw

from glmdesk.storage.search.tokens import JOINED, LONG, Run, bridges, joints, runs, triples
from glmdesk.storage.sql import select

_MOST_WORDS: Final = 50
"""What is part of more words than that is asked for by its parts: every word costs a look into the index."""


def expression(connection: apsw.Connection, piece: str) -> str:
    """Return an FTS5 expression for what may contain a folded piece. It leaves nothing out that does.

    The first and the last word of a piece may be parts of words; what stands between them is whole.
    """
    found = runs(piece)
    joined: list[str] = []
    said: Counter[Run] = Counter()
    """How many letters of a run are said. Whatever else is asked for is one more long list to walk."""
    bridged: set[Run] = set()
    for before, word, after, token in bridges(piece, found):
        joined.append(f"{_quoted(token)} *" if _is_open_before(before) else _quoted(token))
        bridged.add(word)
        said.update({before: JOINED, word: len(word.text), after: 1})
    for before, after, token in joints(piece, found):
        if after in bridged or _is_open_before(before) or _is_open_after(after, piece):
            # It is said already, or what is beside it in its word belongs to the token too.
            continue
        joined.append(_quoted(token))
        said.update({before: JOINED, after: JOINED})
    # Of three letters two are enough, or nearly.
    unsaid = [run for run in found if len(run.text) > said[run] and not (run.is_part and said[run])]
    words = [_of_run(connection, run, piece) for run in unsaid if len(run.text) > 1]
    # Each of these is in so many texts that it is asked for only where little else is.
    characters = [_quoted(run.text) for run in unsaid if len(run.text) == 1 and run.is_unspaced]
    characters += map(_quoted, _between(piece, found))
    letters = [_quoted(run.text) for run in unsaid if len(run.text) == 1 and not run.is_unspaced]
    asked = joined + words or characters + letters
    if not joined:
        asked += characters
    return " AND ".join(dict.fromkeys(asked))


def _between(piece: str, found: Sequence[Run]) -> str:
    """Return what is in no run, but for spaces."""
    ends = (0, *(run.end for run in found))
    starts = (*(run.start for run in found), len(piece))
    return "".join(piece[end:start] for end, start in zip(ends, starts, strict=True)).replace(" ", "")


def _is_open_before(run: Run) -> bool:
    """Whether more of a word may stand before the only letter that a piece has of it."""
    return run.start == 0 and len(run.text) == 1


def _is_open_after(run: Run, piece: str) -> bool:
    """Whether more of a word may stand behind the only letter that a piece has of it."""
    return run.end == len(piece) and len(run.text) == 1


def _of_run(connection: apsw.Connection, run: Run, piece: str) -> str:
    """Return what stands for a run of a piece."""
    is_first, is_last = run.start == 0, run.end == len(piece)
    by_parts = " AND ".join(map(_quoted, run.parts))
    if run.is_unspaced or run.is_part or run.is_long:
        return by_parts
    if not is_first and not is_last:
        return _quoted(run.text)
    words = (
        _words_with(connection, run.text, is_at_end=not is_last)
        if is_first
        else _words_beginning(connection, run.text)
    )
    if len(words) > _MOST_WORDS:
        return by_parts
    return f"({' OR '.join((*map(_quoted, words), f'({by_parts} AND {_quoted(LONG)})'))})"


def _words_with(connection: apsw.Connection, text: str, *, is_at_end: bool) -> list[str]:
    """Return the words that have a text inside, or at their end; at most one more than are asked for."""
    phrase = " ".join((*triples(text), text[-1]) if is_at_end else triples(text))
    statement = """
        SELECT word FROM search_words
        WHERE seq IN (SELECT rowid FROM search_pieces WHERE search_pieces MATCH ? LIMIT ?)
    """
    return [word for (word,) in select(connection, statement, (_quoted(phrase), _MOST_WORDS + 1))]


def _words_beginning(connection: apsw.Connection, text: str) -> list[str]:
    """Return the words that begin with a text; at most one more than are asked for."""
    behind = text[:-1] + chr(ord(text[-1]) + 1)
    statement = "SELECT word FROM search_words WHERE word >= ? AND word < ? LIMIT ?"
    return [word for (word,) in select(connection, statement, (text, behind, _MOST_WORDS + 1))]


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
