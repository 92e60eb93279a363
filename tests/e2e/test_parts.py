"""A file that is too long for a model, read part by part: killed in the middle, and continued."""

import re
from pathlib import Path

from tests.e2e.app import App, Program
from tests.e2e.test_attachments import choose
from tests.support.remote import ServiceProcess
from tests.support.script import Answer
from tests.support.waiting import wait_until

MODEL = "glm-4-airx"
"""Its window is small."""
ORDERS = "order,amount\n" + "".join(f"O{number:05},{number}\n" for number in range(1500))
OF_ALL = "as if you had read all of it at once"


def ask_part_by_part(app: App, path: Path) -> None:
    app.press("Attach")
    choose(app, "Attach files", path)
    app.find(role="button", name="Remove orders.csv")
    app.ask("Which?")
    whole = app.find(role="radio button", name="All of it, part by part")
    app.wait_for(lambda: re.match(r"\d parts · ≈ [\d,]+ tokens · ≈¥", whole.description), "the forecast")
    whole.press()
    app.find(role="dialog", name="Files too long").find(role="button", name="Send").press()


def spoken(app: App) -> str:
    """Return all that is in the last message."""
    items = app.message_items()
    return items[-1].text if items else ""


def stored(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in home.rglob("*.db*"))


def test_what_was_said_of_parts_survives_a_kill_and_only_the_rest_is_asked_for(
    program: Program, service: ServiceProcess, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text(f'model = "{MODEL}"\n')
    service.always(Answer("Said of a part."))
    service.script(Answer("Never read whole.", chunk_size=5, pause_after=2), when="This is part 2 of")
    service.script(Answer("These are all."), when=OF_ALL)
    with program() as app:
        ask_part_by_part(app, tmp_path / "orders.csv")
        app.wait_for(lambda: "Reading part 2 of 4…" in spoken(app), "the second part")
        app.wait_for(lambda: "Read part by part: 3 of 4" in spoken(app), "the others")
        wait_until(lambda: stored(home).count(b"Said of a part.") >= 3, "the parts to be stored")
        app.kill()
    before = len(service.chats)
    with program() as app:
        app.open("Which?")
        app.wait_for(lambda: "Read in 4 parts · 1 missing" in spoken(app), "what was read")
        assert app.answer.outcome.startswith("glmdesk ended before the answer was complete.")
        app.press_in_answer("Continue")
        app.wait_for(lambda: spoken(app).endswith("These are all."), "the answer")
        app.wait_idle()
        assert len(service.chats) == before + 2, "one part, and the answer"
        app.press_in_answer("Show: Read in 4 parts")
        lines = spoken(app).splitlines()
        second = next(line for line in lines if line.startswith("Part 2 of 4 · orders.csv, rows"))
        app.press_in_answer(f"Show: {second}")
        app.find(role="button", name=f"Hide: {second}")
        app.quit()
