"""Disks that only one process sees: full ones, and such as may only be read."""

import shutil
import subprocess
from pathlib import Path

import pytest

# A user and mount namespace of its own lets any user mount a small disk, where the system allows it.
NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")


def _may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0


needs_mounts = pytest.mark.skipif(
    not _may_mount(), reason="this system gives its users no namespaces to mount a disk in"
)


def on_read_only_disk(folder: Path) -> tuple[str, ...]:
    """Return what a command is started by for which nothing in a folder can be changed."""
    return _after('mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"', folder)


def on_full_disk(folder: Path) -> tuple[str, ...]:
    """Return what a command is started by for which a folder holds the folder of the log and no free byte."""
    fill = 'dd if=/dev/zero of="$0/ballast" bs=4096 2>/dev/null'
    return _after(f'mount -t tmpfs -o size=256k tmpfs "$0" && mkdir "$0/logs" && ! {fill}', folder)


def _after(preparation: str, folder: Path) -> tuple[str, ...]:
    return (*NAMESPACE, "sh", "-c", f'{preparation} && exec "$@"', str(folder))
