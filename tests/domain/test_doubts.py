"""Which links are asked about, and which are not: both matter, or nobody reads the question any more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.address import LONGEST, is_allowed, parse_address
from glmdesk.domain.doubts import MOST_DATA, Doubt, reasons_to_ask
from glmdesk.domain.legible import tip


def doubts(href: str, text: str = "here") -> list[Doubt]:
    address = parse_address(href)
    assert address is not None
    return [reason.doubt for reason in reasons_to_ask(address, text)]


def words(href: str, text: str = "here") -> list[str]:
    address = parse_address(href)
    assert address is not None
    return [reason.words for reason in reasons_to_ask(address, text)]


@pytest.mark.parametrize(
    ("href", "text"),
    [
        ("https://open.bigmodel.cn/usercenter/apikeys", "the console"),
        ("http://example.org", "http://example.org"),
        ("https://www.example.org/a?b=c#d", "example.org"),
        ("https://docs.python.org/3/library/asyncio-task.html#asyncio.TaskGroup", "asyncio.TaskGroup"),
        ("https://docs.python.org/3", "python.org"),
        ("https://zh.wikipedia.org/wiki/%E6%95%B0%E5%AD%A6", "数学 – 维基百科"),
        ("https://www.baidu.com/s?wd=" + "%E6%B5%8B" * 60, "百度一下"),
        ("https://xn--fsqu00a.xn--fiqs8s/", "https://例子.中国/"),
        ("https://example.com/", "请看example.com的文档"),
        ("https://example.com/", "https://example.com的文档"),
        ("https://example.com/a%20b%0Ac", "a"),
        ("https://fa.wikipedia.org/wiki/%D9%85%DB%8C%E2%80%8C%D8%B1%D9%88%D9%85", "می‌روم"),
        ("https://nodejs.org", "Node.js"),
        ("https://dotnet.microsoft.com/apps/aspnet", "ASP.NET Core"),
        ("https://github.com/a/b/blob/main/main.py", "main.py"),
        ("https://github.com/a/b", "README.md"),
        ("https://example.org", "版本2.0正式版。下载"),
        ("https://example.org", "v1.2.3"),
        ("https://example.org", "joe.com@ at 5.30"),
        ("https://example.org", "👨‍👩‍👧"),
        ("mailto:a@b.com", "a@b.com"),
        ("mailto:a@b.com?subject=hello", "Write to us"),
    ],
)
def test_a_plain_link_gives_no_reason_to_ask(href: str, text: str) -> None:
    assert doubts(href, text) == []


@pytest.mark.parametrize(
    ("href", "doubt"),
    [
        ("https://bank.example@evil.example/", Doubt.USER_INFO),
        ("https://good.example\\@evil.example/", Doubt.ODD),
        ("https://xn--80ak6aa92e.com/", Doubt.ALIKE),
        ("https://xn--pple-43d.com/", Doubt.MIXED),
        ("https://xn--a.com/", Doubt.CODE),
        ("https://8.8.8.8/", Doubt.NUMBER),
        ("https://134744072/", Doubt.NUMBER),
        ("http://localhost/", Doubt.LOCAL),
        ("https://example.org:8443/", Doubt.PORT),
        ("https://example.org/%E2%80%AEfdp", Doubt.UNSEEN),
        ("https://example.org/%00", Doubt.UNSEEN),
        ("https://example.org/" + "%F3%A0%81%A1", Doubt.UNSEEN),
        ("https://exam\nple.org/", Doubt.UNSEEN),
        ("https://example.org/?q=" + "a" * MOST_DATA, Doubt.DATA),
        ("https://example.org/#" + "%41" * MOST_DATA, Doubt.DATA),
        ("https://example.org/" + "a/" * MOST_DATA, Doubt.DATA),
        ("https://" + "secret." * 30 + "example.org/", Doubt.DATA),
        ("mailto:a@b.com?body=hello", Doubt.FIELDS),
        ("mailto:a@b.com?subject=x&%61ttach=/etc/passwd", Doubt.FIELDS),
        ("mailto:a@b.com?CC=c@d.com", Doubt.FIELDS),
        ("mailto:a@b.com?subject=" + "a" * MOST_DATA, Doubt.DATA),
        ("mailto:a@xn--80ak6aa92e.com", Doubt.ALIKE),
        ("mailto:a@b.com%0D%0Abcc:c@d.com", Doubt.ODD),
    ],
)
def test_each_reason_to_ask_is_found(href: str, doubt: Doubt) -> None:
    assert doubts(href) == [doubt]


@pytest.mark.parametrize(
    "text",
    [
        "https://bank.example", "HTTPS://BANK.EXAMPLE/login", "www.bank.example", "bank.com", "Bank.com",
        "go to bank.com now", "bank.com/login", "ｂａｎｋ．ｃｏｍ", "bank。com", "请打开bank.com登录",
        "ba\u200bnk.com", "https://工商银行.中国", "https://www.银行.com", "bаnk.com",
        "evil.example.bank.com", "me@bank.com", "[https://bank.example]", "(bank.com)", "notevil.example.com",
    ],
)  # fmt: skip
def test_a_link_that_reads_like_another_one_is_asked_about(text: str) -> None:
    assert doubts("https://evil.example/", text) == [Doubt.LABEL]


def test_a_mail_to_somebody_else_than_it_reads_is_asked_about() -> None:
    assert doubts("mailto:evil@example.org", "me@example.org") == [Doubt.LABEL]


def test_a_text_that_is_read_backwards_is_asked_about() -> None:
    assert doubts("https://example.org/", "\u202emoc.knab\u202c") == [Doubt.UNSEEN]


def test_the_gravest_reason_comes_first() -> None:
    assert doubts("http://me@localhost:1/%00" + "a" * MOST_DATA, "bank.com") == [
        Doubt.LABEL,
        Doubt.USER_INFO,
        Doubt.LOCAL,
        Doubt.PORT,
        Doubt.UNSEEN,
        Doubt.DATA,
    ]


def test_reasons_name_what_they_are_about() -> None:
    assert words("https://xn--80ak6aa92e.com/", "bank.com") == [
        "The link reads bank.com, but leads to xn--80ak6aa92e.com.",
        "The host аррӏе.com has letters that are easily mistaken. Its real name is xn--80ak6aa92e.com.",
    ]
    assert words("mailto:a@b.com?cc=x&body=y&cc=z") == [
        "The mail would not be empty. These fields are filled in: cc, body."
    ]
    assert words(f"https://a.com/?{'b' * 1000}") == [
        "The address carries 1,007 characters. What was said here may be among them."
    ]


def test_words_quote_no_more_than_can_be_read_and_nothing_unseen() -> None:
    (reason,) = words("https://" + "%E2%80%AE" + "a" * 100 + "@example.org/", "here")[:1]

    assert "\u202e" not in reason
    assert "%E2%80%AEaaa" in reason
    assert len(reason) < 200


@given(st.text(), st.text())
def test_any_link_is_judged(rest: str, text: str) -> None:
    for href in (f"https://{rest}", f"https://a.b/{rest}", f"mailto:a{rest}"):
        address = parse_address(href)
        assert (address is not None) or not is_allowed(href) or any(mark in rest for mark in "\t\r\n")
        if address is not None:
            assert all(reason.words for reason in reasons_to_ask(address, text))


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [
        ("https://", "a."), ("https://", "@"), ("https://", "https://"), ("https://", "xn--"),
        ("https://", "中"), ("https://a.b/?", "%41"), ("https://a.b/", "%E4%B8%AD"),
        ("mailto:", "a@b.c,"), ("mailto:?", "&a"), ("mailto:a", "\u0301"), ("https://a.b/", "\u202e"),
    ],
)  # fmt: skip
def test_a_megabyte_is_judged_in_linear_time(beginning: str, piece: str) -> None:
    whole = beginning + piece * (1_000_000 // len(piece))
    assert parse_address(whole) is None
    address = parse_address(whole[:LONGEST])
    assert address is not None
    # Anything but linear would not come back before the test is ended from outside.
    assert Doubt.DATA in [reason.doubt for reason in reasons_to_ask(address, whole)]
    assert len(tip(address)) < 300
