"""Ways of asking through the window: the web searched, thought, money and what the cache saves."""

import json
import re

from tests.e2e.app import App, Program
from tests.e2e.test_chat_settings import choose, close, open_chat_settings
from tests.support.browser import Browser
from tests.support.remote import ServiceProcess
from tests.support.script import Answer, SearchResult, Usage


def choose_model(app: App, title: str) -> None:
    app.find(role="combo box", name="Model").press()
    app.desktop.click(app.find(role="list item", name=title))


def test_the_web_is_searched_as_the_chat_says_and_its_sources_are_links(
    program: Program, service: ServiceProcess, browser: Browser
) -> None:
    found = [SearchResult(f"Page {at}", f"https://example.org/{at}", refer=f"ref_{at}") for at in (1, 2)]
    service.script(Answer("Rain [ref_1], later sun [ref_2].", web_search=tuple(found)), Answer("Yes."))
    with program(env=browser.env) as app:
        app.find(role="check box", name="Web search").press()
        dialog = open_chat_settings(app)
        choose(app, dialog, "Web search with", "Advanced")
        choose(app, dialog, "Pages", "Of the last week")
        dialog.find(role="text", name="Only from").set_text("www.example.org")
        close(app)
        app.ask("Weather?")
        app.press("Show: Sources (2) · example.org")
        assert "Rain [1], later sun [2]." in app.answer.text
        links = [app.find(role="link", name=f"Page {at}") for at in (1, 2)]
        assert all("showing" in link.states for link in links)
        mark = app.find(role="link", name="[2]")
        assert mark.description == "example.org\nPage 2\nhttps://example.org/2"
        mark.press()
        browser.wait_opened("https://example.org/2")
        app.find(role="check box", name="Web search").press()
        app.ask("Are you sure?")
        app.wait_answer("Yes.")
        searched, plain = service.chats

        (tool,) = searched.body["tools"]
        assert tool["type"] == "web_search"
        assert tool["web_search"]["search_engine"] == "search_pro"
        assert tool["web_search"]["search_recency_filter"] == "oneWeek"
        assert tool["web_search"]["search_domain_filter"] == "www.example.org"
        assert "tools" not in plain.body
        app.quit()


def test_what_a_model_thought_is_behind_one_line_with_its_time_and_tokens(
    program: Program, service: ServiceProcess
) -> None:
    usage = Usage(prompt_tokens=20, completion_tokens=15, reasoning_tokens=11)
    service.script(Answer("It is 42.", reasoning="First I add. Then I check.", usage=usage))
    with program() as app:
        choose_model(app, "GLM-5.2")
        dialog = open_chat_settings(app)
        choose(app, dialog, "Effort", "high")
        close(app)
        app.ask("40 + 2?")
        app.wait_for(lambda: app.answer.text.endswith("It is 42."), "the answer")
        line = app.find(role="button", name=re.compile(r"^Show: Thought for \d+ seconds? · 11 tokens$"))
        assert "collapsed" in line.states
        line.press()
        app.find(role="button", name=re.compile("^Hide: Thought")).wait_until(
            lambda it: "expanded" in it.states, "the thoughts"
        )
        assert "First I add. Then I check." in app.answer.text
        (chat,) = service.chats

        assert chat.body["model"] == "glm-5.2"
        assert chat.body["reasoning_effort"] == "high"
        app.quit()


def test_the_beginning_of_a_chat_stays_the_same_and_what_that_saves_is_said(
    program: Program, service: ServiceProcess
) -> None:
    service.script(
        Answer("Paris.", usage=Usage(prompt_tokens=1_000, completion_tokens=10)),
        Answer("Rome.", usage=Usage(prompt_tokens=3_000, completion_tokens=1_000, cached_tokens=2_000)),
    )
    with program() as app:
        choose_model(app, "GLM-4-Plus")
        dialog = open_chat_settings(app)
        dialog.find(role="text", name="System prompt").set_text("Answer in one word.")
        close(app)
        app.find(role="text", name="Message").set_text("The capital of France?")
        app.wait_for(lambda: app.find(name="Estimate").description.count("¥"), "what it will cost")
        app.press("Send")
        app.wait_answer("Paris.")
        app.ask("And of Italy?")
        figures = app.wait_answer("Rome.").figures
        first, second = service.chats

        assert "2,000 cached" in figures
        assert "↑3,000 ↓1,000" in figures
        # 1,000 tokens read at ¥5, 2,000 from the cache at half of that, 1,000 written at ¥5 per million.
        assert "¥0.015" in figures
        assert "¥0.005 saved" in figures
        asked = json.dumps(first.body["messages"], ensure_ascii=False, separators=(",", ":")).encode()
        assert asked in first.raw
        assert asked.removesuffix(b"]") in second.raw
        app.quit()
