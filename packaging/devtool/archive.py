"""The archive for every other Linux: unpacked and started, or put into a user's menus by its script."""

import os
import shutil
from pathlib import Path

from devtool import bundle, debian, environment, linux_files
from devtool.terminal import run_quietly, say


def make(folder: Path) -> Path:
    """Return the archive of the program in `folder`.

    Raises:
        Refusal: tar or zstd failed; the text is what they said.
    """
    say("Making the archive")
    name = f"glmdesk-{bundle.version()}-linux-{os.uname().machine}"
    root = environment.ROOT / "build" / "archive"
    shutil.rmtree(root, ignore_errors=True)
    place = root / name
    shutil.copytree(folder, place / "glmdesk", symlinks=True)
    bundle.set_modes(place / "glmdesk")
    linux_files.write(place / "share")
    glibc = debian.needed_glibc(debian.dependencies(place / "glmdesk"))
    script = (linux_files.FILES / "install.sh").read_text(encoding="utf-8")
    script = script.replace("@GLIBC@", glibc).replace("@MACHINE@", os.uname().machine)
    (place / "install.sh").write_text(script, encoding="utf-8")
    (place / "install.sh").chmod(0o755)
    for text in ("LICENSE", "CHANGELOG.md"):
        shutil.copyfile(environment.ROOT / text, place / text)
    archive = bundle.DIST / f"{name}.tar.zst"
    archive.unlink(missing_ok=True)
    same_everywhere = (
        "--sort=name",
        f"--mtime=@{bundle.epoch()}",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
    )
    packed_by = "--use-compress-program=zstd -19 --quiet"
    run_quietly(
        ["tar", "--create", *same_everywhere, packed_by, f"--file={archive}", f"--directory={root}", name]
    )
    return archive
