"""One desktop and one service for the whole folder; each test has a home of its own."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.app import App, Program
from tests.support.browser import Browser
from tests.support.desktop import DesktopSession
from tests.support.remote import ServiceProcess


@pytest.fixture(scope="session")
def desktop() -> Iterator[DesktopSession]:
    with DesktopSession() as session:
        yield session


@pytest.fixture(scope="session")
def service_process() -> Iterator[ServiceProcess]:
    with ServiceProcess() as process:
        yield process


@pytest.fixture
def service(service_process: ServiceProcess) -> Iterator[ServiceProcess]:
    service_process.reset()
    yield service_process
    assert service_process.forbidden == []


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def forgotten_key(desktop: DesktopSession) -> None:
    """Let the keyring know no key."""
    desktop.run("sh", "-c", "secret-tool clear service glmdesk || true")


@pytest.fixture
def program(desktop: DesktopSession, service: ServiceProcess, home: Path) -> Program:
    """Start the program with `with program() as app`, as often as one likes."""
    return partial(App, desktop, home, service.base_url)


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(tmp_path / "browser")
