"""What was learned of tokens is there in the next run, and what is no such knowledge is passed over."""

import pytest

from glmdesk.domain.tokens import UNLEARNED, features_of
from glmdesk.storage.database import Database
from glmdesk.storage.estimates import Estimates
from glmdesk.storage.sql import execute

pytestmark = pytest.mark.anyio

LEARNED = UNLEARNED.learned(features_of("A question about a harbour. " * 20), 150)


async def test_what_is_known_of_models_is_kept(database: Database) -> None:
    estimates = Estimates(database)
    assert await estimates.all() == {}
    await estimates.put("glm-4-plus", UNLEARNED)
    await estimates.put("glm-4-plus", LEARNED)
    await estimates.put("own", UNLEARNED)

    assert await estimates.all() == {"glm-4-plus": LEARNED, "own": UNLEARNED}


@pytest.mark.parametrize(
    "knowledge", ["", "[]", "{}", '{"weights":[1,2],"doubts":[],"answers":1}', '{"weights":"x","answers":1}']
)
async def test_what_cannot_be_understood_is_learned_anew(database: Database, knowledge: str) -> None:
    insert = "INSERT INTO estimates (model, knowledge) VALUES ('m', ?)"
    await database.write(lambda connection: execute(connection, insert, (knowledge,)))

    assert await Estimates(database).all() == {}
