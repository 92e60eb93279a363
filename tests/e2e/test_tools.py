"""Tools of the program and of the user, called by a model through the real program."""

import json
from pathlib import Path

from tests.e2e.app import App, Program
from tests.e2e.test_attachments import choose
from tests.support.remote import ServiceProcess
from tests.support.script import Answer, ToolCall

ENVIRONMENT = '''import os


def variables() -> str:
    """Return the names of all variables."""
    return " ".join(sorted(os.environ))
'''


def call(name: str, **arguments: object) -> Answer:
    return Answer("", tool_calls=(ToolCall(name, json.dumps(arguments), "call-1"),))


def choose_tool(app: App, *names: str) -> None:
    """Choose a tool in its menu, by what leads to it."""
    app.press("Tools")
    for name in names:
        app.find(role="menu item", name=name).press()


def choose_own_tool(app: App, file: str, name: str) -> None:
    """Look at the file of a tool, and choose the tool."""
    choose_tool(app, "Your tools…")
    dialog = app.find(role="dialog", name="Your tools")
    dialog.find(role="list item", name=f"{file}: Not reviewed")
    assert f"def {name}(" in dialog.find(role="text", name="Code").text
    dialog.find(role="button", name="Use it").press()
    dialog.find(role="list item", name=f"{file}: In use")
    dialog.find(role="button", name="Close").press()
    app.wait_for(lambda: not app.shows("Your tools", role="dialog"), "the end of the dialog")
    choose_tool(app, file, name)


def ask_of_table(app: App, table: Path, answer: str) -> None:
    """Ask about an attached table, and wait for this answer."""
    choose_tool(app, "Query attached tables")
    app.press("Attach")
    choose(app, "Attach files", table)
    app.ask("What is the sum?")
    app.wait_answer(answer)


def test_a_model_asks_an_attached_table(program: Program, service: ServiceProcess, tmp_path: Path) -> None:
    sales = tmp_path / "sales.csv"
    sales.write_text("quarter,amount\n1,100.5\n2,200\n", encoding="utf-8")
    service.script(
        call("query_table", files=["sales.csv"], sql="SELECT sum(amount) AS total FROM t"),
        Answer("It is 300.5."),
    )
    with program() as app:
        ask_of_table(app, sales, "It is 300.5.")

        assert service.chats[-1].body["messages"][-1]["content"] == "[1 rows]\ntotal\n300.5"
        app.quit()


def test_the_sum_of_a_table_is_right_whatever_its_numbers_look_like(
    program: Program, service: ServiceProcess, tmp_path: Path
) -> None:
    table = tmp_path / "收入.csv"
    table.write_text('省份,2022,2023\n北京,"¥1,234.50",1.2万\n上海,"(¥234.50)",800\n', encoding="gb18030")
    sql = 'SELECT sum("2022") AS a, sum("2023") AS b, count(*) AS n FROM t'
    service.script(
        call("query_table", files=["收入.csv"], sql=sql),
        Answer("1,000 and 12,800."),
    )
    with program() as app:
        ask_of_table(app, table, "1,000 and 12,800.")

        told = service.chats[-1].body["messages"][-1]["content"]
        assert told.splitlines()[:3] == ["[1 rows]", "a,b,n", "1000.0,12800,2"]
        assert '"¥1,234.50" is 1234.5' in told
        app.quit()


def test_a_function_of_the_user_is_looked_at_and_runs_without_the_key(
    program: Program, service: ServiceProcess, home: Path
) -> None:
    (home / "data" / "tools").mkdir(parents=True)
    (home / "data" / "tools" / "env.py").write_text(ENVIRONMENT, encoding="utf-8")
    service.script(call("variables"), Answer("Some."))
    with program() as app:
        choose_own_tool(app, "env.py", "variables")
        app.ask("Which?")
        app.press("Allow once")
        app.wait_answer("Some.")

        told = service.chats[-1].body["messages"][-1]["content"].split()
        assert "PATH" in told
        assert "GLMDESK_API_KEY" not in told
        app.quit()
