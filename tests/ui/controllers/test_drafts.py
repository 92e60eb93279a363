"""What is written and not sent is stored without a press of a button, and failures are said once."""

from pathlib import Path

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.draft import Draft
from glmdesk.storage.database import Database
from glmdesk.storage.drafts import Drafts
from glmdesk.ui.controllers.drafts import DraftsController
from tests.storage.examples import LATER_STEPS
from tests.ui.controllers.behind import Behind, behind
from tests.ui.waiting import idle


def saved(drafts: DraftsController, desk: Behind) -> bool:
    return not (drafts._timer.isActive() or desk.tasks.is_running("drafts"))


async def test_it_is_stored_a_moment_after_the_last_key(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        drafts = DraftsController(Drafts(desk.database), desk.tasks)
        drafts.put("a", Draft("o"))
        drafts.put("a", Draft("one"))
        drafts.put("b", Draft("two"))
        await idle(lambda: not saved(drafts, desk))
        assert await Drafts(desk.database).all() == {"a": Draft("one"), "b": Draft("two")}
        drafts.put("a", Draft(""))
        await idle(lambda: not saved(drafts, desk))
        again = DraftsController(Drafts(desk.database), desk.tasks)
        await again.load()

        assert (again.draft("a"), again.draft("b")) == (Draft(), Draft("two"))


async def test_what_is_written_at_the_end_is_stored_and_nothing_after_it(
    tmp_path: Path, catalog: Catalog
) -> None:
    async with behind(tmp_path, catalog) as desk:
        drafts = DraftsController(Drafts(desk.database), desk.tasks)
        drafts.put("a", Draft("one"))
        await drafts.finish()
        drafts.put("a", Draft("two"))
        assert saved(drafts, desk)

        assert await Drafts(desk.database).all() == {"a": Draft("one")}


async def test_where_nothing_can_be_written_it_stays_in_memory(tmp_path: Path, catalog: Catalog) -> None:
    async with Database(tmp_path / "glmdesk.db", steps=LATER_STEPS):
        pass
    async with behind(tmp_path, catalog) as desk:
        drafts = DraftsController(Drafts(desk.database), desk.tasks)
        drafts.put("a", Draft("one"))
        assert saved(drafts, desk)
        await drafts.finish()

        assert drafts.draft("a") == Draft("one")
        assert desk.errors == []


async def test_a_failure_is_said_once_until_it_works_again(tmp_path: Path, catalog: Catalog) -> None:
    async with behind(tmp_path, catalog) as desk:
        drafts = DraftsController(Drafts(desk.database), desk.tasks)
        await desk.database.write(lambda connection: connection.pragma("max_page_count", 1))
        long = "x" * 1_000_000
        for text in (long, long + "y"):
            drafts.put("a", Draft(text))
            await idle(lambda: not saved(drafts, desk))
        assert [error.problem.code for _name, error in desk.errors] == ["disk-full"]
        await desk.database.write(lambda connection: connection.pragma("max_page_count", 1_000_000))
        drafts.put("b", Draft("two"))
        await idle(lambda: not saved(drafts, desk))

        assert await Drafts(desk.database).all() == {"a": Draft(long + "y"), "b": Draft("two")}
