"""Questions for a service that is away: they wait in sight, over an end of the program, and are sent once."""

from pathlib import Path

from tests.e2e.app import App
from tests.support.desktop import DesktopSession
from tests.support.remote import ServiceProcess
from tests.support.script import Answer


def waiting(app: App) -> str:
    """Return what the foot of the sidebar says about questions that wait."""
    return app.find(role="button", name="Waiting questions").description


def test_what_was_asked_while_the_service_was_away_is_sent_in_order_and_once(
    desktop: DesktopSession, home: Path
) -> None:
    with ServiceProcess() as service:
        address = service.base_url
    with App(desktop, home, address) as app:
        app.ask("first")
        app.wait_for(lambda: waiting(app) == "1 waits", "the question in the outbox")
        app.new_chat()
        app.ask("second")
        app.wait_for(lambda: waiting(app) == "2 wait", "the second beside it")
        app.quit()

    with service, App(desktop, home, address) as app:
        service.script(Answer("One."), Answer("Two."))
        app.press("Waiting questions")
        app.find(role="menu item", name="Send now").press()
        app.wait_for(lambda: not app.shows("Waiting questions"), "an empty outbox")
        assert [exchange.body["messages"][-1]["content"] for exchange in service.chats] == [
            "first",
            "second",
        ]
        assert service.forbidden == []
        app.open("first")
        app.wait_answer("One.")
        app.open("second")
        app.wait_answer("Two.")
        app.quit()
