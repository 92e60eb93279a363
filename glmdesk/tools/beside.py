"""Work in a thread: the window has a way of its own to wait for one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Beside(Protocol):
    """Does work that makes many objects, or takes long, in a thread."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]:
        """Return what it returns, or raise what it raises."""
        ...


async def in_thread(work: Callable[[], T]) -> T:
    """Do it in a thread, where no window is that minds."""
    return await asyncio.to_thread(work)
