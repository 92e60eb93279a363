"""The installer of the archive, run by a user who is not root."""

import os
import platform
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtool import linux_files

NOBODY = 65534


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that anybody may look into; those of pytest are for their owner alone."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def archive(open_folder: Path) -> Path:
    """Return an archive that was unpacked, with a program that says its name, in a home anybody may use."""
    folder = open_folder / "glmdesk-0.1.0"
    (folder / "glmdesk").mkdir(parents=True)
    program = folder / "glmdesk" / "glmdesk"
    program.write_text("#!/bin/sh\necho glmdesk\n", encoding="utf-8")
    program.chmod(0o755)
    menus = folder / "share" / "applications"
    menus.mkdir(parents=True)
    (menus / "glmdesk.desktop").write_text("[Desktop Entry]\nExec=glmdesk %F\n", encoding="utf-8")
    (open_folder / "home").mkdir()
    (open_folder / "home").chmod(0o777)
    return folder


def install(
    archive: Path, *words: str, glibc: str = "2.17", machine: str = platform.machine()
) -> tuple[int, str]:
    script = (linux_files.FILES / "install.sh").read_text(encoding="utf-8")
    (archive / "install.sh").write_text(script.replace("@GLIBC@", glibc).replace("@MACHINE@", machine))
    ended = subprocess.run(
        ["sh", str(archive / "install.sh"), *words],
        env={"HOME": str(archive.parent / "home"), "PATH": os.environ["PATH"]},
        user=NOBODY if os.geteuid() == 0 else None,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def files(archive: Path) -> set[str]:
    home = archive.parent / "home"
    # What menus remember of all programs is not ours.
    found = (path for path in home.rglob("*") if not path.is_dir() and not path.name.endswith("cache"))
    return {str(path.relative_to(home)) for path in found}


def test_it_is_put_into_menus_and_taken_away_again(archive: Path) -> None:
    home = archive.parent / "home"
    mine = home / ".local" / "share" / "glmdesk" / "glmdesk.db"
    code, said = install(archive)
    assert code == 0, said

    program = home / ".local" / "bin" / "glmdesk"
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout == "glmdesk\n"
    entry = (home / ".local/share/applications/glmdesk.desktop").read_text(encoding="utf-8")
    assert f"Exec={program} %F" in entry
    mine.parent.mkdir()
    mine.touch()
    assert install(archive)[0] == 0, "over an older one"
    assert install(archive, "--remove")[0] == 0
    assert files(archive) == {".local/share/glmdesk/glmdesk.db"}


def test_another_program_of_that_name_is_left_alone(archive: Path) -> None:
    program = archive.parent / "home" / ".local" / "bin" / "glmdesk"
    program.parent.mkdir(parents=True)
    program.write_text("mine", encoding="utf-8")
    for folder in (program.parent, *program.parent.parents[:2]):
        folder.chmod(0o777)

    code, said = install(archive)
    assert code == 1
    assert "another program" in said
    assert files(archive) == {".local/bin/glmdesk"}
    install(archive, "--remove")
    assert program.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [({"glibc": "99.1"}, "glmdesk needs glibc 99.1 or newer"), ({"machine": "riscv128"}, "is for riscv128")],
)
def test_where_it_cannot_run_nothing_is_changed(archive: Path, wanted: dict[str, str], said: str) -> None:
    code, words = install(archive, **wanted)

    assert code == 1
    assert said in words
    assert files(archive) == set()
