"""Finding any piece of any text, as a look at all of them would."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import apsw
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glmdesk.domain.errors import UsageError
from glmdesk.domain.folding import Folded, Needle, fold
from glmdesk.domain.message import Message, State
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.journal import AnswerWriter
from glmdesk.storage.migrations import STEPS
from glmdesk.storage.search.query import Query, parse_query
from glmdesk.storage.search.ranking import ranked
from glmdesk.storage.search.search import Found, Look, Search
from glmdesk.storage.search.tables import MESSAGES, index_waiting
from glmdesk.storage.sql import execute, scalar
from tests.storage.examples import NOON, answer, conversation, exchange, question, write_old_messages

pytestmark = pytest.mark.anyio

TEXTS = (
    "Hello world, the quick brown fox",
    "人工智能部署在服务器上，模型很好。",
    "GLM模型 uses foo(bar) -> baz_qux != 0x1F",
    "Café au lait, naïve façade, Ångström",
    "ﬁne print ＦＵＬＬ　ｗｉｄｔｈ ①②③ ㎏ ½",
    "カタカナ ｶﾞｷﾞｸﾞ ひらがな が か",
    "안녕하세요 세계 한국어",
    "😀👨‍👩‍👧 emoji 🇨🇳 👍🏽",
    "x" * 100 + "yz" + "1234567890abcdef" * 5,
    "line one\nline two\n\n  indented\ttab",
    "Straße STRASSE İstanbul ΣΊΣΥΦΟΣ ς",
    "สวัสดีชาวโลก ภาษาไทย",
    "مرحبا بالعالم שלום",
    "𠮷野家 𪚥 扩展",
    "a b c d e",
    "that is what the other brother bothers",
    "I was at an inn, hi the is it's in a 北 of the 京 to us",
    "",
    "```python\nprint('x')\n```",
    "| a | b |\n| - | - |\n| 1 | 2 |",
)


def by_eye(texts: list[str], pieces: list[str]) -> set[int]:
    """Return which texts hold all pieces."""
    return {number for number, text in enumerate(texts) if all(fold(piece) in fold(text) for piece in pieces)}


FILLER = ["."] * 300
"""As many as are looked at before the index is asked."""


def indexed(texts: list[str]) -> apsw.Connection:
    """Return a database in which these texts are numbered from 0 on, before many others."""
    connection = apsw.Connection(":memory:")
    for step in STEPS:
        step(connection)
    execute(
        connection,
        "INSERT INTO conversations (id, title, created_at, updated_at, model) VALUES ('c', 'T', 0, 0, 'm')",
    )
    insert = """
        INSERT INTO messages (seq, id, conversation_seq, role, created_at, text, state)
        VALUES (?, ?, 1, 'user', 0, ?, 'complete')
    """
    for number, text in enumerate([*texts, *FILLER]):
        execute(connection, insert, (number, str(number), text))
    index_waiting(connection, 1000.0)
    return connection


def found_in(connection: apsw.Connection, query: Query, limit: int = 1000) -> list[int]:
    look = Look(MESSAGES, query, limit)
    while not look.is_over:
        look.take_turn(connection)
    return [int(found.message_id or -1) for found in look.found]


@pytest.fixture(scope="module")
def known() -> Iterator[apsw.Connection]:
    with closing(indexed(list(TEXTS))) as connection:
        yield connection


PIECES = {
    text[start : start + length] for text in TEXTS for length in range(1, 9) for start in range(len(text))
}


def test_every_piece_of_every_text_is_found_where_it_is_and_nowhere_else(known: apsw.Connection) -> None:
    for needle in filter(None, map(Needle, PIECES)):
        there = {*found_in(known, Query((needle,)))} - set(range(len(TEXTS), 1000))
        assert there == by_eye([*TEXTS], [needle.folded]), needle.folded


@pytest.mark.parametrize("most", [0, 2])
def test_it_makes_no_difference_how_many_words_may_hold_a_piece(
    known: apsw.Connection, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("glmdesk.storage.search.candidates._MOST_WORDS", most)
    test_every_piece_of_every_text_is_found_where_it_is_and_nowhere_else(known)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_search_finds_what_a_look_at_all_texts_finds(data: st.DataObject) -> None:
    alphabet = st.sampled_from("ab 北京のｱﾞé\u0301\u00e9ßI.-_\n😀1٣ก가\u1100\u1161𠮷")
    texts = data.draw(st.lists(st.text(alphabet, max_size=50), min_size=1, max_size=8))
    with closing(indexed(texts)) as connection:
        for _ in range(5):
            text = data.draw(st.sampled_from(texts))
            start = data.draw(st.integers(0, max(0, len(text) - 1)))
            piece = text[start : start + data.draw(st.integers(1, 8))]
            needles = tuple(filter(None, (Needle(piece), Needle(data.draw(st.text(alphabet, max_size=2))))))
            if needles:
                pieces = [needle.folded for needle in needles]
                there = {*found_in(connection, Query(needles))} - set(range(len(texts), 1000))
                assert there == by_eye(texts, pieces), pieces


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_search_finds_phrases_that_a_look_at_all_texts_finds(data: st.DataObject) -> None:
    words = st.sampled_from(["a", "i", "hi", "the", "then", "of", "isn't", "北", "北京", "ﬁ", "(in)"])
    texts = data.draw(st.lists(st.lists(words, max_size=9).map(" ".join), min_size=2, max_size=8))
    with closing(indexed(texts)) as connection:
        for _ in range(5):
            text = data.draw(st.sampled_from(texts))
            start = data.draw(st.integers(0, max(0, len(text) - 1)))
            needles = tuple(filter(None, [Needle(text[start : start + data.draw(st.integers(3, 16))])]))
            there = {*found_in(connection, Query(needles))} - set(range(len(texts), 1000))
            pieces = [needle.folded for needle in needles]
            assert there == (by_eye(texts, pieces) if pieces else set()), pieces


@given(st.text(), st.text(max_size=8))
@example("か\u3099", "か")
@example("one‗two", "one two")
def test_a_needle_is_where_its_folded_text_is(text: str, piece: str) -> None:
    for needle in filter(None, (Needle(piece), Needle(text[1:4]), Needle(text[-3:]))):
        assert needle.is_in(text) == (needle.folded in fold(text))


@pytest.mark.parametrize(
    ("looked_for", "text"),
    [
        ("CAFE", "Café"),
        ("café", "CAFÉ"),
        ("naive", "naïve"),
        ("ｇｌｍ", "GLM"),
        ("ガギ", "ｶﾞｷﾞ"),
        ("strasse", "Straße"),
        ("1/2", "½".replace("\u2044", "/")),
        ("a b", "a \n b"),
        ("，", ","),
    ],
)
def test_what_counts_as_the_same(looked_for: str, text: str) -> None:
    assert Needle(looked_for).is_in(text) == (looked_for != "1/2")


@pytest.mark.parametrize(
    ("one", "other"), [("か", "が"), ("й", "ж"), ("北", "匕"), ("o", "0"), ("é ≠", "é =")]
)
def test_what_does_not(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
@example("´≠")
def test_where_folded_characters_come_from(text: str) -> None:
    folded = Folded.of(text)

    assert len(folded.places) == len(folded.text) + 1
    assert list(folded.places) == sorted(folded.places)
    assert folded.places[-1] == len(text)
    assert " ".join(folded.text.split()) == fold(text)


# What is asked for.


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("   ", []),
        ("plan", ["plan"]),
        ("Risk  REPORT", ["risk", "report"]),
        ('"risk report" plan', ["risk report", "plan"]),
        ("“风险 报告”", ["风险 报告"]),
        ('"not closed', ["not closed"]),
        ('""', []),
        ("http://a.b note: x role :", ["http://a.b", "note:", "x", "role", ":"]),
    ],
)
def test_words_and_phrases(line: str, words: list[str]) -> None:
    assert [needle.folded for needle in parse_query(line).needles] == words


def test_filters() -> None:
    query = parse_query('role:我 Model:"GLM-4 Plus" model:air in:标题 has:code has:TABLE 计划')

    assert [needle.folded for needle in query.needles] == ["计划"]
    assert query.models == ("glm-4 plus", "air")
    assert query.role == "user"
    assert query.is_title
    assert query.features == frozenset(("code", "table"))


@pytest.mark.parametrize(
    ("value", "moment"), [("2026", (2026, 1, 1)), ("2026-05", (2026, 5, 1)), ("2026-05-31", (2026, 5, 31))]
)
def test_a_date_is_when_it_begins_here(value: str, moment: tuple[int, int, int]) -> None:
    query = parse_query(f"before:{value} after:{value}")

    assert query.before == query.after == datetime(*moment).astimezone()


@pytest.mark.parametrize("line", ["before:soon", "after:2026-13", "role:nobody", "in:text", "has:love"])
def test_a_filter_that_means_nothing_says_what_would(line: str) -> None:
    with pytest.raises(UsageError, match=line) as raised:
        parse_query(f"words {line}")

    assert line.partition(":")[0] in raised.value.problem.remedy or "day" in raised.value.problem.remedy


# In a database.


async def texts_found(database: Database, line: str, limit: int = 1000) -> list[str]:
    return [found.text for found in await Search(database).messages(parse_query(line), limit)]


async def fill(database: Database, *texts: str) -> list[Message]:
    """Store an answer for each text, with many others after them."""
    of = conversation()
    chain = [question(of, "ask")]
    for text in (*texts, *FILLER):
        chain.append(answer(chain[-1], text, state=State.COMPLETE))
    await Conversations(database).create(of, *chain)
    return chain[1 : len(texts) + 1]


async def test_what_was_written_last_comes_first_and_no_more_than_wanted(database: Database) -> None:
    await fill(database, *(f"word {number}" for number in range(5)))

    assert await texts_found(database, "word") == [f"word {number}" for number in (4, 3, 2, 1, 0)]
    assert await texts_found(database, "word", 2) == ["word 4", "word 3"]
    assert await texts_found(database, "wor 3") == ["word 3"]
    assert await texts_found(database, "") == []


async def test_all_that_is_known_of_what_was_found_is_told(database: Database) -> None:
    stored = await fill(database, "something 特别")
    (found,) = await Search(database).messages(parse_query("特别"), 9)

    assert found == Found(
        stored[0].conversation_id, "标题", stored[0].id, "assistant", "something 特别", NOON
    )


async def test_filters_apply_to_messages(database: Database) -> None:
    await fill(database, "```\ncode\n```", "| a | b |\n|---|---|\n", "plain text")

    assert await texts_found(database, "has:code") == ["```\ncode\n```"]
    assert await texts_found(database, "has:table") == ["| a | b |\n|---|---|\n"]
    assert await texts_found(database, "role:user") == ["ask"]
    assert await texts_found(database, "role:assistant plain") == ["plain text"]
    assert await texts_found(database, "model:PLUS plain") == ["plain text"]
    assert await texts_found(database, "model:air plain") == []
    assert await texts_found(database, "plain before:2026") == []
    assert await texts_found(database, "plain after:2026-01 before:2026-03") == ["plain text"]


async def test_titles_are_found_until_they_change(database: Database) -> None:
    store, search = Conversations(database), Search(database)
    for number in range(100):
        await store.create(conversation(f"Number {number}"))
    of = conversation("风险报告 Risk")
    await store.create(of)

    async def titles(line: str) -> list[str]:
        return [found.title for found in await search.titles(parse_query(line), 9)]

    assert await titles("险报") == await titles("in:title risk") == ["风险报告 Risk"]
    assert await titles("number 17") == ["Number 17"]
    assert await titles("role:user risk") == []
    await store.update(of.id, title="Other")
    assert await titles("险报") == []
    assert await titles("other") == ["Other"]
    await store.delete([of.id], NOON)
    assert await titles("other") == []


async def test_what_is_deleted_is_not_found_until_it_is_back(database: Database) -> None:
    store = Conversations(database)
    (stored,) = await fill(database, "secret plan")
    await store.delete_message(stored.id, NOON, leaf_id=stored.parent_id)
    assert await texts_found(database, "secret") == []
    await store.restore_message(stored.id, leaf_id=None)
    assert await texts_found(database, "secret") == ["secret plan"]
    await store.delete([stored.conversation_id], NOON)
    assert await texts_found(database, "secret") == []
    await store.restore([stored.conversation_id])
    assert await texts_found(database, "secret") == ["secret plan"]


async def test_nothing_is_left_in_the_index_of_what_was_purged(database: Database) -> None:
    (stored,) = await fill(database, "secret plan")
    await Conversations(database).delete([stored.conversation_id], NOON)
    await Conversations(database).purge(NOON + timedelta(seconds=1))
    statement = "SELECT count(*) FROM search_messages WHERE search_messages MATCH 'secret'"

    assert await database.read(lambda connection: scalar(connection, statement)) == 0


async def test_an_answer_is_found_when_it_is_finished(database: Database) -> None:
    answered = await exchange(Conversations(database), conversation())
    writer = AnswerWriter(database, answered.id)
    await writer.finish(replace(answered, text="the whole answer", state=State.COMPLETE))
    await fill(database)

    assert await texts_found(database, "whole") == ["the whole answer"]


async def test_what_is_not_indexed_yet_is_found_all_the_same(path: Path) -> None:
    async with Database(path, steps=STEPS[:3]) as database:
        await database.write(write_old_messages)
    async with Database(path) as database:
        search = Search(database)
        waiting = await search.waiting()
        assert waiting == 202
        before = await texts_found(database, "old text 7")
        while await search.index_some():
            pass
        assert await search.waiting() == 0
        assert await texts_found(database, "old text 7") == before
        assert len(before) == len([number for number in range(200) if "7" in str(number)])
        assert [found.title for found in await search.titles(parse_query("title"), 9)] == ["Old title"]


async def test_an_index_of_another_version_is_made_anew(database: Database) -> None:
    await fill(database, "something")
    older = """
        UPDATE search_version SET number = 0;
        INSERT INTO search_messages (search_messages, rank) VALUES ('usermerge', 4);
    """
    await database.write(lambda connection: execute(connection, older))
    search = Search(database)
    assert await search.waiting() == len(FILLER) + 3
    await fill(database, "something else")
    while await search.index_some():
        pass

    assert await texts_found(database, "something") == ["something else", "something"]
    assert await search.waiting() == 0
    pages = "SELECT v FROM search_messages_config WHERE k = 'usermerge'"
    assert await database.read(lambda connection: scalar(connection, pages)) == 2


async def test_whoever_no_longer_waits_frees_the_database(database: Database) -> None:
    await fill(database, *(["x" * 2_000] * 2_000))
    looking = asyncio.create_task(Search(database).messages(parse_query("before:2030 has:table"), 9))
    await asyncio.sleep(0)
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking

    assert await texts_found(database, "ask") == ["ask"]


# Which comes first.


def hit(text: str, *, title: str = "T", days: int = 0) -> Found:
    return Found("c", title, text, "user", text, NOON - timedelta(days=days))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (hit("a plan for a plan"), hit("a plan")),
        (hit("the plan"), hit("explanation")),
        (
            hit("plan, and then much more about something else"),
            hit("much about something else" * 9 + " plan"),
        ),
        (hit("the plan"), hit("the plan", days=90)),
        (hit("the plan", title="Plans"), hit("the plan")),
        (hit("the plan " * 3, days=20), hit("explanation")),
    ],
)
def test_what_is_meant_most_probably_comes_first(better: Found, worse: Found) -> None:
    query = parse_query("plan")

    assert ranked([worse, better], query, NOON) == ranked([better, worse], query, NOON) == [better, worse]


def test_equal_hits_stay_in_their_order() -> None:
    first, second = hit("a plan"), hit("a plan")

    assert ranked([first, second], parse_query("plan"), NOON)[0] is first


@pytest.mark.parametrize("line", ["before:2020", "before:2020 plan", "role:assistant plan", "has:file plan"])
async def test_what_filters_pass_over_takes_turns_too(
    database: Database, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr("glmdesk.storage.search.search._TURN_S", 0.0)

    def fill_quickly(connection: apsw.Connection) -> None:
        execute(
            connection,
            """
            INSERT INTO conversations (seq, id, title, created_at, updated_at, model)
            VALUES (1, 'c', '', 1767225600000000, 1767225600000000, 'm');
            WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 20000)
            INSERT INTO messages (id, conversation_seq, role, created_at, text, state)
            SELECT n, 1, 'user', 1767225600000000, 'plan ' || n, 'complete' FROM number
            """,
        )

    await database.write(fill_quickly)
    look, turns = Look(MESSAGES, parse_query(line), 9), 0
    while not look.is_over:
        await database.read(look.take_turn)
        turns += 1

    assert look.found == []
    assert turns >= 4, "nobody waits for all of them at once"


async def test_an_index_of_another_version_is_not_believed(database: Database) -> None:
    await fill(database, "a needle in the hay", *(200 * ["hay"]))
    forget = "DELETE FROM search_messages WHERE rowid = 2"
    await database.write(lambda connection: execute(connection, forget))
    search = Search(database)
    assert await search.messages(parse_query("needle"), 9) == [], "the index is believed"
    await database.write(lambda connection: execute(connection, "UPDATE search_version SET number = 1"))

    assert [hit.text for hit in await search.messages(parse_query("needle"), 9)] == ["a needle in the hay"]
