"""What the events of an answer make of its message."""

from dataclasses import replace
from decimal import Decimal

import pytest

from glmdesk.chat.live import LiveAnswer
from glmdesk.domain.connector import ServiceCall
from glmdesk.domain.errors import Action, Problem, ServiceRefused, StreamInterrupted, UserError
from glmdesk.domain.events import (
    Citations,
    Culprit,
    Event,
    Finished,
    FinishReason,
    ReasoningDelta,
    ServiceCalls,
    TextDelta,
    ToolCalls,
    UsageReport,
)
from glmdesk.domain.message import Citation, Message, State, Timing
from glmdesk.domain.money import Money
from glmdesk.domain.tokens import estimate_tokens
from glmdesk.domain.tool import ToolCall
from glmdesk.domain.usage import Usage
from tests.chat.examples import answer, question

ERROR = Problem("1305", "The model is overloaded.", "Try again.", Action.RETRY)
FIRST_SOURCE, SECOND_SOURCE = Citation("1", "One"), Citation("2", "Two")


def yuan(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def per_token(usage: Usage) -> Money:
    """Price every token at one hundredth."""
    return Money(Decimal(usage.total_tokens) / 100, "CNY", usage.is_estimated)


def unknown(_usage: Usage) -> None:
    """Know no price."""


def empty() -> Message:
    return answer(question(), "", State.STREAMING)


def after(*events: Event, message: Message | None = None) -> Message:
    """Return the message that some events make."""
    live = LiveAnswer(message or empty(), per_token)
    for event in events:
        live.apply(event)
    return live.message


FOUND, READ = ServiceCall("1", "notes", "find"), ServiceCall("2", "notes", "read")


def test_what_the_service_had_done_is_kept_and_more_of_it_replaces_less() -> None:
    message = after(ServiceCalls((FOUND,)), TextDelta("So."), ServiceCalls((FOUND, READ)))

    assert message.service_calls == (FOUND, READ)


def test_an_answer_that_goes_on_keeps_what_was_done_for_its_beginning() -> None:
    begun = replace(empty(), text="So", service_calls=(FOUND,))

    assert after(TextDelta("."), message=begun).service_calls == (FOUND,)
    message = after(ServiceCalls((READ,)), ServiceCalls((replace(READ, output="x"),)), message=begun)
    assert message.service_calls == (FOUND, replace(READ, output="x"))


def test_an_answer_is_broken_off_and_does_not_wait_once_something_was_done_for_it() -> None:
    live = LiveAnswer(empty(), unknown, waits=True)
    live.apply(ServiceCalls((FOUND,)))
    live.break_off(ServiceRefused(Problem("unreachable", "Lost.", "Try again.")))

    assert (live.message.state, live.message.service_calls) == (State.INTERRUPTED, (FOUND,))


def test_of_a_withheld_answer_nothing_is_kept_that_was_done_for_it() -> None:
    message = after(ServiceCalls((FOUND,)), TextDelta("So."), Finished(FinishReason.SENSITIVE))

    assert (message.state, message.text, message.service_calls) == (State.WITHHELD, "", ())


def test_text_and_reasoning_are_joined_apart() -> None:
    message = after(ReasoningDelta("Hm"), ReasoningDelta("."), TextDelta("你"), TextDelta("好"))

    assert (message.text, message.reasoning, message.state) == ("你好", "Hm.", State.STREAMING)


def test_later_sources_replace_earlier_ones() -> None:
    message = after(Citations((FIRST_SOURCE,)), Citations((FIRST_SOURCE, SECOND_SOURCE)))

    assert message.citations == (FIRST_SOURCE, SECOND_SOURCE)


def test_the_calls_of_an_answer_are_kept() -> None:
    calls = (ToolCall("call-1", "weather", "{}"),)

    message = after(ToolCalls(calls), Finished(FinishReason.TOOL_CALLS))

    assert (message.tool_calls, message.state) == (calls, State.COMPLETE)


def test_usage_is_kept_with_its_price() -> None:
    message = after(UsageReport(Usage(100, 20, cached_tokens=40)))

    assert message.usage == Usage(100, 20, cached_tokens=40)
    assert message.cost == yuan("1.2")


def test_an_answer_without_a_known_price_has_no_cost() -> None:
    live = LiveAnswer(empty(), unknown)
    live.apply(UsageReport(Usage(1, 1)))

    assert live.message.cost is None


def test_a_continued_answer_has_cost_every_attempt() -> None:
    earlier = replace(empty(), text="One, ", usage=Usage(100, 20, 10, 1), cost=yuan("1.2"))

    message = after(TextDelta("two"), UsageReport(Usage(130, 10, 100, 2)), message=earlier)

    assert message.text == "One, two"
    assert message.usage == Usage(230, 30, 110, 3, exchanges=2)
    assert message.cost == yuan("2.6")


@pytest.mark.parametrize("error", [None, StreamInterrupted(Problem("interrupted", "Gone.", ""))])
def test_what_the_service_has_not_counted_is_estimated_and_priced(error: UserError | None) -> None:
    live = LiveAnswer(empty(), per_token)
    live.begin_exchange(100)
    for event in (ReasoningDelta("想一想。"), TextDelta("One, two, "), TextDelta("three.")):
        live.apply(event)
    live.break_off(error)
    live.end_exchange()
    live.end_exchange()

    usage = live.message.usage
    assert usage is not None
    thought, said = estimate_tokens("想一想。"), estimate_tokens("One, two, three.")
    assert usage == Usage(100, thought + said, reasoning_tokens=thought, is_estimated=True)
    assert live.message.cost == per_token(usage)
    assert str(live.message.cost).startswith("≈¥")


def test_what_the_service_has_counted_is_not_estimated() -> None:
    live = LiveAnswer(empty(), per_token)
    live.begin_exchange(100)
    for event in (TextDelta("One"), UsageReport(Usage(7, 1)), Finished(FinishReason.STOP)):
        live.apply(event)
    live.end_exchange()

    assert live.message.usage == Usage(7, 1)


def test_what_was_stopped_before_anything_came_has_cost_nothing() -> None:
    live = LiveAnswer(empty(), per_token)
    live.begin_exchange(100)
    live.break_off(None)
    live.end_exchange()

    assert (live.message.usage, live.message.cost) == (None, None)


def test_a_second_exchange_is_estimated_by_itself() -> None:
    live = LiveAnswer(empty(), per_token)
    live.begin_exchange(100)
    live.apply(TextDelta("One"))
    live.apply(UsageReport(Usage(90, 2)))
    live.begin_exchange(200)
    live.apply(TextDelta("two"))
    live.break_off(None)
    live.end_exchange()

    said = estimate_tokens("two")
    assert live.message.usage == Usage(290, 2 + said, exchanges=2, is_estimated=True)


def test_parts_in_two_currencies_have_no_sum() -> None:
    # It was asked at one service and continued at another.
    live = LiveAnswer(replace(empty(), cost=Money(Decimal(1), "USD")), per_token)
    live.apply(UsageReport(Usage(1, 1)))

    assert live.message.cost is None


def test_a_part_without_a_price_leaves_the_whole_without_one() -> None:
    live = LiveAnswer(replace(empty(), cost=yuan("1")), unknown)
    live.apply(UsageReport(Usage(1, 1)))

    assert live.message.cost is None


@pytest.mark.parametrize(
    ("reason", "state", "code"),
    [
        (FinishReason.STOP, State.COMPLETE, None),
        (FinishReason.TOOL_CALLS, State.COMPLETE, None),
        (FinishReason.LENGTH, State.CUT_SHORT, None),
        (FinishReason.CONTEXT_EXCEEDED, State.CUT_SHORT, "context-exceeded"),
        (FinishReason.SENSITIVE, State.WITHHELD, "sensitive"),
    ],
)
def test_every_finish_reason_has_its_state(reason: FinishReason, state: State, code: str | None) -> None:
    message = after(TextDelta("Text"), Finished(reason, "request-1"))

    assert message.state is state
    assert (message.problem.code if message.problem else None) == code
    assert message.request_id == "request-1"


@pytest.mark.parametrize(
    ("culprit", "action"),
    [
        (None, Action.EDIT_QUESTION),
        ("assistant", Action.EDIT_QUESTION),
        ("user", Action.EDIT_QUESTION),
        ("history", Action.NEW_CHAT),
    ],
)
def test_what_the_content_filter_objects_to_decides_what_can_be_done(
    culprit: Culprit | None, action: Action
) -> None:
    message = after(Finished(FinishReason.SENSITIVE, culprit=culprit))

    assert message.state is State.WITHHELD
    assert message.problem is not None
    assert message.problem.code == "sensitive"
    assert message.problem.action is action
    assert ("withdrew" in message.problem.headline) == (culprit in (None, "assistant"))


def test_nothing_of_a_withheld_answer_is_left_but_what_it_cost() -> None:
    message = after(
        ReasoningDelta("Hm"),
        TextDelta("Something"),
        Citations((FIRST_SOURCE,)),
        ToolCalls((ToolCall("call-1", "weather", "{}"),)),
        UsageReport(Usage(1, 1)),
        Finished(FinishReason.SENSITIVE),
    )

    assert (message.text, message.reasoning, message.citations, message.tool_calls) == ("", "", (), ())
    assert message.usage == Usage(1, 1)


@pytest.mark.parametrize("arrived", [TextDelta("One"), ReasoningDelta("Hm")])
def test_an_error_after_something_arrived_interrupts_the_answer(arrived: Event) -> None:
    live = LiveAnswer(empty(), per_token)
    live.apply(arrived)
    live.break_off(StreamInterrupted(ERROR))

    assert (live.message.state, live.message.problem) == (State.INTERRUPTED, ERROR)
    assert live.message.text + live.message.reasoning


def test_an_error_before_the_first_word_fails_the_answer() -> None:
    live = LiveAnswer(empty(), per_token)
    live.break_off(ServiceRefused(ERROR))

    assert (live.message.state, live.message.problem) == (State.FAILED, ERROR)


def test_an_error_while_continuing_keeps_what_there_was() -> None:
    live = LiveAnswer(replace(empty(), text="One, "), per_token)
    live.break_off(ServiceRefused(ERROR))

    assert (live.message.state, live.message.text) == (State.INTERRUPTED, "One, ")


def test_a_stop_that_was_asked_for_is_no_loss() -> None:
    live = LiveAnswer(empty(), per_token)
    live.apply(TextDelta("One"))
    live.is_stop_requested = True
    live.break_off(None)

    assert (live.message.state, live.message.problem, live.message.text) == (State.STOPPED, None, "One")


@pytest.mark.parametrize(
    ("arrived", "state", "action"),
    [((), State.FAILED, Action.RETRY), ((TextDelta("One"),), State.INTERRUPTED, Action.CONTINUE)],
)
def test_the_end_of_the_program_is_told_as_a_loss(
    arrived: tuple[TextDelta, ...], state: State, action: Action
) -> None:
    live = LiveAnswer(empty(), per_token)
    for event in arrived:
        live.apply(event)
    live.break_off(None)

    assert live.message.state is state
    assert live.message.problem is not None
    assert (live.message.problem.code, live.message.problem.action) == ("program-ended", action)


@pytest.mark.parametrize("error", [None, StreamInterrupted(ERROR)])
def test_what_comes_after_the_end_changes_nothing(error: StreamInterrupted | None) -> None:
    live = LiveAnswer(empty(), per_token)
    live.apply(TextDelta("All."))
    live.apply(Finished(FinishReason.STOP))
    live.break_off(error)

    assert (live.message.state, live.message.problem) == (State.COMPLETE, None)


def test_the_first_reason_to_break_off_holds() -> None:
    live = LiveAnswer(empty(), per_token)
    live.break_off(ServiceRefused(ERROR))
    live.break_off(None)

    assert (live.message.state, live.message.problem) == (State.FAILED, ERROR)


def test_the_first_event_starts_the_clock() -> None:
    live = LiveAnswer(empty(), per_token)
    before = live.message.timing
    live.apply(TextDelta("One"))
    first = live.message.timing
    live.apply(TextDelta("Two"))
    second = live.message.timing

    assert before is None
    assert first is not None
    assert second is not None
    assert second.first_token_s == first.first_token_s >= 0
    assert second.total_s >= first.total_s >= first.first_token_s


def test_the_time_in_the_queue_is_not_the_models() -> None:
    live = LiveAnswer(empty(), per_token)
    live._began_at -= 3600
    live.start_clock()
    live.apply(TextDelta("One"))

    before = live.message.timing
    assert before is not None
    assert before.first_token_s < 3600
    live.start_clock()
    assert live.message.timing is not None
    assert live.message.timing.first_token_s == before.first_token_s, "what has come has come"


@pytest.mark.parametrize("is_finished", [True, False])
def test_the_clock_stops_with_the_answer(is_finished: bool) -> None:
    live = LiveAnswer(empty(), per_token)
    live.apply(TextDelta("One"))
    if is_finished:
        live.apply(Finished(FinishReason.STOP))
    else:
        live.break_off(None)

    assert live.message == live.message


def test_an_attempt_that_brought_nothing_leaves_the_earlier_timing() -> None:
    earlier = replace(empty(), text="One, ", timing=Timing(0.5, 2.0))
    live = LiveAnswer(earlier, per_token)
    live.break_off(ServiceRefused(ERROR))

    assert live.message.timing == Timing(0.5, 2.0)


@pytest.mark.parametrize(
    ("message", "has_arrived"),
    [
        (empty(), False),
        (replace(empty(), text="One"), True),
        (replace(empty(), reasoning="Hm"), True),
    ],
    ids=["nothing", "text", "reasoning"],
)
def test_it_knows_whether_anything_has_arrived(message: Message, has_arrived: bool) -> None:
    live = LiveAnswer(message, per_token)

    assert live.id == message.id
    assert live.has_arrived is has_arrived
