"""What all tests share: the event loop of core tests, how hypothesis searches, and the service."""

import logging
import os
import sys
from collections.abc import AsyncIterator, Generator, Iterator
from typing import Final

import pytest
from hypothesis import settings

from glmdesk.typed import override
from tests.support.service import Service

# A window of a test is nobody's business. Tests that need a screen bring one.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Time says nothing on shared machines.
settings.register_profile("glmdesk", deadline=None)
settings.load_profile("glmdesk")


_SESSION: Final = pytest.StashKey[pytest.Session]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Remember what knows the result when all is over."""
    session.config.stash[_SESSION] = session


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End at once: what the tests have left of Qt would die in no order at the end of the interpreter."""
    session = config.stash.get(_SESSION, None)
    if session is not None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(session.exitstatus)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let what a test wrote and logged be told to the process that started this one, whatever it is."""
    report = yield
    report.sections = [
        (name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections
    ]
    return report


@pytest.fixture
def anyio_backend() -> str:
    """Run core tests on asyncio, the only loop the program knows."""
    return "asyncio"


@pytest.fixture
async def service(anyio_backend: str) -> AsyncIterator[Service]:
    """Yield a service; the test fails when it was sent what glmdesk must never send."""
    async with Service(is_strict=True) as service:
        yield service


class _Ear(logging.Handler):
    """Hears warnings and errors."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@pytest.fixture
def quiet_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which a warning or an error was logged, unless it is marked to expect that."""
    ear = _Ear()
    logging.getLogger().addHandler(ear)
    yield
    logging.getLogger().removeHandler(ear)
    if request.node.get_closest_marker("logs_errors") is None:
        assert not ear.heard, f"logged: {ear.heard}"
