"""What is asked again unasked, how often, and that nothing is once a word was shown."""

import time
from dataclasses import replace

import pytest

from glmdesk.api.client import Clocks
from glmdesk.api.retry import CROWDED
from glmdesk.domain.connector import Connector
from glmdesk.domain.errors import Action, NetworkFault, ServiceRefused, StreamInterrupted
from glmdesk.domain.events import ReasoningDelta
from tests.api.asking import QUESTION, ask, client_for
from tests.api.error_table import CODES
from tests.api.streams import calls, record
from tests.support.fault import Fault
from tests.support.script import Answer, Raw, Refuse
from tests.support.service import Service

pytestmark = pytest.mark.anyio

# How often each code is worth asking again.
AGAIN = {code: retry.attempts for code, *_, retry in CODES if retry is not None}
# What is about all that is in flight is waited for in the queue, where attempts have no numbers.
QUEUES = {code for code, *_, retry in CODES if retry is CROWDED}
NEVER = [code for code, *_, retry in CODES if retry is None]


def test_most_codes_are_not_worth_asking_again() -> None:
    assert sorted(AGAIN) == ["", "1120", "1200", "1230", "1234", "1302", "1303", "1305", "1312", "1701"]


@pytest.mark.parametrize("code", AGAIN)
async def test_what_passes_is_asked_again(service: Service, code: str) -> None:
    service.script(Refuse(code), Answer("你好"))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert outcome.text == "你好"
    assert outcome.error is None
    assert len(service.chats) == 2
    assert outcome.reasons == ([] if code in QUEUES else [code or "http-500"])
    assert [retry.attempt for retry in outcome.retries] == ([] if code in QUEUES else [1])


@pytest.mark.parametrize(("code", "times"), AGAIN.items())
async def test_what_does_not_pass_is_told_in_the_end(service: Service, code: str, times: int) -> None:
    service.always(Refuse(code))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert isinstance(outcome.error, ServiceRefused)
    assert outcome.code == (code or "http-500")
    assert len(service.chats) == 1 + times
    if code not in QUEUES:
        assert [retry.attempt for retry in outcome.retries] == list(range(1, 1 + times))


@pytest.mark.parametrize("code", NEVER)
@pytest.mark.parametrize("status", [429, 500])
async def test_what_does_not_pass_by_itself_is_told_at_once(service: Service, code: str, status: int) -> None:
    service.always(Refuse(code, status=status))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert outcome.code == code
    assert len(service.chats) == 1
    assert outcome.progress == []


async def test_an_empty_account_is_not_asked_again_although_it_is_a_429(service: Service) -> None:
    async with client_for(service.base_url, key="broke.key") as client:
        outcome = await ask(client)

    assert service.chats[0].status == 429
    assert outcome.code == "1113"
    assert len(service.chats) == 1


@pytest.mark.parametrize(
    ("refusal", "longest_s"), [(Refuse("1234"), [0.5, 1, 2]), (Refuse("1305"), [2, 4, 8])]
)
async def test_pauses_grow_and_are_announced(
    service: Service, refusal: Refuse, longest_s: list[float]
) -> None:
    service.always(refusal)

    async with client_for(service.base_url, clocks=Clocks(retry_factor=1e-3)) as client:
        outcome = await ask(client)

    for retry, full_s in zip(outcome.retries, longest_s, strict=True):
        assert full_s / 2 <= retry.delay_s * 1e3 <= full_s


async def test_a_pause_ends_when_it_was_announced_to(service: Service) -> None:
    service.script(Refuse("1234"))

    async with client_for(service.base_url, clocks=Clocks(retry_factor=1e-2)) as client:
        began_at = time.monotonic()
        outcome = await ask(client)

    (retry,) = outcome.retries
    assert began_at < retry.due_at - retry.delay_s
    assert retry.due_at <= service.chats[1].started_at


