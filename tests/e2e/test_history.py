"""A history that is damaged or cannot be opened: the window says so, and does not end with a traceback."""

import os
import re
from pathlib import Path

from tests.e2e.app import Program
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
