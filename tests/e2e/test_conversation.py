"""What a person does with a conversation after the first answer: nothing that was written is ever lost."""

from tests.e2e.app import App, Program
from tests.support.fault import Fault
from tests.support.remote import ServiceProcess
from tests.support.script import Answer


def test_a_retry_is_a_variant_and_the_old_answer_is_one_click_away(
    program: Program, service: ServiceProcess
) -> None:
    service.script(Answer("The first answer."), Answer("The second answer."))
    with program() as app:
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
        app.quit()
    with program() as app:
        app.open("Tell me")
        app.wait_answer("The first answer.")
        app.quit()


def test_an_edited_question_keeps_the_old_one_with_its_answer(
    program: Program, service: ServiceProcess
) -> None:
    with program() as app:
        app.ask("What is 2 + 2?")
        app.wait_answer("You said: “What is 2 + 2?”.")
        question = app.message_items()[0]
        question.find(role="button", name="Edit").press()
        message = app.find(role="text", name="Message")
        message.wait_until(lambda it: it.text == "What is 2 + 2?", "the question")
        app.ask("What is 2 + 3?")
        app.wait_answer("You said: “What is 2 + 3?”.")
        assert app.messages[0].text == "What is 2 + 3?"
        assert service.chats[1].body["messages"] == [{"role": "user", "content": "What is 2 + 3?"}]

        app.message_items()[0].find(role="button", name="Previous variant").press()

        app.wait_answer("You said: “What is 2 + 2?”.")
        assert app.messages[0].text == "What is 2 + 2?"
        app.quit()


def test_a_cut_answer_goes_on_in_the_same_message(program: Program, service: ServiceProcess) -> None:
    half = "Once upon a time"
    service.script(
        Answer(f"{half} never sent", chunk_size=len(half), faults=(Fault.RST,), fault_at=1, flush_each=True),
        Answer(" there was a king."),
    )
    with program() as app:
        app.ask("Tell me a tale")
        app.wait_answer(half)

        app.press_in_answer("Continue")

        app.wait_answer("Once upon a time there was a king.")
        assert len(app.messages) == 2
        assert app.answer.outcome == ""
        assert {"role": "assistant", "content": half} in service.chats[1].body["messages"]
        before = app.messages
        app.quit()
    with program() as app:
        app.open("Tell me a tale")
        app.wait_messages(before)
        app.quit()


def test_an_answer_that_hit_its_length_says_so_and_goes_on(program: Program, service: ServiceProcess) -> None:
    service.script(Answer("One, two,", finish="length"), Answer(" three."))
    with program() as app:
        app.ask("Count")
        app.wait_answer("One, two,")
        assert app.answer.outcome == "Cut short: the model's longest answer was reached."

        app.press_in_answer("Continue")

        app.wait_answer("One, two, three.")
        app.quit()


def test_a_second_question_carries_the_first_turn_byte_for_byte(
    program: Program, service: ServiceProcess
) -> None:
    service.script(Answer("我是\n\n**智谱**。 \n"), Answer("再见。"))
    with program() as app:
        app.ask("你好，\n  你是谁？")
        app.wait_answer("我是\n\n智谱。")
        app.ask("Good bye")
        app.wait_answer("再见。")
        app.quit()
    first, second = service.chats
    start = first.raw[: first.raw.index(b"]", first.raw.index(b'"messages"'))]
    assert second.raw.startswith(start)
    assert second.body["messages"][1:] == [
        {"role": "assistant", "content": "我是\n\n**智谱**。 \n"},
        {"role": "user", "content": "Good bye"},
    ]


def test_another_model_answers_the_next_question(program: Program, service: ServiceProcess) -> None:
    with program() as app:
        app.ask("First")
        app.wait_answer("You said: “First”.")
        app.find(role="combo box", name="Model").press()
        app.desktop.click(app.find(role="list item", name="GLM-4-Air-250414"))
        app.find(role="combo box", name="GLM-4-Air-250414")
        app.ask("Second")
        app.wait_answer("You said: “Second”.")
        assert [it.name for it in app.messages] == ["You", "GLM-4-Flash-250414", "You", "GLM-4-Air-250414"]
        app.quit()
    assert [exchange.body["model"] for exchange in service.chats] == [
        "glm-4-flash-250414",
        "glm-4-air-250414",
    ]


def test_a_conversation_is_renamed_by_its_header_and_keeps_the_name(program: Program) -> None:
    with program() as app:
        app.ask("Hello")
        app.wait_answer("You said: “Hello”.")
        app.press("Conversation title")
        title = app.find(role="text", name="Conversation title")
        title.wait_until(lambda it: "focused" in it.states, "the focus")
        title.set_text("问候 greetings")
        app.desktop.press("Return")
        app.wait_title("问候 greetings")
        app.wait_for(lambda: app.conversations == ["问候 greetings"], "the new name in the list")
        app.quit()
    with program() as app:
        assert app.conversations == ["问候 greetings"]
        app.quit()


def test_a_deleted_conversation_comes_back_with_undo_and_else_is_gone(program: Program) -> None:
    with program() as app:
        _hold_two_conversations(app)
        _delete(app, "Second")
        app.wait_for(lambda: app.conversations == ["First"], "the list without it")
        app.press("Undo")
        app.wait_title("Second")
        assert app.conversations == ["Second", "First"]
        app.wait_answer("You said: “Second”.")

        _delete(app, "First")
        app.wait_for(lambda: app.conversations == ["Second"], "the list without it")
        app.quit()
    with program() as app:
        assert app.conversations == ["Second"]
        app.quit()


def _hold_two_conversations(app: App) -> None:
    app.ask("First")
    app.wait_answer("You said: “First”.")
    app.new_chat()
    app.ask("Second")
    app.wait_answer("You said: “Second”.")


def _delete(app: App, title: str) -> None:
    """Delete a conversation by the menu of its row, whose second entry that is."""
    row = app.find(role="list", name="Conversations").find(role="list item", name=title)
    app.desktop.click(row, button=3)
    app.desktop.press("Down", "Down", "Return")