async def test_the_pause_the_service_asks_for_is_kept(service: Service) -> None:
    service.script(Refuse("1305", headers=(("Retry-After", "30"),)), Refuse("1305"))

    async with client_for(service.base_url, clocks=Clocks(retry_factor=1e-4)) as client:
        outcome = await ask(client)

    first, second = outcome.retries
    assert first.delay_s == pytest.approx(30e-4)
    assert second.delay_s <= 4e-4
    assert outcome.error is None


async def test_a_very_long_pause_is_told_instead(service: Service) -> None:
    service.always(Refuse("1302", headers=(("Retry-After", "3600"),)))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert outcome.code == "1302"
    assert len(service.chats) == 1


async def test_different_faults_are_counted_apart(service: Service) -> None:
    service.script(*[Refuse("1302")] * 3, *[Refuse("1305")] * 3, Answer("你好"))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert outcome.text == "你好"
    assert len(service.chats) == 7


@pytest.mark.parametrize("fault", [Fault.ERROR_RECORD, Fault.ERROR_EVENT, Fault.FLAT_ERROR])
@pytest.mark.parametrize(("code", "requests"), [("1302", 2), ("1113", 1)])
async def test_an_error_as_the_first_record_is_asked_again_as_its_code_says(
    service: Service, fault: Fault, code: str, requests: int
) -> None:
    service.script(Answer("nie", faults=(fault,), fault_at=0, error_code=code), Answer("你好"))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert len(service.chats) == requests
    assert outcome.text == ("你好" if requests == 2 else "")


@pytest.mark.parametrize("fault", [Fault.ERROR_JSON_BODY_200, Fault.FLAT_ERROR_BODY_200])
async def test_an_error_in_place_of_the_stream_is_asked_again_too(service: Service, fault: Fault) -> None:
    service.script(Answer("nie", faults=(fault,), error_code="1305"), Answer("你好"))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert outcome.text == "你好"
    assert outcome.retries[0].problem.code == "1305"


@pytest.mark.parametrize(
    ("fault", "code"), [(Fault.HTML_502, "http-502"), (Fault.HTTP_500_EMPTY, "http-500")]
)
async def test_a_gateway_that_is_down_is_asked_again_and_then_shown(
    service: Service, fault: Fault, code: str
) -> None:
    service.always(Answer("nie", faults=(fault,)))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert outcome.code == code
    assert len(service.chats) == 4
    assert "nginx" not in str(outcome.error)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.NO_CONTENT_204, "http-204"),
        (Fault.EMPTY_BODY_200, "no-answer"),
        (Fault.NO_FINISH_NO_DONE, "no-answer"),
    ],
)
async def test_an_answer_without_a_word_is_not_asked_for_again(
    service: Service, fault: Fault, code: str
) -> None:
    service.always(Answer("", faults=(fault,)))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert isinstance(outcome.error, NetworkFault)
    assert outcome.code == code
    assert len(service.chats) == 1


INTERRUPTIONS = [
    (Fault.RST, "connection-lost"),
    (Fault.MISSING_CHUNK_TERMINATOR, "connection-lost"),
    (Fault.NO_FINISH_NO_DONE, "connection-lost"),
    (Fault.CUT_JSON_AT_EOF, "connection-lost"),
    (Fault.ERROR_RECORD, "1305"),
    (Fault.ERROR_EVENT, "1305"),
    (Fault.FLAT_ERROR, "1305"),
    (Fault.BROKEN_RECORDS, "unreadable"),
    (Fault.STALL, "silent"),
]


@pytest.mark.logs_errors
@pytest.mark.parametrize(("fault", "code"), INTERRUPTIONS)
async def test_nothing_is_asked_again_once_a_word_was_shown(
    service: Service, fault: Fault, code: str
) -> None:
    text = "一二三四五六七八九十"
    service.always(Answer(text, faults=(fault,), error_code="1305", flush_each=True))

    clocks = Clocks(silence_s=0.05) if fault is Fault.STALL else Clocks()
    async with client_for(service.base_url, clocks=clocks) as client:
        outcome = await ask(client)

    assert isinstance(outcome.error, StreamInterrupted)
    assert outcome.code == code
    assert outcome.error.problem.action is Action.CONTINUE
    assert outcome.text
    assert text.startswith(outcome.text)
    assert outcome.progress == []
    assert len(service.chats) == 1


