"""Addresses of the service: which are accepted, and which would give the key away."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.endpoint import MAINLAND_URL, Endpoint, is_host, is_loopback, wants_agreement
from glmdesk.domain.errors import UsageError
from glmdesk.domain.own_service import OwnService


@pytest.mark.parametrize(
    ("given_url", "base_url", "host"),
    [
        (MAINLAND_URL, MAINLAND_URL, "open.bigmodel.cn"),
        (f"  {MAINLAND_URL}/\n", MAINLAND_URL, "open.bigmodel.cn"),
        ("https://api.z.ai/api/paas/v4//", "https://api.z.ai/api/paas/v4", "api.z.ai"),
        ("HTTPS://API.Z.AI/V4", "https://API.Z.AI/V4", "api.z.ai"),
        ("https://h/v4?#", "https://h/v4", "h"),
        (f"{MAINLAND_URL}/chat/completions", MAINLAND_URL, "open.bigmodel.cn"),
        (f"{MAINLAND_URL}//chat/completions/", MAINLAND_URL, "open.bigmodel.cn"),
        ("https://h/my-chat/completions", "https://h/my-chat/completions", "h"),
        ("https://10.0.0.1:8443/v4", "https://10.0.0.1:8443/v4", "10.0.0.1"),
        ("https://[fd00::1]:8443/v4", "https://[fd00::1]:8443/v4", "fd00::1"),
        ("http://localhost:8000/v4", "http://localhost:8000/v4", "localhost"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", "127.0.0.1"),
        ("http://[::1]:8000/v4", "http://[::1]:8000/v4", "::1"),
        ("https://my-host_1.corp./v4", "https://my-host_1.corp./v4", "my-host_1.corp."),
        ("https://xn--fiq228c.cn/v4", "https://xn--fiq228c.cn/v4", "xn--fiq228c.cn"),
    ],
)
def test_an_address_is_kept_without_what_does_not_belong(given_url: str, base_url: str, host: str) -> None:
    assert Endpoint.parse(given_url) == Endpoint(base_url, host)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "open.bigmodel.cn/api/paas/v4",
        "https://",
        "https:///v4",
        "ftp://h/v4",
        "file:///etc/passwd",
        "https://h:port/v4",
        "https://h:99999/v4",
        "https://h:0/v4",
        "https://[::1/v4",
        "https://one two/v4",
        "https://大模型.cn/v4",
        "https://256.1.1.1/v4",
        "https://h..cn/v4",
        "https://h/v\x004",
    ],
)
def test_what_is_no_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        Endpoint.parse(url)

    assert caught.value.problem.code == "base-url"
    assert MAINLAND_URL in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user@h/v4", "https://…@h/v4"),
        ("https://user:secret@h/v4", "https://…@h/v4"),
        ("https://@h/v4", "https://…@h/v4"),
        ("https://h/v4?key=secret", "https://h/v4?…"),
        ("https://h/v4#secret", "https://h/v4#…"),
        ("http://user:secret@h/v4?key=secret#secret", "http://…@h/v4?…"),
    ],
)
def test_what_would_be_lost_from_an_address_is_refused_and_not_repeated(url: str, shown: str) -> None:
    # What stood behind the question mark was dropped without a word.
    with pytest.raises(UsageError) as caught:
        Endpoint.parse(url)

    assert caught.value.problem.code == "base-url-extra"
    assert f"“{shown}”" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://user:secret@h:port/v4",
        "ftp://user:secret@h/v4",
        "https://user:se/cret@h/v4",
        "https://user:se?cret@h/v4",
        "user:secret@h",
        "nowhere?key=secret",
        "0123456789abcdef0123456789abcdef.secret",
    ],
)
def test_a_password_is_not_repeated_whatever_else_is_wrong(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        Endpoint.parse(url)

    assert "cret" not in str(caught.value)


@pytest.mark.parametrize(
    "host", ["open.bigmodel.cn", "0.0.0.0", "8.8.8.8", "localhost.corp", "[2001:db9::1]"]
)
@pytest.mark.parametrize("is_plain_allowed", [False, True])
def test_a_key_is_not_sent_in_the_clear(*, host: str, is_plain_allowed: bool) -> None:
    with pytest.raises(UsageError) as caught:
        Endpoint.parse(f"http://{host}/v4", is_plain_allowed=is_plain_allowed)

    assert caught.value.problem.code == "base-url-plain"


@pytest.mark.parametrize(
    "host",
    ["192.168.0.2", "10.0.0.1", "172.16.3.4", "169.254.1.1", "[fd00::1]", "nas", "nas.local", "gpu.lan"],
)
def test_at_home_nothing_is_encrypted_only_where_that_was_agreed_to(host: str) -> None:
    url = f"http://{host}:11434/v1"
    with pytest.raises(UsageError) as caught:
        Endpoint.parse(url)

    assert caught.value.problem.code == "base-url-plain-home"
    assert wants_agreement(url)
    assert Endpoint.parse(url, is_plain_allowed=True).base_url == url
    assert Endpoint.of(OwnService("Home", url, ("m",), is_plain_allowed=True)).base_url == url


@pytest.mark.parametrize(
    "url", ["https://192.168.0.2/v1", "http://127.0.0.1/v1", "http://h.com/v1", "nothing", ""]
)
def test_nothing_has_to_be_agreed_to_where_it_is_encrypted_or_refused_or_here(url: str) -> None:
    assert not wants_agreement(url)


@pytest.mark.parametrize(
    ("own", "dialect", "needs_key", "is_free"),
    [
        (OwnService("a", "http://127.0.0.1:11434/v1"), "openai", False, True),
        (OwnService("a", "https://192.168.0.2/v1"), "openai", False, True),
        (OwnService("a", "https://llm.example.com/v1"), "openai", False, False),
        (OwnService("a", "http://127.0.0.1:8000/v1", needs_key=True), "openai", True, False),
        (OwnService("a", "https://llm.example.com/v4", dialect="bigmodel"), "bigmodel", False, False),
        (
            OwnService("a", "https://open.bigmodel.cn/api/coding/paas/v4", needs_key=True),
            "bigmodel",
            True,
            False,
        ),
    ],
)
def test_what_is_said_of_a_service_decides_how_it_is_asked(
    *, own: OwnService, dialect: str, needs_key: bool, is_free: bool
) -> None:
    endpoint = Endpoint.of(own)

    assert (endpoint.name, endpoint.dialect, endpoint.needs_key) == ("a", dialect, needs_key)
    assert endpoint.is_free is is_free


def test_a_service_that_nobody_has_added_is_bigmodel_or_stands_in_for_it() -> None:
    endpoint = Endpoint.parse("http://127.0.0.1:8000/v4")

    assert (endpoint.name, endpoint.dialect, endpoint.needs_key) == ("127.0.0.1", "bigmodel", True)
    assert not endpoint.is_free


def test_the_console_of_another_service_is_not_known() -> None:
    local = OwnService("Ollama", "http://127.0.0.1:11434/v1")
    coding = OwnService("Plan", "https://open.bigmodel.cn/api/coding/paas/v4", needs_key=True)

    assert Endpoint.of(local).console_url(billing=False) is None
    assert Endpoint.of(coding).console_url(billing=False) == Endpoint.parse(MAINLAND_URL).console_url(
        billing=False
    )


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1"])
def test_this_machine_is_known_by_its_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "open.bigmodel.cn", "10.0.0.1", "localhost.cn", "128.0.0.1", "::2"])
def test_other_machines_are_not_this_one(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["h", "a.b", "my-host_1", "10.0.0.1", "::1", "fd00::1"])
def test_names_and_addresses_are_hosts(host: str) -> None:
    assert is_host(host)


@pytest.mark.parametrize(
    "host", ["", ".", "a..b", "a b", "中", "1.2.3", "1.2.3.4.5", "::g", "fe80::1%eth0", "a%41"]
)
def test_anything_else_is_no_host(host: str) -> None:
    assert not is_host(host)


URLS = st.text() | st.text("htps:/@[]%.#?-_ 1é中", max_size=30)


@given(URLS | URLS.map("https://{}".format) | URLS.map("https://h/{}".format))
def test_an_accepted_address_never_stops_the_http_library(url: str) -> None:
    try:
        endpoint = Endpoint.parse(url)
    except UsageError:
        return

    request = httpx.Request("GET", f"{endpoint.base_url}/models")

    assert request.url.scheme == "https"
    assert request.url.host == endpoint.host
    assert request.url.path.endswith("/models")


def test_every_service_leads_to_its_own_console() -> None:
    for address, site in (
        (MAINLAND_URL, "https://open.bigmodel.cn/"),
        ("http://127.0.0.1:8000/v4", "https://open.bigmodel.cn/"),
        ("https://api.z.ai/api/paas/v4", "https://z.ai/"),
    ):
        pages = [Endpoint.parse(address).console_url(billing=billing) for billing in (False, True)]
        assert all(page is not None and page.startswith(site) for page in pages)
        assert pages[0] != pages[1]
    assert Endpoint.parse("https://example.org/v1").console_url(billing=True) is None
