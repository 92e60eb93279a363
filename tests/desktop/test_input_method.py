from collections.abc import Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import QLibraryInfo

from glmdesk.desktop.input_method import apply, corrected

X11 = {"DISPLAY": ":0"}
WAYLAND = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
FCITX = {"QT_IM_MODULE": "fcitx"}
X_PROTOCOL = {"XMODIFIERS": "@im=fcitx"}
PORTAL = {"IBUS_USE_PORTAL": "1"}
IBUS = {"QT_IM_MODULE": "ibus"} | PORTAL
WAYLAND_OR_IBUS = {"QT_IM_MODULES": "wayland;ibus"} | PORTAL


@pytest.mark.parametrize(
    ("environ", "changes"),
    [
        pytest.param(X11 | FCITX, IBUS, id="X11"),
        pytest.param(X11 | {"QT_IM_MODULE": "fcitx5"}, IBUS, id="fcitx 5 by its own name"),
        pytest.param(WAYLAND | FCITX, WAYLAND_OR_IBUS | {"QT_IM_MODULE": None}, id="Wayland"),
        pytest.param(WAYLAND | FCITX | {"QT_QPA_PLATFORM": "xcb"}, IBUS, id="X11 inside Wayland"),
        pytest.param(X11 | {"QT_IM_MODULES": "wayland;fcitx"}, WAYLAND_OR_IBUS, id="listed"),
        pytest.param(X11 | FCITX | {"QT_IM_MODULES": "fcitx;ibus"}, PORTAL, id="listed before ibus"),
        pytest.param(X11 | X_PROTOCOL, IBUS, id="for X programs only"),
        pytest.param(X11 | X_PROTOCOL | {"QT_IM_MODULE": "ibus"}, PORTAL, id="corrected by the user"),
        pytest.param(X11 | FCITX | PORTAL, {"QT_IM_MODULE": "ibus"}, id="the portal is set already"),
    ],
)
def test_a_user_of_fcitx_gets_the_protocol_of_ibus(
    environ: Mapping[str, str], changes: Mapping[str, str | None]
) -> None:
    assert corrected(environ, [], "linux") == changes


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param(X11, id="nothing set"),
        pytest.param(X11 | {"QT_IM_MODULE": "ibus", "XMODIFIERS": "@im=ibus"}, id="ibus"),
        pytest.param(X11 | X_PROTOCOL | {"QT_IM_MODULE": "compose"}, id="another module by choice"),
        pytest.param(WAYLAND | X_PROTOCOL, id="the compositor passes input on"),
    ],
)
def test_everybody_else_is_left_alone(environ: Mapping[str, str]) -> None:
    assert corrected(environ, [], "linux") == {}


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_platforms_are_left_alone(platform: str) -> None:
    assert corrected(FCITX, [], platform) == {}


def test_nothing_changes_where_qt_has_the_plugin(tmp_path: Path) -> None:
    folder = tmp_path / "platforminputcontexts"
    folder.mkdir()
    (folder / "libfcitx5platforminputcontextplugin.so").touch()

    assert corrected(X11 | FCITX, [Path("/nowhere"), tmp_path], "linux") == {}


def test_the_changes_are_made_in_the_environment() -> None:
    environ = WAYLAND | FCITX

    apply([], environ)

    assert environ == WAYLAND | WAYLAND_OR_IBUS


def test_the_qt_we_ship_has_the_plugin_that_is_asked_for_and_not_the_other() -> None:
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))

    assert (plugins / "platforminputcontexts/libibusplatforminputcontextplugin.so").is_file()
    assert corrected(X11 | FCITX, [plugins], "linux") == IBUS
