"""What programs that serve us are told: named variables, and the PATH that the user's shell has."""

import stat
from pathlib import Path

import pytest

from glmdesk.desktop.redaction import Redactor
from glmdesk.desktop.server_env import login_path, server_environment

pytestmark = pytest.mark.anyio


def shell(folder: Path, script: str) -> str:
    """Return a shell that does what a test says."""
    file = folder / "shell"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


def test_only_named_variables_are_passed_on() -> None:
    environ = {"HOME": "/home/me", "LC_ALL": "C", "http_proxy": "http://p:1", "MINE": "x", "PATH": "/bin"}

    found = server_environment(environ, Redactor(), path="/usr/bin")

    assert found == {"HOME": "/home/me", "LC_ALL": "C", "http_proxy": "http://p:1", "PATH": "/usr/bin"}


async def test_the_path_is_that_of_the_login_shell_and_then_ours(tmp_path: Path) -> None:
    says = shell(tmp_path, 'echo "Welcome!"; PATH=/opt/node/bin:/usr/bin; eval "$4"; echo bye')

    found = await login_path({"SHELL": says, "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})

    assert found.split(":")[:3] == ["/opt/node/bin", "/usr/bin", "/bin"]


@pytest.mark.parametrize("script", ["exit 1", "echo nothing"])
async def test_without_the_word_of_a_shell_it_is_ours(tmp_path: Path, script: str) -> None:
    found = await login_path({"SHELL": shell(tmp_path, script), "PATH": "/usr/bin:/bin"})

    assert found.split(":")[:2] == ["/usr/bin", "/bin"]


async def test_folders_where_programs_are_usually_put_are_added(tmp_path: Path) -> None:
    usual = tmp_path / ".local" / "bin"
    usual.mkdir(parents=True)

    found = await login_path({"SHELL": "/no/such/shell", "PATH": "/usr/bin", "HOME": str(tmp_path)})

    assert str(usual) in found.split(":")
