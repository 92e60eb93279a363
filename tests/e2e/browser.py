"""What the desktop opens addresses with, replaced by something that only notes them."""

import os
from pathlib import Path

from tests.support.waiting import wait_until

_OPENER = """#!/bin/sh
tr '\\0' '\\n' < /proc/$$/environ > "{folder}/environ"
tr '\\0' '\\n' < /proc/$$/cmdline > "{folder}/arguments"
echo "$1" >> "{folder}/opened"
"""


class Browser:
    """A program named as the desktop's opener. It has to come first in the PATH, see `env`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        opener = folder / "xdg-open"
        opener.write_text(_OPENER.format(folder=folder))
        opener.chmod(0o700)
        self.env = {"PATH": f"{folder}:{os.environ['PATH']}"}
        self.folder = folder

    @property
    def opened(self) -> list[str]:
        """The addresses that were opened, oldest first."""
        file = self.folder / "opened"
        return file.read_text().splitlines() if file.exists() else []

    def wait_opened(self, *addresses: str) -> None:
        """Wait until exactly these were opened."""
        wait_until(
            lambda: self.opened == list(addresses),
            lambda: f"{addresses} to be opened, while {self.opened} were",
        )
