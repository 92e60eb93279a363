"""What a desktop on Linux wants beside the program: entry, icons, manual, description for stores."""

import gzip
import os
import shutil
from pathlib import Path

from devtool import bundle, environment
from devtool.terminal import run_quietly

FILES = environment.ROOT / "packaging" / "linux"
METAINFO = "io.github.glmdesk.glmdesk.metainfo.xml"

# Pixels. Panels and menus that do not draw SVG ask for these.
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)

MANUALS = {"C.UTF-8": Path("man1"), "zh_CN.UTF-8": Path("zh_CN", "man1")}


def write(share: Path) -> None:
    """Write them below a folder `share`, where freedesktop.org's specifications have them."""
    icons = share / "icons" / "hicolor"
    _copy(FILES / "glmdesk.desktop", share / "applications")
    _copy(FILES / METAINFO, share / "metainfo")
    _copy(environment.ROOT / "resources" / "icons" / "glmdesk.svg", icons / "scalable" / "apps")
    script = environment.ROOT / "packaging" / "bundling" / "icons.py"
    sizes = [str(size) for size in ICON_SIZES]
    run_quietly([environment.BUILD.program("python"), str(script), str(icons), *sizes])
    for locale, place in MANUALS.items():
        folder = share / "man" / place
        folder.mkdir(parents=True)
        manual = folder / "glmdesk.1"
        _write_manual(manual, locale)
        write_gzip(folder / "glmdesk.1.gz", manual.read_bytes())
        manual.unlink()


def write_gzip(path: Path, content: bytes) -> None:
    """Write a compressed file that says nothing of when and where it was made."""
    path.write_bytes(gzip.compress(content, mtime=0))


def _write_manual(path: Path, locale: str) -> None:
    script = environment.ROOT / "packaging" / "bundling" / "manual.py"
    language = {"LC_ALL": locale, "LANGUAGE": "", "SOURCE_DATE_EPOCH": bundle.epoch()}
    run_quietly(
        [environment.BUILD.program("python"), str(script), str(path)], environment={**os.environ, **language}
    )


def _copy(file: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, folder / file.name)
