"""Which proxy is chosen, and that no entry of the environment stops the program."""

import ssl

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.api.proxy import NONE, SYSTEM, ProxyChoice, choose_proxy
from glmdesk.domain.endpoint import MAINLAND_URL

PROXY = "http://127.0.0.1:7890"


def chosen(url: str = MAINLAND_URL, **environ: str) -> ProxyChoice:
    return choose_proxy(SYSTEM, url, environ)


def test_an_empty_environment_connects_directly() -> None:
    assert chosen() == ProxyChoice()


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("http://127.0.0.1:7890", "http://127.0.0.1:7890"),
        ("http://127.0.0.1:7890/", "http://127.0.0.1:7890"),
        (" http://127.0.0.1:7890 ", "http://127.0.0.1:7890"),
        ("HTTP://proxy.corp:3128", "http://proxy.corp:3128"),
        ("https://proxy.corp", "https://proxy.corp"),
        ("127.0.0.1:7890", "http://127.0.0.1:7890"),
        ("proxy.corp", "http://proxy.corp"),
        ("socks://127.0.0.1:1080", "socks5://127.0.0.1:1080"),
        ("socks5://127.0.0.1:1080", "socks5://127.0.0.1:1080"),
        ("socks5h://127.0.0.1:1080", "socks5h://127.0.0.1:1080"),
        ("http://user:p%40ss@proxy.corp:3128", "http://user:p%40ss@proxy.corp:3128"),
        ("http://[::1]:7890", "http://[::1]:7890"),
        ("http://my_proxy:80/path?query#fragment", "http://my_proxy:80"),
    ],
)
@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_what_proxy_programs_set_is_understood(variable: str, entry: str, url: str) -> None:
    assert choose_proxy(SYSTEM, MAINLAND_URL, {variable: entry}) == ProxyChoice(url)


def test_the_proxy_of_the_scheme_comes_before_the_one_for_all() -> None:
    assert chosen(all_proxy="http://all:1", https_proxy="http://own:1").url == "http://own:1"


def test_each_scheme_has_its_own_proxy() -> None:
    assert chosen(http_proxy=PROXY) == ProxyChoice()
    assert chosen("http://example.org/", http_proxy=PROXY) == ProxyChoice(PROXY)
    assert chosen("http://example.org/", https_proxy=PROXY) == ProxyChoice()


@pytest.mark.parametrize("names", [("https_proxy", "HTTPS_PROXY"), ("HTTPS_PROXY", "https_proxy")])
def test_the_lower_case_spelling_holds(names: tuple[str, str]) -> None:
    values = {"https_proxy": "http://lower:1", "HTTPS_PROXY": "http://upper:1"}

    assert choose_proxy(SYSTEM, MAINLAND_URL, {name: values[name] for name in names}).url == "http://lower:1"


@pytest.mark.parametrize(
    ("host", "no_proxy"),
    [
        ("open.bigmodel.cn", "*"),
        ("open.bigmodel.cn", "open.bigmodel.cn"),
        ("open.bigmodel.cn", "OPEN.BigModel.CN"),
        ("open.bigmodel.cn", "bigmodel.cn"),
        ("open.bigmodel.cn", ".bigmodel.cn"),
        ("open.bigmodel.cn", "*.bigmodel.cn"),
        ("open.bigmodel.cn", "localhost, cn"),
        ("open.bigmodel.cn", "open.bigmodel.cn:443"),
        ("10.1.2.3", "10.0.0.0/8"),
        ("10.1.2.3", "10.1.2.3"),
        ("10.1.2.3", "10.1.2.0/24,fe80::/10"),
        ("10.1.2.3", "10.1.2.3/8"),
        ("[fd00::1]", "fd00::/8"),
        ("[fd00::1]", "[fd00::1]"),
        ("[fd00::1]", "fd00:0::1"),
    ],
)
def test_exempt_hosts_are_reached_directly(host: str, no_proxy: str) -> None:
    assert chosen(f"https://{host}/v4", https_proxy=PROXY, no_proxy=no_proxy) == ProxyChoice()


