"""What the transcript costs: against plain text, against short conversations, and with one long message.

Off the screen, and on one of an X server.
"""

import os
import subprocess
import sys
from collections.abc import Mapping

from tests.support.desktop import DesktopSession

PARTS = ("_streaming", "_conversations", "_long_messages")


def run(platform: str, env: Mapping[str, str]) -> None:
    """Measure and print on a platform."""
    print(f"\non {platform}", flush=True)
    for part in PARTS:
        subprocess.run([sys.executable, "-m", f"tests.bench.{part}", platform], env=env, check=True)


def main() -> None:
    """Measure and print."""
    run("offscreen", os.environ)
    with DesktopSession(keyring="none") as desktop:
        # Nobody listens, as on most screens.
        del desktop.env["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"]
        run("xcb", desktop.env)


if __name__ == "__main__":
    main()
