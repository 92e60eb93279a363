"""What is read of a conversation for which a window is too small."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from glmdesk.chat.context import SUMMARY_HEAD, prompt_messages
from glmdesk.chat.price_forecast import PriceForecast
from glmdesk.chat.sending import Sending
from glmdesk.chat.window import (
    Counting,
    Measured,
    Sizes,
    measured,
    read_messages,
    reading_start,
    room_for_answer,
    room_for_prompt,
)
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.message import Cut, Message
from glmdesk.domain.model import Model, Price
from glmdesk.domain.money import Money
from glmdesk.domain.request import ChatRequest
from glmdesk.domain.tokens import MESSAGE, NOTHING, UNLEARNED, features_of
from glmdesk.domain.tool import ToolCall
from tests.chat.examples import answer, question, tool_result
from tests.tools.kit import spec

TEN: Final = Decimal(10)
AIRX: Final = Model("airx", "AirX", context_window=8192, max_output=4096, prices=(Price("CNY", TEN, TEN),))
WORDS: Final = "The harbour was quiet when the ferry came in. " * 20
CALL: Final = ToolCall("call-1", "weather", '{"city": "北京"}')


def talk(turns: int, words: str = WORDS) -> list[Message]:
    """Return a branch of so many questions with their answers."""
    branch: list[Message] = []
    for number in range(turns):
        branch.append(question(f"{number}. {words}", branch[-1] if branch else None))
        branch.append(answer(branch[-1], f"Answer {number}. {words}"))
    return branch


def measure(branch: list[Message], window: int = 8192, system: str = "") -> Measured:
    return measured(branch, Counting(), window=window, system=system, files={})


def sizes(branch: list[Message], system: str = "") -> Sizes:
    return measure(branch, system=system).sized(UNLEARNED)


def test_the_parts_of_a_prompt_are_together_what_is_sent() -> None:
    first = question("Weather?")
    asking = answer(first, "", tool_calls=(CALL,))
    branch = [first, asking, tool_result(asking, "call-1"), *talk(3)]
    file = Attachment("0" * 64, "notes.txt", 5)
    branch.append(replace(question("And this?", branch[-1]), attachments=(file,)))
    files, specs = {file.digest: "Some notes. " * 30}, (spec("read_note"), spec("send_note"))
    counting = Counting()
    parts = measured(branch, counting, window=None, system="Be brief.", specs=specs, files=files)
    sent = prompt_messages(branch, system="Be brief.", files=files)
    tokens = parts.sized(UNLEARNED).tokens(0)

    whole = UNLEARNED.estimate(counting.request(ChatRequest("airx", sent, tools=specs)))
    assert abs(tokens.total - whole) <= 5
    assert min(tokens.system, tokens.tools, tokens.history) > 0
    assert tokens.files >= UNLEARNED.estimate(features_of("Some notes. " * 30))


def test_where_everything_fits_nothing_is_left_out() -> None:
    assert sizes(talk(3)).first_that_fits(0, 100_000) == 0


def test_the_oldest_exchanges_are_left_out_and_more_of_them_than_must_be() -> None:
    parts = sizes(talk(20))
    whole = parts.tokens(0).total
    first = parts.first_that_fits(0, whole - 1)
    kept = parts.tokens(0, first=first).total

    assert 0 < first < 20
    assert kept <= (whole - 1) * 0.6 < parts.tokens(0, first=first - 1).total


def test_a_question_that_leaves_no_room_is_asked_alone() -> None:
    assert sizes(talk(4)).first_that_fits(10_000, 1000) == 4


def test_exchanges_begin_with_questions_and_hold_the_calls_and_their_results() -> None:
    first = question("Weather?")
    asking = answer(first, "", tool_calls=(CALL,))
    result = tool_result(asking, "call-1")
    said = answer(result, "Fine.")
    second = question("And", said)
    third = question("tomorrow?", second)
    branch = [first, asking, result, said, second, third]

    begins = [exchange.begin for exchange in measure(branch).exchanges]
    assert begins == [0, 4]
    for begin, end in pairwise((*begins, len(branch))):
        roles = [message.role for message in prompt_messages(branch[begin:end])]
        assert roles[0] == "user"
        assert roles.count("tool") == sum(len(one.tool_calls) for one in branch[begin:end])


def test_reading_begins_behind_the_last_cut_made_for_a_window_as_large() -> None:
    branch = talk(4)
    branch[1] = replace(branch[1], cut=Cut(131_072, "The first."))
    branch[3] = replace(branch[3], cut=Cut(8192))

    assert reading_start(branch, 8192) == (4, "")
    assert reading_start(branch, 16_384) == (2, "The first.")
    assert reading_start(branch, 1_048_576) == (0, "")
    assert reading_start(branch, None) == (0, "")


def test_a_summary_stands_before_the_first_question_that_is_read() -> None:
    branch = talk(2)
    branch[1] = replace(branch[1], cut=Cut(8192, "They spoke of a harbour."))
    system, asked, _said = read_messages(branch, window=8192, system="Be brief.", files={})

    assert system.text == "Be brief."
    assert asked.role == "user"
    assert asked.text.startswith(f"{SUMMARY_HEAD}\n\nThey spoke of a harbour.\n\n---\n\n1. ")
    assert sizes(branch).tokens(0).total > sizes(branch[2:]).tokens(0).total


def test_a_longer_branch_begins_with_the_messages_of_a_shorter_one_also_behind_a_cut() -> None:
    branch = talk(5)
    branch[3] = replace(branch[3], cut=Cut(8192, "Two exchanges."))
    shorter = read_messages(branch[:7], window=8192, system="", files={})
    longer = read_messages(branch[:9], window=8192, system="", files={})

    assert longer[: len(shorter)] == shorter


def test_an_answer_is_gone_on_with_behind_a_cut() -> None:
    branch = talk(3)
    branch[1] = replace(branch[1], cut=Cut(8192))
    *before, unfinished = branch
    messages = read_messages(before, window=8192, system="", files={}, unfinished=unfinished)

    assert [message.role for message in messages] == ["user", "assistant", "user", "assistant", "user"]
    assert messages[3].text == unfinished.text


def test_room_is_kept_for_the_answer() -> None:
    assert room_for_answer(AIRX, None) == 2048
    assert room_for_answer(AIRX, 100) == 100
    assert room_for_answer(AIRX, 100_000) == 4096
    room = room_for_prompt(AIRX, None)
    assert room is not None
    assert 5500 < room < 8192 - 2048
    assert room_for_prompt(Model("own", "Own"), None) is None


def test_an_estimate_says_what_is_sent_and_what_that_costs() -> None:
    sending = Sending(sizes(talk(2), system="Be brief."), model=AIRX)
    estimate = sending.estimate(features_of("And then?"))

    assert estimate.tokens.question == UNLEARNED.estimate(features_of("And then?") + MESSAGE)
    assert estimate.price == PriceForecast.of(AIRX, estimate.tokens.total)
    assert estimate.price.cost == Money(estimate.tokens.total * TEN / 1_000_000, "CNY", is_estimated=True)
    assert (estimate.window, estimate.answer, estimate.left_out) == (8192, 2048, 0)
    assert not any((estimate.is_over, estimate.is_near, estimate.has_images))


def test_images_come_to_an_estimate_where_the_model_sees_them() -> None:
    seeing = replace(AIRX, supports=("vision",))
    estimate = Sending(sizes(talk(2)), model=seeing, has_images=True).estimate(features_of("And then?"))
    blind = replace(AIRX, series="glm-4")

    assert estimate.has_images
    assert estimate.price == PriceForecast.of(seeing, estimate.tokens.total, has_images=True)
    assert not Sending(sizes(talk(2)), model=blind, has_images=True).estimate(NOTHING).has_images


def test_an_estimate_warns_of_what_is_left_out_and_of_what_does_not_fit_at_all() -> None:
    long = Sending(sizes(talk(20)), model=AIRX)
    too_long = Sending(sizes([]), model=AIRX).estimate(features_of(WORDS * 60))

    assert long.estimate(features_of("And then?")).left_out > 0
    assert long.estimate(features_of("And then?")).tokens.total < 8192 - 2048
    assert (too_long.is_over, too_long.is_full) == (True, True)


def test_the_last_exchange_is_exact_until_something_is_written() -> None:
    sending = Sending(sizes(talk(2)), model=AIRX, exact=1234)

    assert sending.estimate(NOTHING).used == 1234
    written = sending.estimate(features_of("More"))
    assert written.exact is None
    assert written.used == written.tokens.total


def test_of_an_unknown_model_tokens_alone_are_said() -> None:
    estimate = Sending(sizes(talk(2))).estimate(features_of("More"))

    assert estimate.tokens.total > 0
    assert (estimate.window, estimate.price.cost, estimate.left_out) == (None, None, 0)
