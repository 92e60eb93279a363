"""A platform plugin whose library is not there, with the real loader, in a process of its own."""

import shutil
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest

QT = Path(PySide6.__file__).parent / "Qt"
LOAD = """
import sys
from pathlib import Path
from glmdesk.app.platform import require_platform
from glmdesk.desktop.system_libraries import LibraryMissing
try:
    require_platform(Path(sys.argv[1]), dict(word.split("=") for word in sys.argv[2:]))
except LibraryMissing as error:
    print(error)
"""


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of Qt's plugins for screens, of which that for X11 needs a library that nobody has."""
    root = tmp_path_factory.mktemp("Qt")
    (root / "lib").mkdir()
    for library in (QT / "lib").iterdir():
        (root / "lib" / library.name).symlink_to(library)
    shutil.copytree(QT / "plugins" / "platforms", root / "plugins" / "platforms")
    changed = root / "lib" / "libQt6XcbQpa.so.6"
    content = changed.read_bytes()
    assert content.count(b"libxcb-cursor.so.0") == 1
    changed.unlink()
    changed.write_bytes(content.replace(b"libxcb-cursor.so.0", b"libxcb-cursor.so.9"))
    return root / "plugins"


def said_of(plugins: Path, *environ: str) -> str:
    command = [sys.executable, "-c", LOAD, str(plugins), *environ]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_missing_library_is_named_before_qt_ends_the_program(plugins: Path) -> None:
    assert "libxcb-cursor.so.9: cannot open shared object file" in said_of(plugins, "DISPLAY=:1")
    assert "libxcb-cursor.so.9" in said_of(plugins, "QT_QPA_PLATFORM=xcb:arguments")


def test_nothing_is_said_where_one_that_can_be_used_is_there(plugins: Path) -> None:
    assert said_of(plugins, "DISPLAY=:1", "WAYLAND_DISPLAY=wayland-0") == ""
    assert said_of(plugins, "QT_QPA_PLATFORM=xcb;offscreen") == ""
    assert said_of(QT / "plugins", "DISPLAY=:1") == ""
