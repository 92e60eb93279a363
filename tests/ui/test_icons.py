"""Drawings exist for every name that is asked for, and take the colour they are given."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon

import glmdesk
from glmdesk.ui.icons import Icons
from tests.ui.conftest import RESOURCES

PACKAGE = Path(glmdesk.__file__).parent
ASKING = {"icon", "_icon_button"}


def names_in(source: str) -> Iterator[str]:
    """Yield the literals in the first argument of whatever asks for a drawing."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKING:
            for part in ast.walk(node.args[0]) if node.args else ():
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


USED = sorted({name for path in PACKAGE.rglob("*.py") for name in names_in(path.read_text(encoding="utf-8"))})


def test_names_are_found_in_the_source() -> None:
    assert {"send", "stop", "copy", "settings"} <= set(USED)


@pytest.mark.parametrize("name", USED)
def test_every_name_has_a_drawing(icons: Icons, name: str) -> None:
    image = icons.icon(name, "#ff0000").pixmap(QSize(20, 20)).toImage()
    colours = {
        QColor(image.pixelColor(x, y)).name()
        for x in range(20)
        for y in range(20)
        if image.pixelColor(x, y).alpha() == 255
    }

    assert colours <= {"#ff0000"}
    assert any(image.pixelColor(x, y).alpha() for x in range(20) for y in range(20))


def test_a_name_without_a_drawing_is_a_fault(icons: Icons) -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("nothing", "#000000")


def test_what_cannot_be_pressed_can_have_a_colour_of_its_own(icons: Icons) -> None:
    icon = icons.icon("send", "#ff0000", is_disabled=True)
    image = icon.pixmap(QSize(20, 20), QIcon.Mode.Disabled).toImage()
    solid = [image.pixelColor(x, y) for x in range(20) for y in range(20)]

    assert {colour.name() for colour in solid if colour.alpha() == 255} == {"#ff0000"}
    assert icon is not icons.icon("send", "#ff0000")


def test_a_drawing_is_made_once_for_a_colour(icons: Icons) -> None:
    assert icons.icon("send", "#000000") is icons.icon("send", "#000000")
    assert icons.icon("send", "#000000") is not icons.icon("send", "#ffffff")


PRINT_SIZES = """
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from glmdesk.ui.icons import Icons

application = QApplication([])
icon = Icons(Path(sys.argv[1])).icon("send", "#000000")
print(*(size.width() for size in icon.availableSizes()))
"""


@pytest.mark.parametrize(
    ("ratio", "expected"), [("1", "20 40"), ("1.25", "20 30 40"), ("2", "20 30 40"), ("2.5", "20 30 40 60")]
)
def test_it_is_as_sharp_as_the_densest_screen(ratio: str, expected: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PRINT_SIZES, str(RESOURCES / "icons")],
        cwd=PACKAGE.parent,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": ratio},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert ended.stdout.strip() == expected, ended.stderr


def test_the_program_has_a_logo(icons: Icons) -> None:
    assert not icons.logo().pixmap(64, 64).isNull()


def test_no_drawing_reaches_outside() -> None:
    for path in (RESOURCES / "icons").glob("*.svg"):
        text = path.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert "http" not in text
        assert "href" not in text
