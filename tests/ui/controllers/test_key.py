"""The API key: looked for, tested at no cost, kept, and forgotten."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from glmdesk.api.client import Client
from glmdesk.chat.connection import Backend, Connection
from glmdesk.chat.key_state import (
    Found,
    KeyState,
    Malformed,
    Missing,
    Refused,
    Sought,
    Unneeded,
    Unread,
    describe,
)
from glmdesk.desktop.keyring_problems import DISMISSED
from glmdesk.desktop.redaction import Redactor
from glmdesk.desktop.secrets import Origin, Secrets, StoredInKeyring, StoreOutcome
from glmdesk.domain.api_key import KEY_VARIABLE
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import KeyProblem, KeyringProblem, Problem
from glmdesk.domain.own_service import OwnService
from glmdesk.ui.controllers.key import WAITING_NOTICE_S, KeyController, KeyStore
from glmdesk.ui.tasks import TaskRunner
from tests.api.asking import AT_ONCE, KEY, NO_ROOTS
from tests.support.script import Refuse
from tests.support.service import Service
from tests.ui.waiting import idle, until

# These machines have no keyring: what is kept is kept in memory, and the log says so.
pytestmark = pytest.mark.logs_errors


class Keys(KeyStore, Protocol):
    """What the controller and the connection use of where the keys are."""

    async def read(self, host: str, /) -> str | None: ...


class SlowKeyring:
    """A keyring whose dialog is answered when the test says so."""

    def __init__(self) -> None:
        self.answers: list[asyncio.Future[Origin | None]] = []
        self.hosts: list[str] = []
        self.asked = asyncio.Event()
        self.storing = asyncio.Event()
        self.may_store = asyncio.Event()
        self.may_store.set()

    def is_from_variable(self, _host: str) -> bool:
        return False

    def is_withheld(self, _host: str) -> bool:
        return False

    async def locate(self, host: str, *, is_patient: bool = False) -> Origin | None:
        assert is_patient
        self.hosts.append(host)
        self.answers.append(asyncio.get_running_loop().create_future())
        self.asked.set()
        return await self.answers[-1]

    async def read(self, host: str) -> str | None:
        return None

    async def store(self, host: str, key: str) -> StoreOutcome:
        self.storing.set()
        await self.may_store.wait()
        return StoredInKeyring()

    async def delete(self, host: str) -> None:
        raise KeyringProblem(DISMISSED)


@dataclass(slots=True)
class Holding:
    """A key controller with what it has told."""

    service: Service
    secrets: Keys
    tasks: TaskRunner = field(default_factory=TaskRunner)
    availability: list[bool] = field(default_factory=list[bool])
    busy: list[bool] = field(default_factory=list[bool])
    reports: list[tuple[str, bool]] = field(default_factory=list[tuple[str, bool]])
    kept: list[str] = field(default_factory=list[str])
    states: list[KeyState] = field(default_factory=list[KeyState])
    connection: Connection = field(init=False)
    key: KeyController = field(init=False)

    def __post_init__(self) -> None:
        endpoint = Endpoint.parse(self.service.base_url)
        backend = Backend(lambda key: Client(endpoint, key, tls=NO_ROOTS, clocks=AT_ONCE))
        self.connection = Connection(endpoint, self.secrets, lambda _endpoint: backend)
        notice_s = 0.0 if isinstance(self.secrets, SlowKeyring) else WAITING_NOTICE_S
        self.key = KeyController(self.connection, self.secrets, self.tasks, waiting_notice_s=notice_s)
        self.key.availability_changed.connect(self.availability.append)
        self.key.busy_changed.connect(self.busy.append)
        self.key.reported.connect(lambda text, is_problem: self.reports.append((text, is_problem)))
        self.key.kept.connect(self.kept.append)
        self.key.state_changed.connect(self.states.append)

    async def done(self) -> None:
        """Wait until what was asked for has been done."""
        await idle(lambda: any(self.tasks.is_running(name) for name in ("key", "look")))

    def told(self) -> KeyState:
        """Return what was said last of the key."""
        return self.states[-1]

    async def look(self) -> None:
        """Look for the key and wait for what comes of it."""
        self.key.look()
        await self.done()

    async def move(self, address: str) -> Endpoint:
        """Go to another address, and look for its key as the window does."""
        endpoint = Endpoint.parse(address)
        await self.connection.follow(Connection(endpoint, self.secrets, lambda _endpoint: Backend(never)))
        self.key.look_unasked()
        return endpoint


def never(_key: str) -> Client:
    raise AssertionError("nobody is to be asked")


@asynccontextmanager
async def holding(
    environ: dict[str, str] | None = None, *, secrets: Keys | None = None
) -> AsyncIterator[Holding]:
    async with Service(is_strict=True) as service:
        real = Secrets(
            Redactor(), Endpoint.parse(service.base_url).host, environ=environ if environ is not None else {}
        )
        holding = Holding(service, secrets or real)
        yield holding
        await holding.tasks.shut_down()
        await holding.connection.close()


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")


async def test_testing_a_key_says_what_the_service_lists() -> None:
    async with holding() as desk:
        desk.key.test(f'"{KEY}"\n')
        await desk.done()

        assert desk.busy == [True, False]
        assert [is_problem for _text, is_problem in desk.reports] == [False, False]
        assert desk.reports[-1][0].startswith("The key works. The service lists ")
        (exchange,) = desk.service.requests
        assert (exchange.path, exchange.header("authorization")) == ("/models", f"Bearer {KEY}")
        assert desk.kept == []


async def test_a_refused_key_is_reported_and_not_kept() -> None:
    async with holding() as desk:
        desk.service.script(Refuse("1000"), path="/models")
        desk.key.test(KEY)
        await desk.done()

        assert desk.busy == [True, False]
        assert desk.reports[-1][1] is True
        assert KEY not in desk.reports[-1][0]
        assert desk.kept == []


@pytest.mark.parametrize("pasted", ["", "no dot", "有.汉字"])
async def test_what_cannot_be_a_key_is_said_at_once(pasted: str) -> None:
    async with holding() as desk:
        for act in (desk.key.test, desk.key.save):
            act(pasted)
            await desk.done()

        assert [is_problem for _text, is_problem in desk.reports] == [True, True]
        assert desk.busy == [True, False, True, False]
        assert desk.service.requests == []
        assert desk.kept == []


async def test_a_kept_key_is_used_by_the_next_question() -> None:
    async with holding() as desk:
        await desk.look()
        endpoint = desk.connection.endpoint
        assert desk.availability == [False]
        desk.key.save(KEY)
        await desk.done()
        assert desk.availability == [False, True]
        (notice,) = desk.kept
        assert "until glmdesk is closed" in notice
        await (await desk.connection.client()).list_models()

        assert desk.service.requests[0].header("authorization") == f"Bearer {KEY}"
        assert desk.key.keyring_host is None
        assert desk.told() == Found(endpoint, Origin.SESSION)


async def test_a_second_key_takes_the_place_of_the_first() -> None:
    async with holding() as desk:
        other = KEY.replace("secret", "other")
        for key in (KEY, other):
            desk.key.save(key)
            await desk.done()
            await (await desk.connection.client()).list_models()

        assert [exchange.header("authorization") for exchange in desk.service.requests] == [
            f"Bearer {KEY}",
            f"Bearer {other}",
        ]


async def test_a_forgotten_key_is_gone() -> None:
    async with holding() as desk:
        desk.key.save(KEY)
        await desk.done()
        desk.key.forget()
        await desk.done()

        assert desk.availability[-1] is False


async def test_the_variable_is_found_and_named() -> None:
    async with holding({KEY_VARIABLE: KEY}) as desk:
        await desk.look()

        assert desk.availability == [True]
        assert desk.told() == Found(desk.connection.endpoint, Origin.ENVIRONMENT)
        assert "GLMDESK_API_KEY" in describe(desk.told())
        assert desk.key.keyring_host is None


async def test_the_variables_key_is_not_taken_along_to_another_host() -> None:
    # It was sent there, unasked.
    async with holding({KEY_VARIABLE: KEY}) as desk:
        await desk.look()
        endpoint = await desk.move("http://localhost:9/v4")
        await desk.done()

        assert desk.availability == [True, False]
        assert desk.told() == Missing(endpoint, has_keyring=False, is_one_withheld=True)
        assert "GLMDESK_API_KEY is for the address that glmdesk was started with" in describe(desk.told())
        assert "not sent to localhost" in describe(desk.told())
        with pytest.raises(KeyProblem):
            await desk.connection.client()


async def test_a_key_entered_for_another_host_is_used_there_beside_the_variable() -> None:
    async with holding({KEY_VARIABLE: KEY}) as desk:
        endpoint = await desk.move("http://localhost:9/v4")
        await desk.done()
        desk.key.save(KEY.replace("secret", "other"))
        await desk.done()

        assert desk.told() == Found(endpoint, Origin.SESSION)
        assert "GLMDESK_API_KEY" not in desk.kept[0]


async def test_a_variable_that_holds_no_key_is_said_before_anything_is_asked() -> None:
    # All looked well until the first question, whose error did not name the variable.
    async with holding({KEY_VARIABLE: "一把钥匙"}) as desk:
        await desk.look()

        assert desk.availability == [False]
        assert isinstance(desk.told(), Malformed)
        assert describe(desk.told()).endswith(
            "Correct the variable GLMDESK_API_KEY, then start glmdesk again."
        )


async def test_a_key_that_is_kept_beside_the_variable_is_not_said_to_be_in_use() -> None:
    # Nothing was said, and the variable's key went on being refused.
    async with holding({KEY_VARIABLE: KEY}) as desk:
        await desk.look()
        desk.key.save(KEY.replace("secret", "other"))
        await desk.done()
        await (await desk.connection.client()).list_models()

        (notice,) = desk.kept
        assert notice.endswith("The variable GLMDESK_API_KEY is set, and its key stays in use.")
        assert desk.told() == Found(desk.connection.endpoint, Origin.ENVIRONMENT)
        assert desk.service.requests[0].header("authorization") == f"Bearer {KEY}"


async def test_without_a_keyring_there_is_no_key_and_asking_again_does_not_help() -> None:
    async with holding() as desk:
        await desk.look()

        assert desk.availability == [False]
        assert desk.states == [
            Sought(desk.connection.endpoint),
            Missing(desk.connection.endpoint, has_keyring=False),
        ]
        assert "There is none yet for 127.0.0.1. No keyring of the operating" in describe(desk.told())


async def test_a_key_that_is_known_to_be_there_is_not_looked_for() -> None:
    async with holding() as desk:
        host = desk.connection.endpoint.host
        desk.key.look(known_host=host)

        assert desk.availability == [True]
        assert desk.states == [Found(desk.connection.endpoint, Origin.KEYRING)]
        assert desk.key.keyring_host == host


@pytest.mark.parametrize(("environ", "known_host"), [({}, "example.org"), ({KEY_VARIABLE: KEY}, "127.0.0.1")])
async def test_what_is_known_of_another_key_says_nothing(environ: dict[str, str], known_host: str) -> None:
    async with holding(environ) as desk:
        desk.key.look(known_host=known_host)
        assert desk.states == [Sought(desk.connection.endpoint)]
        await desk.done()

        assert desk.key.keyring_host is None


async def test_for_an_address_that_cannot_be_used_no_key_is_looked_for() -> None:
    keyring = SlowKeyring()
    async with holding(secrets=keyring) as desk:
        refusal = Problem("base-url", "No address.", "Give another.")
        refused = Connection(refusal, keyring, lambda _endpoint: Backend(never))
        key = KeyController(refused, keyring, desk.tasks)
        key.reported.connect(lambda text, is_problem: desk.reports.append((text, is_problem)))
        key.state_changed.connect(desk.states.append)
        assert key.state == Refused(refusal)
        key.look(known_host="127.0.0.1")
        key.look_unasked()
        assert desk.states == [Refused(refusal)] * 2
        for act in (key.test, key.save):
            act(KEY)
            await desk.done()

        assert desk.reports == [(refusal.words, True)] * 2
        assert keyring.answers == []
        await refused.follow(desk.connection)
        key.look_unasked()
        await asyncio.wait_for(keyring.asked.wait(), 5)
        assert desk.told() == Sought(desk.connection.endpoint)


async def test_for_a_service_without_a_key_none_is_looked_for_and_none_is_missing() -> None:
    async with holding() as desk:
        endpoint = Endpoint.of(OwnService("Ollama", desk.service.openai_url, ("glm4:9b",)))
        await desk.connection.follow(Connection(endpoint, desk.secrets, lambda _endpoint: Backend(never)))
        desk.key.look_unasked()

        assert not desk.tasks.is_running("look")
        assert desk.told() == Unneeded(endpoint)
        assert describe(desk.told()) == "Ollama is asked without a key."
        assert desk.availability[-1]
        assert desk.key.keyring_host is None


async def waited_for(desk: Holding, keyring: SlowKeyring) -> None:
    """Look for the key, and wait until the screen says that the keyring is waited for."""
    desk.key.look()
    await until(lambda: len(desk.states) == 2, desk.key.state_changed)
    endpoint = desk.connection.endpoint
    assert desk.states == [Sought(endpoint), Sought(endpoint, is_waited_for=True)]
    assert desk.availability == [False]
    assert len(keyring.answers) == 1


async def test_a_key_that_becomes_readable_late_is_taken_up() -> None:
    keyring = SlowKeyring()
    async with holding(secrets=keyring) as desk:
        await waited_for(desk, keyring)
        keyring.answers[0].set_result(Origin.KEYRING)
        await desk.done()

        assert desk.availability == [False, True]
        assert desk.told() == Found(desk.connection.endpoint, Origin.KEYRING)
        assert desk.key.keyring_host == "127.0.0.1"
        assert len(keyring.answers) == 1, "asking once more would put another dialog on the screen"


async def test_a_dialog_that_is_dismissed_late_is_said_and_can_be_had_again() -> None:
    keyring = SlowKeyring()
    async with holding(secrets=keyring) as desk:
        await waited_for(desk, keyring)
        keyring.answers[0].set_exception(KeyringProblem(DISMISSED))
        await desk.done()
        assert desk.told() == Unread(desk.connection.endpoint, DISMISSED)
        keyring.asked.clear()
        desk.key.look()
        await asyncio.wait_for(keyring.asked.wait(), 5)
        keyring.answers[1].set_result(Origin.KEYRING)
        await desk.done()

        assert desk.availability[-1] is True
        assert desk.told() == Found(desk.connection.endpoint, Origin.KEYRING)


async def test_what_is_kept_while_the_keyring_is_waited_for_stays_in_use() -> None:
    keyring = SlowKeyring()
    async with holding(secrets=keyring) as desk:
        await waited_for(desk, keyring)
        desk.key.save(KEY)
        await desk.done()

        assert desk.availability[-1] is True
        assert keyring.answers[0].cancelled()


async def test_an_answer_that_got_through_makes_it_look_again_but_only_if_no_key_was_known() -> None:
    keyring = SlowKeyring()
    async with holding(secrets=keyring) as desk:
        desk.key.take_up()
        await asyncio.wait_for(keyring.asked.wait(), 5)
        keyring.answers[0].set_result(Origin.KEYRING)
        await desk.done()
        desk.key.take_up()

        assert desk.availability[-1] is True
        assert not desk.tasks.is_running("look")


async def test_another_address_has_another_key_which_is_asked_for_once() -> None:
    # What was asked for the settings put up a second dialog.
    keyring = SlowKeyring()
    async with holding(secrets=keyring) as desk:
        await waited_for(desk, keyring)
        keyring.answers[0].set_result(Origin.KEYRING)
        await desk.done()
        keyring.asked.clear()
        there = await desk.move("https://example.org/v4")
        assert desk.told() == Sought(there)
        await asyncio.wait_for(keyring.asked.wait(), 5)
        desk.key.look_unasked()
        keyring.answers[1].set_result(None)
        await desk.done()

        assert keyring.hosts == ["127.0.0.1", "example.org"]
        assert desk.told() == Missing(there)
        assert desk.availability[-1] is False
        assert desk.key.keyring_host is None


async def test_a_keyring_that_stayed_locked_is_not_asked_again_unasked() -> None:
    keyring = SlowKeyring()
    async with holding(secrets=keyring) as desk:
        await waited_for(desk, keyring)
        keyring.answers[0].set_exception(KeyringProblem(DISMISSED))
        await desk.done()
        desk.key.look_unasked()
        there = await desk.move("https://example.org/v4")
        await desk.done()

        assert keyring.hosts == ["127.0.0.1"]
        assert desk.told() == Unread(there, DISMISSED)
        assert desk.availability[-1] is False


async def test_a_key_that_was_seen_is_not_lost_because_the_keyring_is_locked_later() -> None:
    keyring = SlowKeyring()
    async with holding(secrets=keyring) as desk:
        endpoint = desk.connection.endpoint
        desk.key.look(known_host=endpoint.host)
        desk.key.look_unasked()
        await until(lambda: desk.told() == Sought(endpoint, is_waited_for=True), desk.key.state_changed)
        keyring.answers[0].set_exception(KeyringProblem(DISMISSED))
        await desk.done()

        assert desk.told() == Unread(endpoint, DISMISSED)
        assert set(desk.availability) == {True}
        assert desk.key.keyring_host == endpoint.host


async def test_a_key_for_an_address_that_was_left_meanwhile_is_kept_and_nothing_else_said() -> None:
    keyring = SlowKeyring()
    async with holding(secrets=keyring) as desk:
        keyring.may_store.clear()
        desk.key.save(KEY)
        await asyncio.wait_for(keyring.storing.wait(), 5)
        there = await desk.move("https://example.org/v4")
        keyring.may_store.set()
        await idle(lambda: desk.tasks.is_running("key"))

        assert desk.kept == [""]
        assert desk.told() in (Sought(there), Sought(there, is_waited_for=True))
        assert desk.tasks.is_running("look")
