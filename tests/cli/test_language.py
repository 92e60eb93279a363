"""The help and a refusal speak the language of the settings."""

from pathlib import Path

import pytest

from glmdesk.cli.language import config_folder, language_for
from glmdesk.desktop.paths import Paths
from tests.cli.program import Program
from tests.cli.test_imports import FOREIGN, QT, SLOW, imported_by

CHINESE = 'theme = "dark"\nlanguage = "zh-CN"  # mine\n'


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")


def settings_in(home: Path, text: str) -> Path:
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text(text, encoding="utf-8")
    return home


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (CHINESE, "zh-CN"),
        ("language='zh-CN'", "zh-CN"),
        ('\ufefflanguage = "zh-CN"', "zh-CN"),
        ('language = "en"', "en"),
        ('language = "system"', "en"),
        ('# language = "zh-CN"', "en"),
        ('language = "tlh"', "en"),
        ("language = 7", "en"),
        ("", "en"),
    ],
)
def test_the_settings_name_the_language_or_else_the_system(tmp_path: Path, text: str, language: str) -> None:
    home = str(settings_in(tmp_path, text))

    assert language_for([], {"GLMDESK_HOME": home}) == language
    assert language_for(["ask", "--home", home, "--help"], {}) == language
    assert language_for([f"--home={home}", "--version"], {}) == language


def test_without_settings_the_system_names_it(tmp_path: Path) -> None:
    assert language_for(["--home"], {"GLMDESK_HOME": str(tmp_path)}) == "en"


@pytest.mark.parametrize("words", [[], ["--home", "~/elsewhere"]])
def test_the_settings_are_looked_for_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    for name in ("GLMDESK_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    home = Path(words[1]) if words else None

    assert Path(config_folder(words, {})) == Paths.locate(home, environ={}).config
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    variables = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert Path(config_folder(words, variables)) == Paths.locate(home, environ=variables).config


@pytest.mark.parametrize(("words", "said"), [(["--help"], "用法："), (["--quicker"], "无法识别")])
def test_what_is_answered_at_once_is_in_the_language_of_the_settings(
    tmp_path: Path, words: list[str], said: str
) -> None:
    program = Program(tmp_path)
    (tmp_path / "glmdesk").mkdir()
    settings_in(tmp_path / "glmdesk", CHINESE)
    ended = program.run(*words)

    assert said in ended.stdout + ended.stderr
    assert not imported_by(program, *words) & (QT | SLOW | FOREIGN)
