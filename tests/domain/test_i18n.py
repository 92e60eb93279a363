"""The language of everything a person reads."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from glmdesk.domain.errors import Problem
from glmdesk.i18n import LANGUAGES, N_, Language, _, current_language, ngettext, set_language, system_language


@pytest.fixture
def catalogues(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder with a Chinese catalogue; the language is English again afterwards."""
    catalogue = Catalog(locale="zh_CN")
    catalogue.add("Send", "发送")
    catalogue.add("It failed: {reason}", "失败：{reason}")
    catalogue.add(("{count} message", "{count} messages"), ("{count} 条消息",))
    file = tmp_path / "zh_CN" / "LC_MESSAGES" / "glmdesk.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, catalogue)
    yield tmp_path
    set_language("en", tmp_path)


def test_english_is_the_text_in_the_source(catalogues: Path) -> None:
    set_language("en", catalogues)

    assert _("Send") == "Send"
    assert ngettext("{count} message", "{count} messages", 1) == "{count} message"
    assert ngettext("{count} message", "{count} messages", 2) == "{count} messages"


def test_a_language_is_read_from_its_catalogue(catalogues: Path) -> None:
    set_language("zh-CN", catalogues)

    assert _("Send") == "发送"
    assert ngettext("{count} message", "{count} messages", 1) == "{count} 条消息"
    assert _("Not in the catalogue") == "Not in the catalogue"


def test_no_text_has_no_translation(catalogues: Path) -> None:
    set_language("zh-CN", catalogues)

    assert _("") == ""


def test_a_marked_text_is_translated_where_it_is_shown(catalogues: Path) -> None:
    problem = Problem("x", N_("It failed: {reason}"), "", details={"reason": "磁盘"})

    set_language("zh-CN", catalogues)

    assert N_("Send") == "Send"
    assert problem.headline == "失败：磁盘"
    assert problem.remedy == ""


def test_a_catalogue_that_is_missing_is_an_error_and_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        set_language("zh-CN", tmp_path)

    assert current_language() == "en"


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("zh_CN.UTF-8", "zh-CN"),
        ("zh_TW", "zh-CN"),
        ("zh", "zh-CN"),
        ("Chinese (Simplified)_China", "zh-CN"),
        ("en_US.UTF-8", "en"),
        ("C.UTF-8", "en"),
        ("de_DE", "en"),
    ],
)
@pytest.mark.parametrize("variable", ["LC_ALL", "LC_MESSAGES", "LANG"])
def test_the_desktop_names_the_language(
    monkeypatch: pytest.MonkeyPatch, variable: str, name: str, language: Language
) -> None:
    for other in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(other, "")
    monkeypatch.setenv(variable, name)

    assert system_language() == language


def test_the_more_special_variable_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "")
    monkeypatch.setenv("LC_MESSAGES", "zh_CN.UTF-8")
    monkeypatch.setenv("LANG", "en_US.UTF-8")

    assert system_language() == "zh-CN"


def test_a_silent_desktop_still_has_a_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)

    assert system_language() in LANGUAGES
