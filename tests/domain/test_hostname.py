import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.hostname import Disguise, Host


@pytest.mark.parametrize(
    ("written", "name", "shown"),
    [
        ("Example.ORG", "example.org", "example.org"),
        ("example.org.", "example.org", "example.org"),
        ("my_site.example.org", "my_site.example.org", "my_site.example.org"),
        ("例子.中国", "xn--fsqu00a.xn--fiqs8s", "例子.中国"),
        ("xn--fsqu00a.xn--fiqs8s", "xn--fsqu00a.xn--fiqs8s", "例子.中国"),
        ("例子。中国", "xn--fsqu00a.xn--fiqs8s", "例子.中国"),
        ("ｂａｎｋ．ｅｘａｍｐｌｅ", "bank.example", "bank.example"),
        ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com", "аррӏе.com"),
    ],
)
def test_a_name_is_known_in_ascii_and_in_letters(written: str, name: str, shown: str) -> None:
    host = Host.parse(written)

    assert (host.name, host.shown, host.is_odd) == (name, shown, False)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("192.168.257", "192.168.1.1"),
        ("１２７.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("[2001:DB8::0:1]", "[2001:db8::1]"),
    ],
)
def test_a_number_is_written_as_browsers_write_it(written: str, number: str) -> None:
    host = Host.parse(written)

    assert host.name == host.shown == number
    assert host.ip is not None
    assert not host.is_odd


@pytest.mark.parametrize(
    "written",
    [
        "", ".", "a..b", "-a.b", "a-.b", "a b", "a%00b", "a%2fb", "256.0.0.1", "1.2.3.4.5", "08.0.0.1", "a.1",
        "0x.0x.0x.0x.0x", "[::1", "[a]", "[]", "a" * 64, "a." * 130, "é" * 300, "\ud800.com", "a\u202eb.com",
        "a<b.com", "xn--iñvalid.com",
    ],
)  # fmt: skip
def test_what_is_no_name_is_odd(written: str) -> None:
    assert Host.parse(written).is_odd
    assert Host.parse(written).disguise is None


@pytest.mark.parametrize(
    ("written", "disguise"),
    [
        ("example.org", None),
        ("例子.中国", None),
        ("新华网.com", None),
        ("58同城.中国", None),
        ("네이버.com", None),
        ("почта.рф", None),
        ("ソニー.jp", None),
        ("カード会社.みんな", None),
        ("аррӏе.com", Disguise.ALIKE),
        ("почта.com", Disguise.ALIKE),
        ("googlé.com", Disguise.ALIKE),
        ("paypaı.com", Disguise.ALIKE),
        ("エ商银行.cn", Disguise.ALIKE),
        ("丿.cn", Disguise.ALIKE),
        ("1一2.cn", Disguise.ALIKE),
        ("аpple.com", Disguise.MIXED),
        ("gοogle.com", Disguise.MIXED),
        ("com丿login.example.cn", Disguise.MIXED),
        ("comノlogin.example.jp", Disguise.MIXED),
        ("xn--a.com", Disguise.CODE),
        ("www.xn--0.com", Disguise.CODE),
    ],
)
def test_a_name_that_may_be_taken_for_another_is_recognised(written: str, disguise: Disguise | None) -> None:
    assert Host.parse(written).disguise is disguise


@pytest.mark.parametrize(
    ("written", "is_local"),
    [
        ("localhost", True), ("printer", True), ("nas.local", True), ("app.localhost", True),
        ("127.0.0.1", True), ("10.0.0.1", True), ("192.168.1.1", True), ("169.254.169.254", True),
        ("[::1]", True), ("[fe80::1]", True), ("[::ffff:127.0.0.1]", True), ("example.org", False),
        ("8.8.8.8", False), ("[2606:4700::1]", False),
    ],
)  # fmt: skip
def test_the_network_around_is_told_from_the_internet(written: str, is_local: bool) -> None:
    assert Host.parse(written).is_local is is_local


@pytest.mark.parametrize(
    ("one", "other", "is_related"),
    [
        ("example.org", "www.example.org", True),
        ("docs.example.org", "example.org", True),
        ("example.org", "docs.example.org", True),
        ("例子.中国", "xn--fsqu00a.xn--fiqs8s", True),
        ("badexample.org", "example.org", False),
        ("example.org.evil.com", "example.org", False),
        ("a.example.org", "b.example.org", False),
    ],
)
def test_hosts_of_one_domain_are_related(one: str, other: str, is_related: bool) -> None:
    assert Host.parse(one).is_related_to(Host.parse(other)) is is_related


@given(st.text() | st.text("0123456789abcdefx.:[]%-", max_size=30) | st.text("xn-abc0.ѐа", max_size=30))
def test_any_text_is_a_host_of_some_kind(text: str) -> None:
    host = Host.parse(text)

    assert host.is_odd or host.name.isascii()
    assert host.disguise is None or not host.is_odd
    assert host.is_local in (True, False)
    assert Host.parse(host.name).name == host.name or host.is_odd
