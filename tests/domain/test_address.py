import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.address import MailAddress, WebAddress, is_allowed, is_web, parse_address


@pytest.mark.parametrize("href", ["http://a", "HTTPS://a.b/c", "https://[::1]/", "mailto:a@b.c"])
def test_web_and_mail_addresses_may_be_links(href: str) -> None:
    assert is_allowed(href)


@pytest.mark.parametrize(
    "href",
    [
        "", "#a", "/a", "a.md", "//host/a", "\\\\host\\share", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
        "data:text/html,<b>", "file:///etc/passwd", "smb://host/a", "ms-msdt:/id", "vbscript:a", "ftp://a",
        "http:a", "http:/a", "http:///a", "http:\\\\a", "https://", "mailto:", " https://a", "blob:https://a",
    ],
)  # fmt: skip
def test_nothing_else_may(href: str) -> None:
    assert not is_allowed(href)


def test_mail_is_no_web_address() -> None:
    assert not is_web("mailto:a@b.c")


def web(href: str) -> WebAddress:
    address = parse_address(href)
    assert isinstance(address, WebAddress)
    return address


def mail(href: str) -> MailAddress:
    address = parse_address(href)
    assert isinstance(address, MailAddress)
    return address


def test_a_web_address_falls_into_its_parts() -> None:
    address = web("https://me:word@Docs.Example.org:8443/a/b?c=d#e")

    assert (address.user_info, address.host.name, address.port) == ("me:word", "docs.example.org", "8443")
    assert address.rest == "/a/b?c=d#e"
    assert address.url == "https://me:word@Docs.Example.org:8443/a/b?c=d#e"
    assert not address.is_odd


@pytest.mark.parametrize("href", ["http://a.b:80/", "https://a.b:443/", "https://a.b:/", "https://a.b"])
def test_the_usual_port_is_none(href: str) -> None:
    assert web(href).port == ""
    assert not web(href).is_odd


@pytest.mark.parametrize(
    ("href", "host"),
    [
        ("https://good.example\\@evil.example/", "good.example"),
        ("https://good.example@evil.example/", "evil.example"),
        ("https://a@b@evil.example/", "evil.example"),
        ("https://good.example#@evil.example", "good.example"),
        ("https://good.example?@evil.example", "good.example"),
        ("https://ev\til.example/", "evil.example"),
        ("https://ev\r\nil.example/", "evil.example"),
        ("https://ev%69l.example/", "evil.example"),
        ("https://[::1]:80/", "[::1]"),
    ],
)
def test_the_host_is_the_one_a_browser_goes_to(href: str, host: str) -> None:
    assert web(href).host.name == host


@pytest.mark.parametrize(
    "href",
    [
        "https://good.example\\@evil.example/", "https://a.b\\c", "https://a.b:x/", "https://a.b:99999/",
        "https://[::1/", "https://[::1]x/", "https://a..b/", "https://:80/", "https://a@/", "https://a%00.b/",
        "https://a b/", "https://-a.b/", "https://1.2.3.4.5/", "https://a%2fb.c/",
    ],
)  # fmt: skip
def test_what_programs_may_read_differently_is_odd(href: str) -> None:
    assert web(href).is_odd


def test_a_backslash_behind_the_question_mark_is_ordinary() -> None:
    assert not web("https://a.b/?c=\\d").is_odd


def test_a_mail_address_names_recipients_and_what_is_filled_in() -> None:
    address = mail("mailto:a@b.c,%64@e.f?Subject=x&%61ttach=/etc/passwd&body=hello")

    assert address.recipients == ("a@b.c", "d@e.f")
    assert address.fields == ("subject", "attach", "body")
    assert [host.name for host in address.hosts] == ["b.c", "e.f"]


def test_a_mail_may_be_for_nobody_yet() -> None:
    assert mail("mailto:?subject=x").recipients == ()


@given(st.text() | st.text().map("https://".__add__) | st.text().map("mailto:a".__add__))
def test_any_text_is_an_address_or_none(text: str) -> None:
    address = parse_address(text)

    assert address is None or (address.url == text and is_allowed(text))
    if isinstance(address, WebAddress):
        assert "/" not in address.user_info
        assert address.data is not None
