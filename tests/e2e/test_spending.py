"""What answers cost, also those that the service has not counted."""

import re

from tests.e2e.app import App, Program
from tests.support.remote import ServiceProcess
from tests.support.script import Answer

ARRIVED = "Tea is a drink made of leaves. " * 20


def choose_paid(app: App) -> None:
    app.find(role="combo box", name="Model").press()
    app.desktop.click(app.find(role="list item", name="GLM-4-Plus"))


def test_a_stopped_answer_costs_what_is_estimated_and_every_sum_says_so(
    program: Program, service: ServiceProcess
) -> None:
    service.script(Answer("Fine."), Answer(ARRIVED + "And more.", pause_after=len(ARRIVED) // 4))
    with program() as app:
        choose_paid(app)
        app.ask("How are you?")
        app.wait_answer("Fine.")
        exact = app.find(role="button", name=re.compile("^¥0.0.* this month$")).name
        app.ask("What is tea?")
        service.paused(service.arrived(count=2))
        app.wait_text(ARRIVED.strip())
        app.press("Stop")
        app.wait_idle()
        app.wait_for(lambda: "≈ ↑" in app.answer.figures, "the estimate")
        assert "≈¥0.0" in app.answer.figures
        app.find(role="button", name=re.compile("^≈¥0.0.* this month$")).press()
        sums = app.find(role="dialog", name="Spending").outline()
        assert "≈¥0.0" in sums
        assert exact.removesuffix(" this month") not in sums
        app.press("Close")
        app.wait_for(lambda: not app.shows("Spending", role="dialog"), "the dialog to close")
        app.quit()
