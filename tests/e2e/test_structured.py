"""JSON as a person wants it: switched on, described in fields, answered, mended and read as a table."""

import json

from tests.e2e.app import START_S, Program
from tests.support.remote import ServiceProcess
from tests.support.script import Answer

ROWS = [{"名称": "茶", "price": "9.5"}, {"名称": "水", "price": "1"}]
GOOD = json.dumps({"items": ROWS}, ensure_ascii=False)
BAD = json.dumps({"items": [{"名称": "茶"}]}, ensure_ascii=False)


def test_a_list_of_records_is_asked_for_mended_and_shown_as_a_table(
    program: Program, service: ServiceProcess
) -> None:
    service.script(Answer(BAD), Answer(GOOD))
    with program() as app:
        app.find(role="check box", name="JSON").press()
        app.find(role="check box", name="JSON Schema").press()
        app.find(role="check box", name="A list of such records, as many as there are").press()
        app.find(role="text", name="Name").set_text("名称")
        app.press("Add a field")
        app.wait_for(lambda: len(list(app.tree.find_all(role="text", name="Name"))) == 2, "a second field")
        _first, second = app.tree.find_all(role="text", name="Name")
        second.set_text("price")
        app.press("Use")
        # A button that is pressed from outside acts a moment later.
        app.wait_for(lambda: not app.shows("Use"), "the end of the dialog")
        app.ask("What is there?")
        # Two exchanges, and what validates is loaded with the first.
        words = "Valid JSON, after it was repaired · 2 rows"
        app.tree.find(role="label", name=words, timeout_s=START_S)
        asked, repair = (chat.body["messages"] for chat in service.chats)

        assert "“price” is missing" in repair[-1]["content"]
        assert "名称" in asked[0]["content"]
        app.press("Table")
        table = app.find(role="table", name="Table")
        assert {cell.name for cell in table.find_all(role="cell")} == {"茶", "9.5", "水", "1"}
        app.press("Close")
        app.quit()
