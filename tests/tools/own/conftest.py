"""A folder of tools, and what runs them."""

import os
import sys
from pathlib import Path

import pytest

from glmdesk.desktop.redaction import Redactor
from glmdesk.tools.own.folder import Folder
from glmdesk.tools.own.running import Runner

RESOURCES = Path(__file__).resolve().parents[3] / "resources"
SCRIPT = RESOURCES / "tool_child.py"
KEY = "0123456789abcdef0123456789abcdef.AbCdEfGhIjKlMn01"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path, RESOURCES / "own-tools")


@pytest.fixture
def environ() -> dict[str, str]:
    return {**os.environ, "GLMDESK_API_KEY": KEY, "OTHER_TOKEN": "hidden", "LC_TIME": "C"}


@pytest.fixture
def runner(environ: dict[str, str]) -> Runner:
    redactor = Redactor()
    redactor.register(KEY)
    return Runner(SCRIPT, redactor, environ, named_python=lambda: sys.executable, seconds=15)
