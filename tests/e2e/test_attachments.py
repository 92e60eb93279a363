"""Files that go with a question: attached, read by the model, kept with the message, and saved again."""

import re
from pathlib import Path

import pytest

from tests.documents import samples
from tests.e2e.app import App, Program
from tests.support.remote import ServiceProcess
from tests.support.script import Answer

REPORT = "季度,金额\n1,100\n2,200\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "报表.csv"
    path.write_text(REPORT, encoding="gb18030")
    return path


def choose(app: App, name: str, file: Path) -> None:
    """Give a file in the dialog of this name."""
    dialog = app.find(role="dialog", name=name)
    dialog.find(role="text", name=re.compile("^File name")).set_text(str(file))
    dialog.find(role="button", name=re.compile("^(Open|Save)$")).press()
    app.wait_for(lambda: not app.shows(name, role="dialog"), "the end of the dialog")


def test_a_file_is_read_by_the_model_and_can_be_saved_again(
    program: Program, service: ServiceProcess, report: Path, tmp_path: Path
) -> None:
    service.script(Answer("It is 300."))
    with program() as app:
        app.press("Attach")
        choose(app, "Attach files", report)
        app.find(role="button", name="Remove 报表.csv")
        app.ask("Sum?")
        app.wait_answer("It is 300.")
        assert not app.shows("Remove 报表.csv")
        (chat,) = service.chats
        asked = chat.body["messages"][-1]["content"]
        assert asked == f"报表.csv:\n\n```\n{REPORT.rstrip()}\n```\n\nSum?"

        app.message_items()[0].find(role="link", name="报表.csv").do("Press")
        choose(app, "Save a copy", tmp_path / "again.csv")
        app.wait_for((tmp_path / "again.csv").exists, "the copy")
        assert (tmp_path / "again.csv").read_bytes() == report.read_bytes()
        app.quit()


def test_files_are_attached_and_taken_away_by_keys_alone(
    program: Program, service: ServiceProcess, report: Path, tmp_path: Path
) -> None:
    service.script(Answer("A table."))
    (tmp_path / "notes.txt").write_text("notes")
    with program() as app, app.desktop.accessibility() as listener:
        listener.listen()
        app.wait_focus("Message")
        app.desktop.press("ctrl+o")
        choose(app, "Attach files", report)
        assert listener.announcement() == "1 file attached"
        app.wait_focus("Message")
        app.desktop.press("ctrl+o")
        choose(app, "Attach files", tmp_path / "notes.txt")
        app.find(role="button", name="Remove notes.txt")
        app.wait_focus("Message")
        app.desktop.press("shift+Tab")
        app.wait_focus("Remove notes.txt")
        app.desktop.press("space")
        app.wait_focus("Message")
        assert not app.shows("Remove notes.txt")
        app.desktop.press("Tab")
        app.wait_focus("Attach")
        app.desktop.press("shift+Tab", "Return")
        app.wait_answer("A table.")

        app.tab_to("报表.csv")
        app.desktop.press("Return")
        choose(app, "Save a copy", tmp_path / "again.csv")
        app.wait_for((tmp_path / "again.csv").exists, "the copy")
        app.quit()


def test_files_survive_the_end_of_the_program_before_they_are_sent(
    program: Program, service: ServiceProcess, report: Path, home: Path
) -> None:
    with program() as app:
        app.press("Attach")
        choose(app, "Attach files", report)
        app.find(role="button", name="Remove 报表.csv")
        app.quit()
    report.unlink()
    service.script(Answer("A table."))
    with program() as app:
        app.find(role="button", name="Remove 报表.csv")
        app.press("Send")
        app.wait_answer("A table.")
        assert app.conversations == ["报表.csv"]
        assert REPORT.rstrip() in service.chats[-1].body["messages"][-1]["content"]
        app.quit()


def test_a_document_is_read_and_its_tokens_are_said_before_it_is_sent(
    program: Program, service: ServiceProcess, tmp_path: Path
) -> None:
    service.script(Answer("Up."))
    (tmp_path / "报告.docx").write_bytes(samples.word())
    with program() as app:
        app.press("Attach")
        choose(app, "Attach files", tmp_path / "报告.docx")
        app.find(role="label", name=re.compile(r"^≈ \d+ tokens$"))
        app.ask("Sales?")
        app.wait_answer("Up.")
        asked = service.chats[-1].body["messages"][-1]["content"]
        assert asked.startswith("报告.docx:\n\n```\n# 季度报告\n\n# Sales\n\nUp by 12 %.\n")
        assert asked.endswith("\n```\n\nSales?")
        app.quit()


def test_what_is_too_long_is_sent_in_the_parts_that_are_chosen(
    program: Program, service: ServiceProcess, tmp_path: Path
) -> None:
    service.script(Answer("Nothing new."))
    line = b"(Nothing has changed on this line, and nothing will.) Tj T* "
    pages = [b"BT /F1 9 Tf 14 TL 40 750 Td (Page %d) Tj T* %s ET" % (at, 40 * line) for at in range(400)]
    (tmp_path / "report.pdf").write_bytes(samples.pdf([], packed=pages))
    with program() as app:
        app.press("Attach")
        choose(app, "Attach files", tmp_path / "report.pdf")
        app.find(role="button", name="Remove report.pdf")
        app.find(role="text", name="Message").set_text("News?")
        app.find(role="button", name="Send").press()
        dialog = app.find(role="dialog", name="Files too long")
        dialog.find(role="radio button", name="Chosen parts").press()
        dialog.find(role="check box", name=re.compile("^Pages 1–")).press()
        send = dialog.find(role="button", name="Send")
        send.wait_until(lambda button: "enabled" in button.states, "the use")
        send.press()
        app.wait_answer("Nothing new.")
        asked = service.chats[-1].body["messages"][-1]["content"]
        assert asked.startswith("report (parts 1 of ")
        assert "[page 1]\n\nPage 0\nNothing has changed" in asked
        assert "Page 399" not in asked
        app.quit()


def test_what_is_no_text_is_refused_and_nothing_is_lost(program: Program, tmp_path: Path) -> None:
    image = tmp_path / "logo.svgz"
    image.write_bytes(b"\x1f\x8b\0\0\0")
    with program() as app:
        app.find(role="text", name="Message").set_text("What is it?")
        app.press("Attach")
        choose(app, "Attach files", image)
        app.find(name=re.compile("“logo.svgz” is not a text"))
        assert app.find(role="text", name="Message").text == "What is it?"
        assert not app.shows(re.compile("^Remove "))
        app.quit()
