"""Which way there is to hear of a shortcut on this desktop, and what of Qt it takes."""

import os
import sys
from typing import cast

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication
from PySide6.QtGui import QGuiApplication, QNativeInterface

from glmdesk.desktop.hotkeys.way import HotkeyUser, NativeWay, Way
from glmdesk.domain.global_shortcut import GlobalShortcut
from glmdesk.typed import override


class _Native(QAbstractNativeEventFilter):
    """Lets a way see the events of our windows. They go on to Qt: by them it knows what time it is.

    With the time of a press its windows may come to the front, with that of an older event they may not.
    """

    def __init__(self, way: NativeWay) -> None:
        super().__init__()
        self._way = way
        self.name = way.name

    async def begin(self, shortcut: GlobalShortcut) -> str:
        """Hear of the shortcut from now on. Raises WayRefused."""
        _application().installNativeEventFilter(self)
        return await self._way.begin(shortcut)

    def end(self) -> None:
        """Leave the keys to others."""
        _application().removeNativeEventFilter(self)
        self._way.end()

    @override
    def nativeEventFilter(
        self, eventType: QByteArray | bytes | bytearray | memoryview, message: int, /
    ) -> object:
        self._way.take(int(message))
        is_taken, result = False, 0
        return is_taken, result


def way_here(user: HotkeyUser) -> Way:
    """Return the way of this desktop."""
    match sys.platform:
        case "win32":
            from glmdesk.desktop.hotkeys.windows import WindowsWay  # noqa: PLC0415 - for this system

            return _Native(WindowsWay(user))
        case "darwin":
            from glmdesk.desktop.hotkeys.mac import MacWay  # noqa: PLC0415 - for this system

            return MacWay(user)
        # An X server below Wayland hears of keys only while one of its own programs has the keyboard.
        case _ if QGuiApplication.platformName() == "xcb" and not os.environ.get("WAYLAND_DISPLAY"):
            from glmdesk.desktop.hotkeys.x11 import X11Way  # noqa: PLC0415 - for this system

            server = cast("QNativeInterface.QX11Application", _application().nativeInterface())
            return _Native(X11Way(user, server.connection()))
        case _:
            from glmdesk.desktop.hotkeys.portal import PortalWay  # noqa: PLC0415 - for this system

            return PortalWay(user)


def _application() -> QGuiApplication:
    application = QCoreApplication.instance()
    assert isinstance(application, QGuiApplication), "there are windows"
    return application
