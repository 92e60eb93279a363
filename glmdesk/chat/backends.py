"""The two services there are: the real one through the network, and the demo inside the program.

Both are loaded in a thread by `Connection`, which is why their imports stand inside.
"""

# ruff: noqa: PLC0415 - the HTTP library and the demo cost a quarter of a second and are not needed to show a
# window

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from glmdesk.chat.connection import Backend, Connection, Keys
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.endpoint import MAINLAND_URL, Endpoint
from glmdesk.storage.settings import Settings

BASE_URL_VARIABLE = "GLMDESK_BASE_URL"
_DEMO_KEY = "demo"


def service_connection(
    settings: Settings, keys: Keys, environ: Mapping[str, str], base_url: str | None = None
) -> Connection:
    """Return the connection to a base URL; without one, to what the environment or else the settings name.

    Raises UsageError for an address that is none.
    """
    endpoint = Endpoint.parse(base_url or environ.get(BASE_URL_VARIABLE) or settings.base_url)
    load = partial(_load_service, endpoint, settings, environ)
    return Connection(
        endpoint, keys, load, variable=BASE_URL_VARIABLE if environ.get(BASE_URL_VARIABLE) else ""
    )


def demo_connection(catalog: Catalog, resources: Path) -> Connection:
    """Return a connection that needs no key and touches no network."""
    endpoint = Endpoint.parse(MAINLAND_URL)
    return Connection(endpoint, _DemoKeys(), partial(_load_demo, endpoint, catalog, resources))


class _DemoKeys:
    """A key that is sent to nobody."""

    async def read(self, _host: str) -> str | None:
        return _DEMO_KEY


def _load_service(endpoint: Endpoint, settings: Settings, environ: Mapping[str, str]) -> Backend:
    from glmdesk.api.client import Client, Clocks, trusted_roots
    from glmdesk.api.proxy import choose_proxy

    choice = choose_proxy(settings.proxy, endpoint, environ)
    clocks = Clocks(waiting_notice_s=settings.waiting_notice_s, silence_s=settings.silence_s)
    make_client = partial(Client, endpoint, tls=trusted_roots(), proxy=choice.url, clocks=clocks)
    return Backend(make_client, choice.warning)


def _load_demo(endpoint: Endpoint, catalog: Catalog, resources: Path) -> Backend:
    from glmdesk.api.client import Client
    from glmdesk.demo.phrases import load_library
    from glmdesk.demo.service import DemoService

    library = load_library(resources / "demo")
    return Backend(lambda key: Client(endpoint, key, transport=DemoService(catalog, library)))
