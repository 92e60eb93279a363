"""What a person does with a conversation after the first answer: nothing that was written is ever lost."""

from collections.abc import Iterator

import pytest

from tests.e2e.app import App, Program
from tests.support.desktop import DesktopSession
from tests.support.fault import Fault
from tests.support.remote import ServiceProcess
from tests.support.script import Answer


@pytest.fixture(scope="module")
def running(
    desktop: DesktopSession, service_process: ServiceProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    with App(desktop, tmp_path_factory.mktemp("running"), service_process.base_url) as app:
        yield app
        app.quit()


@pytest.fixture
def app(running: App, service: ServiceProcess) -> App:
    """Return the program that all of these tests share, with an empty conversation on its screen."""
    if running.title:
        running.new_chat()
    return running


def test_a_retry_is_a_variant_and_the_old_answer_is_one_click_away(app: App, service: ServiceProcess) -> None:
    service.script(Answer("The first answer."), Answer("The second answer."))
    app.ask("Tell me")
    app.wait_answer("The first answer.")
    app.press_in_answer("Retry")
    app.wait_answer("The second answer.")
    assert app.answer.actions[:2] == ("Previous variant", "Next variant")

    app.press_in_answer("Previous variant")
    app.wait_answer("The first answer.")
    app.press_in_answer("Next variant")
    app.wait_answer("The second answer.")
    app.press_in_answer("Previous variant")
    app.wait_answer("The first answer.")
    _leave_and_come_back(app)


def test_an_edited_question_keeps_the_old_one_with_its_answer(app: App, service: ServiceProcess) -> None:
    app.ask("What is 2 + 2?")
    app.wait_answer("You said: “What is 2 + 2?”.")
    app.message_items()[0].find(role="button", name="Edit").press()
    message = app.find(role="text", name="Message")
    message.wait_until(lambda it: it.text == "What is 2 + 2?", "the question")
    app.ask("What is 2 + 3?")
    app.wait_answer("You said: “What is 2 + 3?”.")
    assert app.messages[0].text == "What is 2 + 3?"
    assert service.chats[1].body["messages"] == [{"role": "user", "content": "What is 2 + 3?"}]

    app.message_items()[0].find(role="button", name="Previous variant").press()

    app.wait_answer("You said: “What is 2 + 2?”.")
    assert app.messages[0].text == "What is 2 + 2?"


def test_a_cut_answer_goes_on_in_the_same_message(app: App, service: ServiceProcess) -> None:
    half = "Once upon a time"
    service.script(
        Answer(f"{half} never sent", chunk_size=len(half), faults=(Fault.RST,), fault_at=1, flush_each=True),
        Answer(" there was a king."),
    )
    app.ask("Tell me a tale")
    app.wait_answer(half)

    app.press_in_answer("Continue")

    app.wait_answer("Once upon a time there was a king.")
    assert len(app.messages) == 2
    assert app.answer.outcome == ""
    assert {"role": "assistant", "content": half} in service.chats[1].body["messages"]
    _leave_and_come_back(app)


def test_an_answer_that_hit_its_length_says_so_and_goes_on(app: App, service: ServiceProcess) -> None:
    service.script(Answer("One, two,", finish="length"), Answer(" three."))
    app.ask("Count")
    app.wait_answer("One, two,")
    assert app.answer.outcome == "Cut short: the longest answer was reached."

    app.press_in_answer("Continue")

    app.wait_answer("One, two, three.")


def test_a_second_question_carries_the_first_turn_byte_for_byte(app: App, service: ServiceProcess) -> None:
    service.script(Answer("我是\n\n**智谱**。 \n"), Answer("再见。"))
    app.ask("你好，\n  你是谁？")
    app.wait_answer("我是\n\n智谱。")
    app.ask("Good bye")
    app.wait_answer("再见。")

    first, second = service.chats
    start = first.raw[: first.raw.index(b"]", first.raw.index(b'"messages"'))]
    assert second.raw.startswith(start)
    assert second.body["messages"][1:] == [
        {"role": "assistant", "content": "我是\n\n**智谱**。 \n"},
        {"role": "user", "content": "Good bye"},
    ]


def test_a_formula_is_drawn_and_heard_as_its_source(app: App, service: ServiceProcess) -> None:
    formula = "$$\n\\frac{\n\\text{路程}\n}{\n\\text{时间}\n}\n=\nv\n$$"
    service.script(Answer(f"So:\n\n{formula}"))
    app.ask("How fast?")
    app.wait_answer(f"So:\n\n{formula}")

    # Its source has nine lines; a question has one.
    question, answer = app.message_items()
    height = question.extents.height
    app.wait_for(lambda: answer.extents.height < 2 * height, "a formula that is drawn")


def test_another_model_answers_the_next_question(app: App, service: ServiceProcess) -> None:
    app.ask("First")
    app.wait_answer("You said: “First”.")
    app.find(role="combo box", name="Model").press()
    app.desktop.click(app.find(role="list item", name="GLM-4-Air-250414"))
    app.find(role="combo box", name="GLM-4-Air-250414")
    app.ask("Second")
    app.wait_answer("You said: “Second”.")

    assert [it.name for it in app.messages] == ["You", "GLM-4-Flash-250414", "You", "GLM-4-Air-250414"]
    models = [exchange.body["model"] for exchange in service.chats]
    assert models == ["glm-4-flash-250414", "glm-4-air-250414"]


def test_a_name_lasts_a_deletion_is_undone_and_lasts_too(program: Program) -> None:
    with program() as app:
        _hold_two_conversations(app)
        app.press("Conversation title")
        title = app.find(role="text", name="Conversation title")
        title.wait_until(lambda it: "focused" in it.states, "the focus")
        title.set_text("问候 greetings")
        app.desktop.press("Return")
        app.wait_title("问候 greetings")
        app.wait_for(lambda: app.conversations == ["问候 greetings", "First"], "the new name in the list")

        _delete(app, "问候 greetings")
        app.wait_for(lambda: app.conversations == ["First"], "the list without it")
        app.press("Undo")
        app.wait_title("问候 greetings")
        assert app.conversations == ["问候 greetings", "First"]
        app.wait_answer("You said: “Second”.")

        _delete(app, "First")
        app.wait_for(lambda: app.conversations == ["问候 greetings"], "the list without it")
        app.quit()
    with program() as app:
        assert app.conversations == ["问候 greetings"]
        app.quit()


def _leave_and_come_back(app: App) -> None:
    """Hold the screen to what is stored: a conversation that is opened comes from the database."""
    title, messages = app.title, app.messages
    app.new_chat()
    app.open(title)
    app.wait_messages(messages)


def _hold_two_conversations(app: App) -> None:
    app.ask("First")
    app.wait_answer("You said: “First”.")
    app.new_chat()
    app.ask("Second")
    app.wait_answer("You said: “Second”.")


def _delete(app: App, title: str) -> None:
    """Delete a conversation by the menu of its row, whose last entry that is."""
    row = app.find(role="list", name="Conversations").find(role="list item", name=title)
    app.desktop.click(row, button=3)
    app.desktop.press("Up", "Return")
