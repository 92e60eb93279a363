import pytest

from glmdesk.render.blocks import Emphasis, Inline, Inlines, Paragraph, Strike, Strong, Text
from glmdesk.render.markdown import parse


def inlines(markdown: str) -> Inlines:
    (block,) = parse(markdown)
    assert isinstance(block, Paragraph)
    return block.inlines


def strong(text: str) -> Strong:
    return Strong((Text(text),))


def emphasis(text: str) -> Emphasis:
    return Emphasis((Text(text),))


def strike(text: str) -> Strike:
    return Strike((Text(text),))


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**加粗：**后面", [strong("加粗："), Text("后面")]),
        ("**“引号”**中文", [strong("“引号”"), Text("中文")]),
        ("中文**“引号”**中文", [Text("中文"), strong("“引号”"), Text("中文")]),
        ("这是**重点。**继续", [Text("这是"), strong("重点。"), Text("继续")]),
        ("前面**(注)**后面", [Text("前面"), strong("(注)"), Text("后面")]),
        ("前面**《书》**后面", [Text("前面"), strong("《书》"), Text("后面")]),
        ("**a**中文**b**", [strong("a"), Text("中文"), strong("b")]),
        ("*强调，*后", [emphasis("强调，"), Text("后")]),
        ("前*（强调）*后", [Text("前"), emphasis("（强调）"), Text("后")]),
        ("_强调，_后", [emphasis("强调，"), Text("后")]),
        ("前_（强调）_后", [Text("前"), emphasis("（强调）"), Text("后")]),
        ("~~删除。~~后", [strike("删除。"), Text("后")]),
        ("前~~“删除”~~后", [Text("前"), strike("“删除”"), Text("后")]),
        ("**한국어(Korean)**은", [strong("한국어(Korean)"), Text("은")]),
        ("これは**「重要」**です", [Text("これは"), strong("「重要」"), Text("です")]),
        ("**注意：**🎉", [strong("注意："), Text("🎉")]),
        ("⚠️**“注意”**", [Text("⚠️"), strong("“注意”")]),
        ("**共 100%**，", [strong("共 100%"), Text("，")]),
    ],
)
def test_emphasis_needs_no_space_beside_cjk_text(markdown: str, expected: list[Inline]) -> None:
    assert list(inlines(markdown)) == expected


@pytest.mark.parametrize(
    "markdown",
    [
        "a**“b”**c",
        "a**(b)**c",
        "a*(b)*c",
        "snake_case_word",
        "数据_表_名",
        "a * b * c",
        "3 ** 4 ** 5",
        "~单波浪~",
    ],
)
def test_other_text_is_judged_as_the_specification_says(markdown: str) -> None:
    assert list(inlines(markdown)) == [Text(markdown)]


def test_latin_text_is_emphasised_as_ever() -> None:
    assert inlines("**a**b *c* _d_ ~~e~~") == (
        strong("a"),
        Text("b "),
        emphasis("c"),
        Text(" "),
        emphasis("d"),
        Text(" "),
        strike("e"),
    )


def test_another_parser_of_the_same_library_keeps_its_own_rules() -> None:
    from markdown_it import MarkdownIt

    assert inlines("**加粗：**后面")[0] == strong("加粗：")
    assert "<strong>" not in MarkdownIt().render("**加粗：**后面")
