"""The virtual environments: made from the lock files, and again when they no longer match them."""

import hashlib
import os
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from devtool.terminal import run_quietly, say

Group = Literal["run", "dev", "package"]
"""The locked sets of packages; "dev" and "package" hold all of "run"."""

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "packaging" / "locked"


def lock_file(group: Group) -> Path:
    """Return the file that names every package of `group` with its version and hashes."""
    return LOCKS / f"{group}.txt"


def needed_step(
    group: Group, found: Mapping[str, str], wanted: Mapping[str, str]
) -> Literal["keep", "add", "make"]:
    """Return what an environment stamped `found` needs for `group`."""
    is_current = bool(found) and all(wanted.get(name) == value for name, value in found.items())
    if not is_current:
        return "make"
    return "keep" if group in found else "add"


def read_stamp(path: Path) -> dict[str, str]:
    """Return the stamp at `path`; empty when there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    return {name: value for name, _, value in (line.partition(" ") for line in lines)}


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment in a folder, for groups of which each holds all of the one before it."""

    folder: Path
    groups: tuple[Group, ...]

    @property
    def stamp(self) -> Path:
        """Says what it was made of; written last, so that an interrupted installation has none."""
        return self.folder / "glmdesk-stamp"

    def program(self, name: str) -> str:
        """Return the path of a program inside the environment."""
        place = Path("Scripts", f"{name}.exe") if os.name == "nt" else Path("bin", name)
        return str(self.folder / place)

    def wanted_stamp(self) -> dict[str, str]:
        """Return the stamp of a complete environment: interpreter, place and the digest of each lock file."""
        stamp = {"python": f"{sys.version_info.major}.{sys.version_info.minor}", "root": str(ROOT)}
        for group in self.groups:
            stamp[group] = hashlib.sha256(lock_file(group).read_bytes()).hexdigest()
        return stamp

    def provide(self, group: Group) -> None:
        """Bring it to the locked versions of `group`.

        Raises:
            Refusal: It could not be made; the text is what pip or venv said.
        """
        wanted = self.wanted_stamp()
        # A removed interpreter leaves a dangling link.
        found = read_stamp(self.stamp) if Path(self.program("python")).exists() else {}
        step = needed_step(group, found, wanted)
        if step == "keep":
            return
        self.stamp.unlink(missing_ok=True)
        if step == "make":
            self._make(wanted["python"])
        self._install(group)
        left_out = self.groups[self.groups.index(group) + 1 :]
        lines = [f"{name} {value}\n" for name, value in wanted.items() if name not in left_out]
        self.stamp.write_text("".join(lines), encoding="utf-8")

    def _make(self, version: str) -> None:
        say(f"Making {self.folder.relative_to(ROOT)} with Python {version}")
        run_quietly([sys.executable, "-m", "venv", "--clear", str(self.folder)])
        base = {"base": str(self.folder), "platbase": str(self.folder)}
        # `python -m glmdesk` works from every folder.
        Path(sysconfig.get_path("purelib", "venv", base), "glmdesk.pth").write_text(
            f"{ROOT}\n", encoding="utf-8"
        )

    def _install(self, group: Group) -> None:
        lock = lock_file(group)
        say(f"Installing the packages of {lock.relative_to(ROOT)}")
        options = [
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "--no-deps",
            "--only-binary=:all:",
        ]
        run_quietly([self.program("python"), "-m", "pip", "install", *options, "--requirement", str(lock)])


PEOPLE = Environment(ROOT / ".venv", ("run", "dev"))
"""For all who work on glmdesk."""

BUILD = Environment(ROOT / "build" / "environment", ("package",))
"""For what is delivered: nothing that only tests and checks need can get into it."""
