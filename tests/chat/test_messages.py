"""Conversations and messages as they begin."""

from dataclasses import replace
from datetime import UTC, datetime

from glmdesk.chat.messages import branched_off, new_answer, new_conversation, new_question
from glmdesk.domain.conversation import MessageTree
from glmdesk.domain.draft import Draft
from glmdesk.domain.message import State


def test_a_new_conversation_is_of_now_and_empty() -> None:
    before = datetime.now(UTC)

    conversation = new_conversation("glm-4-plus", title="标题", system="Be brief")

    assert before <= conversation.created_at == conversation.updated_at <= datetime.now(UTC)
    assert (conversation.model, conversation.title, conversation.system) == ("glm-4-plus", "标题", "Be brief")
    assert conversation.leaf_id is None


def test_a_question_and_its_answer_follow_each_other() -> None:
    conversation = new_conversation("glm-4-plus")

    question = new_question(conversation, None, Draft("你好"))
    answer = new_answer(conversation, question.id)

    assert (question.role, question.text, question.state) == ("user", "你好", State.COMPLETE)
    assert (answer.role, answer.text, answer.state) == ("assistant", "", State.STREAMING)
    assert (question.parent_id, answer.parent_id) == (None, question.id)
    assert question.conversation_id == answer.conversation_id == conversation.id
    assert (question.model, answer.model) == (None, "glm-4-plus")


def test_what_is_branched_off_holds_one_branch_and_nothing_of_the_original() -> None:
    of = new_conversation("glm-4-plus", title="标题", system="Be brief")
    first = new_question(of, None, Draft("1"))
    second = new_answer(of, first.id)

    copy, messages = branched_off(of, [first, second], "Title")

    assert (copy.title, copy.model, copy.system) == ("Title", of.model, of.system)
    assert MessageTree(messages).path(copy.leaf_id) == messages
    assert {message.conversation_id for message in messages} == {copy.id}
    assert not {message.id for message in messages} & {first.id, second.id}
    assert [replace(message, id="", conversation_id="", parent_id=None) for message in messages] == [
        replace(message, id="", conversation_id="", parent_id=None) for message in (first, second)
    ]
