"""Telling network file systems from local ones by the kernel's list of mounts."""

from pathlib import Path

import pytest

from glmdesk.storage.filesystem import mounted_type, network_filesystem

# As in proc(5): optional fields of any number before the dash, spaces written as \040.
MOUNTINFO = r"""
22 1 0:20 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:25 / /home rw - btrfs /dev/sdb1 rw,subvol=/home
31 30 0:44 / /home/wang/My\040Share rw,nosuid shared:7 master:1 - cifs //nas/share rw,vers=3.0
32 22 0:45 / /net rw - nfs4 nas:/export rw
33 22 0:46 / /mnt/over rw - nfs nas:/old rw
34 22 0:47 / /mnt/over rw - ext4 /dev/sdc1 rw
35 22 0:48 / /home2 rw - fuse.sshfs host:/ rw
"""[1:]


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/usr/share", "ext4"),
        ("/home/wang", "btrfs"),
        ("/home/wang/My Share", "cifs"),
        ("/home/wang/My Share/data", "cifs"),
        ("/home/wang/My Shared", "btrfs"),
        ("/net/wang/glmdesk", "nfs4"),
        ("/mnt/over", "ext4"),
        ("/home2/wang", "fuse.sshfs"),
    ],
)
def test_a_folder_is_on_the_deepest_and_last_mount_above_it(folder: str, kind: str) -> None:
    assert mounted_type(Path(folder), MOUNTINFO) == kind


def test_without_a_list_of_mounts_nothing_is_known() -> None:
    assert mounted_type(Path("/home"), "") is None


def test_a_temporary_folder_is_local(tmp_path: Path) -> None:
    assert network_filesystem(tmp_path) is None
