"""The Simplified Chinese catalogue: complete, and written the way Chinese is written."""

import ast
import re
from collections.abc import Iterator
from string import Formatter

import pytest

import catalogs
from glmdesk.cli.report import Fact, Report, Section
from glmdesk.i18n import _, listed, ngettext, set_language

CATALOGUE = catalogs.CATALOGUES / "zh_CN" / "LC_MESSAGES" / "glmdesk.po"

# How a month is written, in the letters of QLocale: the rules of prose do not hold for it.
PATTERNS = {"MMMM yyyy"}

IDEOGRAPH = "[\u3400-\u4dbf\u4e00-\u9fff]"
HALF_WIDTH_MARK = re.compile(rf"{IDEOGRAPH} *[,.:;!?()]|[,.:;!?()] *{IDEOGRAPH}")
STRAIGHT_QUOTE = re.compile("[\"']")
UNSPACED = re.compile(rf"{IDEOGRAPH}[A-Za-z0-9]|[A-Za-z0-9%]{IDEOGRAPH}")
SPACE_AT_MARK = re.compile(" [，。：；！？、（）“”]|[，。：；！？、（）“”] ")


def forms(text: catalogs.Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def translations() -> Iterator[tuple[str, str]]:
    """Yield each English text with each form of its translation."""
    for message in catalogs.read(CATALOGUE):
        if message.id:
            for form in forms(message.string or ""):
                yield forms(message.id)[-1], form


def placeholders(text: str) -> set[str]:
    return {name for _text, name, _format, _conversion in Formatter().parse(text) if name is not None}


def is_simplified(character: str) -> bool:
    """Whether a character is one of GB 2312, which has no form that the reform of 1956 replaced."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def offenders(mistake: re.Pattern[str]) -> list[str]:
    # The key of a menu's line stands behind its words, where these have no Latin letters.
    texts = [re.sub(r"\(&[A-Z]\)", "", text) for source, text in translations() if source not in PATTERNS]
    return [text for text in texts if mistake.search(text)]


def test_the_catalogue_has_every_message_and_is_compiled() -> None:
    assert catalogs.check(catalogs.extract(catalogs.SOURCE), CATALOGUE) == []


def test_no_message_stands_in_a_formatted_string() -> None:
    # Where Python is older than 3.12 it is not found there, and stays English.
    inside = [
        f"{path.name}:{call.lineno}"
        for path in catalogs.SOURCE.rglob("*.py")
        for joined in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in {"_", "N_", "ngettext"}
        and any(isinstance(argument, ast.Constant) for argument in call.args)
    ]

    assert inside == []


def test_a_translation_has_the_placeholders_of_its_source() -> None:
    unlike = [text for source, text in translations() if placeholders(text) != placeholders(source)]

    assert unlike == []


def test_a_translation_begins_and_ends_with_the_line_breaks_of_its_source() -> None:
    def breaks(text: str) -> tuple[int, int]:
        return len(text) - len(text.lstrip("\n")), len(text) - len(text.rstrip("\n"))

    assert [text for source, text in translations() if breaks(text) != breaks(source)] == []


@pytest.mark.parametrize(
    "mistake",
    [
        pytest.param(HALF_WIDTH_MARK, id="half-width punctuation beside Chinese"),
        pytest.param(STRAIGHT_QUOTE, id="straight quotes"),
        pytest.param(UNSPACED, id="no space between Chinese and Latin"),
        pytest.param(SPACE_AT_MARK, id="a space beside full-width punctuation"),
    ],
)
def test_punctuation_and_spacing_are_those_of_chinese(mistake: re.Pattern[str]) -> None:
    assert offenders(mistake) == []


def test_a_key_has_one_name() -> None:
    # As on the console where the source calls it so, and one word everywhere else.
    unlike = [text for source, text in translations() if ("API key" in source) != ("API Key" in text)]

    assert unlike == []
    assert offenders(re.compile("API 密钥")) == []


def test_a_review_has_one_name() -> None:
    review = re.compile(r"\breview", re.IGNORECASE)
    unlike = [text for source, text in translations() if bool(review.search(source)) != ("审阅" in text)]

    assert unlike == []


def test_every_character_is_simplified() -> None:
    ideographs = {sign for _source, text in translations() for sign in re.findall(IDEOGRAPH, text)}

    assert [sign for sign in sorted(ideographs) if not is_simplified(sign)] == []


@pytest.mark.parametrize(("sign", "expected"), [("话", True), ("話", False), ("密", True), ("龍", False)])
def test_traditional_characters_are_told_apart(sign: str, expected: bool) -> None:
    assert is_simplified(sign) is expected


@pytest.fixture
def chinese() -> Iterator[None]:
    """Speak Chinese, and English again afterwards."""
    set_language("zh-CN", catalogs.CATALOGUES)
    yield
    set_language("en", catalogs.CATALOGUES)


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("New chat", "新对话"),
        ("Send", "发送"),
        ("Stop", "停止"),
        ("Retry", "重试"),
        ("Continue", "继续"),
        ("Try the demo", "试用演示"),
        ("API key", "API Key"),
        ("MMMM yyyy", "yyyy年M月"),
        ("System prompt", "系统提示词"),
        ("Operating system", "操作系统"),
    ],
)
def test_the_words_on_the_screen_are_chinese(english: str, expected: str) -> None:
    assert _(english) == expected


@pytest.mark.usefixtures("chinese")
def test_chinese_counts_without_a_plural() -> None:
    one, many = (
        "The key works. The service lists {count} model.",
        "The key works. The service lists {count} models.",
    )

    assert ngettext(one, many, 1) == ngettext(one, many, 5) == "密钥有效，服务列出了 {count} 个模型。"


@pytest.mark.usefixtures("chinese")
def test_what_is_put_together_has_the_marks_of_chinese() -> None:
    facts = [Fact("n", "名称", ("甲", "乙")), Fact("f", "标记", True)]
    lines = Report([Section("s", "标题", facts)], str).as_text().splitlines()

    assert listed(["甲", "乙", "丙"]) == "甲、乙、丙"
    assert lines[:3] == ["标题", "  名称：甲、乙", "  标记：是"]
