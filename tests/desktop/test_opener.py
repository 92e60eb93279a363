"""Addresses in the hands of the desktop, for which a program of the test stands in."""

import stat
import threading
from pathlib import Path

import pytest

from glmdesk.desktop.opener import Opener
from glmdesk.desktop.redaction import Redactor
from glmdesk.domain.address import Address, parse_address
from glmdesk.domain.errors import LinkNotOpened
from tests.support.browser import Browser

pytestmark = pytest.mark.anyio
CANARY = "c0ffee00c0ffee00c0ffee00c0ffee00.CaNaRyCaNaRy0123"


def address(url: str = "https://example.org/a?b=c&d=$(e)#f") -> Address:
    parsed = parse_address(url)
    assert parsed is not None
    return parsed


@pytest.mark.parametrize("url", ["https://example.org/a?b=c&d=$(e)#f", "mailto:a@b.c?subject=d%20e"])
async def test_the_desktop_is_given_the_address_as_it_is(tmp_path: Path, url: str) -> None:
    browser = Browser(tmp_path / "browser")
    await Opener(Redactor(), browser.env).open(address(url))

    assert browser.opened == [url]


async def test_it_says_nothing_in_our_name(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    browser = Browser(tmp_path / "browser")
    await Opener(Redactor(), browser.env).open(address())

    assert browser.opened
    assert capfd.readouterr() == ("", "")


async def test_the_environment_is_what_we_were_started_with_and_neither_key_nor_bundle(
    tmp_path: Path,
) -> None:
    browser, bundle = Browser(tmp_path / "browser"), tmp_path / "_internal"
    redactor = Redactor()
    redactor.register(CANARY)
    environ = {
        **browser.env,
        "GLMDESK_API_KEY": "another",
        "COPY": CANARY,
        "LD_LIBRARY_PATH": str(bundle),
        "QT_PLUGIN_PATH": f"{bundle}/plugins:/usr/lib/qt",
        "QT_IM_MODULE": "fcitx",
    }
    await Opener(redactor, environ, bundle=bundle).open(address())

    seen = browser.environ
    assert seen["QT_IM_MODULE"] == "fcitx"
    assert seen["QT_PLUGIN_PATH"] == "/usr/lib/qt"
    assert not {"GLMDESK_API_KEY", "COPY", "LD_LIBRARY_PATH"} & seen.keys()
    assert "HOME" not in seen, "nothing of our present environment"


@pytest.mark.parametrize("code", [3, 4])
async def test_a_failure_of_the_desktop_is_said(tmp_path: Path, code: int) -> None:
    browser = Browser(tmp_path / "browser", code=code)
    with pytest.raises(LinkNotOpened, match=f"xdg-open ended with {code}"):
        await Opener(Redactor(), browser.env).open(address())


async def test_a_desktop_without_an_opener_is_said(tmp_path: Path) -> None:
    with pytest.raises(LinkNotOpened, match="no program for that"):
        await Opener(Redactor(), {"PATH": str(tmp_path)}).open(address())


async def test_an_opener_that_cannot_be_run_is_said(tmp_path: Path) -> None:
    browser = Browser(tmp_path / "browser")
    (browser.folder / "xdg-open").chmod(stat.S_IRUSR)
    with pytest.raises(LinkNotOpened, match="Permission denied"):
        await Opener(Redactor(), {"PATH": str(browser.folder)}).open(address())


async def test_a_browser_that_stays_is_no_failure_and_is_left_alone(tmp_path: Path) -> None:
    browser = Browser(tmp_path / "browser", code=1, stays=True)
    await Opener(Redactor(), browser.env, patience_s=0.0).open(address())

    (thread,) = (thread for thread in threading.enumerate() if thread.name == "opener")
    assert thread.daemon, "it would hold up our end"
    browser.wait_opened(address().url)
    browser.end()
    thread.join()


async def test_an_address_with_the_key_is_not_opened(tmp_path: Path) -> None:
    browser = Browser(tmp_path / "browser")
    redactor = Redactor()
    redactor.register(CANARY)
    with pytest.raises(LinkNotOpened, match="holds your API key"):
        await Opener(redactor, browser.env).open(address(f"https://evil.example/?{CANARY.encode().hex()}"))

    assert browser.opened == []
