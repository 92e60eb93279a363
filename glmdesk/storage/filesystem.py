"""Whether a folder is on a network file system, where SQLite's write-ahead log must not be used.

Source: https://www.sqlite.org/wal.html ("does not work over a network filesystem"), mountinfo in proc(5).
"""

import re
import sys
from pathlib import Path

# Other computers, and the host of a virtual machine: both may cache writes and share no memory with us.
_REMOTE_TYPES = frozenset(
    {
        *("afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs", "lustre"),
        *("ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "remote", "smb3", "smbfs", "webdav"),
        *("fuse.davfs2", "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.rclone", "fuse.s3fs", "fuse.smbnetfs"),
        *("fuse.sshfs", "fuse.vmhgfs-fuse", "9p", "prl_fs", "vboxsf", "virtiofs", "vmhgfs"),
    }
)


def network_filesystem(folder: Path) -> str | None:
    """Return the name of the network file system that holds an existing folder, or None for a local disk."""
    name = _type(folder.resolve())
    return name if name in _REMOTE_TYPES else None


def mounted_type(folder: Path, mountinfo: str) -> str | None:
    """Return the type of the file system below a folder by the text of `/proc/self/mountinfo`."""
    found, depth = None, -1
    for line in mountinfo.splitlines():
        mount, _, source = line.partition(" - ")
        mount_point = Path(_unescaped(mount.split(" ")[4]))
        # The last of equal mount points lies on top of the others.
        if folder.is_relative_to(mount_point) and len(mount_point.parts) >= depth:
            found, depth = source.split(" ", 1)[0], len(mount_point.parts)
    return found


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


if sys.platform == "win32":
    import ctypes

    def _type(folder: Path) -> str | None:
        drive_remote = 4  # fileapi.h
        return "remote" if ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == drive_remote else None

elif sys.platform == "darwin":
    import ctypes

    def _type(folder: Path) -> str | None:
        # The field `f_fstypename` of statfs(2) with 64-bit inodes, which Python's `os.statvfs` leaves out.
        libc = ctypes.CDLL(None, use_errno=True)
        statfs = getattr(libc, "statfs$INODE64", None) or libc.statfs
        answer = ctypes.create_string_buffer(4096)
        if statfs(str(folder).encode(), answer) != 0:
            return None
        return answer.raw[72:88].split(b"\0", 1)[0].decode("ascii", "replace")

else:

    def _type(folder: Path) -> str | None:
        try:
            mountinfo = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return None  # no procfs, as on the BSDs
        return mounted_type(folder, mountinfo)
