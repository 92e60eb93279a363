"""Settings: defaults, a file for people, and what is done with one that is not understood."""

import asyncio
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest

from glmdesk.domain.errors import LocalDataError, UsageError
from glmdesk.storage.setting import Setting
from glmdesk.storage.settings import Settings
from tests.storage.permissions import obeyed_permissions

pytestmark = pytest.mark.anyio

EDITED = """\
# mine
future_key = "of a newer version"   # keep me

theme = "light" # not dark

[future_table]
a = 1
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def write(path: Path, text: str, encoding: str = "utf-8") -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding=encoding)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def values(settings: Settings) -> dict[str, object]:
    return {setting.key: settings.value(setting) for setting in Settings.declared()}


def test_without_a_file_every_setting_has_its_default(path: Path) -> None:
    settings = Settings(path)

    assert settings.notices == ()
    assert not path.exists()
    assert values(settings) == {
        "language": "system",
        "theme": "system",
        "font_size": 0,
        "send_with": "enter",
        "model": "",
        "service": "",
        "base_url": "https://open.bigmodel.cn/api/paas/v4",
        "tier": "V0",
        "proxy": "system",
        "silence_s": 60,
        "monthly_budget": "",
        "backup_folder": "",
        "tray": "resident",
        "notifications": "full",
        "quick_shortcut": "",
        "quick_model": "",
        "quick_preset": "",
        "quick_text": "offered",
        "quick_history": "continued",
        "waiting_notice_s": 60,
        "tools_python": "",
    }


@pytest.mark.parametrize("setting", Settings.declared(), ids=lambda setting: setting.key)
def test_every_declaration_is_complete_and_allows_its_own_default(setting: Setting[Any]) -> None:
    assert setting.label
    assert setting.help.endswith((".", "…"))
    assert setting.kind.read(setting.default) == setting.default
    assert getattr(Settings, setting.key) is setting


async def test_a_change_is_in_force_and_in_the_file(path: Path) -> None:
    settings = Settings(path)
    await settings.change(Settings.theme, "dark")
    await settings.change(Settings.silence_s, 90)
    await settings.change(Settings.base_url, "http://127.0.0.1:8000/v1/")

    for found in (settings, Settings(path)):
        assert found.theme == "dark"
        assert found.silence_s == 90
        assert found.base_url == "http://127.0.0.1:8000/v1"
    assert set(tomllib.loads(read(path))) == {"theme", "silence_s", "base_url"}
    assert mode_of(path) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]


async def test_a_change_leaves_the_rest_of_the_file_to_the_people_who_wrote_it(path: Path) -> None:
    write(path, EDITED)
    settings = Settings(path)

    await settings.change(Settings.theme, "dark")

    assert read(path) == EDITED.replace('"light"', '"dark"')
    await settings.change(Settings.send_with, "ctrl-enter")
    assert "future_key" in read(path)
    assert tomllib.loads(read(path))["send_with"] == "ctrl-enter"


async def test_changes_of_two_processes_both_last(path: Path) -> None:
    one, other = Settings(path), Settings(path)
    await one.change(Settings.theme, "dark")
    await other.change(Settings.language, "zh-CN")

    assert (Settings(path).theme, Settings(path).language) == ("dark", "zh-CN")


async def test_changes_at_once_all_last(path: Path) -> None:
    settings = Settings(path)
    async with asyncio.TaskGroup() as group:
        group.create_task(settings.change(Settings.theme, "dark"))
        group.create_task(settings.change(Settings.send_with, "ctrl-enter"))
        group.create_task(settings.change(Settings.font_size, 12))

    found = Settings(path)
    assert (found.theme, found.send_with, found.font_size) == ("dark", "ctrl-enter", 12)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('language = "fr"', "language"),
        ("theme = 7", "theme"),
        ("font_size = 8", "font_size"),
        ("font_size = true", "font_size"),
        ("font_size = 12.0", "font_size"),
        ("silence_s = 601", "silence_s"),
        ("model = []", "model"),
        ("base_url = 1", "base_url"),
        ('proxy = "socks://127.0.0.1"', "proxy"),
        ('proxy = "127.0.0.1:7890"', "proxy"),
        ('proxy = "http://127.0.0.1:99999"', "proxy"),
    ],
)
async def test_a_value_that_is_not_allowed_costs_itself_only_and_stays_in_the_file(
    path: Path, line: str, key: str
) -> None:
    write(path, f'{line}\nsend_with = "ctrl-enter"\n')

    settings = Settings(path)

    (notice,) = settings.notices
    assert notice.code == "setting-not-allowed"
    assert key in notice.headline
    assert values(settings)[key] == {setting.key: setting.default for setting in Settings.declared()}[key]
    assert settings.send_with == "ctrl-enter"
    await settings.change(Settings.send_with, "ctrl-enter")
    assert line in read(path)


UNUSABLE = (
    "open.bigmodel.cn",
    "ftp://h",
    "https://user:key@h",
    "https://h/v4?a=b",
    "https://[::1",
    "http://h",
)


@pytest.mark.parametrize("address", UNUSABLE)
async def test_an_address_in_the_file_is_taken_at_its_word(path: Path, address: str) -> None:
    # The default took its place, and questions went where nobody had meant them to go.
    write(path, f'base_url = "{address}"\n')

    settings = Settings(path)

    assert settings.base_url == address
    assert settings.notices == ()


@pytest.mark.parametrize("address", UNUSABLE)
async def test_an_address_that_cannot_be_used_is_not_put_in_force(path: Path, address: str) -> None:
    # Plain http to another machine was, and the window went on with a third address.
    settings = Settings(path)
    with pytest.raises(UsageError) as caught:
        await settings.change(Settings.base_url, address)

    assert caught.value.problem.code.startswith("base-url")
    assert settings.base_url == Settings(path).base_url == Settings.base_url.default


@pytest.mark.parametrize("proxy", ["system", "none", "http://127.0.0.1:7890", "socks5h://user:pw@[::1]:1080"])
async def test_proxies_that_are_understood(path: Path, proxy: str) -> None:
    settings = Settings(path)
    await settings.change(Settings.proxy, proxy)

    assert Settings(path).proxy == proxy


async def test_a_change_that_is_not_allowed_changes_nothing(path: Path) -> None:
    settings = Settings(path)
    with pytest.raises(ValueError, match="700"):
        await settings.change(Settings.silence_s, 700)

    assert settings.silence_s == 60
    assert Settings(path).silence_s == 60


async def test_a_file_that_is_no_toml_is_kept_aside_before_the_first_change(path: Path) -> None:
    write(path, "theme = dark\n")
    settings = Settings(path)

    (notice,) = settings.notices
    assert notice.code == "settings-broken"
    assert settings.theme == "system"
    assert read(path) == "theme = dark\n"

    await settings.change(Settings.send_with, "ctrl-enter")

    (aside,) = path.parent.glob("settings.toml.broken-*")
    assert read(aside) == "theme = dark\n"
    assert Settings(path).send_with == "ctrl-enter"
    assert Settings(path).notices == ()


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\x00\x01\x02"])
def test_a_file_that_is_no_text_leaves_the_defaults(path: Path, content: bytes) -> None:
    write(path, "")
    path.write_bytes(content)

    assert [notice.code for notice in Settings(path).notices] == ["settings-broken"]


async def test_a_file_from_a_windows_editor_is_understood(path: Path) -> None:
    write(path, 'theme = "dark"\r\n', encoding="utf-8-sig")
    settings = Settings(path)

    assert (settings.theme, settings.notices) == ("dark", ())
    await settings.change(Settings.send_with, "ctrl-enter")
    assert (Settings(path).theme, Settings(path).send_with) == ("dark", "ctrl-enter")


def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    write(path, "")
    target = tmp_path / "dotfiles.toml"
    path.rename(target)
    path.symlink_to(target)

    asyncio.run(Settings(path).change(Settings.theme, "dark"))

    assert path.is_symlink()
    assert 'theme = "dark"' in read(target)


def test_a_change_that_cannot_be_stored_holds_until_the_end_and_says_so(path: Path) -> None:
    write(path, 'theme = "light"\n')
    settings = Settings(path)
    path.parent.chmod(0o500)
    try:
        with obeyed_permissions(), pytest.raises(LocalDataError) as refused:
            asyncio.run(settings.change(Settings.theme, "dark"))
    finally:
        path.parent.chmod(0o700)

    assert refused.value.problem.code == "read-only"
    assert settings.theme == "dark"
    assert read(path) == 'theme = "light"\n'
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]
