"""Backups in the window: made without being asked for, listed, and said where there is none."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pytest
from PySide6.QtWidgets import QListWidget, QMessageBox, QPushButton

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.errors import UsageError
from glmdesk.storage.settings import Settings
from glmdesk.ui.dialogs.backups import BackupsDialog
from glmdesk.ui.icons import Icons
from tests.storage.examples import look
from tests.support.script import Answer
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.test_window import shown_labels
from tests.ui.waiting import idle

Opening: TypeAlias = Callable[..., AbstractAsyncContextManager[OpenWindow]]


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path, catalog, icons)


async def settled(window: OpenWindow) -> None:
    await idle(lambda: window.tasks.is_running("backup") or window.tasks.is_running("backups:list"))


async def shown(window: OpenWindow) -> BackupsDialog:
    window.desk._shelf.backups.show()
    await settled(window)
    (dialog,) = window.window.findChildren(BackupsDialog)
    return dialog


def button(dialog: BackupsDialog, name: str) -> QPushButton:
    (found,) = [one for one in dialog.findChildren(QPushButton) if one.text() == name]
    return found


def rows(dialog: BackupsDialog) -> int:
    (found,) = dialog.findChildren(QListWidget)
    return found.count()


async def test_one_is_made_at_the_start_and_not_again_on_the_same_day(opened: Opening) -> None:
    async with opened() as window:
        await window.ask("What is kept?")
    for _run in range(2):
        async with opened() as window:
            await settled(window)
            dialog = await shown(window)

            assert rows(dialog) == 1
            assert "The last good backup is of " in shown_labels(dialog)
            dialog.reject()


async def test_the_demo_makes_none(opened: Opening) -> None:
    async with opened(is_demo=True) as window:
        await settled(window)
        dialog = await shown(window)

        assert "There is no backup yet." in shown_labels(dialog)
        dialog.reject()


async def test_one_is_made_on_request(opened: Opening, tmp_path: Path) -> None:
    async with opened(is_demo=True) as window:
        await window.stage.settings.change(Settings.backup_folder, str(tmp_path / "elsewhere"))
        dialog = await shown(window)
        assert str(tmp_path / "elsewhere") in shown_labels(dialog)
        button(dialog, "Back up now").click()
        await settled(window)

        assert rows(dialog) == 1
        assert len(list((tmp_path / "elsewhere").iterdir())) == 1
        dialog.reject()


async def test_a_folder_is_the_same_wherever_the_program_was_started(
    opened: Opening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text('backup_folder = "copies"\n')
    async with opened() as window:
        await window.ask("What is kept?")
        window.desk._shelf.backups.begin()
        await settled(window)
        assert len(list((tmp_path / "data" / "copies").glob("*.db"))) == 1
        await window.stage.settings.change(Settings.backup_folder, "~/copies")
        window.desk._shelf.backups.begin()
        await settled(window)
        assert len(list((tmp_path / "home" / "copies").glob("*.db"))) == 1
        with pytest.raises(UsageError) as refused:
            await window.stage.settings.change(Settings.backup_folder, "copies")

        assert str(refused.value) == (
            "“copies” does not say where the folder begins. Write all of it, such as ~/backups."
        )


async def test_the_first_backup_waits_for_something_to_keep(opened: Opening, tmp_path: Path) -> None:
    async with opened() as window:
        await settled(window)
        assert not list((tmp_path / "data").rglob("glmdesk-*.db"))
        await window.ask("What is kept?")
        window.desk._shelf.backups.begin()
        await settled(window)

        (backup,) = (tmp_path / "data" / "backups").glob("glmdesk-*.db")
        assert look(backup, "SELECT title FROM conversations") == [("What is kept?",)]


async def test_what_was_erased_is_named_where_backups_were_kept_before(
    opened: Opening, tmp_path: Path
) -> None:
    async with opened() as window:
        window.service.script(Answer("held"))
        await window.ask("What is kept?")
        await settled(window)
        for folder in ("", str(tmp_path / "elsewhere")):
            await window.stage.settings.change(Settings.backup_folder, folder)
            dialog = await shown(window)
            button(dialog, "Back up now").click()
            await settled(window)
            dialog.reject()
        (conversation,) = window.rows.conversations
        await window.desk._shelf.erase([conversation.id])

        assert f"{tmp_path / 'data' / 'backups'}/glmdesk-" in window.banner_text
        assert "glmdesk-" in window.banner_text.replace("/glmdesk-", "")
        assert str(tmp_path / "elsewhere") not in window.banner_text


async def test_a_failure_is_said_in_the_window(opened: Opening, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with opened(is_demo=True) as window:
        await window.stage.settings.change(Settings.backup_folder, str(tmp_path / "file"))
        window.desk._shelf.backups.begin()
        await settled(window)

        assert "could not be backed up" in shown_labels(window.window.chat.banner)
        dialog = await shown(window)
        button(dialog, "Back up now").click()
        await settled(window)
        assert "could not be backed up" in shown_labels(dialog)
        dialog.reject()


async def test_a_backup_is_restored_after_a_question(opened: Opening) -> None:
    async with opened() as window:
        await window.ask("What is kept?")
    async with opened() as window:
        await settled(window)
        told: list[Path] = []
        window.desk.restore_requested.connect(told.append)
        dialog = await shown(window)
        assert not button(dialog, "Restore…").isEnabled()
        (listed,) = dialog.findChildren(QListWidget)
        listed.setCurrentRow(0)
        button(dialog, "Restore…").click()
        (box,) = dialog.findChildren(QMessageBox)
        assert told == []
        next(one for one in box.buttons() if one.text() == "Restore").click()

        assert [path.name.startswith("glmdesk-") for path in told] == [True]
        dialog.reject()
