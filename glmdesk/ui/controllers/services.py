"""The services that the user has added: keeping them, and trying whether they can be reached."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QObject, Signal

from glmdesk.chat.connection import Backend, no_key
from glmdesk.domain.api_key import parse_api_key
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import KeyProblem, UsageError, UserError
from glmdesk.domain.own_service import OwnService, checked
from glmdesk.storage.services_file import ServicesFile
from glmdesk.ui.tasks import TaskRunner

_CHECK: Final = "check-service"
_SAVE: Final = "services"


class ServiceKeys(Protocol):
    """Where keys are kept, by the host they belong to. All of it may raise KeyringProblem."""

    async def read(self, host: str, /) -> str | None:
        """Return the key for a host, or None."""
        ...

    async def store(self, host: str, key: str) -> object:
        """Keep a key."""
        ...

    async def delete(self, host: str) -> None:
        """Forget a key."""
        ...


class ServicesController(QObject):
    """Knows the services.

    Signals:
        changed(): there are others than before, or one is another than before.
        saved(before: str, name: str): one was kept; `before` is what it was called, empty for a new one.
        removed(name: str): one is there no more.
        refused(reason: str): one was not kept.
        check_began(), check_ended(): what is found out is told between them.
        stepped(step: Step): something was found out about a service.
        check_failed(reason: str): nothing more is found out, and why.
    """

    changed = Signal()
    saved = Signal(str, str)
    removed = Signal(str)
    refused = Signal(str)
    check_began = Signal()
    check_ended = Signal()
    stepped = Signal(object)
    check_failed = Signal(str)

    def __init__(
        self,
        file: ServicesFile,
        keys: ServiceKeys,
        load: Callable[[Endpoint], Backend],
        tasks: TaskRunner,
        *,
        is_host_in_use: Callable[[str], bool],
    ) -> None:
        """`is_host_in_use` tells whether the key for a host is of use without the services here."""
        super().__init__()
        self._file = file
        self._keys = keys
        self._load = load
        self._tasks = tasks
        self._is_host_in_use = is_host_in_use

    @property
    def services(self) -> Sequence[OwnService]:
        """Those that there are."""
        return self._file.services

    def save(self, draft: OwnService, key: str, before: str) -> None:
        """Keep a service, and its key if one was entered, in place of the one that was called `before`."""
        self._tasks.start(_SAVE, partial(self._save, draft, key, before))

    def remove(self, name: str) -> None:
        """Forget a service, and its key if that is of no other use."""
        self._tasks.start(_SAVE, partial(self._remove, name))

    def check(self, draft: OwnService, key: str) -> None:
        """Find out whether a service can be reached, and what it lists. It costs nothing."""
        self._tasks.start(_CHECK, partial(self._told, draft, key, self._look))

    def ask_a_word(self, draft: OwnService, key: str, model_id: str) -> None:
        """Find out how fast a model answers. It costs what `COST_AT_MOST` costs."""
        self._tasks.start(_CHECK, partial(self._told, draft, key, partial(self._ask, model_id)))

    def stop_checking(self) -> None:
        """Find out nothing more."""
        self._tasks.cancel(_CHECK)

    async def _save(self, draft: OwnService, key: str, before: str) -> None:
        others = [service for service in self.services if service.name != before]
        try:
            endpoint = Endpoint.of(draft)
            service = replace(draft, base_url=endpoint.base_url)
            checked(service, others)
            if service.needs_key and key.strip():
                await self._keys.store(endpoint.host, parse_api_key(key, endpoint.host))
        except UserError as error:
            self.refused.emit(str(error))
            return
        places = [service if one.name == before else one for one in self.services]
        await self._file.save(places if before else [*places, service])
        self.changed.emit()
        self.saved.emit(before, service.name)

    async def _remove(self, name: str) -> None:
        gone = [service for service in self.services if service.name == name]
        await self._file.save([service for service in self.services if service.name != name])
        self.changed.emit()
        self.removed.emit(name)
        for service in gone:
            await self._forget_key(service)

    async def _forget_key(self, service: OwnService) -> None:
        host = _host_of(service)
        shared = any(_host_of(other) == host for other in self.services if other.needs_key)
        if service.needs_key and host and not shared and not self._is_host_in_use(host):
            await self._keys.delete(host)

    async def _told(
        self, draft: OwnService, key: str, work: Callable[[Endpoint, Backend, str], Awaitable[None]]
    ) -> None:
        self.check_began.emit()
        try:
            endpoint = Endpoint.of(draft)
            backend = await asyncio.to_thread(self._load, endpoint)
            await work(endpoint, backend, await self._key(endpoint, key))
        except UserError as error:
            self.check_failed.emit(str(error))
        finally:
            self.check_ended.emit()

    async def _look(self, endpoint: Endpoint, backend: Backend, key: str) -> None:
        from glmdesk.chat.checkup import look_at  # noqa: PLC0415 - for who checks a service

        await look_at(endpoint, backend, key, self.stepped.emit)

    async def _ask(self, model_id: str, _endpoint: Endpoint, backend: Backend, key: str) -> None:
        from glmdesk.chat.checkup import ask_a_word  # noqa: PLC0415

        self.stepped.emit(await ask_a_word(backend, key, model_id))

    async def _key(self, endpoint: Endpoint, entered: str) -> str:
        """Return the key that was entered, or else is kept. Raises KeyProblem."""
        if not endpoint.needs_key:
            return ""
        if entered.strip():
            return parse_api_key(entered, endpoint.host)
        key = await self._keys.read(endpoint.host)
        if key is None:
            raise KeyProblem(no_key(endpoint.host))
        return key


def _host_of(service: OwnService) -> str:
    """Return the host of a service, empty where its address cannot be used."""
    try:
        return Endpoint.of(service).host
    except UsageError:
        return ""
