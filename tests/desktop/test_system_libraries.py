"""Which package brings a library that the loader misses."""

from collections.abc import Callable

import pytest

from devtool.system import RUN_PACKAGES
from glmdesk.desktop import system_libraries
from glmdesk.desktop.system_libraries import explained, missing_library

ERROR = (
    "Cannot load library /usr/lib/glmdesk/libqxcb.so: "
    "(libxcb-cursor.so.0: cannot open shared object file: No such file or directory)"
)


def has(*programs: str) -> Callable[[str], str | None]:
    return lambda name: f"/usr/bin/{name}" if name in programs else None


@pytest.mark.parametrize(
    ("installer", "command"),
    [
        ("apt", "sudo apt install libxcb-cursor0"),
        ("dnf", "sudo dnf install xcb-util-cursor"),
        ("pacman", "sudo pacman -S xcb-util-cursor"),
        ("zypper", "sudo zypper install libxcb-cursor0"),
    ],
)
def test_the_command_of_this_system_is_named(installer: str, command: str) -> None:
    assert explained(ERROR, has(installer)) == (
        f"The library libxcb-cursor.so.0 is missing. Install it with: {command}"
    )


def test_where_nobody_installs_packages_debians_is_named() -> None:
    assert explained(ERROR, has()).endswith("Debian has it in the package libxcb-cursor0.")


def test_a_library_that_is_not_known_is_named_at_least() -> None:
    assert explained("libodd-2.so.7: cannot open shared object file", has("apt")) == (
        "The library libodd-2.so.7 is missing."
    )


def test_other_words_of_the_loader_stay_as_they_are() -> None:
    words = "undefined symbol: handleExtendedKeyEvent, version Qt_6_PRIVATE_API"

    assert missing_library(words) is None
    assert explained(words, has("apt")) == words


def test_each_package_that_brings_a_library_is_known() -> None:
    known = {packages.apt for packages in system_libraries._KNOWN.values()}

    assert set(RUN_PACKAGES) - known == {"ca-certificates"}
