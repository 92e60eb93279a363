"""The layers hold at run time too: the core lives without Qt, and a quick answer imports nothing heavy."""

import subprocess
import sys
from pathlib import Path

import glmdesk

ROOT = Path(__file__).resolve().parents[1]
CORE = ("i18n", "domain", "api", "storage", "documents", "render", "desktop", "demo", "tools", "chat", "cli")

IMPORT_ALL_WITHOUT_QT = """
import importlib, pkgutil, sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6", "qasync"):
            raise ModuleNotFoundError(f"{name} is not for the core", name=name)

sys.meta_path.insert(0, NoQt())
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(getattr(package, "__path__", ()), f"{name}."):
        importlib.import_module(module.name)
        print(module.name)
"""


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )


def test_every_core_module_imports_where_qt_is_absent() -> None:
    ended = run_python("-c", IMPORT_ALL_WITHOUT_QT, *(f"glmdesk.{name}" for name in CORE))

    assert ended.returncode == 0, ended.stderr
    assert "glmdesk.api.client" in ended.stdout.split()


def test_asking_for_the_version_imports_nothing_heavy() -> None:
    ended = run_python("-X", "importtime", "-m", "glmdesk", "--version")

    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ended.stderr.splitlines()}
    assert ended.returncode == 0, ended.stderr
    assert glmdesk.__version__ in ended.stdout
    assert "glmdesk" in imported
    assert not imported & {"PySide6", "qasync", "httpx", "apsw", "asyncio"}