@pytest.mark.parametrize(
    ("host", "no_proxy"),
    [
        ("open.bigmodel.cn", ""),
        ("open.bigmodel.cn", " , ,"),
        ("open.bigmodel.cn", "model.cn"),
        ("open.bigmodel.cn", "bigmodel.com"),
        ("open.bigmodel.cn", "fe80::/10,::1,127.0.0.0/8,[::1]"),
        ("open.bigmodel.cn", "not a network/99"),
        ("open.bigmodel.cn.", "::1"),
        ("10.1.2.3", "fe80::/10"),
        ("10.1.2.3", "10.0.0.0/99"),
        ("10.1.2.3", "192.168.0.0/16"),
        ("10.1.2.3", "1.2.3"),
        ("[fd00::1]", "10.0.0.0/8"),
    ],
)
def test_other_hosts_are_reached_through_the_proxy(host: str, no_proxy: str) -> None:
    assert chosen(f"https://{host}/v4", https_proxy=PROXY, no_proxy=no_proxy) == ProxyChoice(PROXY)


@pytest.mark.parametrize(
    "base_url", ["http://localhost:8000/v4", "http://127.0.0.2:8000", "https://[::1]/v4"]
)
@pytest.mark.parametrize("setting", [SYSTEM, PROXY])
def test_this_machine_is_reached_directly(base_url: str, setting: str) -> None:
    environ = {"https_proxy": PROXY, "all_proxy": PROXY}

    assert choose_proxy(setting, base_url, environ) == ProxyChoice()


def test_the_setting_comes_before_the_environment() -> None:
    environ = {"https_proxy": PROXY, "no_proxy": "*"}

    assert choose_proxy(NONE, MAINLAND_URL, {"https_proxy": PROXY}) == ProxyChoice()
    assert choose_proxy("socks://10.0.0.1:1080", MAINLAND_URL, environ) == ProxyChoice(
        "socks5://10.0.0.1:1080"
    )


@pytest.mark.parametrize(
    "entry",
    [
        "ftp://127.0.0.1:21",
        "socks4://127.0.0.1:1080",
        "http://",
        "http://:7890",
        "http://host:port",
        "http://host:99999",
        "http://host:0",
        "http://[::1",
        "http://[fe80::1%25eth0]:80",
        "http://256.1.1.1:80",
        "http://one two:80",
        "http://代理:80",
        "://",
    ],
)
@pytest.mark.parametrize("setting", [SYSTEM, ""], ids=["environment", "setting"])
def test_an_unusable_entry_is_a_warning_and_the_connection_direct(setting: str, entry: str) -> None:
    choice = choose_proxy(setting or entry, MAINLAND_URL, {"https_proxy": entry})

    assert choice.url is None
    assert choice.warning is not None
    assert entry in choice.warning


PASSWORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=8)


@given(PASSWORDS, st.sampled_from(["ftp://u:{}@h", "http://u:{}@h:port", "http://u:{}@", "u:{}@[::1"]))
def test_a_password_is_never_in_the_warning(password: str, entry: str) -> None:
    choice = choose_proxy(entry.format(password), MAINLAND_URL, {})

    assert password not in (choice.warning or "")


URLS = st.text() | st.text("htps:/@[]%.#?-_ 1é中", max_size=30)


@given(URLS | URLS.map("http://{}".format) | URLS.map("socks5://user:{}@host:80".format))
def test_no_entry_can_stop_the_http_library(entry: str) -> None:
    choice = choose_proxy(entry, MAINLAND_URL, {})

    assert (choice.url is None) or httpx.Proxy(choice.url).url.host
    assert (choice.url is None) or (choice.warning is None)


@given(st.text())
def test_no_list_of_exemptions_can_stop_the_program(no_proxy: str) -> None:
    for host in ("open.bigmodel.cn", "10.1.2.3"):
        assert chosen(f"https://{host}/v4", https_proxy=PROXY, no_proxy=no_proxy).warning is None


@pytest.mark.parametrize("url", [PROXY, "https://proxy.corp", "socks5://u:p@h:1", "socks5h://h:1"])
def test_the_http_library_takes_every_kind_of_proxy(url: str) -> None:
    choice = choose_proxy(url, MAINLAND_URL, {})

    client = httpx.AsyncClient(
        proxy=choice.url, trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    )

    assert not client.is_closed