async def test_sources_without_a_word_do_not_keep_the_question_from_being_asked_again(
    service: Service,
) -> None:
    # "What had arrived is kept. Continue, or retry" was said, of nothing that could be continued.
    early = Raw(
        b'data: {"id":"1","choices":[],"web_search":[{"refer":"ref_1","title":"t"}]}\n\n'
        b'data: {"error":{"code":"1305","message":"overloaded"}}\n\n'
    )
    service.script(early, Answer("好"))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert outcome.error is None
    assert outcome.text == "好"
    assert [told.problem.code for told in outcome.retries] == ["1305"]


async def test_a_loss_after_nothing_but_reasoning_does_not_offer_to_continue(service: Service) -> None:
    # The reasoning would come twice if the question were asked again unasked.
    service.script(Raw(b'data: {"id":"1","choices":[{"delta":{"reasoning_content":"hm"}}]}\n\n'))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert type(outcome.error) is NetworkFault
    assert outcome.error.problem.remedy == "Try again."
    assert outcome.error.problem.action is Action.RETRY
    assert outcome.events == [ReasoningDelta("hm")]
    assert len(service.chats) == 1


async def test_silence_hangs_up_and_keeps_what_was_said(service: Service) -> None:
    service.script(Answer("一二三四五六七八", faults=(Fault.STALL,), fault_at=1))

    async with client_for(service.base_url, clocks=Clocks(silence_s=0.05)) as client:
        outcome = await ask(client)
        exchange = await service.hung_up(service.chats[0])

    assert outcome.text == "一二三四"
    assert outcome.code == "silent"
    assert exchange.records_sent == 1


async def test_a_fault_of_the_model_keeps_what_it_said(service: Service) -> None:
    service.always(Answer("一二三四", finish="network_error"))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert isinstance(outcome.error, StreamInterrupted)
    assert outcome.code == "network_error"
    assert outcome.text == "一二三四"
    assert len(service.chats) == 1


REFUSED_BOUND = Refuse("1214", message="max_tokens 参数非法")


class TestMaxTokens:
    async def test_a_bound_the_model_refuses_is_lowered_once(self, service: Service) -> None:
        service.script(REFUSED_BOUND, Answer("你好"))

        async with client_for(service.base_url) as client:
            outcome = await ask(client, replace(QUESTION, max_tokens=16384))

        assert outcome.text == "你好"
        assert [sent.body["max_tokens"] for sent in service.chats] == [16384, 4095]

    async def test_a_second_refusal_is_told(self, service: Service) -> None:
        service.always(REFUSED_BOUND)

        async with client_for(service.base_url) as client:
            outcome = await ask(client, replace(QUESTION, max_tokens=16384))

        assert outcome.code == "1214"
        assert len(service.chats) == 2

    @pytest.mark.parametrize("max_tokens", [None, 1, 4095])
    async def test_a_small_bound_is_not_the_reason(self, service: Service, max_tokens: int | None) -> None:
        service.always(REFUSED_BOUND)

        async with client_for(service.base_url) as client:
            outcome = await ask(client, replace(QUESTION, max_tokens=max_tokens))

        assert outcome.code == "1214"
        assert len(service.chats) == 1


async def test_what_the_service_had_done_by_a_server_is_not_had_done_once_more(service: Service) -> None:
    entry = {"id": "c", "type": "mcp", "mcp": {"type": "mcp_call", "server_label": "notes", "name": "write"}}
    busy = record({"error": {"code": "1305", "message": "overloaded"}})
    service.script(Raw(calls(entry) + busy), Answer("again"))

    async with client_for(service.base_url) as client:
        outcome = await ask(client, replace(QUESTION, connectors=(Connector("notes"),)))

    assert outcome.code == "1305"
    assert not isinstance(outcome.error, StreamInterrupted)
    assert len(service.chats) == 1
