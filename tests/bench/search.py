"""What it takes to find something among a million messages: time, room, and what is found at all."""

import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import apsw

from glmdesk.domain.folding import Needle, fold
from glmdesk.storage.search.query import Query
from glmdesk.storage.search.ranking import ranked
from glmdesk.storage.search.search import Found, Look
from glmdesk.storage.search.tables import MESSAGES, index_new
from glmdesk.storage.sql import execute, scalar, select, transaction
from tests.bench._history import fill, index_all, open_at
from tests.bench._words import texts

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
PAGE = 50
RANKED = 200
TRIES = 200
SLOW_TRIES = 5
INSERTS = 1000
CHINESE = re.compile("[\u4e00-\u9fff]+")
LETTERS = re.compile("[a-z]+")

Finder = Callable[[str], Sequence[object]]
OTHERS = {"FTS5 trigram": "trigram", "FTS5 unicode61": "unicode61"}


def size_of(connection: apsw.Connection, *names: str) -> float:
    """Return the megabytes of tables with such beginnings of names."""
    statement = "SELECT sum(pgsize) FROM dbstat WHERE name GLOB ?"
    return sum(scalar(connection, statement, (f"{name}*",)) or 0 for name in names) / 1e6


def samples(connection: apsw.Connection, cut: Callable[[random.Random, str], str]) -> Iterator[str]:
    """Yield pieces that are cut out of stored texts."""
    dice = random.Random(7)
    while True:
        text = fold(scalar(connection, "SELECT text FROM messages WHERE seq = ?", (dice.randint(1, COUNT),)))
        if piece := cut(dice, text):
            yield piece


def run_of(pattern: re.Pattern[str], length: int) -> Callable[[random.Random, str], str]:
    """Return what cuts a piece of a run of such characters."""

    def cut(dice: random.Random, text: str) -> str:
        runs = [run for run in pattern.findall(text) if len(run) >= length]
        if not runs:
            return ""
        run: str = dice.choice(runs)
        start = dice.randrange(len(run) - length + 1)
        return run[start : start + length]

    return cut


def inside(dice: random.Random, text: str) -> str:
    """Cut a piece out of the inside of a word."""
    words = [word for word in LETTERS.findall(text) if len(word) > 5]
    return str(dice.choice(words))[1:-1] if words else ""


def word(dice: random.Random, text: str) -> str:
    """Cut out a word."""
    words = [found for found in LETTERS.findall(text) if len(found) > 1]
    return str(dice.choice(words)) if words else ""


def phrase(dice: random.Random, text: str) -> str:
    """Cut out three words."""
    words = text.split(" ")
    start = dice.randrange(max(1, len(words) - 3))
    return " ".join(words[start : start + 3]) if len(words) > 4 else ""


KINDS: dict[str, Callable[[random.Random, str], str]] = {
    "1 Chinese character": run_of(CHINESE, 1),
    "2 Chinese characters": run_of(CHINESE, 2),
    "4 Chinese characters": run_of(CHINESE, 4),
    "1 letter": run_of(LETTERS, 1),
    "3 letters": run_of(LETTERS, 3),
    "English word": word,
    "piece inside a word": inside,
    "phrase of 3 words": phrase,
}


def find(connection: apsw.Connection, piece: str, limit: int = PAGE) -> list[Found]:
    """Return the newest messages that hold a piece."""
    look = Look(MESSAGES, Query((Needle(piece),)), limit)
    while not look.is_over:
        look.take_turn(connection)
    return look.found


def find_ranked(connection: apsw.Connection, piece: str) -> Sequence[Found]:
    """Return the best of the newest messages that hold a piece."""
    query = Query((Needle(piece),))
    return ranked(find(connection, piece, RANKED), query)[:PAGE]


def by_like(connection: apsw.Connection, piece: str) -> list[tuple[int]]:
    """Find a piece by looking at all rows."""
    statement = "SELECT seq FROM messages WHERE text LIKE ? ESCAPE '!' ORDER BY seq DESC LIMIT ?"
    escaped = re.sub("([%_!])", r"!\1", piece)
    return list(select(connection, statement, (f"%{escaped}%", PAGE)))


