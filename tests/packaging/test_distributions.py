"""The wheel and the sources: made twice, and installed where there is nothing of the checkout."""

import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from devtool import bundle, distributions, environment


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return distributions.make(tmp_path_factory.mktemp("first"))


def install(distribution: Path, folder: Path) -> Path:
    """Install into a new environment, with dependencies from the one of the tests; return its program."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    options = ("--quiet", "--offline", "--no-deps", "--no-build-isolation", f"--python={python}")
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
    (packages / "tests.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "uv", "pip", "install", *options, str(distribution)], check=True)
    return folder / "bin" / "glmdesk"


def run(program: Path, *words: str) -> str:
    home = ("--home", str(program.parent / "home"))
    ended = subprocess.run(
        [program, *home, *words],
        cwd="/",
        env={"LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_two_builds_are_the_same(made: tuple[Path, Path], tmp_path: Path) -> None:
    again = distributions.make(tmp_path)

    assert [bundle.digest(file, "sha256") for file in again] == [
        bundle.digest(file, "sha256") for file in made
    ]


@pytest.mark.parametrize("number", [0, 1], ids=["sources", "wheel"])
def test_what_is_installed_runs_and_finds_its_files(
    made: tuple[Path, Path], tmp_path: Path, number: int
) -> None:
    program = install(made[number], tmp_path)

    assert run(program, "--version") == f"glmdesk {bundle.version()}\n"
    assert str(environment.ROOT) not in run(program, "doctor")
    assert "龙井" in run(program, "--demo", "ask", "--no-save", "龙井")


def test_the_sources_hold_the_tests_and_no_rubbish(made: tuple[Path, Path]) -> None:
    with tarfile.open(made[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    with zipfile.ZipFile(made[1]) as wheel:
        packed = set(wheel.namelist())

    assert {"tests/conftest.py", "packaging/dev.py", "resources/models.toml", "LICENSE"} <= names
    assert not {
        name for name in names if name.startswith((".venv", "build/", "dist/")) or "__pycache__" in name
    }
    assert "glmdesk/resources/models.toml" in packed
    assert not {name for name in packed if name.startswith(("tests/", "packaging/"))}
