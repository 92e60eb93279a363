"""The virtual environment `.venv`: made from the lock files, and again when it no longer matches them."""

import hashlib
import os
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from devtool.terminal import run_quietly, say

Group = Literal["run", "dev"]
"""The locked sets of packages; "dev" holds all of "run"."""

GROUPS: tuple[Group, ...] = ("run", "dev")

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv"
LOCKS = ROOT / "packaging" / "locked"

# Says what the environment was made of; written last, so that an interrupted installation has none.
STAMP = FOLDER / "glmdesk-stamp"


def lock_file(group: Group) -> Path:
    """Return the file that names every package of `group` with its version and hashes."""
    return LOCKS / f"{group}.txt"


def program(name: str) -> str:
    """Return the path of a program inside the environment."""
    return str(FOLDER / "Scripts" / f"{name}.exe" if os.name == "nt" else FOLDER / "bin" / name)


def wanted_stamp() -> dict[str, str]:
    """Return the stamp of a complete environment: interpreter, place and the digest of each lock file."""
    stamp = {"python": f"{sys.version_info.major}.{sys.version_info.minor}", "root": str(ROOT)}
    for group in GROUPS:
        stamp[group] = hashlib.sha256(lock_file(group).read_bytes()).hexdigest()
    return stamp


def read_stamp(path: Path) -> dict[str, str]:
    """Return the stamp at `path`; empty when there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    return {name: value for name, _, value in (line.partition(" ") for line in lines)}


def needed_step(
    group: Group, found: Mapping[str, str], wanted: Mapping[str, str]
) -> Literal["keep", "add", "make"]:
    """Return what an environment stamped `found` needs for `group`."""
    is_current = bool(found) and all(wanted.get(name) == value for name, value in found.items())
    if not is_current:
        return "make"
    return "keep" if group in found else "add"


def provide(group: Group) -> None:
    """Bring `.venv` to the locked versions of `group`.

    Raises:
        Refusal: It could not be made; the text is what pip or venv said.
    """
    wanted = wanted_stamp()
    # A removed interpreter leaves a dangling link.
    found = read_stamp(STAMP) if Path(program("python")).exists() else {}
    step = needed_step(group, found, wanted)
    if step == "keep":
        return
    STAMP.unlink(missing_ok=True)
    if step == "make":
        _make(wanted["python"])
    _install(group)
    installed = GROUPS[: GROUPS.index(group) + 1]
    lines = [f"{name} {value}\n" for name, value in wanted.items() if name not in GROUPS or name in installed]
    STAMP.write_text("".join(lines), encoding="utf-8")


def _make(version: str) -> None:
    say(f"Making .venv with Python {version}")
    run_quietly([sys.executable, "-m", "venv", "--clear", str(FOLDER)])
    packages = sysconfig.get_path("purelib", "venv", {"base": str(FOLDER), "platbase": str(FOLDER)})
    # `python -m glmdesk` works from every folder.
    Path(packages, "glmdesk.pth").write_text(f"{ROOT}\n", encoding="utf-8")


def _install(group: Group) -> None:
    lock = lock_file(group)
    say(f"Installing the packages of {lock.relative_to(ROOT)}")
    options = [
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--no-deps",
        "--only-binary=:all:",
    ]
    run_quietly([program("python"), "-m", "pip", "install", *options, "--requirement", str(lock)])
