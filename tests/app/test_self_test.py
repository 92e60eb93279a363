"""How a part of the self-test goes, and what becomes of it."""

import asyncio
import logging
from typing import cast

import pytest

from glmdesk.app.self_test.part import Broken, NotHere, Outcome, Part, Scene
from glmdesk.app.self_test.run import tried

SCENE = cast("Scene", None)


async def works(_scene: Scene) -> str:
    return "3 models"


async def lacks(_scene: Scene) -> str:
    raise NotHere("no panel")


async def fails(_scene: Scene) -> str:
    raise Broken("the window is empty")


async def hangs(_scene: Scene) -> str:
    await asyncio.Event().wait()
    return ""


@pytest.mark.parametrize(
    ("part", "outcome", "detail"),
    [
        (Part("works", works), Outcome.WORKS, "3 models"),
        (Part("lacks", lacks), Outcome.NOT_HERE, "no panel"),
        (Part("fails", fails), Outcome.FAILED, "the window is empty"),
        (Part("hangs", hangs, seconds=0.0), Outcome.FAILED, "nothing for 0 seconds"),
    ],
    ids=lambda value: value.title if isinstance(value, Part) else "",
)
@pytest.mark.logs_errors
def test_a_part_goes_as_it_says(
    part: Part, outcome: Outcome, detail: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)

    assert asyncio.run(tried(part, SCENE)) == (outcome, detail)
