"""From the command to the first paint, with as little as that takes; everything else is loaded after it."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QLibraryInfo

from glmdesk.app.appearance import Appearance
from glmdesk.app.interpreter import collect_seldom, without_ssl
from glmdesk.app.platform import require_platform
from glmdesk.app.stage import Application, Stage
from glmdesk.desktop import input_method
from glmdesk.desktop.instance import InstanceCommand, claim_or_hand_over
from glmdesk.desktop.paths import Paths, resources
from glmdesk.i18n import _, set_language, system_language
from glmdesk.storage.settings import Settings
from glmdesk.ui.icons import Icons
from glmdesk.ui.main_window import MainWindow

if TYPE_CHECKING:
    from glmdesk.desktop.instance import Claim
    from glmdesk.desktop.logs import Level
    from glmdesk.domain.errors import Problem

NO_DISPLAY = 2
"""The exit code when there is no screen to show a window on."""


def run_window(
    home: Path | None, claim: "Claim | None", command: InstanceCommand, *, is_demo: bool, log_level: "Level"
) -> int:
    """Show the main window until it is closed; return the exit code.

    `claim` says that this is the instance of the data folder, and is closed here; `command` is what it was
    started for. Raises LibraryMissing where the system lacks what Qt needs.
    """
    if sys.platform.startswith("linux") and not has_display():
        set_language(system_language(), resources() / "locale")
        sys.stderr.write(_("glmdesk needs a display. Without one, start it with: xvfb-run glmdesk") + "\n")
        return NO_DISPLAY
    started_with = dict(os.environ)
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    require_platform(plugins)
    input_method.apply([plugins])
    application = make_application()
    next_demo: bool | None = is_demo
    code = 0
    notice: Problem | None = None
    while next_demo is not None:
        stage = first_paint(application, home, is_demo=next_demo, is_shown=command.shows_window)
        # The event loop, the database and the network come now: none of them is needed to paint a window.
        with without_ssl():
            from glmdesk.app.session import run_session  # noqa: PLC0415

        collect_seldom()
        code, next_demo, notice = run_session(
            application,
            stage,
            log_level,
            started_with,
            notice=notice,
            claim=claim,
            command=command,
        )
        if claim is not None:
            claim.close()
        if claim is not None and next_demo is not None:
            # The other data may have an instance already: then that is the one to go on with.
            command = InstanceCommand()
            claim = claim_or_hand_over(Paths.locate(home, demo=next_demo).data, command)
            if claim is None:
                break
    return code


def make_application() -> Application:
    """Return the application object of this system."""
    if sys.platform == "darwin":
        from glmdesk.app.mac_application import MacApplication  # noqa: PLC0415 - for this system

        return MacApplication()
    return Application()


def has_display() -> bool:
    """Return whether there is a screen to show a window on, or what stands in for one."""
    has_platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] in ("offscreen", "minimal", "vnc")
    return has_platform or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def first_paint(
    application: Application, home: Path | None, *, is_demo: bool, is_shown: bool = True
) -> Stage:
    """Show the window as far as it needs no file but the settings, and return once it is painted.

    Where something else than the window is wanted, it is only made.
    """
    paths = Paths.locate(home, demo=is_demo)
    settings = Settings(paths.config / "settings.toml")
    language = system_language() if settings.language == "system" else settings.language
    set_language(language, resources() / "locale")
    application.speak(language)
    appearance = Appearance(application, settings.theme, settings.font_size)
    icons = Icons(resources() / "icons")
    window = MainWindow(icons, is_demo=is_demo)
    # It ends with the window whose look it is: the desktop may change its mind after that.
    appearance.setParent(window)
    window.set_theme(appearance.theme)
    # One can write in it from now on, and send when the conversations are open.
    window.chat.composer.set_ready(is_ready=False)
    if is_shown:
        window.show()
        _await_paint(window)
    else:
        # What asks for its handle need not know that nobody has seen it.
        window.winId()
    return Stage(window, appearance, settings, paths, icons, language, is_demo)


def _await_paint(window: MainWindow) -> None:
    """Let Qt alone run until the window is painted. There are no tasks yet that a loop could disturb."""
    loop = QEventLoop()
    window.painted.connect(loop.quit)
    loop.exec()
