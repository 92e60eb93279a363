"""The keys of the program: told the same everywhere, and none of them twice in one place."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence

import catalogs
from glmdesk.i18n import Language, _, set_language
from glmdesk.ui.shortcuts import SIDEBAR, Group, groups

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (?P<where>.+?) \| (?P<keys>.+?) \| (?P<does>.+?) \|$", re.MULTILINE)


@pytest.fixture(params=["en", "zh-CN"])
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    language: Language = request.param
    set_language(language, catalogs.CATALOGUES)
    yield language
    set_language("en", catalogs.CATALOGUES)


def rows_of(listed: tuple[Group, ...]) -> list[tuple[str, str, str]]:
    return [
        (_(group.where), shortcut.keys, _(shortcut.does)) for group in listed for shortcut in group.shortcuts
    ]


def test_the_readme_lists_what_there_is(language: Language) -> None:
    name = "README.md" if language == "en" else "README.zh-CN.md"
    text = (ROOT / name).read_text(encoding="utf-8")
    _head, _rule, *rows = ROW.findall(text)

    assert rows == rows_of(groups(sends_with_control=False))


@pytest.mark.parametrize("sends_with_control", [False, True])
def test_no_keys_stand_twice_in_one_place(sends_with_control: bool) -> None:
    for group in groups(sends_with_control=sends_with_control):
        keys = [shortcut.keys for shortcut in group.shortcuts]
        assert len(keys) == len(set(keys))


def test_qt_knows_every_key() -> None:
    for group in groups(sends_with_control=True):
        for shortcut in group.shortcuts:
            assert QKeySequence(shortcut.sequence).toString(), shortcut.keys


def test_the_keys_that_send_follow_the_setting() -> None:
    def keys_for(name: str, *, sends_with_control: bool) -> str:
        rows = rows_of(groups(sends_with_control=sends_with_control))
        return next(keys for _where, keys, does in rows if does == name)

    assert keys_for("Send", sends_with_control=False) == "Enter"
    assert keys_for("New line", sends_with_control=False) == "Shift+Enter"
    assert keys_for("Send", sends_with_control=True) == "Ctrl+Enter"
    assert keys_for("New line", sends_with_control=True) == "Enter"


def test_a_tool_tip_names_the_keys_as_the_system_calls_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SIDEBAR.added_to("Hide") == "Hide (Ctrl+B)"
    monkeypatch.setattr("sys.platform", "darwin")
    assert SIDEBAR.added_to("Hide") == "Hide (⌘B)"
