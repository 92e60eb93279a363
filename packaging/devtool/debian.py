"""The package for Debian, Ubuntu and what is made of them."""

import os
import re
import shutil
import subprocess
from email.utils import formatdate
from pathlib import Path

from devtool import bundle, environment, linux_files
from devtool.terminal import Refusal, run_quietly, say

# Where nobody's but the program's files are, and the path by which it is started.
PLACE = Path("usr/lib/glmdesk")

# Plugins that Qt does without where their libraries are not: the look of GTK comes with GTK.
OPTIONAL = ("libqgtk3.so",)

# The second number is the package's own.
REVISION = 1

MAINTAINER = "glmdesk contributors <glmdesk@users.noreply.github.com>"

CONTROL = """\
Package: glmdesk
Version: {version}-{revision}
Architecture: {architecture}
Maintainer: {maintainer}
Section: utils
Priority: optional
Installed-Size: {kilobytes}
Depends: {depends}
Recommends: gnome-keyring | keepassxc | kwalletmanager, fonts-noto-cjk, fonts-noto-color-emoji, xdg-utils
Suggests: libgtk-3-0
Description: desktop assistant for the GLM models of Zhipu BigModel
 glmdesk is for people who pay for their own key. It shows answers as they are
 written, with their price, keeps every word on the disk and lets one browse
 all of it offline. The key lives in the keyring of the system.
 .
 It is in the panel, answers in passing what is selected in other programs,
 reads files, and uses tools and MCP servers with the user's consent.
"""

COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: glmdesk
Comment: What is bundled is under licences of its own, which are in /{place}/_internal/licences.

Files: *
Copyright: 2026 glmdesk contributors
License: Expat

Files: {place}/_internal/PySide6/* {place}/_internal/shiboken6/*
Copyright: The Qt Company Ltd. and other contributors
License: LGPL-3
 The text is in /usr/share/common-licenses/LGPL-3 on Debian systems.

License: Expat
{licence}
"""

CHANGELOG = """\
glmdesk ({version}-{revision}) unstable; urgency=medium

  * See changelog.gz.

 -- {maintainer}  {day}
"""


def make(folder: Path) -> Path:
    """Return the package of the program in `folder`.

    Raises:
        Refusal: A tool of Debian's failed; the text is what it said.
    """
    say("Making the package for Debian")
    root = environment.ROOT / "build" / "deb"
    shutil.rmtree(root, ignore_errors=True)
    program = root / PLACE
    shutil.copytree(folder, program, symlinks=True)
    bundle.set_modes(program)
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/glmdesk").symlink_to(Path("..", "lib", "glmdesk", "glmdesk"))
    linux_files.write(root / "usr/share")
    architecture = run_quietly(["dpkg", "--print-architecture"]).strip()
    _write_documents(root)
    control = CONTROL.format(
        version=bundle.version(),
        revision=REVISION,
        maintainer=MAINTAINER,
        architecture=architecture,
        kilobytes=sum(file.lstat().st_size for file in root.rglob("*")) // 1024,
        depends=", ".join(("ca-certificates", *dependencies(program))),
    )
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(control, encoding="utf-8")
    _write_sums(root)
    package = bundle.DIST / f"glmdesk_{bundle.version()}-{REVISION}_{architecture}.deb"
    run_quietly(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "-z9", "--build", str(root), str(package)],
        environment={**os.environ, "SOURCE_DATE_EPOCH": bundle.epoch()},
    )
    return package


def dependencies(program: Path) -> list[str]:
    """Return what the libraries of the program need of the system, as `Depends` has it, with the glibc."""
    # The tool wants to stand in the sources of a package.
    work = environment.ROOT / "build" / "shlibdeps"
    (work / "debian").mkdir(parents=True, exist_ok=True)
    (work / "debian/control").write_text(
        "Source: glmdesk\n\nPackage: glmdesk\nArchitecture: any\n", encoding="ascii"
    )
    own = program / "_internal"
    libraries = [
        file
        for file in program.rglob("*")
        if file.is_file() and not file.is_symlink() and _is_elf(file) and file.name not in OPTIONAL
    ]
    command = ["dpkg-shlibdeps", "-O", "--ignore-missing-info", f"-l{own}", f"-l{own / 'PySide6/Qt/lib'}"]
    ended = subprocess.run(
        [*command, *(f"-e{file}" for file in libraries)],
        cwd=work,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise Refusal(ended.stderr)
    needed = ended.stdout.strip().partition("=")[2].split(", ")
    # The tool looks for libraries of packages even where the program has its own.
    bundled = {package for file in own.glob("lib*.so*") if (package := _package_of(file.name))}
    return [entry for entry in needed if entry.split()[0] not in bundled]


def _package_of(library: str) -> str:
    ended = subprocess.run(
        ["dpkg", "--search", f"*/{library}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return ended.stdout.partition(":")[0]


def _is_elf(file: Path) -> bool:
    """Return whether a file is a program or a library."""
    with file.open("rb") as opened:
        return opened.read(4) == b"\x7fELF"


def needed_glibc(depends: list[str]) -> str:
    """Return the oldest version of glibc that will do, such as "2.34"."""
    found = next(entry for entry in depends if entry.startswith("libc6 "))
    return re.sub(r"[^\d.]", "", found.partition("(")[2])


def _write_documents(root: Path) -> None:
    folder = root / "usr/share/doc/glmdesk"
    folder.mkdir(parents=True)
    licence = (environment.ROOT / "LICENSE").read_text(encoding="utf-8").partition("\n\n")[2]
    text = "".join(f" {line or '.'}\n" for line in licence.strip().splitlines())
    copyright_text = COPYRIGHT.format(place=PLACE, licence=text.rstrip("\n"))
    (folder / "copyright").write_text(copyright_text, encoding="utf-8")
    changes = (environment.ROOT / "CHANGELOG.md").read_bytes()
    linux_files.write_gzip(folder / "changelog.gz", changes)
    day = formatdate(int(bundle.epoch()))
    entry = CHANGELOG.format(version=bundle.version(), revision=REVISION, maintainer=MAINTAINER, day=day)
    linux_files.write_gzip(folder / "changelog.Debian.gz", entry.encode())
    overrides = root / "usr/share/lintian/overrides"
    overrides.mkdir(parents=True)
    listed = (linux_files.FILES / "lintian-overrides").read_text(encoding="utf-8").splitlines()
    lines = [line if line.startswith("#") else f"glmdesk: {line}" for line in listed]
    (overrides / "glmdesk").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_sums(root: Path) -> None:
    files = sorted(file for file in (root / "usr").rglob("*") if file.is_file() and not file.is_symlink())
    lines = [f"{bundle.digest(file, 'md5')}  {file.relative_to(root)}\n" for file in files]
    (root / "DEBIAN/md5sums").write_text("".join(lines), encoding="utf-8")
