"""What is set for a thread that works beside the window is set back, in whatever order such threads end."""

import gc
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from glmdesk.ui.threads import unnoticed


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    collects, interval_s = gc.isenabled(), sys.getswitchinterval()
    gc.enable()
    yield
    sys.setswitchinterval(interval_s)
    if not collects:
        gc.disable()


@pytest.mark.parametrize("is_first_to_end", [False, True])
def test_the_interpreter_is_as_before_once_the_last_has_ended(*, is_first_to_end: bool) -> None:
    before = sys.getswitchinterval()
    one, other = ExitStack(), ExitStack()
    for stack in (one, other):
        stack.enter_context(unnoticed())
        assert not gc.isenabled()
        assert sys.getswitchinterval() < before / 10
    first, last = (one, other) if is_first_to_end else (other, one)
    first.close()
    assert not gc.isenabled()
    assert sys.getswitchinterval() < before / 10
    last.close()

    assert gc.isenabled()
    assert sys.getswitchinterval() == pytest.approx(before)


def test_what_does_not_collect_does_not_begin_to() -> None:
    gc.disable()
    with unnoticed():
        pass

    assert not gc.isenabled()
