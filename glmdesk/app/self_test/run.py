"""All parts of the self-test in their order, and what is said of them."""

import asyncio
import logging
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLibraryInfo

from glmdesk import __version__
from glmdesk.app.platform import require_platform
from glmdesk.app.self_test import children, contents, screen, service
from glmdesk.app.self_test.part import Broken, NotHere, Outcome, Part, Scene
from glmdesk.app.start import first_paint, has_display, make_application
from glmdesk.desktop.opener import bundle_folder
from glmdesk.desktop.paths import resources
from glmdesk.desktop.redaction import Redactor
from glmdesk.desktop.system_libraries import LibraryMissing
from glmdesk.i18n import N_, _, set_language, system_language
from glmdesk.ui import loop

logger = logging.getLogger(__name__)

FAILED: Final = 1
"""The exit code where something does not work."""

PARTS: Final = (
    Part(N_("Files of the program"), contents.look_at_files),
    Part(N_("Languages"), contents.look_at_languages),
    Part(N_("Plugins of Qt"), screen.look_at_plugins),
    Part(N_("Image formats"), screen.look_at_images),
    Part(N_("Window"), screen.look_at_window),
    Part(N_("Fonts"), screen.look_at_letters),
    Part(N_("Icon in the panel"), screen.look_at_tray),
    Part(N_("Session bus"), screen.look_at_bus),
    Part(N_("Keyring"), service.look_at_keyring),
    Part(N_("Trusted authorities"), service.look_at_roots),
    Part(N_("Streamed answer and stop"), service.look_at_answers),
    Part(N_("History and search"), contents.look_at_history),
    Part(N_("Documents"), contents.look_at_documents),
    Part(N_("Formulas"), contents.look_at_formulas),
    Part(N_("Code and JSON"), contents.look_at_code),
    Part(N_("Environment of other programs"), children.look_at_environment),
    Part(N_("Second start"), children.look_at_second_start),
    Part(N_("MCP server"), children.look_at_mcp, 60.0),
    Part(N_("Your tools"), children.look_at_own_tools),
)

_WORDS: Final = {Outcome.WORKS: N_("works"), Outcome.NOT_HERE: N_("not here"), Outcome.FAILED: N_("failed")}


def run_self_test(*, demands_all: bool) -> int:
    """Try everything, write a line of each part to standard output, and return the exit code.

    What the surroundings do not have is a failure only where everything is demanded.
    """
    environ = dict(os.environ)
    set_language(system_language(), resources() / "locale")
    is_visible = _has_screen()
    if not is_visible:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    bundle = bundle_folder()
    kind = _("packaged") if bundle else _("from source")
    _write(f"glmdesk {__version__}, {kind}, Python {platform.python_version()}, {platform.platform()}")
    with tempfile.TemporaryDirectory(prefix="glmdesk-self-test-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        application = make_application()
        stage = first_paint(application, home, is_demo=True)
        scene = Scene(home, environ, bundle, Redactor(), application, stage, is_visible)
        outcomes = loop.run(application, _try_all(scene, _write))
        stage.window.close()
    bad = {Outcome.FAILED, Outcome.NOT_HERE} if demands_all else {Outcome.FAILED}
    failed = sum(outcome in bad for outcome in outcomes)
    _write(
        _("{count} of {all} parts failed").format(count=failed, all=len(outcomes))
        if failed
        else _("All is well.")
    )
    return FAILED if failed else 0


def _has_screen() -> bool:
    """Return whether a window can be shown. What is missing is said by the part that loads plugins."""
    if not sys.platform.startswith("linux"):
        return True
    try:
        require_platform(Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)))
    except LibraryMissing:
        return False
    return has_display()


async def _try_all(scene: Scene, tell: Callable[[str], None]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for part in PARTS:
        began = time.monotonic()
        outcome, detail = await tried(part, scene)
        outcomes.append(outcome)
        milliseconds = 1000 * (time.monotonic() - began)
        more = f": {detail}" if detail else ""
        tell(f"{_(_WORDS[outcome])}\t{_(part.title)}{more} ({milliseconds:.0f} ms)")
    return outcomes


async def tried(part: Part, scene: Scene) -> tuple[Outcome, str]:
    """Return how a part went, and what is worth knowing of it."""
    try:
        async with asyncio.timeout(part.seconds):
            return Outcome.WORKS, await part.look(scene)
    except NotHere as error:
        return Outcome.NOT_HERE, str(error)
    except TimeoutError:
        return Outcome.FAILED, _("nothing for {seconds:.0f} seconds").format(seconds=part.seconds)
    except Broken as error:
        return Outcome.FAILED, str(error)
    except Exception as error:
        # Whatever it is, the other parts are tried too.
        logger.exception("%s failed", part.title)
        return Outcome.FAILED, f"{type(error).__name__}: {error}"


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
