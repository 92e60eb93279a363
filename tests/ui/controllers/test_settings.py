"""Changing a setting: checked, in force at once, and stored."""

import asyncio
from pathlib import Path

import pytest

from glmdesk.domain.errors import LocalDataError, UserError
from glmdesk.storage.settings import Settings
from glmdesk.ui.controllers.settings import SettingsController
from glmdesk.ui.tasks import TaskRunner
from tests.ui.waiting import idle


class Changing:
    """A settings controller with what it has told."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings = Settings(path)
        self.tasks = TaskRunner()
        self.controller = SettingsController(self.settings, self.tasks)
        self.changed: list[str] = []
        self.refused: list[tuple[str, str]] = []
        self.errors: list[UserError] = []
        self.controller.changed.connect(self.changed.append)
        self.controller.refused.connect(lambda key, reason: self.refused.append((key, reason)))
        self.tasks.failed.connect(lambda _name, error: self.errors.append(error))

    async def done(self, key: str) -> None:
        await idle(lambda: self.tasks.is_running(f"setting:{key}"))


@pytest.fixture
def changing(tmp_path: Path) -> Changing:
    return Changing(tmp_path / "settings.toml")


async def test_a_change_is_in_force_stored_and_told(changing: Changing) -> None:
    changing.controller.change(Settings.theme, "dark")
    await changing.done("theme")

    assert changing.settings.theme == "dark"
    assert changing.changed == ["theme"]
    assert Settings(changing.path).theme == "dark"


async def test_the_value_in_force_is_no_change(changing: Changing) -> None:
    changing.controller.change(Settings.theme, "system")
    await changing.done("theme")

    assert changing.changed == []
    assert not changing.path.exists()


async def test_a_value_that_is_not_allowed_leaves_the_old_one(changing: Changing) -> None:
    changing.controller.change(Settings.proxy, "nonsense")
    await changing.done("proxy")

    assert changing.settings.proxy == "system"
    assert changing.changed == []
    ((key, reason),) = changing.refused
    assert key == "proxy"
    assert "nonsense" in reason


async def test_an_address_that_cannot_be_used_is_refused_with_the_reason(changing: Changing) -> None:
    changing.controller.change(Settings.base_url, "http://example.org/v4")
    await changing.done("base_url")

    assert changing.settings.base_url == Settings.base_url.default
    assert changing.refused == [
        (
            "base_url",
            "“http://example.org/v4” is not encrypted and would show your key on the way. "
            "Use https. Plain http is accepted for this machine only.",
        )
    ]
    assert (changing.changed, changing.errors) == ([], [])


async def test_a_value_that_is_chosen_twice_is_told_although_the_first_task_gave_way(
    changing: Changing,
) -> None:
    # The second task ended the first one before it had told, and found nothing to change.
    changing.controller.change(Settings.theme, "dark")
    await until_in_force(changing, "dark")
    changing.controller.change(Settings.theme, "dark")
    await changing.done("theme")

    assert changing.changed == ["theme"]


async def until_in_force(changing: Changing, theme: str) -> None:
    async with asyncio.timeout(5):
        while changing.settings.theme != theme:
            await asyncio.sleep(0)


async def test_several_settings_change_side_by_side(changing: Changing) -> None:
    changing.controller.change(Settings.theme, "dark")
    changing.controller.change(Settings.font_size, 14)
    changing.controller.change(Settings.language, "zh-CN")
    for key in ("theme", "font_size", "language"):
        await changing.done(key)

    stored = Settings(changing.path)
    assert (stored.theme, stored.font_size, stored.language) == ("dark", 14, "zh-CN")


async def test_a_change_that_cannot_be_stored_is_in_force_all_the_same(tmp_path: Path) -> None:
    # A folder stands where the file should be.
    (tmp_path / "settings.toml").mkdir()
    changing = Changing(tmp_path / "settings.toml")
    changing.controller.change(Settings.theme, "dark")
    await changing.done("theme")

    assert changing.settings.theme == "dark"
    assert changing.changed == ["theme"]
    assert [type(error) for error in changing.errors] == [LocalDataError]
