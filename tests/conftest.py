"""What all tests share: the event loop of core tests, how hypothesis searches, and the service."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from tests.support.service import Service

# Time says nothing on shared machines.
settings.register_profile("glmdesk", deadline=None)
settings.load_profile("glmdesk")


@pytest.fixture
def anyio_backend() -> str:
    """Run core tests on asyncio, the only loop the program knows."""
    return "asyncio"


@pytest.fixture
async def service(anyio_backend: str) -> AsyncIterator[Service]:
    """Yield a service; the test fails when it was sent what glmdesk must never send."""
    async with Service(is_strict=True) as service:
        yield service
