"""What the index is asked for a piece of text."""

from collections import Counter
from typing import Final

import apsw

from glmdesk.storage.search.tokens import JOINED, LONG, Run, joints, runs, triples
from glmdesk.storage.sql import select

_MOST_WORDS: Final = 50
"""What is part of more words than that is asked for by its parts: every word costs a look into the index."""


def expression(connection: apsw.Connection, piece: str) -> str:
    """Return an FTS5 expression for what may contain a folded piece. It leaves nothing out that does.

    The first and the last word of a piece may be parts of words; what stands between them is whole.
    """
    found = runs(piece)
    needed: list[str] = []
    said: Counter[Run] = Counter()
    """How many letters of a run its joints say. Whatever else is asked for is one more long list to walk."""
    for before, after, token in joints(piece, found):
        if before.start == 0 and len(before.text) == 1:
            # What is before it in its word belongs to the token too.
            continue
        is_begun = after.end == len(piece) and len(after.text) == 1
        needed.append(f"{_quoted(token)} *" if is_begun else _quoted(token))
        said.update({before: JOINED, after: JOINED})
    end = 0
    for run in found:
        needed += map(_quoted, piece[end : run.start].replace(" ", ""))
        end = run.end
        # Of three letters two are enough, or nearly.
        is_said = len(run.text) <= said[run] or (run.is_part and said[run] > 0)
        if not is_said:
            needed.append(_of_run(connection, run, piece))
    needed += map(_quoted, piece[end:].replace(" ", ""))
    return " AND ".join(dict.fromkeys(needed))


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
