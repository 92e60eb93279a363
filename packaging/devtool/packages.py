"""What is delivered: made in `dist/`, with sums of all files, and tried where nothing else is installed."""

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from devtool import archive, bundle, debian, distributions, fresh_system
from devtool.terminal import Refusal, say

SUMS = "SHA256SUMS"


def make(*, check: bool) -> int:
    """Make the packages of this system; return 0 when they do what they should, which is tried if asked for.

    Raises:
        Refusal: One could not be made; the text says why.
    """
    if sys.platform != "linux":
        raise Refusal("Windows and macOS have packages of their own: see packaging/README.md.")
    folder = bundle.make()
    # Each is compressed in one thread.
    with ThreadPoolExecutor() as pool:
        packages = [
            made.result() for made in [pool.submit(pack, folder) for pack in (debian.make, archive.make)]
        ]
    packages += distributions.make(bundle.DIST)
    write_sums([*packages, bundle.SBOM])
    for package in packages:
        say(f"{package.name}: {package.stat().st_size / 1e6:.1f} MB")
    say(f"{folder.name}, unpacked: {_size(folder) / 1e6:.1f} MB")
    return fresh_system.check(packages[0]) if check else 0


def write_sums(files: Sequence[Path]) -> None:
    """Write the SHA-256 of files, as `sha256sum --check` reads it."""
    lines = [f"{bundle.digest(file, 'sha256')}  {file.name}\n" for file in files]
    (bundle.DIST / SUMS).write_text("".join(lines), encoding="utf-8")


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
