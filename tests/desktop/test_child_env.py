from pathlib import Path

import pytest

from glmdesk.desktop.child_env import child_environment
from glmdesk.desktop.redaction import Redactor

BUNDLE = Path("/opt/glmdesk/_internal")
CANARY = "c0ffee00c0ffee00c0ffee00c0ffee00.CaNaRyCaNaRy0123"


def test_an_ordinary_environment_is_passed_on() -> None:
    environ = {"PATH": "/usr/bin", "LANG": "zh_CN.UTF-8", "LD_LIBRARY_PATH": "/home/me/lib", "EMPTY": ""}

    assert child_environment(environ, Redactor()) == environ


def test_the_key_is_kept_back_though_it_was_never_registered() -> None:
    assert child_environment({"GLMDESK_API_KEY": CANARY, "A": "1"}, Redactor()) == {"A": "1"}


@pytest.mark.parametrize("value", [CANARY, f"x={CANARY}", CANARY.encode().hex()])
def test_a_variable_with_a_registered_secret_is_kept_back(value: str) -> None:
    redactor = Redactor()
    redactor.register(CANARY)

    assert child_environment({"OTHER": value, "A": "1"}, redactor) == {"A": "1"}


def test_the_tokens_of_our_own_start_are_kept_back() -> None:
    environ = {"XDG_ACTIVATION_TOKEN": "x", "DESKTOP_STARTUP_ID": "y", "A": "1"}

    assert child_environment(environ, Redactor()) == {"A": "1"}


def test_the_library_path_of_a_bundle_is_removed() -> None:
    environ = {"LD_LIBRARY_PATH": str(BUNDLE), "A": "1"}

    assert child_environment(environ, Redactor(), bundle=BUNDLE) == {"A": "1"}


def test_the_original_library_path_is_put_back() -> None:
    environ = {"LD_LIBRARY_PATH": f"{BUNDLE}:/home/me/lib", "LD_LIBRARY_PATH_ORIG": "/home/me/lib"}

    assert child_environment(environ, Redactor(), bundle=BUNDLE) == {"LD_LIBRARY_PATH": "/home/me/lib"}


def test_paths_into_the_bundle_are_taken_out_of_every_list() -> None:
    environ = {
        "XDG_DATA_DIRS": f"{BUNDLE}/share:/usr/share",
        "QT_PLUGIN_PATH": f"{BUNDLE}/plugins",
        "EMPTY": "",
    }

    cleaned = child_environment(environ, Redactor(), bundle=BUNDLE)

    assert cleaned == {"XDG_DATA_DIRS": "/usr/share", "EMPTY": ""}


def test_the_bootloaders_own_variables_are_removed() -> None:
    environ = {"_PYI_ARCHIVE_FILE": "/opt/glmdesk/glmdesk", "_MEIPASS2": "x", "A": "1"}

    assert child_environment(environ, Redactor(), bundle=BUNDLE) == {"A": "1"}
