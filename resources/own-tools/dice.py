"""An example: one tool that throws dice. Change it, or put files of your own beside it."""

import random
from typing import Literal


def throw_dice(count: int = 2, sides: Literal[4, 6, 8, 10, 12, 20] = 6) -> dict:
    """Throw dice and return what they show.

    Args:
        count: How many dice, from 1 to 100.
        sides: How many sides each of them has.
    """
    if not 1 <= count <= 100:
        raise ValueError("count has to be from 1 to 100")
    print("throwing", count, "dice")  # this goes to the log, not to the model
    thrown = [random.randint(1, sides) for _ in range(count)]
    return {"thrown": thrown, "sum": sum(thrown)}


def _helper() -> None:
    """A name that begins with _ is no tool."""
