"""When `.venv` is kept, completed or made again, and what the lock files promise."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from devtool import environment, npm

WANTED = {"python": "3.11", "root": "/home/li/glmdesk", "run": "a1", "dev": "b2"}
RUN_ONLY = {"python": "3.11", "root": "/home/li/glmdesk", "run": "a1"}


@pytest.mark.parametrize("group", environment.PEOPLE.groups)
def test_a_complete_environment_is_kept(group: environment.Group) -> None:
    assert environment.needed_step(group, WANTED, WANTED) == "keep"


def test_the_tests_add_to_an_environment_made_for_running() -> None:
    assert environment.needed_step("run", RUN_ONLY, WANTED) == "keep"
    assert environment.needed_step("dev", RUN_ONLY, WANTED) == "add"


@pytest.mark.parametrize("changed", ["python", "root", "run", "dev"])
def test_a_change_of_interpreter_place_or_lock_makes_it_again(changed: str) -> None:
    assert environment.needed_step("run", WANTED, {**WANTED, changed: "other"}) == "make"


def test_a_change_of_what_was_not_installed_does_not() -> None:
    assert environment.needed_step("run", RUN_ONLY, {**WANTED, "dev": "other"}) == "keep"


def test_an_unfinished_environment_is_made_again(tmp_path: Path) -> None:
    found = environment.read_stamp(tmp_path / "none")

    assert environment.needed_step("run", found, WANTED) == "make"


def pins(group: environment.Group) -> dict[str, str]:
    """Return the locked version of each package, without its markers."""
    lines = environment.lock_file(group).read_text(encoding="utf-8").splitlines()
    found = [
        line.split()[0].split("==") for line in lines if "==" in line and not line.startswith((" ", "#"))
    ]
    return dict(found)


@pytest.mark.parametrize("group", ["dev", "package"])
def test_tests_and_packages_have_the_versions_people_get(group: environment.Group) -> None:
    assert pins("run").items() <= pins(group).items()


@pytest.mark.parametrize("group", get_args(environment.Group))
def test_every_locked_package_has_hashes(group: environment.Group) -> None:
    text = environment.lock_file(group).read_text(encoding="utf-8")
    entries = text.replace("\\\n", "").splitlines()

    assert all(
        "--hash=sha256:" in entry for entry in entries if "==" in entry and not entry.startswith((" ", "#"))
    )


def test_what_npm_installs_is_locked_to_the_byte_and_names_no_host() -> None:
    text = npm.LOCK.read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    wanted = json.loads((npm.LOCKED / "package.json").read_text(encoding="utf-8"))["dependencies"]
    installed = [package for place, package in packages.items() if place]

    assert "://" not in text
    assert all(package["integrity"].startswith("sha512-") for package in installed)
    assert all(re.fullmatch(r"[\d.]+", version) for version in wanted.values())
    assert packages[""]["dependencies"] == wanted
