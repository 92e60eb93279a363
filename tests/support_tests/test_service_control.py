"""The service in a thread and in a process, steered from outside."""

import http.client
import json
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest

from tests.support.control import ScriptCommand
from tests.support.fault import Fault
from tests.support.remote import ROOT, Remote, ServiceProcess, ServiceThread
from tests.support.script import Answer, Raw, Refuse, SearchResult, ToolCall, Usage
from tests.support_tests.asking import Body, question

KEY = {"Authorization": "Bearer id.secret"}


@pytest.fixture
def thread() -> Iterator[ServiceThread]:
    with ServiceThread(is_strict=True) as service:
        yield service


@contextmanager
def asked(service: Remote, body: Body) -> Generator[http.client.HTTPResponse]:
    with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)) as connection:
        connection.request("POST", "/api/paas/v4/chat/completions", json.dumps(body), KEY)
        with connection.getresponse() as response:
            yield response


def said(service: Remote, body: Body) -> str:
    with asked(service, body) as response:
        return str(json.load(response)["choices"][0]["message"]["content"])


def test_a_thread_serves_synchronous_tests(thread: ServiceThread) -> None:
    thread.script(Answer("one"), Answer("two"))
    thread.always(Answer("always"))

    assert [said(thread, question()) for _ in range(3)] == ["one", "two", "always"]
    assert [exchange.body["model"] for exchange in thread.chats] == ["glm-4-air-250414"] * 3
    assert thread.arrived(count=2).number == thread.requests[1].number
    assert thread.forbidden == []


@pytest.mark.parametrize(
    "reply",
    [
        Answer(
            "天",
            reasoning="r",
            finish="length",
            tool_calls=(ToolCall("f", "{", "id"),),
            web_search=(SearchResult(title="t"),),
            usage=Usage(1, 2),
        ),
        Refuse("1302", status=503, headers=(("A", "b"),), moderated="user"),
        Raw(b"\xff\x00", faults=(Fault.BOM, Fault.STALL), delay_s=0.5, pause_after=3),
    ],
)
def test_every_reply_reaches_the_service_as_it_was_said(reply: Answer | Refuse | Raw) -> None:
    command = ScriptCommand((reply,))

    assert msgspec.json.decode(msgspec.json.encode(command), type=ScriptCommand) == command


def test_a_stream_is_paused_released_and_seen_to_be_hung_up(thread: ServiceThread) -> None:
    thread.always(Answer("one two", pause_after=1))
    with asked(thread, question(stream=True)) as response:
        first = thread.paused(thread.arrived())
        thread.release(first)
        assert response.read().endswith(b"data: [DONE]\n\n")
    with asked(thread, question(stream=True)):
        second = thread.paused(thread.arrived(count=2))

    assert thread.ended(first).hung_up_at is None
    assert thread.hung_up(second).records_sent == 1


def test_waiting_in_vain_is_a_timeout(thread: ServiceThread) -> None:
    with pytest.raises(TimeoutError):
        thread.arrived(timeout_s=0.01)


def test_faults_limits_and_reset_reach_the_service(thread: ServiceThread) -> None:
    statuses: list[int] = []
    thread.set_faults(Fault.HTML_502)
    with asked(thread, question()) as response:
        statuses.append(response.status)
    thread.reset()
    thread.limit("glm-4-air-250414", 0)
    with asked(thread, question()) as response:
        statuses.append(response.status)

    assert statuses == [502, 429]
    assert len(thread.requests) == 1


def test_an_exchange_that_does_not_exist_cannot_be_released(thread: ServiceThread) -> None:
    with pytest.raises(ValueError, match="KeyError"):
        thread.release(7)


@pytest.mark.parametrize(
    ("command", "body"),
    [
        ("skript", "{}"),
        ("script", '{"replies": [], "txt": "x"}'),
        ("script", '{"replies": [{"type": "answer", "txt": "x"}]}'),
    ],
)
def test_a_misspelt_command_is_told_so(thread: ServiceThread, command: str, body: str) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", thread.port, timeout=10)) as connection:
        connection.request("POST", f"/_control/{command}", body)
        response = connection.getresponse()
        problem = response.read().decode()

    assert response.status == 400
    assert "txt" in problem or "skript" in problem


def test_what_must_never_be_sent_fails_a_strict_thread() -> None:
    with pytest.raises(AssertionError, match="seed"), ServiceThread(is_strict=True) as service:
        said(service, question(seed=1))


def test_a_process_serves_goes_down_and_comes_back_on_its_port() -> None:
    service = ServiceProcess()
    with service:
        service.script(Answer("from afar"))
        assert said(service, question()) == "from afar"
        port = service.port
    with pytest.raises(ConnectionRefusedError):
        said(service, question())
    with service:
        assert service.port == port
        assert said(service, question("hello")) == "You said: “hello”."


def test_the_command_writes_its_port_to_a_file_and_keeps_its_controls_to_itself(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    command = [sys.executable, "-m", "tests.support.service", "--port-file", str(port_file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        remote = Remote(int(port_file.read_text()))
        with pytest.raises(ValueError, match="1001"):
            remote.reset()
        process.terminate()

    assert address == remote.base_url
    assert process.returncode == 0
