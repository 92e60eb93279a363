"""Libraries of the system that the program needs, and which package brings one that is missing."""

import re
import shutil
from collections.abc import Callable
from typing import Final, NamedTuple

from glmdesk.i18n import _


class LibraryMissing(ImportError):
    """Something of Qt cannot be loaded; the text is what the loader says."""


class Packages(NamedTuple):
    """What brings a library, by the program that installs packages: apt, dnf, pacman and zypper."""

    apt: str
    dnf: str
    pacman: str
    zypper: str


_MISSING: Final = re.compile(r"(lib[\w+.-]+\.so[.\d]*)(?=: cannot open shared object file)")

# Which version of a library it is matters to nobody here: each system has one.
_KNOWN: Final = {
    "libEGL": Packages("libegl1", "libglvnd-egl", "libglvnd", "libEGL1"),
    "libGL": Packages("libgl1", "libglvnd-glx", "libglvnd", "libGL1"),
    "libX11": Packages("libx11-6", "libX11", "libx11", "libX11-6"),
    "libX11-xcb": Packages("libx11-xcb1", "libX11-xcb", "libx11", "libX11-xcb1"),
    "libbrotlidec": Packages("libbrotli1", "libbrotli", "brotli", "libbrotlidec1"),
    "libcrypto": Packages("libssl3", "openssl-libs", "openssl", "libopenssl3"),
    "libdbus-1": Packages("libdbus-1-3", "dbus-libs", "dbus", "libdbus-1-3"),
    "libfontconfig": Packages("libfontconfig1", "fontconfig", "fontconfig", "fontconfig"),
    "libfreetype": Packages("libfreetype6", "freetype", "freetype2", "libfreetype6"),
    "libglib-2": Packages("libglib2.0-0", "glib2", "glib2", "libglib-2_0-0"),
    "libgssapi_krb5": Packages("libgssapi-krb5-2", "krb5-libs", "krb5", "krb5"),
    "libgthread-2": Packages("libglib2.0-0", "glib2", "glib2", "libgthread-2_0-0"),
    "liblzma": Packages("liblzma5", "xz-libs", "xz", "liblzma5"),
    "libssl": Packages("libssl3", "openssl-libs", "openssl", "libopenssl3"),
    "libwayland-client": Packages("libwayland-client0", "libwayland-client", "wayland", "libwayland-client0"),
    "libwayland-cursor": Packages("libwayland-cursor0", "libwayland-cursor", "wayland", "libwayland-cursor0"),
    "libwayland-egl": Packages("libwayland-egl1", "libwayland-egl", "wayland", "libwayland-egl1"),
    "libxcb": Packages("libxcb1", "libxcb", "libxcb", "libxcb1"),
    "libxcb-cursor": Packages("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor", "libxcb-cursor0"),
    "libxcb-glx": Packages("libxcb-glx0", "libxcb", "libxcb", "libxcb-glx0"),
    "libxcb-icccm": Packages("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm", "libxcb-icccm4"),
    "libxcb-image": Packages("libxcb-image0", "xcb-util-image", "xcb-util-image", "libxcb-image0"),
    "libxcb-keysyms": Packages("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms", "libxcb-keysyms1"),
    "libxcb-randr": Packages("libxcb-randr0", "libxcb", "libxcb", "libxcb-randr0"),
    "libxcb-render": Packages("libxcb-render0", "libxcb", "libxcb", "libxcb-render0"),
    "libxcb-render-util": Packages(
        "libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil", "libxcb-render-util0"
    ),
    "libxcb-shape": Packages("libxcb-shape0", "libxcb", "libxcb", "libxcb-shape0"),
    "libxcb-shm": Packages("libxcb-shm0", "libxcb", "libxcb", "libxcb-shm0"),
    "libxcb-sync": Packages("libxcb-sync1", "libxcb", "libxcb", "libxcb-sync1"),
    "libxcb-util": Packages("libxcb-util1", "xcb-util", "xcb-util", "libxcb-util1"),
    "libxcb-xfixes": Packages("libxcb-xfixes0", "libxcb", "libxcb", "libxcb-xfixes0"),
    "libxcb-xkb": Packages("libxcb-xkb1", "libxcb", "libxcb", "libxcb-xkb1"),
    "libxkbcommon": Packages("libxkbcommon0", "libxkbcommon", "libxkbcommon", "libxkbcommon0"),
    "libxkbcommon-x11": Packages(
        "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11", "libxkbcommon-x11-0"
    ),
    "libzstd": Packages("libzstd1", "libzstd", "zstd", "libzstd1"),
}

_COMMANDS: Final = {
    "apt": "apt install",
    "dnf": "dnf install",
    "pacman": "pacman -S",
    "zypper": "zypper install",
}


def missing_library(error: str) -> str | None:
    """Return the library that the loader's words say is not there, such as "libxcb-cursor.so.0"."""
    found = _MISSING.search(error)
    return found[1] if found else None


def explained(error: str, which: Callable[[str], str | None] = shutil.which) -> str:
    """Return the loader's words, or what is missing and the command that installs it, where that is known."""
    library = missing_library(error)
    if library is None:
        return error
    words = _("The library {library} is missing.").format(library=library)
    packages = _KNOWN.get(library.partition(".so")[0].partition(".")[0])
    if packages is None:
        return words
    for installer, command in _COMMANDS.items():
        if which(installer):
            advice = _("Install it with: {command}")
            return f"{words} {advice}".format(command=f"sudo {command} {packages._asdict()[installer]}")
    advice = _("Debian has it in the package {package}.")
    return f"{words} {advice}".format(package=packages.apt)
