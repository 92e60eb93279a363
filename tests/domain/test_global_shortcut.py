"""Keys that are to work in every program: how they are written, and which are left to programs."""

import pytest

from glmdesk.domain.errors import UsageError
from glmdesk.domain.global_shortcut import (
    KEYS,
    GlobalShortcut,
    normal,
    proposed,
    require_free,
    require_usable,
)

PLATFORMS = ("linux", "win32", "darwin")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ctrl+alt+g", "Ctrl+Alt+G"),
        (" Shift + Alt+CTRL + f5 ", "Ctrl+Alt+Shift+F5"),
        ("meta+space", "Meta+Space"),
        ("F13", "F13"),
        ("", ""),
        (" ", ""),
    ],
)
def test_keys_are_written_in_one_way(text: str, written: str) -> None:
    assert normal(text) == written


@pytest.mark.parametrize("text", ["Ctrl", "Ctrl+", "+", "G+Ctrl", "Ctrl+Ctrl+G", "Hyper+G", "Ctrl+,", "茶"])
def test_what_is_no_shortcut_is_not_allowed(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        normal(text)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("held", ["", "Ctrl+", "Alt+", "Shift+", "Ctrl+Shift+", "Alt+Shift+"])
@pytest.mark.parametrize("key", [key for key in KEYS if len(key) == 1])
def test_no_letter_is_taken_with_what_programs_use_it_with(platform: str, held: str, key: str) -> None:
    # Ctrl+C, Ctrl+V, Ctrl+Shift+Z, Alt+F and all others.
    with pytest.raises(UsageError, match="Programs use"):
        require_free(GlobalShortcut.parse(held + key), platform)


@pytest.mark.parametrize(
    ("text", "platforms", "use"),
    [
        ("Alt+F4", PLATFORMS, "closes windows"),
        ("Ctrl+F4", PLATFORMS, "closes tabs"),
        ("F5", PLATFORMS, "Programs use"),
        ("Shift+F10", PLATFORMS, "Programs use"),
        ("Ctrl+Space", PLATFORMS, "input method"),
        ("Meta+Space", PLATFORMS, "input method"),
        ("Meta+L", PLATFORMS, "locks"),
        ("Ctrl+Alt+F2", ("linux",), "console"),
        ("Ctrl+Alt+Shift+V", ("darwin",), "edits"),
        ("Meta+A", ("darwin",), "Programs use"),
    ],
)
def test_what_is_needed_elsewhere_is_refused_with_what_for(
    text: str, platforms: tuple[str, ...], use: str
) -> None:
    for platform in PLATFORMS:
        if platform in platforms:
            with pytest.raises(UsageError, match=use):
                require_free(GlobalShortcut.parse(text), platform)
        else:
            require_free(GlobalShortcut.parse(text), platform)


@pytest.mark.parametrize(
    "text", ["Alt+Space", "Ctrl+Alt+A", "Ctrl+F5", "F13", "Meta+Shift+F20", "Meta+Alt+Q"]
)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_programs_leave_to_the_desktop_can_be_had(text: str, platform: str) -> None:
    require_free(GlobalShortcut.parse(text), platform)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_is_proposed_can_be_had(platform: str) -> None:
    require_free(proposed(platform), platform)


def test_what_is_put_in_force_is_checked_and_none_is_fine() -> None:
    assert require_usable("alt+ctrl+g") == "Ctrl+Alt+G"
    assert require_usable("") == ""
    with pytest.raises(UsageError):
        require_usable("Ctrl+C")
    with pytest.raises(ValueError, match="Ctrl"):
        require_usable("Ctrl+Alt+,")
