"""Which service the program talks to, and with which key."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import Action, KeyProblem, Problem, UsageError
from glmdesk.i18n import N_

if TYPE_CHECKING:
    from glmdesk.api.client import Client


class Keys(Protocol):
    """Where API keys are kept, by the host they belong to."""

    async def read(self, host: str, /) -> str | None:
        """Return the key for a host, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Backend:
    """What makes clients, once it is loaded. `warning` says what of the settings could not be used.

    `proxy` is the one on the way to the service, without a password.
    """

    make_client: Callable[[str], "Client"]
    warning: str | None = None
    proxy: str | None = None


class Connection:
    """Makes the client when it is first needed and keeps it until the key changes.

    It leads to an endpoint, or, when the address that was given cannot be used, nowhere: a question and a key
    go where the user meant them to go. `load` brings in the HTTP library and the system's certificates; it
    runs in a thread, because that takes longer than a window may stand still. `variable` is the variable of
    the environment that decides where the service is, empty when the settings do.
    """

    def __init__(
        self,
        target: Endpoint | Problem,
        keys: Keys,
        load: Callable[[Endpoint], Backend],
        *,
        variable: str = "",
    ) -> None:
        self._target = target
        self.variable = variable
        self._keys = keys
        self._load = load
        self._backend: Backend | None = None
        self._client: Client | None = None
        self._opening = asyncio.Lock()

    @property
    def refusal(self) -> Problem | None:
        """Why the address cannot be used; None where it can."""
        return self._target if isinstance(self._target, Problem) else None

    @property
    def endpoint(self) -> Endpoint:
        """Where the service is. Raises UsageError when the address cannot be used."""
        if isinstance(self._target, Problem):
            raise UsageError(self._target)
        return self._target

    @property
    def target(self) -> Endpoint | None:
        """Where the service is; None when the address cannot be used."""
        return None if isinstance(self._target, Problem) else self._target

    @property
    def host(self) -> str:
        """The host of the service, empty when the address cannot be used."""
        return "" if isinstance(self._target, Problem) else self._target.host

    @property
    def address(self) -> str:
        """What was given as the address, as far as it may be shown."""
        return self._target.details["url"] if isinstance(self._target, Problem) else self._target.base_url

    async def warm_up(self) -> Backend:
        """Load what the first question needs, without a key and without touching the network.

        Raises UsageError when the address cannot be used.
        """
        async with self._opening:
            return await self._loaded()

    async def client(self) -> "Client":
        """Return the client.

        Raises:
            UsageError: The address cannot be used.
            KeyProblem: There is no key, or the keyring cannot be read.
        """
        async with self._opening:
            if self._client is None:
                key = await self._key()
                self._client = (await self._loaded()).make_client(key)
            return self._client

    async def _key(self) -> str:
        """Return the key, empty for a service that is asked without one. Raises KeyProblem."""
        endpoint = self.endpoint
        if not endpoint.needs_key:
            return ""
        key = await self._keys.read(endpoint.host)
        if key is None:
            raise KeyProblem(no_key(endpoint.host))
        return key

    async def test_key(self, key: str) -> int:
        """Ask the service whether it accepts a key and return how many models it lists. It costs nothing.

        Raises UsageError, KeyProblem, ServiceRefused, NetworkFault.
        """
        async with (await self.warm_up()).make_client(key) as client:
            return len(await client.list_models())

    async def follow(self, other: "Connection") -> None:
        """Go where another connection leads, from the next question on."""
        async with self._opening:
            self._target, self.variable = other._target, other.variable  # noqa: SLF001
            self._load, self._backend = other._load, None  # noqa: SLF001
            await self.renew()

    async def renew(self) -> None:
        """Let the next question make a new client; answers in progress go on with the old one."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.retire()

    async def close(self) -> None:
        """Drop the client with all that is in progress; the next question makes a new one."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()

    async def _loaded(self) -> Backend:
        if self._backend is None:
            self._backend = await asyncio.to_thread(self._load, self.endpoint)
        return self._backend


def no_key(host: str) -> Problem:
    """Return the problem that there is no key for a host."""
    return Problem(
        "no-key",
        N_("There is no API key for {host} yet."),
        N_("Enter your key, or try the demo."),
        Action.ENTER_KEY,
        {"host": host},
    )
