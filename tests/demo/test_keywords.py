from contextlib import aclosing

import pytest

from glmdesk.demo.keywords import HINTS, Hint, effect_of, without_keywords
from glmdesk.demo.pacing import REFUSAL_S
from glmdesk.demo.service import DemoService
from glmdesk.domain.errors import KeyProblem, NetworkFault, ServiceRefused, StreamInterrupted, UserError
from glmdesk.domain.events import Event, FinishReason, Progress, Retrying, TextDelta
from tests.demo.asking import LIBRARY, OFFER, answer_to, ask, client_for, no_time, request_of

pytestmark = pytest.mark.anyio

# Seconds. The client's patience with a silent service; nothing else waits in these tests.
BRIEF_SILENCE_S = 0.05

BEFORE_THE_ANSWER: list[tuple[str, str, type[UserError], str]] = [
    ("demo:401", "演示：密钥", KeyProblem, "1000"),
    ("demo:1113", "演示：余额", ServiceRefused, "1113"),
    ("demo:1211", "演示：模型", ServiceRefused, "1211"),
    ("demo:1261", "演示：超长", ServiceRefused, "1261"),
    ("demo:1301", "演示：审核", ServiceRefused, "1301"),
    ("demo:1305", "演示：繁忙", ServiceRefused, "1305"),
    ("demo:500", "演示：故障", ServiceRefused, "1234"),
    ("demo:502", "演示：网关", NetworkFault, "http-502"),
    ("demo:offline", "演示：断网", NetworkFault, "unreachable"),
]
IN_MID_ANSWER = [
    ("demo:cut", "演示：断线", "connection-lost"),
    ("demo:stall", "演示：停滞", "silent"),
    ("demo:fault", "演示：中断", "network_error"),
]
ENDINGS = [
    ("demo:length", "演示：截断", FinishReason.LENGTH),
    ("demo:sensitive", "演示：撤回", FinishReason.SENSITIVE),
]
OTHERS = ("demo:slow", "demo:tool", "demo:1302")


async def collect(question: str, into: list[Event], progress: list[Progress]) -> None:
    service = DemoService(OFFER, LIBRARY, sleep=no_time)
    async with (
        client_for(service, silence_s=BRIEF_SILENCE_S) as client,
        aclosing(client.stream_chat(request_of(question), progress.append)) as events,
    ):
        async for event in events:
            into.append(event)  # noqa: PERF401 - what came before an error counts too


def text_in(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


@pytest.mark.parametrize(("english", "chinese", "kind", "code"), BEFORE_THE_ANSWER)
async def test_a_refusal_comes_before_the_answer(
    english: str, chinese: str, kind: type[UserError], code: str
) -> None:
    for keyword in (english, chinese):
        events: list[Event] = []
        with pytest.raises(kind) as raised:
            await collect(keyword, events, [])

        assert raised.value.problem.code == code
        assert not events


@pytest.mark.parametrize(("english", "chinese", "code"), IN_MID_ANSWER)
async def test_an_accident_in_mid_answer_leaves_what_had_arrived(
    english: str, chinese: str, code: str
) -> None:
    for keyword in (english, chinese):
        events: list[Event] = []
        with pytest.raises(StreamInterrupted) as raised:
            await collect(f"{keyword} 你好", events, [])

        assert raised.value.problem.code == code
        assert (await answer_to("你好")).startswith(text_in(events))
        assert len(text_in(events)) > 50


@pytest.mark.parametrize(("english", "chinese", "reason"), ENDINGS)
async def test_an_answer_ends_early_for_a_reason(english: str, chinese: str, reason: FinishReason) -> None:
    for keyword in (english, chinese):
        answered = await ask(request_of(f"{keyword} 你好"))

        assert answered.reason is reason
        assert answered.text
        assert answered.text != await answer_to("你好")


async def test_a_late_first_word_is_later_than_the_notice_of_the_client() -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await no_time(seconds)

    answered = await ask(request_of("演示：慢 你好"), sleep=sleep)

    assert pauses[0] > 60
    assert answered.text == await answer_to("你好")


@pytest.mark.parametrize("keyword", ["demo:1305", "demo:500", "demo:502", "demo:offline"])
async def test_what_may_pass_is_asked_again(keyword: str) -> None:
    progress: list[Progress] = []
    with pytest.raises(UserError):
        await collect(keyword, [], progress)

    assert [step.attempt for step in progress if isinstance(step, Retrying)] == [1, 2, 3]


@pytest.mark.parametrize("keyword", ["demo:1302", "演示：并发"])
async def test_what_is_too_much_at_once_is_answered_in_the_end(keyword: str) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await no_time(seconds)

    answered = await ask(request_of(f"{keyword} 你好"), sleep=sleep)

    assert answered.text == await answer_to("你好")
    assert pauses[:2] == [REFUSAL_S] * 2
    assert REFUSAL_S not in pauses[2:]


def test_every_keyword_is_tested_here() -> None:
    tested = {row[0] for table in (BEFORE_THE_ANSWER, IN_MID_ANSWER, ENDINGS) for row in table}

    assert tested | set(OTHERS) == {hint.keyword for hint in HINTS}


@pytest.mark.parametrize("hint", HINTS, ids=lambda hint: hint.name)
def test_both_spellings_of_a_keyword_mean_the_same(hint: Hint) -> None:
    assert effect_of(hint.keyword) is effect_of(hint.chinese_keyword) is hint.effect


@pytest.mark.parametrize(
    "question",
    ["Tell me. DEMO:CUT", "demo：cut，谢谢", "讲个故事演示:断线", "演示: cut", "One.\n\nTwo demo: cut"],
)
def test_a_keyword_is_found_however_it_is_typed(question: str) -> None:
    assert effect_of(question) is effect_of("demo:cut")


@pytest.mark.parametrize(
    "question", ["demo", "a demonstration", "demo:cutting", "demo:4011", "mydemo:cut", "cut"]
)
def test_other_words_are_no_keywords(question: str) -> None:
    assert effect_of(question) is None


@pytest.mark.parametrize(("question", "known"), [("demo:xyz", "demo:cut"), ("演示：没有", "演示：断线")])
async def test_an_unknown_keyword_is_answered_with_those_there_are(question: str, known: str) -> None:
    assert f"`{known}`" in await answer_to(question)


async def test_a_question_that_was_refused_does_not_refuse_the_next_one() -> None:
    # Questions without an answer are sent together with the next one.
    assert await answer_to("demo:1113\n\n你好") == await answer_to("你好")


def test_the_keyword_is_no_part_of_the_question() -> None:
    assert without_keywords("演示：断线 你好") == "你好"
