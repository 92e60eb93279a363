"""What was learned of the tokens of models, kept between runs: numbers, and nothing of what was said."""

from typing import cast

import apsw

from glmdesk.domain.tokens import FEATURES, Estimator, Row
from glmdesk.storage.database import Database
from glmdesk.storage.plain import dump, read
from glmdesk.storage.sql import execute, select

_PUT = """
    INSERT INTO estimates (model, knowledge) VALUES (?, ?)
    ON CONFLICT (model) DO UPDATE SET knowledge = excluded.knowledge
"""


class Estimates:
    """The stored estimators, by the ids of models."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def can_be_kept(self) -> bool:
        """Whether anything can be written."""
        return self._database.refusal is None

    async def all(self) -> dict[str, Estimator]:
        """Return every estimator that can be understood."""

        def work(connection: apsw.Connection) -> dict[str, Estimator]:
            rows = select(connection, "SELECT model, knowledge FROM estimates")
            return {model: known for model, text in rows if (known := _estimator_in(read(text)))}

        return await self._database.read(work)

    async def put(self, model_id: str, estimator: Estimator) -> None:
        """Keep what is known of a model."""
        plain = {
            "weights": estimator.weights,
            "doubts": estimator.doubts,
            "answers": estimator.answers,
        }
        values = (model_id, dump(plain))
        await self._database.write(lambda connection: execute(connection, _PUT, values))


def _estimator_in(value: object) -> Estimator | None:
    """Return the estimator that an object is; None for what another version has written, or is none."""
    found = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    weights, answers, rows = _row(found.get("weights")), found.get("answers"), found.get("doubts")
    doubts = [_row(row) for row in cast("list[object]", rows)] if isinstance(rows, list) else []
    whole = tuple(row for row in doubts if row is not None)
    if weights is None or len(whole) != FEATURES or not isinstance(answers, int):
        return None
    return Estimator(weights, whole, answers)


def _row(value: object) -> Row | None:
    numbers = (
        [number for number in cast("list[object]", value) if isinstance(number, int | float)]
        if (isinstance(value, list))
        else []
    )
    return tuple(map(float, numbers)) if len(numbers) == FEATURES else None
