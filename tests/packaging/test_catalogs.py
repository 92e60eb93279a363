"""The judge of the translations finds what a reader would stumble over."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

import catalogs

SOURCE = """
from glmdesk.i18n import N_, _, ngettext
TITLE = N_("New chat")
def say(count: int) -> str:
    return _("Saved {name}") + ngettext("{count} message", "{count} messages", count)
"""


@pytest.fixture
def template(tmp_path: Path) -> Catalog:
    """Every message of SOURCE."""
    (tmp_path / "module.py").write_text(SOURCE, encoding="utf-8")
    return catalogs.extract(tmp_path)


def chinese() -> Catalog:
    """Return a complete translation of SOURCE."""
    catalogue = Catalog(locale="zh_CN", domain="glmdesk")
    catalogue.add("New chat", "新对话")
    catalogue.add("Saved {name}", "已保存 {name}")
    catalogue.add(("{count} message", "{count} messages"), ("{count} 条消息",))
    return catalogue


def test_a_complete_translation_has_no_problems(template: Catalog) -> None:
    assert list(catalogs.problems(template, chinese())) == []


def test_a_message_that_was_forgotten_is_found(template: Catalog) -> None:
    catalogue = chinese()
    catalogue.delete("New chat")

    assert list(catalogs.problems(template, catalogue)) == ["not in the catalogue: 'New chat'"]


@pytest.mark.parametrize(
    ("text", "flags", "problem"),
    [
        ("", (), "not translated"),
        ("已保存 {file}", (), "asks for a field the source does not give"),
        ("已存 {name}", ("fuzzy",), "fuzzy"),
    ],
)
def test_a_bad_translation_is_found(
    template: Catalog, text: str, flags: tuple[str, ...], problem: str
) -> None:
    catalogue = chinese()
    catalogue.delete("Saved {name}")
    catalogue.add("Saved {name}", text, flags=flags)

    assert list(catalogs.problems(template, catalogue)) == [f"{problem}: 'Saved {{name}}'"]


def test_a_message_the_source_no_longer_has_is_found(template: Catalog) -> None:
    catalogue = chinese()
    catalogue.add("Old words", "旧词")

    assert list(catalogs.problems(template, catalogue)) == ["no longer in the source: 'Old words'"]


def test_an_update_adds_what_is_new_and_compiles_it(template: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "zh_CN" / "LC_MESSAGES" / "glmdesk.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid "New chat"\nmsgstr "新对话"\n', encoding="utf-8")

    catalogs.update(template, path)
    first = path.read_bytes()
    catalogs.update(template, path)

    assert path.read_bytes() == first
    assert catalogs.check(template, path) == [
        "not translated: 'Saved {name}'",
        "not translated: ('{count} message', '{count} messages')",
    ]
