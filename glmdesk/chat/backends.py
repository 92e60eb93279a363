"""The two services there are: the real one through the network, and the demo inside the program.

Both are loaded in a thread by `Connection`, which is why their imports stand inside.
"""

# ruff: noqa: PLC0415 - the HTTP library and the demo cost a quarter of a second and are not needed to show a
# window

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from glmdesk.chat.connection import Backend, Connection, Keys
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.endpoint import MAINLAND_URL, Endpoint
from glmdesk.domain.errors import Action, Problem, UsageError
from glmdesk.domain.own_service import OwnService
from glmdesk.i18n import N_
from glmdesk.storage.settings import Settings

if TYPE_CHECKING:
    from glmdesk.api.limiter import Gates

BASE_URL_VARIABLE = "GLMDESK_BASE_URL"
_DEMO_KEY = "demo"


class SharedGates:
    """The gates before the models, for all connections of a run to services; loaded with the first."""

    def __init__(self, settings: Settings, load_catalog: Callable[[], Catalog]) -> None:
        """Let as much be in flight as the tier of the settings allows for a model of the catalogue."""
        self._settings = settings
        self._load_catalog = load_catalog
        self._gates: Gates | None = None

    def loaded(self) -> "Gates":
        """Return the gates."""
        from glmdesk.api.limiter import Gates

        if self._gates is None:
            catalog = self._load_catalog()
            self._gates = Gates(
                lambda host, model_id: catalog.at(host).in_flight(model_id, self._settings.tier)
            )
        return self._gates


def service_connection(
    settings: Settings,
    keys: Keys,
    environ: Mapping[str, str],
    gates: SharedGates,
    services: Sequence[OwnService] = (),
) -> Connection:
    """Return the connection to what the environment or else the settings name.

    The settings name a service of the user's, or an address. It leads nowhere when that one cannot be used;
    another is not taken in its place.
    """
    target, variable = _target(settings, environ, services)
    return Connection(target, keys, service_loader(settings, environ, gates), variable=variable)


def service_host(settings: Settings, environ: Mapping[str, str], services: Sequence[OwnService] = ()) -> str:
    """Return the host that `service_connection` leads to, empty when it leads nowhere."""
    target, _variable = _target(settings, environ, services)
    return "" if isinstance(target, Problem) else target.host


def service_loader(
    settings: Settings, environ: Mapping[str, str], gates: SharedGates
) -> Callable[[Endpoint], Backend]:
    """Return what loads the way to an endpoint through the network; it takes long, and runs in a thread."""
    return partial(_load_service, settings, environ, gates)


def demo_connection(catalog: Catalog, resources: Path) -> Connection:
    """Return a connection that needs no key and touches no network."""
    return Connection(Endpoint.parse(MAINLAND_URL), _DemoKeys(), partial(_load_demo, catalog, resources))


class _DemoKeys:
    """A key that is sent to nobody."""

    async def read(self, _host: str) -> str | None:
        return _DEMO_KEY


def _target(
    settings: Settings, environ: Mapping[str, str], services: Sequence[OwnService]
) -> tuple[Endpoint | Problem, str]:
    """Return where the service is, and the variable that says so, empty when the settings do."""
    given = environ.get(BASE_URL_VARIABLE, "").strip()
    variable = BASE_URL_VARIABLE if given else ""
    try:
        if settings.service and not given:
            return _own_target(settings.service, services), ""
        return _endpoint(given or settings.base_url, services), variable
    except UsageError as error:
        return _refusal(error.problem, variable), variable


def _own_target(name: str, services: Sequence[OwnService]) -> Endpoint | Problem:
    """Return where a service of the user's is. Raises UsageError for an address that cannot be used."""
    own = next((service for service in services if service.name == name), None)
    if own is not None:
        return Endpoint.of(own)
    return Problem(
        "service-unknown",
        N_("There is no service called “{service}”."),
        N_("Nothing is asked until another one is chosen in the settings."),
        Action.OPEN_SETTINGS,
        {"service": name, "url": name},
    )


def _endpoint(base_url: str, services: Sequence[OwnService]) -> Endpoint:
    """Return the endpoint of an address. If it is that of a service of the user's, it is that service.

    Raises UsageError.
    """
    for own in services:
        if base_url.strip().rstrip("/") == own.base_url:
            return Endpoint.of(own)
    return Endpoint.parse(base_url)


def _refusal(problem: Problem, variable: str) -> Problem:
    """Return what is wrong with an address, with where it was given in place of how to write a better one."""
    if variable:
        advice = N_(
            "It comes from the variable {variable}. Nothing is asked until glmdesk is started with another "
            "address there, or without the variable."
        )
        return replace(problem, advice=advice, details={**problem.details, "variable": variable})
    return replace(
        problem,
        advice=N_("It comes from the settings. Nothing is asked until another address is entered there."),
        action=Action.OPEN_SETTINGS,
    )


def _load_service(
    settings: Settings, environ: Mapping[str, str], gates: SharedGates, endpoint: Endpoint
) -> Backend:
    from glmdesk.api.client import Client, Clocks
    from glmdesk.api.proxy import choose_proxy
    from glmdesk.api.tls import trusted_roots

    choice = choose_proxy(settings.proxy, endpoint.base_url, environ)
    clocks = Clocks(waiting_notice_s=settings.waiting_notice_s, silence_s=settings.silence_s)
    make_client = partial(
        Client, endpoint, tls=trusted_roots(), proxy=choice.url, clocks=clocks, gates=gates.loaded()
    )
    proxy = urlsplit(choice.url).hostname if choice.url else None
    return Backend(make_client, choice.warning, proxy)


def _load_demo(catalog: Catalog, resources: Path, endpoint: Endpoint) -> Backend:
    from glmdesk.api.client import Client
    from glmdesk.demo.phrases import load_library
    from glmdesk.demo.service import DemoService

    offer, library = catalog.at(endpoint.host), load_library(resources / "demo")
    return Backend(lambda key: Client(endpoint, key, transport=DemoService(offer, library)))
