"""What Qt brings and what the desktop must have: plugins, a window, letters, the panel, the bus."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLibraryInfo, QPluginLoader
from PySide6.QtGui import QFontMetrics, QGuiApplication, QImageReader
from PySide6.QtWidgets import QSystemTrayIcon

from glmdesk.app.self_test.part import Broken, NotHere, Scene, require
from glmdesk.desktop.bus import Bus, BusProblem
from glmdesk.desktop.system_libraries import explained
from glmdesk.i18n import _

_PLUGINS: Final = {
    "linux": (
        *("platforms/libqxcb*", "platforms/libqwayland*", "platforms/libqoffscreen*"),
        *("platforminputcontexts/libibus*", "platforminputcontexts/libcompose*", "iconengines/libqsvgicon*"),
    ),
    "win32": ("platforms/qwindows*", "iconengines/qsvgicon*"),
    "darwin": ("platforms/libqcocoa*", "iconengines/libqsvgicon*"),
}
_IMAGES: Final = ("gif", "ico", "jpeg", "png", "svg", "webp")
_LETTERS: Final = {"A": "Latin", "中": "Chinese", "あ": "Japanese", "한": "Korean", "😀": "emoji"}


async def look_at_plugins(_scene: Scene) -> str:
    """Load what Qt loads by name."""
    loaded: list[str] = []
    for file in _plugins():
        loader = QPluginLoader(str(file))
        require(loader.load(), explained(loader.errorString()))
        loaded.append(file.stem.removeprefix("lib"))
    return ", ".join(loaded)


def _plugins() -> Iterator[Path]:
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    for pattern in _PLUGINS.get(sys.platform, _PLUGINS["linux"]):
        files = sorted(folder.glob(pattern))
        require(files, _("{file} is missing").format(file=folder / pattern))
        yield from files


async def look_at_images(_scene: Scene) -> str:
    """Ask which images can be read."""
    known = {bytes(name.data()).decode() for name in QImageReader.supportedImageFormats()}
    missing = [name for name in _IMAGES if name not in known]
    require(not missing, _("these images cannot be read: {names}").format(names=", ".join(missing)))
    return ", ".join(_IMAGES)


async def look_at_window(scene: Scene) -> str:
    """Look whether the window has been painted."""
    if not scene.has_display:
        raise NotHere(_("there is no display"))
    image = scene.stage.window.grab().toImage().scaled(64, 64)
    colours = {image.pixel(x, y) for x in range(64) for y in range(64)}
    require(len(colours) > 1, _("the window is empty"))
    size = scene.stage.window.size()
    return f"{QGuiApplication.platformName()}, {size.width()} × {size.height()}"


async def look_at_letters(_scene: Scene) -> str:
    """Look whether there are fonts for what people write here."""
    metrics = QFontMetrics(QGuiApplication.font())
    missing = [name for letter, name in _LETTERS.items() if not metrics.inFontUcs4(ord(letter))]
    if missing:
        words = _("there is no font for: {names} (Debian: fonts-noto-cjk, fonts-noto-color-emoji)")
        raise NotHere(words.format(names=", ".join(missing)))
    return QGuiApplication.font().family()


async def look_at_tray(_scene: Scene) -> str:
    """Ask for a panel that shows icons."""
    if not QSystemTrayIcon.isSystemTrayAvailable():
        raise NotHere(_("no panel shows icons of programs"))
    return ""


async def look_at_bus(_scene: Scene) -> str:
    """Speak with the session bus, on which notifications, portals and keyrings are."""
    if not sys.platform.startswith("linux"):
        raise NotHere(_("this system has none"))
    try:
        bus = await Bus.open("SESSION")
    except BusProblem as error:
        raise NotHere(str(error)) from error
    try:
        name = bus.own_name
    finally:
        bus.close()
    if not name:
        raise Broken(_("it gives no name"))
    return name
