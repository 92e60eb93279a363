"""kill -9 in the middle of an import, a migration, a backup or an erasure loses nothing that was stored."""

import random
import sys
from pathlib import Path

import pytest

from tests.storage.kills import WORKS, killed, steps_of

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="a process kills itself the POSIX way"),
    pytest.mark.timeout(120),
]
KILLS = 6


@pytest.mark.parametrize("what", WORKS)
async def test_killing_at_random_steps(what: str, tmp_path: Path) -> None:
    dice = random.Random(what)
    steps = await steps_of(tmp_path / "whole", what)
    for number in range(KILLS):
        await killed(tmp_path / str(number), what, dice, steps)
