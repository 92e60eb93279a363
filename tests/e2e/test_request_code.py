"""The request behind an answer, shown as code, by the accessibility tree and the keyboard alone."""

import subprocess
from pathlib import Path

from tests.e2e.app import KEY, App, Program
from tests.support.remote import ServiceProcess
from tests.support.script import Answer, Refuse


def show_code(app: App) -> None:
    app.press_in_answer("More")
    app.find(role="menu item", name="Show as code").press()
    app.find(role="dialog", name="Request as code")


def read(app: App, language: str, end: str) -> str:
    """Return the code in a language, once all of it is there."""
    code = app.find(role="text", name=language)
    code.wait_until(lambda it: it.text.endswith(end), "the whole code")
    return code.text


def test_what_is_shown_runs_and_asks_for_the_same(
    program: Program, service: ServiceProcess, tmp_path: Path
) -> None:
    service.always(Answer("Sunny."))
    with program() as app:
        app.ask("It's “好”?")
        app.wait_for(lambda: app.answer.text == "Sunny.", "the answer")
        app.wait_idle()
        show_code(app)
        app.wait_focus("cURL")
        shown = read(app, "cURL", "}'")
        assert "YOUR_API_KEY" in shown
        assert KEY not in shown
        app.desktop.press("Right")
        assert read(app, "Python", "flush=True)").startswith(
            "# pip install zai-sdk\nfrom zai import ZhipuAiClient\n"
        )
        app.desktop.press("Escape")
        app.wait_for(lambda: not app.shows("Request as code", role="dialog"), "the dialog to close")
        app.quit()

    script = tmp_path / "request.sh"
    script.write_text(shown.replace("YOUR_API_KEY", KEY), encoding="utf-8")
    printed = subprocess.run(["bash", str(script)], capture_output=True, text=True, check=True, timeout=20)
    own, again = service.chats
    assert printed.stdout.rstrip().endswith("data: [DONE]")
    assert {name: value for name, value in own.body.items() if name != "request_id"} == again.body


def test_a_request_that_was_refused_is_shown(program: Program, service: ServiceProcess) -> None:
    service.script(Refuse("1113"))
    with program() as app:
        app.ask("How is the weather?")
        app.wait_idle()
        show_code(app)

        assert "How is the weather?" in read(app, "cURL", "}'")
        app.desktop.press("Escape")
        app.quit()
