"""The folder that PyInstaller makes: the program with everything it needs, for the system that makes it."""

import hashlib
import os
import subprocess
from pathlib import Path

from devtool import environment
from devtool.terminal import run_quietly, say

DIST = environment.ROOT / "dist"
FOLDER = DIST / "glmdesk"
SBOM = DIST / "glmdesk.cdx.json"


def make() -> Path:
    """Return the folder, made anew.

    Raises:
        Refusal: It could not be made; the text is what PyInstaller said.
    """
    environment.BUILD.provide("package")
    say("Gathering the program with PyInstaller")
    DIST.mkdir(exist_ok=True)
    options = [
        f"--distpath={DIST}",
        f"--workpath={environment.ROOT / 'build'}",
        "--noconfirm",
        "--log-level=WARN",
    ]
    spec = environment.ROOT / "packaging" / "glmdesk.spec"
    run_quietly(
        [environment.BUILD.program("python"), "-m", "PyInstaller", *options, str(spec)],
        # Whoever builds the same commit gets the same files.
        environment={**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": epoch()},
    )
    return FOLDER


def epoch() -> str:
    """Return the second in which the commit was made that is packaged; of a folder without Git, the first."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return given
    command = ["git", "-C", str(environment.ROOT), "log", "-1", "--format=%ct"]
    try:
        ended = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
        )
    except OSError:
        return "0"
    return ended.stdout.strip() or "0"


def version() -> str:
    """Return the version of glmdesk, without importing it."""
    text = (environment.ROOT / "glmdesk" / "__init__.py").read_text(encoding="utf-8")
    return text.rpartition('__version__ = "')[2].partition('"')[0]


def set_modes(folder: Path) -> None:
    """Let everybody read a copy of the folder, and start the program."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            is_program = path.is_dir() or path == folder / "glmdesk"
            path.chmod(0o755 if is_program else 0o644)


def digest(file: Path, algorithm: str) -> str:
    """Return the digest of a file, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, algorithm).hexdigest()
