"""A history that is damaged or cannot be opened: the window says so, and does not end with a traceback."""

import os
import re
from pathlib import Path

from tests.e2e.app import Program
from tests.storage.examples import look
from tests.support.remote import ServiceProcess
from tests.support.script import Answer


def test_a_history_whose_damage_is_met_at_the_first_reading_is_repaired_at_once(
    program: Program, service: ServiceProcess, home: Path
) -> None:
    service.script(Answer("Here it is."))
    with program() as app:
        app.ask("Where is it?")
        app.wait_answer("Here it is.")
        app.quit()
    database = home / "data" / "glmdesk.db"
    content = bytearray(database.read_bytes())
    content[8192:20000] = os.urandom(20000 - 8192)
    database.write_bytes(content)

    with program() as app:
        app.wait_for(lambda: app.shows(re.compile("damaged")), "a word about it")
        (kept,) = database.parent.glob("glmdesk.db.damaged-*")
        assert kept.read_bytes() == content
        service.script(Answer("And it goes on."))
        app.ask("And now?")
        app.wait_answer("And it goes on.")
        app.quit()


def test_a_backup_is_restored_and_the_history_before_it_is_kept(program: Program, home: Path) -> None:
    with program() as app:
        app.ask("first")
        app.wait_answer("You said: “first”.")
        app.press("Import, export, backups")
        app.find(role="menu item", name="Backups…").press()
        dialog = app.find(role="dialog", name="Backups")
        backups = home / "data" / "backups"
        dialog.find(role="button", name="Back up now").press()
        # That of the start may be of the same second, and is replaced then.
        titles = "SELECT title FROM conversations"
        app.wait_for(
            lambda: any(look(backup, titles) == [("first",)] for backup in backups.glob("*.db")),
            "a backup with the conversation",
        )
        dialog.find(role="button", name="Close").press()
        app.new_chat()
        app.ask("second")
        app.wait_answer("You said: “second”.")
        app.press("Import, export, backups")
        app.find(role="menu item", name="Backups…").press()
        dialog = app.find(role="dialog", name="Backups")
        app.desktop.click(dialog.find(role="list item"))
        dialog.find(role="button", name="Restore…").press()
        app.find(role="button", name="Restore").press()
        app.wait_for(lambda: app.conversations == ["first"], "the history of the backup")
        assert app.shows(re.compile("is restored"))
        app.quit()
    (aside,) = (home / "data").glob("glmdesk.db.replaced-*")
    assert aside.stat().st_size > 0
