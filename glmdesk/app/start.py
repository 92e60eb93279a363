"""From the command to the first paint, with as little as that takes; everything else is loaded after it."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEventLoop, QLibraryInfo, SignalInstance

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
    from glmdesk.desktop.start_mark import StartMark
    from glmdesk.domain.errors import Problem
    from glmdesk.i18n import Language

NO_DISPLAY = 2
"""The exit code when there is no screen to show a window on."""

_FAILED_UNSEEN = 2
"""Starts in a row; of one alone the computer may have been switched off."""


def run_window(
    home: Path | None,
    claim: "Claim | None",
    command: InstanceCommand,
    mark: "StartMark | None" = None,
    *,
    is_demo: bool,
    is_safe: bool = False,
    log_level: "Level",
) -> int:
    """Show the main window until it is closed; return the exit code.

    `claim` says that this is the instance of the data folder, and is closed here; `command` is what it was
    started for. `mark` tells of starts before this one, and is taken back. Raises LibraryMissing where the
    system lacks what Qt needs.
    """
    take_back = _nothing if mark is None else mark.take_back
    if sys.platform.startswith("linux") and not has_display():
        take_back()
        set_language(system_language(), resources() / "locale")
        sys.stderr.write(_("glmdesk needs a display. Without one, start it with: xvfb-run glmdesk") + "\n")
        return NO_DISPLAY
    started_with = dict(os.environ)
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    require_platform(plugins)
    input_method.apply([plugins])
    application = make_application()
    next_demo: bool | None = is_demo
    if mark is not None and mark.failed and not is_safe:
        is_safe = _is_better_safe(application, home, command, mark.failed, is_demo=is_demo)
    code = 0
    notice: Problem | None = None
    while next_demo is not None:
        stage = first_paint(
            application, home, is_demo=next_demo, is_safe=is_safe, is_shown=command.shows_window
        )
        # The event loop, the database and the network come now: none of them is needed to paint a window.
        with without_ssl():
            from glmdesk.app.session import FAULT, run_session  # noqa: PLC0415

        collect_seldom()
        code, next_demo, notice = run_session(
            application,
            stage,
            log_level,
            started_with,
            notice=notice,
            claim=claim,
            command=command,
            ready=take_back,
        )
        # A safe start is left by beginning anew.
        is_safe = False
        if code != FAULT:
            take_back()
        if claim is not None:
            claim.close()
        if claim is not None and next_demo is not None:
            # The other data may have an instance already: then that is the one to go on with.
            command = InstanceCommand()
            claim = claim_or_hand_over(Paths.locate(home, demo=next_demo).data, command)
            if claim is None:
                break
    return code


def _nothing() -> None:
    """There is no mark to take back."""


def _is_better_safe(
    application: Application, home: Path | None, command: InstanceCommand, failed: int, *, is_demo: bool
) -> bool:
    """Return whether to start safely after starts that did not come to their end.

    Who looks at the screen is asked; a start without a window is safe after the second of them in a row.
    """
    if not command.shows_window:
        return failed >= _FAILED_UNSEEN
    from glmdesk.app.safe_start import SafeStartQuestion  # noqa: PLC0415 - hardly any start asks

    look = _look(application, home, is_demo=is_demo)
    question = SafeStartQuestion(Icons(resources() / "icons").logo())
    look.appearance.setParent(question)
    _show_until(question.finished, question.open)
    question.deleteLater()
    return question.is_wanted


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
    application: Application,
    home: Path | None,
    *,
    is_demo: bool,
    is_safe: bool = False,
    is_shown: bool = True,
) -> Stage:
    """Show the window as far as it needs no file but the settings, and return once it is painted.

    Where something else than the window is wanted, it is only made.
    """
    look = _look(application, home, is_demo=is_demo)
    icons = Icons(resources() / "icons")
    window = MainWindow(icons, is_demo=is_demo, is_safe=is_safe)
    # It ends with the window whose look it is: the desktop may change its mind after that.
    look.appearance.setParent(window)
    window.set_theme(look.appearance.theme)
    # One can write in it from now on, and send when the conversations are open.
    window.chat.composer.set_ready(is_ready=False)
    if is_shown:
        _show_until(window.painted, window.show)
    else:
        # What asks for its handle need not know that nobody has seen it.
        window.winId()
    return Stage(window, look.appearance, look.settings, look.paths, icons, look.language, is_demo, is_safe)


class _Look(NamedTuple):
    """What is known before anything is shown."""

    paths: Paths
    settings: Settings
    language: "Language"
    appearance: Appearance


def _look(application: Application, home: Path | None, *, is_demo: bool) -> _Look:
    paths = Paths.locate(home, demo=is_demo)
    settings = Settings(paths.config / "settings.toml")
    language = system_language() if settings.language == "system" else settings.language
    set_language(language, resources() / "locale")
    application.speak(language)
    return _Look(paths, settings, language, Appearance(application, settings.theme, settings.font_size))


def _show_until(end: SignalInstance, show: Callable[[], None]) -> None:
    """Show something and let Qt alone run until a signal: there are no tasks yet that it could disturb."""
    loop = QEventLoop()
    end.connect(loop.quit)
    show()
    loop.exec()
