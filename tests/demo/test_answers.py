import json
import re
from string import Template

import pytest

from glmdesk.chat.context import CONTINUE_PROMPT
from glmdesk.demo.intents import Intent, intent_of
from glmdesk.demo.language import Language, language_of
from glmdesk.domain.connector import Connector
from glmdesk.domain.events import FinishReason
from glmdesk.domain.request import WebSearch
from tests.demo.asking import LIBRARY, answer_to, ask, request_of

pytestmark = pytest.mark.anyio

QUESTIONS = [
    (Intent.GREETING, "Who are you?", "你好"),
    (Intent.JSON, "Give me an example of JSON", "给我一个json的例子"),
    (Intent.TRANSLATION, "Hello, please translate this line", "你好，请把这句话翻译成英文"),
    (Intent.CODE, "Write a Python function", "用Python写一个函数"),
    (Intent.COMPARISON, "What is the difference between tea and coffee?", "比较茶和咖啡"),
    (Intent.TRIP, "Plan a weekend trip", "安排一次周末旅行"),
    (Intent.PLAN, "Plan my week", "帮我做一个学习计划"),
    (Intent.LONG_TEXT, "Write an essay on tools", "写一篇文章"),
    (Intent.INSTRUCTIONS, "How do I bake bread?", "怎么烤面包？"),
    (Intent.EXPLANATION, "Why is the sky blue?", "天空为什么是蓝色的？"),
    (Intent.ANYTHING, "The leaves are turning.", "叶子黄了。"),
]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Translate 你好 into English", "en"),
        ("用 Python 写一个 quicksort 函数", "zh"),
        ("demo:cut", "en"),
        ("演示:cut", "zh"),
        ("1 + 1 = ?", "en"),
        ("こんにちは", "en"),
    ],
)
def test_a_question_is_in_the_language_most_of_it_is_in(text: str, language: Language) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(("intent", "english", "chinese"), QUESTIONS)
def test_the_words_of_a_question_say_what_kind_it_is(intent: Intent, english: str, chinese: str) -> None:
    assert intent_of(english) is intent_of(chinese) is intent


@pytest.mark.parametrize(("intent", "english", "chinese"), QUESTIONS)
async def test_every_kind_of_question_has_an_answer_in_its_language(
    intent: Intent, english: str, chinese: str
) -> None:
    assert language_of(await answer_to(english)) == "en"
    assert language_of(await answer_to(chinese)) == "zh"


@pytest.mark.parametrize("language", LIBRARY)
def test_the_answers_show_every_kind_of_markdown(language: Language) -> None:
    everything = "\n".join(LIBRARY[language].answers.values())

    for sign in ("## ", "\n- ", "\n1. ", "| --- |", "\n```python\n", "\n> ", "**", "\n- [ ] "):
        assert sign in everything
    if language == "zh":
        assert re.search(r"：\*\*\w", everything)


async def test_a_question_without_a_fitting_answer_is_quoted_and_told_the_truth() -> None:
    answer = await answer_to("The leaves are turning.\nAll of them.")

    assert "> The leaves are turning.\n> All of them." in answer
    assert "simulated model" in answer


async def test_a_long_question_is_quoted_in_part() -> None:
    answer = await answer_to("叶子黄了。" * 100)

    assert answer.count("叶子黄了。") == 40
    assert "黄了。…" in answer


@pytest.mark.parametrize(
    ("question", "header"),
    [
        ("What is the difference between TCP and UDP?", "| | TCP | UDP |"),
        ("C++ vs. C#: compare them", "| | C++ | C# |"),
        ("请帮我比较一下Python和Rust的区别", "| | Python | Rust |"),
        ("用表格对比一下 GLM-4-Plus 与 GLM-4-Flash", "| | GLM-4-Plus | GLM-4-Flash |"),
        ("列出优缺点", "| | 方案甲 | 方案乙 |"),
    ],
)
async def test_a_comparison_names_what_is_compared(question: str, header: str) -> None:
    assert header in await answer_to(question)


@pytest.mark.parametrize(("question", "said"), [("Which tea?", "simulated"), ("喝什么茶？", "模拟")])
async def test_json_mode_answers_with_nothing_but_an_object(question: str, said: str) -> None:
    answered = await ask(request_of(question, json_mode=True))

    value = json.loads(answered.text)
    assert value["question"] == question
    assert said in value["answer"]


@pytest.mark.parametrize("count", [1, 2, 10])
async def test_a_search_marks_its_sources_and_lists_them(count: int) -> None:
    answered = await ask(request_of("周末杭州有什么展览？", web_search=WebSearch(count=count)))

    marks = re.findall(r"\[(ref_\d)\]", answered.text)
    assert marks == [citation.ref for citation in answered.citations]
    assert len(marks) == min(count, 3)
    assert "“周末杭州有什么展览”" in answered.text
    assert all(citation.title and citation.link for citation in answered.citations)


async def test_there_are_no_sources_without_a_search() -> None:
    assert not (await ask(request_of("周末杭州有什么展览？"))).citations


@pytest.mark.parametrize("go_on", [CONTINUE_PROMPT, "Please continue.", "继续", "请从中断的地方继续写"])
async def test_an_answer_that_broke_off_goes_on_where_it_stopped(go_on: str) -> None:
    question = "演示：截断 写一篇文章"
    begun = await ask(request_of(question))

    rest = await ask(request_of(question, begun.text, go_on))

    assert begun.text + rest.text == await answer_to("写一篇文章")
    assert rest.reason is FinishReason.STOP


async def test_an_answer_can_be_continued_again_and_again() -> None:
    chat = ["Write an essay"]
    while True:
        answered = await ask(request_of(*chat, max_tokens=200))
        chat += [answered.text, CONTINUE_PROMPT]
        if answered.reason is FinishReason.STOP:
            break

    assert len(chat) > 5
    assert "".join(chat[1::2]) == await answer_to("Write an essay")


async def test_what_is_complete_is_not_continued() -> None:
    complete = await answer_to("你好")

    assert (await ask(request_of("你好", complete, "继续说说茶"))).text != complete
    assert "> 继续" in await answer_to("继续")


def test_the_texts_know_only_the_placeholders_that_are_filled() -> None:
    for phrases in LIBRARY.values():
        for answer in phrases.answers.values():
            assert set(Template(answer).get_identifiers()) <= {"quote", "first", "second"}
        assert set(Template(phrases.search).get_identifiers()) == {"topic", "findings"}
        assert set(Template(phrases.tool_result).get_identifiers()) == {"name", "result"}


async def test_a_server_that_is_on_is_asked_by_the_service_itself() -> None:
    notes = Connector("notes", "https://example.org/mcp", allowed_tools=("find",))
    answered = await ask(request_of("What of “tea”?", connectors=(notes,)))
    listed, found = answered.service_calls[-1]

    assert (listed.server, listed.name, json.loads(listed.output)[0]["name"]) == ("notes", "", "find")
    assert (found.name, json.loads(found.arguments)) == ("find", {"query": "What of “tea”?"})
    assert json.loads(found.output)["found"][0]["title"] in answered.text
    assert [call.output for call in answered.service_calls[0]] == [""], "at first it is on its way"
    assert answered.reason is FinishReason.STOP


async def test_a_server_that_cannot_be_reached_is_an_error_of_the_call() -> None:
    nowhere = Connector("nowhere", "https://tools.invalid/mcp")
    answered = await ask(request_of("天气如何？", connectors=(nowhere,)))

    assert answered.service_calls[-1][0].error == "tools.invalid: no such host"
    assert "nowhere" in answered.text
