"""Drafts are there after the end of the program, and no longer than what they are for."""

from datetime import timedelta
from pathlib import Path

import pytest

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.draft import Draft
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.drafts import Drafts
from tests.storage.examples import NOON, conversation, exchange

pytestmark = pytest.mark.anyio


async def test_a_draft_is_kept_changed_and_dropped(path: Path) -> None:
    async with Database(path) as database:
        await Drafts(database).put({"": Draft("一"), "a": Draft("two")})
        await Drafts(database).put({"": Draft("一二")})
    async with Database(path) as database:
        assert await Drafts(database).all() == {"": Draft("一二"), "a": Draft("two")}
        await Drafts(database).put({"a": Draft(""), "b": Draft("")})

        assert await Drafts(database).all() == {"": Draft("一二")}


async def test_files_are_kept_with_the_words_and_without_any(path: Path) -> None:
    files = (Attachment("a" * 64, "报表.csv", 9), Attachment("b" * 64, "b.txt", 1))
    drafts = {"": Draft("", files), "a": Draft("one", files[:1])}
    async with Database(path) as database:
        await Drafts(database).put(drafts)
    async with Database(path) as database:
        assert await Drafts(database).all() == drafts
        await Drafts(database).put({"": Draft(""), "a": Draft("one")})

        assert await Drafts(database).all() == {"a": Draft("one")}


async def test_a_draft_goes_for_good_with_what_it_is_for(database: Database) -> None:
    store, drafts = Conversations(database), Drafts(database)
    kept, gone = conversation(), conversation()
    texts = {"": Draft("new chat")}
    for one in (kept, gone):
        answered = await exchange(store, one)
        texts |= {one.id: Draft("next question"), answered.parent_id or "": Draft("another question")}
    await drafts.put(texts)
    await store.delete([gone.id], NOON)
    assert await drafts.all() == texts, "it may be brought back"
    await store.purge(NOON + timedelta(seconds=1))

    assert len(await drafts.all()) == 3
    assert gone.id not in await drafts.all()
