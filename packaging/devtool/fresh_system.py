"""A Debian of its own in a folder, with nothing but what the package asks for, to try the package in.

The tests drive it from outside, on a display, bus and keyring of theirs, as they do from source.
"""

import os
import shlex
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from devtool import environment, linux_files
from devtool.terminal import Refusal, run_quietly, say

# Of the end-to-end tests those that meet most of the program and need nothing of the system around it.
TESTS = ("tests/e2e/test_self_test.py", "tests/e2e/test_first_run.py", "tests/e2e/test_conversation.py")

# The folder of sockets and homes of the tests, devices, processes and fonts are the same inside and outside.
# The mounts end with the process that made them, and nothing outside of it sees them.
_MOUNTS = """\
set -e
mount --bind /tmp "$0/tmp"
mount --rbind /dev "$0/dev"
mount --bind /usr/share/fonts "$0/usr/share/fonts"
mount -t proc proc "$0/proc"
exec "$@"
"""


def check(package: Path) -> int:
    """Look at a package, install it, try it and take it away; return 0 when all of that is as it should be.

    Raises:
        Refusal: It cannot be tried here, or does not pass; the text says what failed.
    """
    if os.geteuid() != 0:
        raise Refusal("Only root can install a package in a folder. Start this as root, or in a container.")
    with (
        tempfile.TemporaryDirectory(prefix="glmdesk-system-", dir=environment.ROOT / "build") as folder,
        ThreadPoolExecutor() as pool,
    ):
        root = Path(folder)
        judging, installing = pool.submit(_judge, package), pool.submit(_install, package, root)
        judging.result()
        installing.result()
        files = run_quietly(["chroot", str(root), "dpkg", "--listfiles", "glmdesk"]).splitlines()
        code = _try(root)
        _remove(root, files)
    return code


def _judge(package: Path) -> None:
    say("Looking at the package")
    entry, metainfo = linux_files.FILES / "glmdesk.desktop", linux_files.FILES / linux_files.METAINFO
    run_quietly(["desktop-file-validate", str(entry)])
    run_quietly(["appstreamcli", "validate", "--no-net", str(metainfo)])
    run_quietly(["lintian", "--allow-root", "--fail-on=error,warning", "--tag-display-limit=0", str(package)])


def _install(package: Path, root: Path) -> None:
    say("Installing it where nothing else is")
    inside = f"/var/cache/{package.name}"
    hooks = (
        f"copy-in {shlex.quote(str(package))} /var/cache",
        f'chroot "$1" apt-get install --yes --no-install-recommends {inside}',
        f'rm "$1{inside}"',
    )
    options = ["--variant=minbase", *(f"--customize-hook={hook}" for hook in hooks)]
    run_quietly(["mmdebstrap", *options, _suite(), str(root)])


def _suite() -> str:
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)["VERSION_CODENAME"].strip('"')


def _try(root: Path) -> int:
    say("Trying it there")
    # One more chroot than mount namespaces: a test knows the program by its process, which stays the same.
    program = f"chroot {shlex.quote(str(root))} /usr/bin/glmdesk"
    command = [environment.PEOPLE.program("python"), "-m", "pytest", "-p", "no:cacheprovider", *TESTS]
    return subprocess.run(
        ["unshare", "--mount", "--propagation=private", "sh", "-c", _MOUNTS, str(root), *command],
        cwd=environment.ROOT,
        env={**os.environ, "GLMDESK_TEST_PROGRAM": program},
        check=False,
    ).returncode


def _remove(root: Path, files: list[str]) -> None:
    say("Taking it away")
    run_quietly(["chroot", str(root), "dpkg", "--purge", "glmdesk"])
    # Folders that others use too stay.
    left = [file for file in files if (path := root / file.lstrip("/")).is_symlink() or path.is_file()]
    folders = [str(path) for path in root.rglob("*glmdesk*")]
    if left or folders:
        raise Refusal("Something is left of the package:\n" + "\n".join([*left, *folders]))
