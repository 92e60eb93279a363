"""Hands addresses to the desktop, which knows the browser and the mail program.

The only starter of programs that outlive us.

On Linux that is `xdg-open` of freedesktop.org, run with an environment of our choice: Qt starts the same
program with the environment of our own process, which a frozen bundle and a chosen input method have changed.
The portal for links needs no environment, but a service that many window managers do not start; and it
refuses programs outside of a sandbox that have not registered.
"""

import asyncio
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from glmdesk.desktop.child_env import child_environment
from glmdesk.desktop.redaction import Redactor
from glmdesk.domain.errors import LinkNotOpened, Problem
from glmdesk.i18n import N_, _

if TYPE_CHECKING:
    from glmdesk.domain.address import Address

logger = logging.getLogger(__name__)

# Seconds. Without a desktop's own opener `xdg-open` becomes the browser and ends with it; a failure comes
# sooner than that.
PATIENCE_S = 10.0

_PROGRAM = "open" if sys.platform == "darwin" else "xdg-open"
_ADVICE = N_("Copy the address and open it yourself.")
_MISSING = Problem(
    "no-opener",
    N_("The link could not be opened: this system has no program for that (xdg-open)."),
    _ADVICE,
)
_SECRET = Problem(
    "secret-in-link",
    N_("The link was not opened: its address holds your API key."),
    N_("Nobody needs it there. Be wary of where the link comes from."),
)


class Opener:
    """Opens addresses outside of the program.

    `environ` is what the program was started with, `bundle` the folder of a frozen one; who starts other
    programs needs them too.
    """

    def __init__(
        self,
        redactor: Redactor,
        environ: Mapping[str, str],
        *,
        bundle: Path | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.redactor = redactor
        self.environ = environ
        self.bundle = bundle
        self._patience_s = patience_s

    async def open(self, address: "Address") -> None:
        """Let the desktop open an address, and return once it has, or is at it for long without complaint.

        Raises LinkNotOpened when it does not.
        """
        if self.redactor.knows(address.url):
            raise LinkNotOpened(_SECRET)
        ended: Future[int] = Future()
        # Not one of the loop's own threads, which would hold up the end of the program for as long as the
        # browser runs.
        threading.Thread(target=self._run, args=(address.url, ended), name="opener", daemon=True).start()
        try:
            async with asyncio.timeout(self._patience_s):
                code = await asyncio.wrap_future(ended)
        except TimeoutError:
            return
        if code:
            logger.info("The desktop's opener ended with %d.", code)
            raise LinkNotOpened(_failed(_("{program} ended with {code}").format(program=_PROGRAM, code=code)))

    def _run(self, url: str, ended: "Future[int]") -> None:
        ended.set_running_or_notify_cancel()
        try:
            code = self._start_and_wait(url)
        except FileNotFoundError:
            ended.set_exception(LinkNotOpened(_MISSING))
        except OSError as error:
            ended.set_exception(LinkNotOpened(_failed(error.strerror or str(error))))
        else:
            ended.set_result(code)

    def _start_and_wait(self, url: str) -> int:
        """Return the exit code of the opener; runs in the thread."""
        if sys.platform == "win32":
            os.startfile(url)  # noqa: S606 - the address is http, https or mailto
            return 0
        process = subprocess.Popen(  # noqa: S603 - and begins with that, so it is no option either
            [_PROGRAM, url],
            env=child_environment(self.environ, self.redactor, bundle=self.bundle),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # It outlives us, and the terminal we were started from.
            start_new_session=True,
        )
        return process.wait()


def bundle_folder() -> Path | None:
    """Return the folder of the frozen program, None when it runs from source."""
    folder: str | None = getattr(sys, "_MEIPASS", None)
    return None if folder is None else Path(folder)


def _failed(reason: str) -> Problem:
    return Problem(
        "link-not-opened",
        N_("The link could not be opened. The desktop reported: {reason}."),
        _ADVICE,
        details={"reason": reason},
    )
