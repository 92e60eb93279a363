"""A service that every test of a folder shares, and the program that talks to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import KEY, Program
from tests.support.remote import ServiceThread


@pytest.fixture(scope="session")
def _running_service() -> Iterator[ServiceThread]:
    with ServiceThread(is_strict=True) as service:
        yield service


@pytest.fixture
def bigmodel(_running_service: ServiceThread) -> Iterator[ServiceThread]:
    """Yield a service that remembers nothing of other tests."""
    _running_service.reset()
    yield _running_service
    assert not _running_service.forbidden


@pytest.fixture
def program(bigmodel: ServiceThread, tmp_path: Path) -> Program:
    """Return a program with a key and an empty home."""
    return Program(tmp_path, {"GLMDESK_BASE_URL": bigmodel.base_url, "GLMDESK_API_KEY": KEY})


@pytest.fixture
def offline(tmp_path: Path) -> Program:
    """Return a program with an empty home, no key, and an address where nobody listens."""
    return Program(tmp_path, {"GLMDESK_BASE_URL": "http://127.0.0.1:9/api/paas/v4"})
