"""Tools that are loaded when somebody asks for them."""

import threading

import pytest

from glmdesk.domain.tool import ToolSource
from glmdesk.tools.late import LateTools
from tests.tools.kit import Kit

pytestmark = pytest.mark.anyio


async def test_a_source_is_made_with_the_first_question_and_in_a_thread() -> None:
    made: list[threading.Thread] = []
    kit = Kit()
    kit.add("calculate")

    def make() -> ToolSource:
        made.append(threading.current_thread())
        return kit

    late = LateTools(make)
    assert made == []
    assert await late.tools() == tuple(kit.handles)
    assert await late.tools() == tuple(kit.handles)
    assert len(made) == 1
    assert made[0] is not threading.main_thread()
