"""What can be done with a text by one key: what is asked, and in which language the answer is."""

import pytest

from glmdesk.desktop.paths import resources
from glmdesk.domain.quick_action import KEYS, QuickAction, built_in_actions, target_language
from glmdesk.i18n import set_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("正则表达式描述字符串的集合。", "English"),
        ("用 async 和 await 写的 Python 代码为什么会卡住？", "English"),
        ("A regular expression describes a set of strings.", "Chinese"),
        ("He said “it’s fine – 100 %” … and left.", "Chinese"),
        ("print('hello')", "Chinese"),
        ("La théorie des ensembles a été créée à la fin du siècle.", "the language of these instructions"),
        ("Ёлка стоит в углу.", "the language of these instructions"),
        ("これは日本語の文章です。漢字も使います。", "the language of these instructions"),
        ("한국어 문장입니다.", "the language of these instructions"),
        ("", "Chinese"),
    ],
)
def test_the_direction_of_a_translation_follows_from_the_text(text: str, language: str) -> None:
    assert target_language(text) == language


def test_a_text_is_put_where_its_place_is_as_it_stands() -> None:
    action = QuickAction("Quote", "Into {language}: {text}!")

    assert action.question("{language} {text} {x}") == "Into Chinese: {language} {text} {x}!"


def test_a_prompt_without_a_place_for_the_text_is_followed_by_it() -> None:
    assert QuickAction("Count", "Count the words.").question("a b") == "Count the words.\n\na b"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_each_built_in_action_has_a_name_a_key_and_a_place_for_the_text(language: str) -> None:
    set_language("zh-CN" if language == "zh-CN" else "en", resources() / "locale")
    try:
        actions = built_in_actions()
        assert [action.key for action in actions] == list(KEYS[: len(actions)])
        assert len({action.name for action in actions}) == len(actions)
        for action in actions:
            assert action.prompt.count("{text}") == 1
            assert action.question("TEXT").endswith("TEXT")
            assert "{" not in action.question("TEXT")
    finally:
        set_language("en", resources() / "locale")
