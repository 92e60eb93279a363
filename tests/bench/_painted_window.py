"""The program itself up to its first paint. Prints the moment and stays.

In place of everything that begins after the paint stands a module that tells.
"""

import sys
import time
from types import ModuleType

from glmdesk.__main__ import main


def run_session(application: object, *_others: object) -> tuple[int, None, None]:
    """Tell, and wait for the end."""
    print(time.monotonic(), flush=True)
    return application.exec(), None, None  # type: ignore[attr-defined]  # its class is not imported here


session = ModuleType("glmdesk.app.session")
session.run_session = run_session  # type: ignore[attr-defined]
sys.modules["glmdesk.app.session"] = session
sys.exit(main())
