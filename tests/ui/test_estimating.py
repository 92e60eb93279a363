"""What the next question takes is said while it is written, before it is sent."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtWidgets import QLabel

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.options import Options
from glmdesk.ui.icons import Icons
from tests.support.image_samples import png
from tests.support.script import Answer
from tests.support.tokens import prompt_tokens
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.test_attaching import attach
from tests.ui.waiting import idle

Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]
WORDS: Final = "The harbour was quiet when the ferry came in, and only two people were waiting. " * 30


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path, catalog, icons)


def label(window: OpenWindow, name: str) -> QLabel | None:
    found = window.named(name)
    assert len(found) <= 1
    shown = found[0] if found else None
    assert shown is None or isinstance(shown, QLabel)
    return shown


async def estimate(window: OpenWindow, *words: str) -> str:
    """Return what is said of the question, once it says these words."""

    def said() -> str:
        found = label(window, "Estimate")
        return found.text() if found else ""

    await idle(lambda: not said() or not all(word in said() for word in words))
    return said()


def tokens_in(said: str) -> int:
    return int(said.split()[1].replace(",", ""))


async def context(window: OpenWindow, *words: str) -> str:
    def said() -> str:
        found = label(window, "Context")
        return f"{found.text()}\n{found.accessibleDescription()}" if found else ""

    await idle(lambda: not said() or not all(word in said() for word in words))
    return said()


async def test_tokens_and_price_follow_what_is_written(opened: Opening) -> None:
    async with opened() as window:
        assert label(window, "Estimate") is None
        window.chat.choose_model("glm-4-plus")
        window.type("你好" * 500)
        before = await estimate(window, "tokens · ≈¥0.00", "+ answer")
        window.type("你好" * 5000)
        after = await estimate(window, "tokens · ≈¥0.03", "+ answer")
        window.type("")
        await idle(lambda: label(window, "Estimate") is not None)

    assert before != after
    assert 400 < int(before.split()[1]) < 1000


async def test_a_free_model_is_said_to_be_free(opened: Opening) -> None:
    async with opened() as window:
        window.type("你好")
        assert (await estimate(window, "free")).startswith("≈ ")


async def test_images_come_to_tokens_and_price_of_what_they_go_with_and_of_what_follows(
    opened: Opening, tmp_path: Path
) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(png())
    async with opened(host="open.bigmodel.cn") as window:
        window.service.script(Answer("Red."))
        window.chat.choose_model("glm-5.3-flash")
        await attach(window, str(path))
        window.type("What is it?")
        before = await estimate(window, "tokens + images · ≈¥", "+ images + answer")
        await window.ask("What is it?")
        window.type(WORDS)

        def is_longer() -> bool:
            shown = label(window, "Estimate")
            return shown is not None and tokens_in(shown.text()) > tokens_in(before)

        await idle(lambda: not is_longer())
        after = await estimate(window, "tokens + images · ≈¥", "+ images + answer")
        window.chat.choose_model("glm-4-plus")
        blind = await estimate(window, "tokens · ≈¥", "+ answer")

    assert tokens_in(before) < tokens_in(after)
    assert "images" not in blind


async def test_of_a_model_without_a_price_tokens_alone_are_said(opened: Opening) -> None:
    async with opened() as window:
        window.chat.choose_model("somebody-elses")
        window.type("你好")
        said = await estimate(window, "tokens")

    assert "·" not in said


async def test_the_gauge_is_exact_after_an_answer_and_an_estimate_while_something_is_written(
    opened: Opening,
) -> None:
    async with opened() as window:
        window.service.script(Answer("Fine."))
        await window.ask(WORDS)
        usage = window.chat.last_usage
        assert usage is not None
        exact = await context(window, f"{usage.total_tokens:,} / 128K", "The last exchange")
        window.type(WORDS)
        about = await context(window, "≈", "What is written")

    assert not exact.startswith("≈")
    assert "History: " in about
    assert "Room for the answer: 16,384" in about


async def test_the_gauge_leaves_out_thoughts_and_estimates_after_an_answer_of_two_exchanges(
    opened: Opening,
) -> None:
    async with opened() as window:
        window.chat.choose_model("glm-4.5-air")
        window.service.script(
            Answer("Fine.", reasoning="I think about it. " * 40),
            Answer("One", finish="length"),
            Answer(" two."),
            Answer("One", finish="length"),
            Answer(" two."),
        )
        await window.ask(WORDS)
        usage = window.chat.last_usage
        assert usage is not None
        assert usage.reasoning_tokens
        await context(window, f"{usage.total_tokens - usage.reasoning_tokens:,} / 128K", "The last exchange")
        await window.ask("Count.")
        window.press("Continue")
        about = await context(window, "≈")

    assert "The last exchange" not in about


async def test_the_estimate_of_a_second_question_is_near_what_the_service_counts(opened: Opening) -> None:
    async with opened() as window:
        window.chat.choose_options("Be brief. " * 40, Options())
        window.service.script(Answer(f"Fine. {WORDS}"), Answer("Yes."))
        await window.ask(WORDS)
        window.type(f"And then? {WORDS}")
        said = await estimate(window, "tokens")
        await window.ask(f"And then? {WORDS}")
        counted = prompt_tokens(window.service.chats[-1].body)

    assert int(said.split()[1].replace(",", "")) == pytest.approx(counted, rel=0.05)


async def test_what_is_too_long_is_said_before_it_is_sent(opened: Opening) -> None:
    async with opened() as window:
        window.chat.choose_model("glm-4-airx")
        window.type(WORDS * 20)
        said = await estimate(window, "Too long")
        shown = label(window, "Estimate")

        assert shown is not None
        assert shown.property("kind") == "danger"
        assert "of 8,192 tokens" in said or said.startswith("Too long: ≈ ")
        window.chat.choose_model("glm-4-plus")
        await estimate(window, "¥")
        assert shown.property("kind") == "muted"


async def test_that_the_oldest_will_be_left_out_is_said_before_it_happens(opened: Opening) -> None:
    async with opened() as window:
        window.chat.choose_model("glm-4-airx")
        for number in range(3):
            window.service.script(Answer(f"Answer. {WORDS * 2}"))
            await window.ask(f"Question {number}. {WORDS}")
        window.type(WORDS * 2)
        said = await estimate(window, "oldest left out")
        shown = label(window, "Estimate")
        assert shown is not None
        explained = shown.accessibleDescription()

    assert "¥" in said
    assert "of the oldest exchanges do" in explained
    assert "History" in explained


async def test_what_is_edited_is_counted_after_what_came_before_it(opened: Opening) -> None:
    async with opened() as window:
        for _turn in range(2):
            window.service.script(Answer(WORDS))
            await window.ask(WORDS)
        window.type("Short.")
        whole = tokens_in(await estimate(window, "tokens"))
        window.desk._conversing.binding._edit(0)
        shown = label(window, "Estimate")
        assert shown is not None
        await idle(lambda: tokens_in(shown.text()) > whole / 2)
        assert tokens_in(shown.text()) > 300
