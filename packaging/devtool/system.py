"""What glmdesk needs from the operating system: packages of Debian and Ubuntu, and a display.

On systems without APT nothing is checked: a desktop with Qt programs has these libraries.
"""

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence

from devtool.terminal import Refusal, run_quietly, say

# What the libraries of the PySide6 wheel, its X11 and Wayland plugins name as NEEDED and do not bring.
RUN_PACKAGES = (
    "ca-certificates",  # the certificates TLS trusts
    "libbrotli1",
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libfreetype6",
    "libgl1",
    "libglib2.0-0",
    "libgssapi-krb5-2",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "libx11-6",
    "libx11-xcb1",
    "libxcb-cursor0",
    "libxcb-glx0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-render0",
    "libxcb-shape0",
    "libxcb-shm0",
    "libxcb-sync1",
    "libxcb-util1",
    "libxcb-xfixes0",
    "libxcb-xkb1",
    "libxcb1",
    "libxkbcommon-x11-0",
    "libxkbcommon0",
)

# A display in memory, for machines without one.
DISPLAY_PACKAGES = ("xauth", "xvfb")

# The desktop that the end-to-end tests start: display, window manager, buses, keyring, input method, fonts,
# and what looks at it from outside; and what runs a request that is shown as code.
TEST_PACKAGES = (
    "at-spi2-core",
    "curl",
    "dbus",
    "fcitx5",
    "fcitx5-pinyin",
    "fonts-noto-cjk",
    "gnome-keyring",
    "grim",
    "imagemagick",
    "libglib2.0-bin",
    "libsecret-tools",
    "openbox",
    "strace",
    "sway",
    "trayer",
    "wmctrl",
    "wtype",
    "x11-utils",
    "x11-xkb-utils",
    "x11-xserver-utils",
    "xdotool",
    *DISPLAY_PACKAGES,
)

# What makes packages of the program: tools for object files, Debian's for its packages, a packer.
BUILD_PACKAGES = (
    "binutils",
    "dpkg-dev",
    "icu-devtools",
    "patchelf",
    "xz-utils",
    "zstd",
)

# What looks at the packages, and a system to install them in that has nothing but what they ask for.
PACKAGE_CHECK_PACKAGES = (
    "appstream",
    "desktop-file-utils",
    "groff-base",
    "lintian",
    "man-db",
    "mmdebstrap",
)


def has_display(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Return whether a window can be opened."""
    if platform in ("win32", "darwin"):
        return True
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if chosen and not chosen.startswith(("xcb", "wayland")):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def parse_listing(listing: str) -> set[str]:
    """Return what is installed, and what that provides, from lines of "status|name|provides"."""
    names: set[str] = set()
    for line in listing.splitlines():
        status, name, provides = line.split("|", 2)
        if status[1] == "i":  # as wanted or not, it is installed
            names.add(name)
            # Each entry is a name, and a version in parentheses where it has one.
            names.update(entry.split()[0] for entry in provides.split(",") if entry.strip())
    return names


def missing_packages(wanted: Iterable[str]) -> list[str]:
    """Return the packages still to be installed, in order; none where there is no APT."""
    if shutil.which("apt-get") is None or (query := shutil.which("dpkg-query")) is None:
        return []
    layout = "${db:Status-Abbrev}|${Package}|${Provides}\n"
    listing = subprocess.run(
        [query, "--show", f"--showformat={layout}"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    installed = parse_listing(listing)
    missing = [name for name in wanted if name not in installed]
    if importlib.util.find_spec("ensurepip") is None:  # Debian takes it out of Python
        missing.insert(0, f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    return missing


def explain_missing(packages: Sequence[str], *, is_root: bool) -> str:
    """Return what to do about missing packages: one line to type."""
    # A new machine has no list of packages yet, and that of an old one names versions that are gone.
    steps = [["apt-get", "update"], install_command(packages)]
    if is_root:
        line = " && ".join(shlex.join(step) for step in steps)
    elif shutil.which("sudo") is not None:
        line = " && ".join(shlex.join(["sudo", *step]) for step in steps)
    else:
        line = shlex.join(["su", "-c", " && ".join(shlex.join(step) for step in steps)])
    return f"System packages are missing. Install them with this command, then try again:\n    {line}"


def explain_no_display(arguments: Sequence[str], *, is_root: bool) -> str:
    """Return why there can be no window, and how to start one with the same arguments."""
    command = shlex.join(["xvfb-run", "-a", "python3", "packaging/dev.py", "run", *arguments])
    paragraphs = [
        "There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set, and glmdesk opens a window.\n"
        "Start it from a desktop, or with a display in memory:\n"
        f"    {command}"
    ]
    if missing := missing_packages([*RUN_PACKAGES, *DISPLAY_PACKAGES]):
        paragraphs.append(explain_missing(missing, is_root=is_root))
    return "\n\n".join(paragraphs)


def install_command(packages: Sequence[str]) -> list[str]:
    """Return the command that installs `packages`, as root types it."""
    return ["apt-get", "install", "--yes", "--no-install-recommends", *packages]


def provide(wanted: Iterable[str], *, is_root: bool) -> None:
    """Install what is missing, as root.

    Raises:
        Refusal: The installation failed, or we are not root; the text has the command then.
    """
    missing = missing_packages(wanted)
    if not missing:
        return
    if not is_root:
        raise Refusal(explain_missing(missing, is_root=False))
    say(f"Installing system packages with apt-get ({len(missing)})")
    unattended = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run_quietly(["apt-get", "update"], environment=unattended)
    run_quietly(install_command(missing), environment=unattended)
