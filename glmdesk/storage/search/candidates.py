"""What the index is asked for a piece of text."""

from typing import Final

import apsw

from glmdesk.storage.search.tokens import Run, joints, pairs, runs
from glmdesk.storage.sql import select

MOST_WORDS: Final = 400
"""What is part of more words than that is in so many texts that a look at them takes less time."""
_FEW_WORDS: Final = 50
"""How many may be asked for where something else says nearly as much."""


def expression(connection: apsw.Connection, piece: str) -> str:
    """Return an FTS5 expression for what may contain a folded piece. It leaves nothing out that does.

    The first and the last word of a piece may be parts of words; what stands between them is whole.
    """
    found = runs(piece)
    needed: list[str] = []
    joined: set[Run] = set()
    for before, after, token in joints(piece, found):
        is_open = (before.start == 0 and len(before.text) == 1) or (
            after.end == len(piece) and len(after.text) == 1
        )
        if not is_open:
            needed.append(_quoted(token))
            joined |= {before, after}
    bare, end = "", 0
    for run in found:
        bare += piece[end : run.start]
        end = run.end
        most = _FEW_WORDS if run in joined else MOST_WORDS
        alternatives = _alternatives(connection, run, piece, most)
        if alternatives:
            needed.append(alternatives)
        elif run not in joined:
            bare += run.text
    bare += piece[end:]
    needed += [_quoted(character) for character in bare if character != " "]
    return " AND ".join(dict.fromkeys(needed))


def _alternatives(connection: apsw.Connection, run: Run, piece: str, most: int) -> str:
    """Return what stands for a run of a piece; nothing where its characters have to do."""
    is_first, is_last = run.start == 0, run.end == len(piece)
    long_ones = _all(run.pairs)
    if not run.is_word:
        return long_ones
    if not is_first and not is_last:
        return _quoted(run.text)
    if len(run.text) == 1:
        return ""
    if not is_first:
        words = _words_beginning(connection, run.text, most)
    else:
        words = _words_with(connection, run.text, most, is_at_end=not is_last)
    if len(words) > most:
        return ""
    # A word of which this is a part may be too long for the dictionary.
    return f"({' OR '.join((*map(_quoted, words), f'({long_ones})'))})"


def _words_with(connection: apsw.Connection, text: str, most: int, *, is_at_end: bool) -> list[str]:
    """Return the words that have a text inside, or at their end; at most one more than `most`."""
    phrase = " ".join((*pairs(text), text[-1]) if is_at_end else pairs(text))
    statement = """
        SELECT word FROM search_words
        WHERE seq IN (SELECT rowid FROM search_pieces WHERE search_pieces MATCH ? LIMIT ?)
    """
    return [word for (word,) in select(connection, statement, (_quoted(phrase), most + 1))]


def _words_beginning(connection: apsw.Connection, text: str, most: int) -> list[str]:
    """Return the words that begin with a text; at most one more than `most`."""
    behind = text[:-1] + chr(ord(text[-1]) + 1)
    statement = "SELECT word FROM search_words WHERE word >= ? AND word < ? LIMIT ?"
    return [word for (word,) in select(connection, statement, (text, behind, most + 1))]


def _all(tokens: list[str]) -> str:
    return " AND ".join(map(_quoted, tokens))


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