def by_fts(connection: apsw.Connection, table: str, piece: str) -> list[tuple[int]]:
    """Find a piece as one phrase of a common index."""
    statement = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?"
    quoted = piece.replace('"', '""')
    return list(select(connection, statement, (f'"{quoted}"', PAGE)))


def timed(way: Finder, piece: str) -> tuple[float, int]:
    """Return the milliseconds that finding a piece takes, and how much was found."""
    started = time.perf_counter()
    found = way(piece)
    return (time.perf_counter() - started) * 1000, len(found)


def report_finding(connection: apsw.Connection) -> None:
    """Print what finding the newest and the best takes, and what common ways take and find."""
    ways: dict[str, tuple[Finder, int]] = {
        "newest": (partial(find, connection), TRIES),
        "ranked": (partial(find_ranked, connection), TRIES),
        "LIKE": (partial(by_like, connection), SLOW_TRIES),
    }
    for name, table in OTHERS.items():
        ways[name] = (partial(by_fts, connection, table), TRIES)
    print(f"\nthe first {PAGE} of what holds a piece: ms p50, p99, and which share of it is found")
    print(f"  {'':22s} " + " ".join(f"{name:>24s}" for name in ways))
    for kind, cut in KINDS.items():
        line = f"  {kind:22s} "
        for way, tries in ways.values():
            pieces = [piece for piece, _ in zip(samples(connection, cut), range(tries), strict=False)]
            for piece in pieces[:3]:
                way(piece)
            figures = [timed(way, piece) for piece in pieces]
            times = sorted(took for took, _count in figures)
            all_there = sum(len(find(connection, piece)) for piece in pieces)
            share = sum(count for _took, count in figures) / all_there
            line += f" {median(times):8.2f} {times[int(len(times) * 0.99) - 1]:8.2f} {share:6.2f}"
        print(line, flush=True)


def inserting(
    connection: apsw.Connection, name: str, after: Callable[[apsw.Connection], object]
) -> list[float]:
    """Return what it takes to store messages, each in a transaction of its own: milliseconds, in order."""
    insert = """
        INSERT INTO messages (id, conversation_seq, role, created_at, text, state)
        VALUES (?, 1, 'user', 0, ?, 'complete')
    """
    times: list[float] = []
    for number, text in enumerate(texts(INSERTS, seed=2)):
        started = time.perf_counter()
        with transaction(connection):
            execute(connection, insert, (f"{name} {number}", text))
            after(connection)
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)


def report_inserting(connection: apsw.Connection) -> None:
    """Print what it takes to store a message, with what is indexed of it and without."""
    print("\nstoring a message: ms p50, p99")
    ways: dict[str, Callable[[apsw.Connection], object]] = {
        "with the index": index_new,
        "without it": lambda connection: execute(connection, "DELETE FROM search_waiting"),
    }
    for name, after in ways.items():
        times = inserting(connection, name, after)
        print(f"  {name:22s} {median(times):8.2f} {times[int(INSERTS * 0.99)]:8.2f}")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        opened = open_at(Path(folder) / "search.db")
        connection = opened.connection
        fill(connection, COUNT)
        bytes_of_text: int = scalar(connection, "SELECT sum(octet_length(text)) FROM messages")
        started = time.perf_counter()
        index_all(connection)
        took, text_mb = time.perf_counter() - started, bytes_of_text / 1e6
        index_mb = size_of(connection, "search_", "sqlite_autoindex_search")
        print(f"{COUNT} messages, {text_mb:.0f} MB of text; indexed in {took:.0f} s")
        print(f"index {index_mb:.0f} MB: {index_mb / text_mb:.2f} × the text (goal ≤ 1.5)")
        for name, table in OTHERS.items():
            execute(
                connection,
                f"CREATE VIRTUAL TABLE {table} USING fts5 (text, content = '', tokenize = '{table}')",
            )
            execute(connection, f"INSERT INTO {table} (rowid, text) SELECT seq, text FROM messages")
            size = size_of(connection, f"{table}_")
            print(f"{name} {size:.0f} MB: {size / text_mb:.2f} × the text")
        report_finding(connection)
        report_inserting(connection)
        opened.close()


if __name__ == "__main__":
    main()
