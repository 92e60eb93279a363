"""What the desktop opens addresses with, replaced by something that only notes them."""

import os
from pathlib import Path

from tests.support.waiting import wait_until

_OPENER = """#!/bin/sh
tr '\\0' '\\n' < /proc/$$/environ > "{folder}/environ"
tr '\\0' '\\n' < /proc/$$/cmdline > "{folder}/arguments"
printf '%s\\n' "$1" >> "{folder}/opened"
echo "said by the browser"; echo "and complained" >&2
test ! -p "{folder}/stays" || read -r _end < "{folder}/stays"
exit {code}
"""


class Browser:
    """A program named as the desktop's opener. It has to come first in the PATH, see `env`.

    It ends with `code`, at once or when it is told to.
    """

    def __init__(self, folder: Path, *, code: int = 0, stays: bool = False) -> None:
        folder.mkdir()
        opener = folder / "xdg-open"
        opener.write_text(_OPENER.format(folder=folder, code=code))
        opener.chmod(0o700)
        if stays:
            os.mkfifo(folder / "stays")
        self.env = {"PATH": f"{folder}:{os.environ['PATH']}"}
        self.folder = folder

    @property
    def opened(self) -> list[str]:
        """The addresses that were opened, oldest first."""
        file = self.folder / "opened"
        return file.read_text().splitlines() if file.exists() else []

    @property
    def environ(self) -> dict[str, str]:
        """The environment it had at last, but for values of several lines."""
        lines = (self.folder / "environ").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def wait_opened(self, *addresses: str) -> None:
        """Wait until exactly these were opened."""
        wait_until(
            lambda: self.opened == list(addresses),
            lambda: f"{addresses} to be opened, while {self.opened} were",
        )

    def end(self) -> None:
        """Let one that stays end."""
        (self.folder / "stays").write_text("now\n")
