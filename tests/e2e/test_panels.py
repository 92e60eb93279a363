"""Code and tables of an answer, used through the accessibility tree and with the keyboard alone."""

import re
from pathlib import Path

import pytest

from tests.e2e.app import App, Program
from tests.support.remote import ServiceProcess
from tests.support.script import Answer, SearchResult, ToolCall
from tests.support.waiting import wait_until

CODE = "\n".join(f"print({number})" for number in range(40))
ANSWER = f"""Here:

```python
{CODE}
```

| name | price |
| - | -: |
| *tea* | 1,50 |

Done."""


@pytest.fixture
def asked(program: Program, service: ServiceProcess) -> Program:
    """Let the service answer with code and a table."""
    service.always(Answer(ANSWER))
    return program


def show_answer(app: App) -> None:
    app.ask("Code, please")
    app.wait_for(lambda: app.answer.text.endswith("Done."), "the answer")
    app.wait_idle()


def copy(app: App, name: str) -> None:
    """Press a button that copies, and wait until it says so."""
    button = app.find(role="button", name=name)
    button.press()
    button.wait_until(lambda it: it.description == "Copied", "being told so")


def pasted(app: App) -> str:
    """Return what is on the clipboard, as the composer takes it, and leave the composer empty."""
    message = app.find(role="text", name="Message")
    message.grab_focus()
    app.desktop.press("ctrl+v")
    message.wait_until(lambda it: bool(it.text), "what is pasted")
    text = message.text
    message.set_text("")
    return text


def test_code_and_tables_are_copied_by_a_screen_reader(asked: Program) -> None:
    with asked() as app:
        show_answer(app)
        copy(app, "Copy code block 1 (Python)")
        assert pasted(app) == CODE
        copy(app, "Copy table 1 as CSV")
        assert pasted(app) == 'name,price\ntea,"1,50"\n'
        copy(app, "Copy table 1 as Markdown")
        assert pasted(app) == "| name | price |\n| --- | --: |\n| *tea* | 1,50 |"
        app.quit()


def test_a_block_is_collapsed_and_expanded_by_a_screen_reader(
    program: Program, service: ServiceProcess
) -> None:
    service.script(Answer(ANSWER, chunk_size=40, pause_after=5))
    with program() as app:
        app.ask("Code, please")
        exchange = service.paused(service.arrived())
        app.wait_for(lambda: "print(9)" in app.answer.text, "some of the code")
        service.release(exchange)
        app.wait_for(lambda: app.answer.text.endswith("Done."), "the rest of it")
        # Who saw it being written sees all of it.
        app.press("Show less of code block 1 (Python)")
        app.press("Show all 40 lines of code block 1 (Python)")
        app.find(role="button", name="Show less of code block 1 (Python)")
        app.new_chat()
        app.open("Code, please")
        assert app.answer.text.count("print") == 40
        app.press("Show all 40 lines of code block 1 (Python)")
        app.find(role="button", name="Show less of code block 1 (Python)")
        app.quit()


def test_the_sources_of_an_answer_are_shown_on_request(program: Program, service: ServiceProcess) -> None:
    found = SearchResult(title="A page", link="https://example.org/a", refer="ref_1")
    service.always(Answer("Found.", web_search=(found,)))
    with program() as app:
        app.ask("Search, please")
        app.press("Show: Sources (1) · example.org")
        line = app.find(role="button", name="Hide: Sources (1) · example.org")
        assert "expanded" in line.states
        app.find(role="link", name="A page")
        app.press("Hide: Sources (1) · example.org")
        line = app.find(role="button", name="Show: Sources (1) · example.org")
        assert "collapsed" in line.states
        app.quit()


def test_what_a_model_wants_done_is_seen_with_the_keyboard_alone(
    program: Program, service: ServiceProcess
) -> None:
    call = ToolCall("get_weather", r'{"city":"\u676d\u5dde","days":2}')
    service.always(Answer(tool_calls=(call,)))
    with program() as app:
        app.ask("How is the weather?")
        app.wait_for(lambda: "not called" in app.answer.text, "the call")
        app.wait_idle()
        summary = 'Tool call: get_weather · not called · { "city": "杭州", "days": 2 }'
        app.tab_to(f"Show: {summary}")
        app.desktop.press("space")
        app.wait_focus(f"Hide: {summary}")
        app.tab_to("Copy code block 1 (JSON)")
        app.desktop.press("space")
        app.find(name="Copy code block 1 (JSON)").wait_until(lambda it: it.description == "Copied", "it")
        assert pasted(app) == '{\n  "city": "杭州",\n  "days": 2\n}'
        app.quit()


def test_the_controls_are_reached_by_the_keyboard_in_the_order_of_the_page(asked: Program) -> None:
    with asked() as app:
        show_answer(app)
        app.tab_to("Wrap the lines of code block 1 (Python)")
        app.desktop.press("space")
        wrap = app.find(role="check box", name="Wrap the lines of code block 1 (Python)")
        wrap.wait_until(lambda it: "checked" in it.states, "being pressed")
        for name in (
            "Save code block 1 (Python) as…",
            "Copy code block 1 (Python)",
            "Show all 40 lines of code block 1 (Python)",
            "Copy table 1 as CSV",
            "Copy table 1 as Markdown",
            "Copy",
        ):
            app.desktop.press("Tab")
            app.wait_focus(name)
        app.quit()


def test_code_is_saved_where_the_user_wants_it(asked: Program, tmp_path: Path) -> None:
    target = tmp_path / "printing.py"
    with asked() as app:
        show_answer(app)
        save_as(app, target)
        wait_until(target.exists, "the file")
        assert target.read_bytes() == f"{CODE}\n".encode()
        app.quit()


def test_what_cannot_be_saved_is_said_in_the_banner(asked: Program) -> None:
    # Nobody can write there, whoever runs this.
    target = Path("/proc/printing.py")
    with asked() as app:
        show_answer(app)
        save_as(app, target)
        app.find(name=re.compile(f"^“{target}” cannot be written"))
        app.quit()


def save_as(app: App, target: Path) -> None:
    app.press("Save code block 1 (Python) as…")
    dialog = app.find(name="Save code")
    field = dialog.find(role="text")
    assert field.text == "code.py"
    field.set_text(str(target))
    dialog.find(role="button", name="Save").press()
