import sys
from pathlib import Path

import pytest

from glmdesk.desktop.paths import Paths, find_resources, resources
from tests.support.desktop import DesktopSession


def test_a_given_home_holds_everything(tmp_path: Path) -> None:
    paths = Paths.locate(tmp_path, environ={})

    data, config, cache, logs = (tmp_path / name for name in ("data", "config", "cache", "logs"))
    assert paths == Paths(data, config, cache, logs, tmp_path)


def test_the_variable_names_the_home_and_the_option_beats_it(tmp_path: Path) -> None:
    environ = {"GLMDESK_HOME": str(tmp_path / "variable")}

    assert Paths.locate(environ=environ).data == tmp_path / "variable" / "data"
    assert Paths.locate(tmp_path / "option", environ=environ).data == tmp_path / "option" / "data"


def test_an_empty_variable_is_no_home() -> None:
    assert Paths.locate(environ={"GLMDESK_HOME": ""}) == Paths.locate(environ={})


def test_a_relative_home_is_where_the_program_was_started() -> None:
    assert Paths.locate(Path("portable"), environ={}).data == Path.cwd() / "portable" / "data"


def test_without_a_home_the_folders_are_the_platforms_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, folder in (("DATA", "d"), ("CONFIG", "c"), ("CACHE", "h"), ("STATE", "s")):
        monkeypatch.setenv(f"XDG_{variable}_HOME", str(tmp_path / folder))

    paths = Paths.locate(environ={})

    assert paths.data == tmp_path / "d" / "glmdesk"
    assert paths.config == tmp_path / "c" / "glmdesk"
    assert paths.cache == tmp_path / "h" / "glmdesk"
    assert paths.logs == tmp_path / "s" / "glmdesk" / "log"


@pytest.mark.parametrize("home", [None, Path("/somewhere")])
def test_the_demo_has_data_of_its_own_and_shares_the_settings(home: Path | None) -> None:
    real, demo = Paths.locate(home, environ={}), Paths.locate(home, demo=True, environ={})

    assert demo == real._replace(data=real.data / "demo")


def test_the_resources_of_this_checkout_are_found() -> None:
    assert (resources() / "models.toml").is_file()


def test_resources_inside_the_package_are_its_own(tmp_path: Path) -> None:
    package = tmp_path / "glmdesk"
    (tmp_path / "resources").mkdir()
    assert find_resources(package) == tmp_path / "resources"

    (package / "resources").mkdir(parents=True)
    assert find_resources(package) == package / "resources"


def test_looking_for_a_given_home_imports_no_library() -> None:
    script = "import sys; from glmdesk.desktop.paths import Paths; Paths.locate(); print(*sys.modules)"
    with DesktopSession(display=False, bus=False) as desktop:
        imported = desktop.run("env", "GLMDESK_HOME=x", sys.executable, "-c", script).split()

    assert "glmdesk.desktop.paths" in imported
    assert "platformdirs" not in imported
