"""The service knows when a client hangs up, tests can hold a stream where they want it."""

import asyncio

import httpx
import pytest

from tests.support.script import Answer, Raw
from tests.support.service import Service
from tests.support_tests.asking import ask, asked, client, question

pytestmark = pytest.mark.anyio


async def test_hanging_up_in_mid_stream_is_noticed_with_its_moment(service: Service) -> None:
    service.script(Answer("one two three", chunk_size=4, pause_after=2))
    async with asked(service, question(stream=True)):
        exchange = await service.paused(await service.arrived())
        assert exchange.hung_up_at is None

    exchange = await service.hung_up(exchange)
    assert exchange.records_sent == 2
    assert exchange.hung_up_at is not None
    assert exchange.hung_up_at >= exchange.writes[-1].at


async def test_hanging_up_before_the_first_byte_is_noticed(service: Service) -> None:
    service.script(Answer("late", first_byte_delay_s=60))
    asking = asyncio.create_task(ask(service, question()))
    await service.arrived()
    asking.cancel()

    assert (await service.hung_up(1)).bytes_sent == 0


async def test_hanging_up_while_nothing_is_read_is_noticed(service: Service) -> None:
    service.script(Answer("x" * 200_000, chunk_size=1))
    async with asked(service, question(stream=True)):
        exchange = await service.arrived()

    assert (await service.hung_up(exchange)).records_sent < 200_000


async def test_leaving_after_the_end_is_no_hanging_up(service: Service) -> None:
    await ask(service, question(stream=True))

    assert (await service.ended(1)).hung_up_at is None
    with pytest.raises(TimeoutError):
        await service.hung_up(1, timeout_s=0.05)


async def test_a_paused_stream_goes_on_when_released(service: Service) -> None:
    service.script(Answer("one two", chunk_size=4, pause_after=1))
    async with asked(service, question(stream=True)) as response:
        exchange = await service.paused(await service.arrived())
        assert exchange.records_sent == 1
        service.release(exchange)
        answer = await response.aread()

    assert answer.endswith(b"data: [DONE]\n\n")
    assert (await service.ended(exchange)).records_sent == 4


async def test_a_request_sent_ahead_is_answered_in_its_turn(service: Service) -> None:
    service.script(Answer("one", pause_after=1))
    async with client(service) as asking:
        request = asking.build_request("POST", "/chat/completions", json=question(stream=True))
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    message = f"POST {request.url.path} HTTP/1.1\r\n{head}\r\n".encode() + request.content
    _, writer = await asyncio.open_connection("127.0.0.1", service.port)
    writer.write(message)
    exchange = await service.paused(await service.arrived())
    writer.write(message)
    service.release(exchange)

    await service.ended(await service.arrived(count=2))
    writer.close()
    await writer.wait_closed()
    assert [exchange.hung_up_at for exchange in service.chats] == [None, None]


async def test_every_write_is_in_the_log_with_its_time(service: Service) -> None:
    service.script(Answer("abcd", chunk_size=1, flush_each=True))

    await ask(service, question(stream=True))

    writes = service.chats[0].writes
    assert [write.records for write in writes] == [1, 2, 3, 4, 5, 6]
    assert sorted(write.at for write in writes) == [write.at for write in writes]
    assert writes[-1].bytes == service.chats[0].bytes_sent


async def test_stopping_closes_all_connections_at_once(anyio_backend: str) -> None:
    service = Service()
    async with service:
        service.script(Answer("x", pause_after=0))
        async with asked(service, question(stream=True)):
            await service.paused(await service.arrived())
            await service.stop()
            assert service.open_connections == 0


async def test_a_stopped_service_can_start_again_on_its_port(anyio_backend: str) -> None:
    async with Service() as service:
        pass
    async with Service(port=service.port) as again:
        assert (await ask(again, question())).status_code == 200


async def test_a_fault_inside_the_service_fails_the_test(anyio_backend: str) -> None:
    service = Service()
    await service.__aenter__()
    service.script(Raw(b"x", headers=(("not a name", "x"),)))
    with pytest.raises(httpx.RemoteProtocolError):
        await ask(service, question())

    with pytest.raises(ExceptionGroup, match="the test service failed"):
        await service.__aexit__(None, None, None)
